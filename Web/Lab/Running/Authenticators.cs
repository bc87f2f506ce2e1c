using OtpNet;
using QRCoder;

namespace AuthDemo.Web.Lab.Running;

/// <summary>
/// The authenticators of the seeded users, instead of an app on a phone. AppHost passes their secrets as <c>Authenticators:{user}</c>.
/// Development only, like the users' passwords.
/// </summary>
internal sealed class Authenticators(IConfiguration configuration, IHostEnvironment environment, TimeProvider time)
{
    /// <summary>The user's current code; null if there is no authenticator.</summary>
    public OneTimeCode? Find(string user)
    {
        if (!environment.IsDevelopment() || configuration[$"Authenticators:{user}"] is not { Length: > 0 } secret) return null;
        var totp = new Totp(Base32Encoding.ToBytes(secret));
        var now = time.GetUtcNow().UtcDateTime;
        return new OneTimeCode(totp.ComputeTotp(now), totp.RemainingSeconds(now), QrCode(user, secret));
    }

    // The format of authenticator apps, which default to SHA-1, six digits and 30 seconds (RFC 6238, section 1.2).
    private static string QrCode(string user, string secret)
    {
        using var generator = new QRCodeGenerator();
        var address = $"otpauth://totp/AuthDemo:{user}?secret={secret}&issuer=AuthDemo";
        using var data = generator.CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(data);
        return picture.GetGraphic(4, "#000", "#fff", sizingMode: SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}

/// <summary>A one-time code (RFC 6238).</summary>
/// <param name="Seconds">How long it is current; it is accepted for one more period.</param>
/// <param name="QrCode">The secret as a QR code for an authenticator app (SVG).</param>
internal sealed record OneTimeCode(string Code, int Seconds, string QrCode)
{
    public override string ToString() => nameof(OneTimeCode);
}
