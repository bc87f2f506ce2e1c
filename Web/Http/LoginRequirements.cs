using System.Globalization;

namespace AuthDemo.Web.Http;

/// <summary>
/// What a challenge asks of a new login (RFC 9470, section 3). All of it goes into one request: a login for one part may lose the other.
/// </summary>
/// <param name="MaxAge">How many seconds old the login may be; null where that does not matter, which is not zero.</param>
/// <param name="AcrValues">The levels of which the login has to have one, such as <c>mfa</c>; null where none is asked for.</param>
public sealed record LoginRequirements(string? MaxAge, string? AcrValues)
{
    private const int MaxLength = 100;

    /// <summary>What cannot be read counts as not asked for.</summary>
    public static LoginRequirements Read(string? maxAge, string? acrValues) => new(
        uint.TryParse(maxAge, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? maxAge : null,
        acrValues is { Length: > 0 and <= MaxLength } && acrValues.All(c => c is >= ' ' and <= '~') ? acrValues : null);
}
