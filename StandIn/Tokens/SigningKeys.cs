using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.StandIn.Tokens;

/// <summary>
/// The realms' signing keys. They are kept over a restart, as a Keycloak with a volume keeps its own: an API that has cached the old key
/// would refuse every new token for minutes.
/// </summary>
internal static class SigningKeys
{
    /// <param name="realm">The realm whose key it is.</param>
    /// <param name="folder">Where it is kept, or null for a new one at every start.</param>
    public static RsaSecurityKey Load(string realm, string? folder)
    {
        var rsa = RSA.Create(2048);
        if (folder is null) return new(rsa);
        var file = Path.Combine(folder, $"{realm}.pem");
        if (File.Exists(file)) rsa.ImportFromPem(File.ReadAllText(file));
        else Write(file, rsa.ExportPkcs8PrivateKeyPem());
        return new(rsa);
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
