using OtpNet;
using QRCoder;

namespace AuthDemo.Web.Lab.Running;

/// <summary>
/// The seeded users' authenticators, in place of the app on a real person's phone. AppHost hands their secrets over as
/// <c>Authenticators:{user}</c>; like the users' passwords, they are for Development alone.
/// </summary>
internal sealed class Authenticators(IConfiguration configuration, IHostEnvironment environment, TimeProvider time)
{
    /// <summary>The user's code now; null where there is no authenticator of that name.</summary>
    public OneTimeCode? Find(string user)
    {
        if (!environment.IsDevelopment() || configuration[$"Authenticators:{user}"] is not { Length: > 0 } secret) return null;
        var totp = new Totp(Base32Encoding.ToBytes(secret));
        var now = time.GetUtcNow().UtcDateTime;
        return new OneTimeCode(totp.ComputeTotp(now), totp.RemainingSeconds(now), QrCode(user, secret));
    }

    // As authenticator apps read it; they take SHA-1, six digits and 30 seconds where nothing else is said (RFC 6238, section 1.2).
    private static string QrCode(string user, string secret)
    {
        using var generator = new QRCodeGenerator();
        var address = $"otpauth://totp/AuthDemo:{user}?secret={secret}&issuer=AuthDemo";
        using var data = generator.CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(data);
        return picture.GetGraphic(4, "#000", "#fff", sizingMode: SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}

/// <summary>A one-time code (RFC 6238), good once.</summary>
/// <param name="Seconds">How long it is the current one; for as long again it is taken late.</param>
/// <param name="QrCode">The secret, for an authenticator app: an SVG picture.</param>
internal sealed record OneTimeCode(string Code, int Seconds, string QrCode)
{
    public override string ToString() => nameof(OneTimeCode);
}
