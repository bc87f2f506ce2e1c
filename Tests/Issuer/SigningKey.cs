using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Tests.Issuer;

public sealed record SigningKey(string Id, RSA Rsa)
{
    // Making a key takes longer than most tests.
    private static readonly RSAParameters First = RSA.Create(2048).ExportParameters(includePrivateParameters: true);

    public static SigningKey Create(int bits = 2048) => new(NewId(), RSA.Create(bits));

    /// <summary>The key that every fake issuer begins with, under an id of its own.</summary>
    public static SigningKey CreateFirst() => new(NewId(), RSA.Create(First));

    /// <summary>The public half, as a JWK (RFC 7517).</summary>
    public object Public
    {
        get
        {
            var key = Rsa.ExportParameters(includePrivateParameters: false);
            var (n, e) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
            return new { kty = "RSA", use = "sig", alg = "RS256", kid = Id, n, e };
        }
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    public byte[] Sign(string input) => Sign(input, HashAlgorithmName.SHA256);

    public byte[] Sign(string input, HashAlgorithmName hash) =>
        Rsa.SignData(Encoding.ASCII.GetBytes(input), hash, RSASignaturePadding.Pkcs1);
}
