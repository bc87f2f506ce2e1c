using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.StandIn.Tokens;

/// <summary>
/// The signing keys of the realms. They survive a restart, as in a Keycloak with a volume: an API with cached keys would reject new tokens
/// for minutes.
/// </summary>
internal static class SigningKeys
{
    /// <param name="realm">The name of the realm.</param>
    /// <param name="folder">The folder with the keys; null for a new key at every start.</param>
    public static RsaSecurityKey Load(string realm, string? folder)
    {
        var rsa = RSA.Create(2048);
        if (folder is null) return new(rsa);
        var file = Path.Combine(folder, $"{realm}.pem");
        if (File.Exists(file)) rsa.ImportFromPem(File.ReadAllText(file));
        else Write(file, rsa.ExportPkcs8PrivateKeyPem());
        return new(rsa);
    }

    /// <summary>Writes a file that only the current user can read.</summary>
    private static void Write(string file, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var writer = new StreamWriter(file, options);
        writer.Write(pem);
    }
}
