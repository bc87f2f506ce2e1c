using System.Globalization;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Authentication;

/// <summary>Reads the claims of an accepted token (RFC 9068, section 2.2).</summary>
internal static class CallerClaims
{
    public static string[] Roles(this ClaimsPrincipal caller) => [.. caller.FindAll("roles").Select(claim => claim.Value)];

    public static string[] Groups(this ClaimsPrincipal caller) => [.. caller.FindAll("groups").Select(claim => claim.Value)];

    /// <summary>One string with the scopes between spaces (RFC 8693, section 4.2).</summary>
    public static string[] Scopes(this ClaimsPrincipal caller) =>
        caller.FindFirstValue("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A NumericDate: seconds since 1970 (RFC 7519, section 2). Null where the claim is absent or no such number.</summary>
    public static DateTimeOffset? TimeOf(this ClaimsPrincipal caller, string claim) =>
        double.TryParse(caller.FindFirstValue(claim), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? UnverifiedToken.Time(seconds)
            : null;
}
