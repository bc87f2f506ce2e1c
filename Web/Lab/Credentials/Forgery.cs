using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthDemo.Web.Http;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>Makes bad tokens from a real one, as an attacker would (RFC 8725, section 2).</summary>
internal static class Forgery
{
    // One key for all: whose it is does not matter, only that the issuer does not have it.
    private static readonly RSA Key = RSA.Create(2048);

    /// <summary>The claims under <c>alg: none</c>, without a signature.</summary>
    public static string Unsigned(ServiceToken real)
    {
        var header = real.Header;
        header["alg"] = "none";
        header.Remove("kid");
        return $"{Encode(header)}.{Encode(real.Payload)}.";
    }

    /// <summary>The claims signed by HMAC with the issuer's public key, in the text form in which keys are passed around.</summary>
    public static string SignedWithPublicKey(ServiceToken real, SecurityKey issuerKey)
    {
        var header = real.Header;
        header["alg"] = "HS256";
        using var key = PublicKey(issuerKey);
        return Sign(header, real.Payload, data => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), data));
    }

    /// <summary>The real token with one more role, and the signature that it had.</summary>
    public static string WithRole(ServiceToken real, string role)
    {
        var payload = real.Payload;
        payload["roles"] = new JsonArray([.. payload["roles"]?.AsArray().Select(r => r?.DeepClone()) ?? [], role]);
        var parts = real.Text.Split('.');
        return $"{parts[0]}.{Encode(payload)}.{parts[2]}";
    }

    /// <summary>The claims signed with a key of our own, under a key id that the issuer does not have.</summary>
    public static string ForeignKey(ServiceToken real) => SignWithOwnKey(real, header => header["kid"] = "home-made");

    /// <summary>The same under the issuer's key id.</summary>
    public static string BorrowedKeyId(ServiceToken real) => SignWithOwnKey(real, _ => { });

    /// <summary>The same with the key in the header.</summary>
    public static string EmbeddedKey(ServiceToken real) => SignWithOwnKey(real, header =>
    {
        var key = Key.ExportParameters(includePrivateParameters: false);
        header["kid"] = "brought-along";
        header["jwk"] = new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = "brought-along",
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    });

    /// <summary>A token of our own that is valid from tomorrow.</summary>
    public static string ValidFrom(ServiceToken real, DateTimeOffset start)
    {
        var payload = real.Payload;
        payload["nbf"] = start.ToUnixTimeSeconds();
        payload["exp"] = start.AddMinutes(5).ToUnixTimeSeconds();
        return Sign(real.Header, payload, SignWithOwnKey);
    }

    private static string SignWithOwnKey(ServiceToken real, Action<JsonObject> change)
    {
        var header = real.Header;
        change(header);
        return Sign(header, real.Payload, SignWithOwnKey);
    }

    private static byte[] SignWithOwnKey(byte[] data) => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static string Sign(JsonObject header, JsonObject payload, Func<byte[], byte[]> sign)
    {
        var text = $"{Encode(header)}.{Encode(payload)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static RSA PublicKey(SecurityKey key) => key switch
    {
        RsaSecurityKey { Rsa: { } rsa } => RSA.Create(rsa.ExportParameters(includePrivateParameters: false)),
        RsaSecurityKey rsa => RSA.Create(rsa.Parameters),
        // Keycloak publishes a certificate with each key.
        X509SecurityKey { PublicKey: RSA rsa } => RSA.Create(rsa.ExportParameters(includePrivateParameters: false)),
        JsonWebKey jwk => RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(jwk.N),
            Exponent = Base64Url.DecodeFromChars(jwk.E),
        }),
        _ => throw new ServiceUnavailableException(
            ServiceClients.Keycloak, $"The identity provider signs with {key.GetType().Name}, and this scenario needs an RSA key."),
    };
}
