using System.Globalization;
using System.Security.Claims;

namespace AuthDemo.Web.Login;

/// <summary>
/// The claims of an ID token as the pages can rely on them: one name that can be shown, and a time that is one. The signature says who
/// wrote the others, not that they make sense (OpenID Connect Core 1.0, section 5.7: a name is neither unique nor of a certain form).
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

    /// <summary>When the person last gave a password or a code; null where the identity provider does not say.</summary>
    public static DateTimeOffset? LoggedInAt(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(AuthenticatedAt), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? DateTimeOffset.FromUnixTimeSeconds(at)
            : null;

    // "nobody" means that nobody is logged in.
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
