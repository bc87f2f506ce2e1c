using System.Buffers.Text;
using System.Text.Json;

namespace AuthDemo.Tests.Identity;

/// <summary>The answer of a token endpoint.</summary>
public sealed record Tokens(string AccessToken, string? IdToken, string? RefreshToken, string TokenType, int ExpiresIn, string Scope)
{
    public DecodedToken Access => DecodedToken.Of(AccessToken);

    public DecodedToken Id => DecodedToken.Of(IdToken!);

    public static Tokens Of(JsonElement json)
    {
        return new(
            json.GetProperty("access_token").GetString()!,
            Optional("id_token"),
            Optional("refresh_token"),
            json.GetProperty("token_type").GetString()!,
            json.GetProperty("expires_in").GetInt32(),
            json.GetProperty("scope").GetString()!);

        string? Optional(string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}

/// <summary>The header and the claims of a JWT, not validated: what is asked here is what an identity provider writes.</summary>
public sealed record DecodedToken(JsonElement Header, JsonElement Claims)
{
    public static DecodedToken Of(string token)
    {
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        return new(Decode(parts[0]), Decode(parts[1]));

        static JsonElement Decode(string part) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(part));
    }

    public string? this[string claim] => Claims.TryGetProperty(claim, out var value) ? value.ToString() : null;

    public long Number(string claim) => Claims.GetProperty(claim).GetInt64();

    /// <summary>The values of a claim that is a list, in alphabetical order.</summary>
    public string[] List(string claim) =>
        [.. Claims.GetProperty(claim).EnumerateArray().Select(value => value.GetString()!).Order(StringComparer.Ordinal)];

    /// <summary>The names of all claims, in alphabetical order.</summary>
    public string[] Names => [.. Claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal)];
}
