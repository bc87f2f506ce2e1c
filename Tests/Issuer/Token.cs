using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthDemo.StandIn.Realms;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Tests.Issuer;

/// <summary>An access token as Keycloak issues it, written by hand so that every rule can be broken.</summary>
public sealed partial class Token
{
    public required JsonObject Header { get; init; }
    public required JsonObject Payload { get; init; }
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

    /// <summary>Changes: <c>"aud":"cafeteria"</c> takes a member's place, <c>-aud</c> leaves one out, other text is it all.</summary>
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

public sealed record Persona(string Name, string Subject, string[] Roles, string[] Groups)
{
    public static readonly Realm Realm =
        RealmFile.ReadAll(Repository.PathOf("AppHost/Realms")).Single(realm => realm.Name == "authdemo");

    public static readonly Persona Alice = Named("alice");
    public static readonly Persona Bob = Named("bob");
    public static readonly Persona Admin = Named("admin");

    public static Persona Named(string name) => Realm.FindPerson(name) is { } user
        ? new($"{user.FirstName} {user.LastName}", user.Id!, user.RealmRoles!, user.Groups!) : throw new ArgumentException(name);

    public string Username => Name.Split(' ')[0].ToLowerInvariant();
}

public sealed record SigningKey(string Id, RSA Rsa)
{
    private static readonly RSAParameters First = RSA.Create(2048).ExportParameters(includePrivateParameters: true);

    public static SigningKey Create(int bits = 2048) => new($"{Guid.NewGuid():N}", RSA.Create(bits));

    /// <summary>The same key for all, as making one takes longer than most tests, under an id of its own.</summary>
    public static SigningKey CreateFirst() => new($"{Guid.NewGuid():N}", RSA.Create(First));

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

    public byte[] Sign(string input) => Sign(input, HashAlgorithmName.SHA256);

    public byte[] Sign(string input, HashAlgorithmName hash) =>
        Rsa.SignData(Encoding.ASCII.GetBytes(input), hash, RSASignaturePadding.Pkcs1);
}
