using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.StandIn.Tokens;

/// <summary>
/// The realms' signing keys. They are kept over a restart, as a Keycloak with a volume keeps its own: an API that has cached the old key
/// would refuse every new token for minutes.
/// </summary>
/// <param name="folder">Where they are kept, or null for new ones at every start.</param>
internal sealed class SigningKeys(string? folder)
{
    public static SigningKeys FromConfiguration(IConfiguration configuration) => new(
        configuration.GetValue<bool>("NEW_KEYS") ? null : configuration["KEYS"] ?? Path.Combine(AppContext.BaseDirectory, "keys"));

    /// <exception cref="InvalidOperationException">The key cannot be read or written.</exception>
    public RsaSecurityKey For(string realm)
    {
        if (folder is null) return FromPem(CreatePem());
        var file = Path.Combine(folder, $"{realm}.pem");
        try
        {
            if (!File.Exists(file)) Write(file, CreatePem());
            return FromPem(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"The key file {file} cannot be used ({e.Message}): delete it, or point KEYS at a folder that can be written.");
        }
    }

    private static string CreatePem()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    private static RsaSecurityKey FromPem(string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return new(rsa) { KeyId = Base64UrlEncoder.Encode(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())) };
    }

    /// <summary>Writes a key so that nobody else can ever read it.</summary>
    private static void Write(string file, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var writer = new StreamWriter(file, options);
        writer.Write(pem);
    }
}
