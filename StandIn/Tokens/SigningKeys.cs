using System.Security.Cryptography;
using AuthDemo.StandIn.Realms;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.StandIn.Tokens;

/// <summary>The key that a realm signs its tokens with.</summary>
internal sealed record SigningKey(RsaSecurityKey Key)
{
    public static SigningKey FromPem(string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return new(new RsaSecurityKey(rsa) { KeyId = Base64UrlEncoder.Encode(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())) });
    }
}

/// <summary>
/// The realms' signing keys. They are kept over a restart, as a Keycloak with a volume keeps its own: an API that has cached the old key
/// would refuse every new token for minutes.
/// </summary>
/// <param name="folder">Where they are kept, or null for new ones at every start.</param>
internal sealed class SigningKeys(string? folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="SettingException"><c>NEW_KEYS</c> is neither true nor false.</exception>
    public static SigningKeys FromConfiguration(IConfiguration configuration)
    {
        var newKeys = false;
        if (configuration["NEW_KEYS"] is { Length: > 0 } text && !bool.TryParse(text, out newKeys))
            throw new SettingException($"NEW_KEYS is '{text}': set it to true for new keys at every start, or leave it out.");
        return new(newKeys ? null : configuration["KEYS"] ?? Path.Combine(AppContext.BaseDirectory, "keys"));
    }

    /// <exception cref="SettingException">The key cannot be read or written.</exception>
    public SigningKey For(string realm)
    {
        if (folder is null) return SigningKey.FromPem(CreatePem());
        var file = Path.Combine(folder, $"{realm}.pem");
        try
        {
            if (!File.Exists(file)) Write(file, CreatePem());
            return SigningKey.FromPem(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new SettingException(
                $"The key file {file} cannot be used ({e.Message}): delete it, or point KEYS at a folder that can be written.");
        }
    }

    private static string CreatePem()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>Writes a key so that nobody else can ever read it, and that of two that start at once both use the same.</summary>
    private static void Write(string file, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var unfinished = $"{file}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(unfinished, options)) writer.Write(pem);
        try
        {
            File.Move(unfinished, file);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(unfinished); // another one was faster
        }
    }
}
