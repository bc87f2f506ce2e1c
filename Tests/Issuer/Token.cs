using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Tests.Issuer;

/// <summary>
/// An access token, written by hand so that every rule can be broken. As made by <see cref="Of"/> it is what Keycloak issues.
/// </summary>
public sealed partial class Token
{
    public required JsonObject Header { get; init; }
    public required JsonObject Payload { get; init; }

    /// <summary>Signs header and payload; by default with the identity provider's key.</summary>
    public required Func<string, byte[]> Sign { get; set; }

    public static Token Of(Persona persona, FakeIssuer provider)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = FakeIssuer.Issuer,
            ["sub"] = persona.Subject,
            ["aud"] = "api",
            ["iat"] = now,
            ["exp"] = now + 300,
            ["auth_time"] = now,
            ["jti"] = Guid.NewGuid().ToString(),
            ["typ"] = "Bearer",
            ["client_id"] = "web",
            ["scope"] = "profile",
            ["name"] = persona.Name,
            ["preferred_username"] = persona.Username,
            ["roles"] = new JsonArray([.. persona.Roles.Select(role => JsonValue.Create(role))]),
            ["groups"] = new JsonArray([.. persona.Groups.Select(group => JsonValue.Create(group))]),
        };
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = provider.Key.Id };
        return new Token { Header = header, Payload = payload, Sign = provider.Key.Sign };
    }

    /// <summary>
    /// Writes it with changes: <c>"aud":"cafeteria"</c> takes a member's place, <c>-aud</c> leaves one out, and any other text stands for
    /// the whole part.
    /// </summary>
    public string Write(string header = "", string payload = "")
    {
        var input = $"{Encode(Change(Header, header.Trim(' ')))}.{Encode(Change(Payload, payload.Trim(' ')))}";
        return $"{input}.{Base64Url.EncodeToString(Sign(input))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Change(JsonObject part, string change)
    {
        if (change is not ("" or ['"', ..] or ['-', ..])) return change;
        var changed = part.DeepClone().AsObject();
        foreach (Match name in MemberName().Matches(change)) changed.Remove(name.Value);
        return changed.ToJsonString().Insert(1, change is not ['"', ..] ? "" : changed.Count == 0 ? change : change + ",");
    }

    [GeneratedRegex("""(?<=^-)\w+|(?<=")\w+(?=":)""")]
    private static partial Regex MemberName();
}

/// <summary>A user of the realm, as their access token describes them. A test holds these against the realm file.</summary>
public sealed record Persona(string Name, string Subject, string[] Roles, string[] Groups)
{
    public static readonly Persona Alice = new("Alice Demo", "a11ce000-0000-4000-8000-000000000001", ["user"], ["/engineering"]);
    public static readonly Persona Bob = new("Bob Demo", "b0b00000-0000-4000-8000-000000000002", ["user"], ["/facilities"]);

    public static readonly Persona Admin =
        new("Admin Demo", "ad314000-0000-4000-8000-000000000003", ["user", "admin"], ["/engineering", "/facilities", "/security"]);

    public static Persona Named(string name) => ((Persona[])[Alice, Bob, Admin]).Single(one => one.Username == name);

    public string Username => Name.Split(' ')[0].ToLowerInvariant();
}

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
