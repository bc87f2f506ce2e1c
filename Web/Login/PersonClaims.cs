using System.Globalization;
using System.Security.Claims;

namespace AuthDemo.Web.Login;

/// <summary>
/// The claims of an ID token, with a name that can be displayed and a valid <c>auth_time</c>. A signature says who issued a claim, not that
/// it makes sense (OpenID Connect Core 1.0, section 5.7: names are neither unique nor of a fixed format).
/// </summary>
internal static class PersonClaims
{
    public const string Name = "preferred_username";
    private const string Subject = "sub";
    private const string AuthenticatedAt = "auth_time";
    private const int MaxNameLength = 64;

    public static ClaimsPrincipal Of(ClaimsIdentity token)
    {
        var others = token.Claims.Where(claim => claim.Type is not (Name or AuthenticatedAt));
        var time = token.FindAll(AuthenticatedAt).Where(claim => IsTime(claim.Value)).Take(1);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [.. others, .. time, new Claim(Name, NameIn(token))], token.AuthenticationType, Name, token.RoleClaimType));
    }

    /// <summary>When the user last entered a password or a code; null if unknown.</summary>
    public static DateTimeOffset? LoggedInAt(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(AuthenticatedAt), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? DateTimeOffset.FromUnixTimeSeconds(at)
            : null;

    // "nobody" is the persona without a login.
    private static string NameIn(ClaimsIdentity token)
    {
        var name = token.FindAll(Name).Select(claim => claim.Value.Trim()).FirstOrDefault(name => name is not ("" or Personas.Nobody))
            ?? token.FindFirst(Subject)!.Value;
        return name.Length <= MaxNameLength ? name : name[..MaxNameLength] + "…";
    }

    private static bool IsTime(string seconds) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
}
