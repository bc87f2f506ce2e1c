using System.Globalization;
using System.Net.Http.Headers;
using NameValueHeaderValue = Microsoft.Net.Http.Headers.NameValueHeaderValue;

namespace AuthDemo.Web.Http;

/// <summary>A parsed challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1).</summary>
/// <param name="Parameters">In header order.</param>
public sealed record Challenge(string Scheme, IReadOnlyList<ChallengeParameter> Parameters)
{
    /// <summary>The error code of a step-up challenge (RFC 9470, section 3).</summary>
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";

    /// <summary>The value of a parameter, or null. Names are case-insensitive (RFC 9110, section 11.2).</summary>
    public string? this[string name] => Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>The requirements for a new login (RFC 9470, section 3); null if this is not a step-up challenge.</summary>
    public LoginRequirements? StepUp => this["error"] == InsufficientUserAuthentication
        && LoginRequirements.Read(this["max_age"], this["acr_values"]) is var asked
        && (asked.MaxAge ?? asked.AcrValues) is not null ? asked : null;

    /// <summary>Parses the challenges of a header value. Parameters that cannot be parsed are omitted.</summary>
    public static IReadOnlyList<Challenge> Parse(string header)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        return Of(response);
    }

    public static IReadOnlyList<Challenge> Of(HttpResponseMessage response) =>
        [.. response.Headers.WwwAuthenticate.Select(challenge => new Challenge(challenge.Scheme, ParametersOf(challenge)))];

    private static IReadOnlyList<ChallengeParameter> ParametersOf(AuthenticationHeaderValue challenge) =>
        NameValueHeaderValue.TryParseList([challenge.Parameter ?? ""], out var parameters)
            ? [.. parameters.Select(p => new ChallengeParameter(p.Name.ToString(), p.GetUnescapedValue().ToString()))]
            : [];
}

/// <summary>A parameter of a challenge, with its value unquoted.</summary>
public sealed record ChallengeParameter(string Name, string Value)
{
    /// <summary>Explains the parameter to the reader of the page; empty for an unknown one.</summary>
    public string Hint => Name.ToLowerInvariant() switch
    {
        "realm" => "The protected space: which badge is wanted (RFC 9110, section 11.5).",
        "error" => Value switch
        {
            "invalid_token" => "A token came, and it is no good: get a new one (RFC 6750, section 3.1).",
            "insufficient_scope" => "The token is good and not enough: ask for one with the scope below (RFC 6750, section 3.1).",
            "invalid_request" => "The request itself is wrong: fix it, no other token helps (RFC 6750, section 3.1).",
            Challenge.InsufficientUserAuthentication =>
                "The login does not satisfy: log in again as the parameters below say (RFC 9470, section 3).",
            _ => "What is wrong, as a code.",
        },
        "error_description" => "For the developer who reads it; never shown to users (RFC 6750, section 3).",
        "scope" => "What the token must be allowed to do (RFC 6750, section 3).",
        "max_age" => "How many seconds ago the login may be (RFC 9470, section 3).",
        "acr_values" => "How the login must have been made: a level that the identity provider knows (RFC 9470, section 3).",
        "resource_metadata" => "Where to read who issues badges for this building (RFC 9728, section 5.1).",
        _ => "",
    };
}

/// <summary>
/// The requirements of a step-up challenge (RFC 9470, section 3). They are sent in one authorization request: a login for one could lose
/// the other.
/// </summary>
/// <param name="MaxAge">The maximum age of the login in seconds; null for any age, which differs from zero.</param>
/// <param name="AcrValues">The acceptable authentication levels, such as <c>mfa</c>; null for any.</param>
public sealed record LoginRequirements(string? MaxAge, string? AcrValues)
{
    private const int MaxLength = 100;

    /// <summary>Invalid values are treated as absent.</summary>
    public static LoginRequirements Read(string? maxAge, string? acrValues) => new(
        uint.TryParse(maxAge, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? maxAge : null,
        acrValues is { Length: > 0 and <= MaxLength } && acrValues.All(c => c is >= ' ' and <= '~') ? acrValues : null);
}
