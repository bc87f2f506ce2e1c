using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthDemo.Web.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>Forges tokens from a real one, as an attacker would (RFC 8725, section 2).</summary>
internal static class Forgery
{
    // Any key will do that is not the issuer's.
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>The claims with <c>alg: none</c> and no signature.</summary>
    public static string Unsigned(JsonWebToken real) => Handler.CreateToken(ClaimsOf(real).ToJsonString(), TypeOf(real));

    /// <summary>The claims signed with HMAC, using the issuer's public key in PEM format as the secret.</summary>
    public static string SignedWithPublicKey(JsonWebToken real, SecurityKey issuerKey)
    {
        using var rsa = PublicKey(issuerKey);
        var key = new SymmetricSecurityKey(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = real.Kid };
        return Handler.CreateToken(ClaimsOf(real).ToJsonString(), new SigningCredentials(key, SecurityAlgorithms.HmacSha256), TypeOf(real));
    }

    /// <summary>The real token with the role admin added and the original signature.</summary>
    public static string AsAdmin(JsonWebToken real)
    {
        var claims = ClaimsOf(real);
        claims["roles"] = new JsonArray("user", "admin");
        return $"{real.EncodedHeader}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{real.EncodedSignature}";
    }

    /// <summary>The claims signed with our own key and an unknown key id.</summary>
    public static string ForeignKey(JsonWebToken real) => SignWithOwnKey(ClaimsOf(real), "home-made", TypeOf(real));

    /// <summary>The claims signed with our own key and the issuer's key id.</summary>
    public static string BorrowedKeyId(JsonWebToken real) => SignWithOwnKey(ClaimsOf(real), real.Kid, TypeOf(real));

    /// <summary>The claims signed with our own key, which is embedded in the header.</summary>
    public static string EmbeddedKey(JsonWebToken real)
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.ExportParameters(includePrivateParameters: false)));
        var header = TypeOf(real);
        header["jwk"] = new Dictionary<string, object> { ["kty"] = key.Kty, ["kid"] = "brought-along", ["n"] = key.N, ["e"] = key.E };
        return SignWithOwnKey(ClaimsOf(real), "brought-along", header);
    }

    /// <summary>A token signed with our own key that is valid from tomorrow.</summary>
    public static string ValidTomorrow(JsonWebToken real)
    {
        var claims = ClaimsOf(real);
        claims["nbf"] = EpochTime.GetIntDate(real.ValidTo.AddDays(1));
        claims["exp"] = EpochTime.GetIntDate(real.ValidTo.AddDays(2));
        return SignWithOwnKey(claims, real.Kid, TypeOf(real));
    }

    private static string SignWithOwnKey(JsonObject claims, string keyId, Dictionary<string, object> header) => Handler.CreateToken(
        claims.ToJsonString(), new SigningCredentials(new RsaSecurityKey(Key) { KeyId = keyId }, SecurityAlgorithms.RsaSha256), header);

    private static JsonObject ClaimsOf(JsonWebToken token) => JsonNode.Parse(Base64UrlEncoder.Decode(token.EncodedPayload))!.AsObject();

    private static Dictionary<string, object> TypeOf(JsonWebToken token) => new() { ["typ"] = token.Typ };

    private static RSA PublicKey(SecurityKey key) => key switch
    {
        RsaSecurityKey rsa => RSA.Create(rsa.Parameters),
        // Keycloak publishes a certificate with each key.
        X509SecurityKey { PublicKey: RSA rsa } => RSA.Create(rsa.ExportParameters(includePrivateParameters: false)),
        _ => throw new ServiceUnavailableException(
            ServiceClients.Keycloak, $"The identity provider signs with {key.GetType().Name}, and this scenario needs an RSA key."),
    };
}
