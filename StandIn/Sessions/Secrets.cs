using System.Security.Cryptography;
using System.Text;

namespace AuthDemo.StandIn.Sessions;

internal static class Secrets
{
    /// <summary>A new secret of 256 bits.</summary>
    public static string Create() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Compares in a time that tells neither the length nor the first difference. Null equals nothing.</summary>
    public static bool AreEqual(string? expected, string? actual) =>
        CryptographicOperations.FixedTimeEquals(Hash(expected), Hash(actual)) && expected is not null && actual is not null;

    /// <summary>
    /// Gives the browser a secret, for this realm. On http, which is loopback's, the cookie is not <c>Secure</c>: not every HTTP client
    /// sends a Secure cookie there.
    /// </summary>
    public static void SetCookie(this HttpContext context, string name, string secret) => context.Response.Cookies.Append(
        name,
        secret,
        new() { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = context.Request.PathBase + "/" });

    private static byte[] Hash(string? text) => SHA256.HashData(Encoding.UTF8.GetBytes(text ?? ""));
}
