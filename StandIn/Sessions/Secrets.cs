using System.Security.Cryptography;
using System.Text;

namespace AuthDemo.StandIn.Sessions;

internal static class Secrets
{
    /// <summary>Creates a secret of 256 bits.</summary>
    public static string Create() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Compares in constant time. Null equals nothing.</summary>
    public static bool AreEqual(string? expected, string? actual) =>
        CryptographicOperations.FixedTimeEquals(Hash(expected), Hash(actual)) && expected is not null && actual is not null;

    /// <summary>
    /// Sets a cookie for this realm. It is not <c>Secure</c> over http on loopback, where not every HTTP client would send it.
    /// </summary>
    public static void SetCookie(this HttpContext context, string name, string secret) => context.Response.Cookies.Append(
        name,
        secret,
        new() { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = context.Request.PathBase + "/" });

    private static byte[] Hash(string? text) => SHA256.HashData(Encoding.UTF8.GetBytes(text ?? ""));
}
