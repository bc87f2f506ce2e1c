using System.Globalization;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthDemo.Tests.Identity;

/// <summary>The answer of a token endpoint.</summary>
public sealed record Tokens(string AccessToken, string? IdToken, string? RefreshToken, string TokenType, int ExpiresIn, string Scope)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public DecodedToken Access => new(AccessToken);

    public DecodedToken Id => new(IdToken!);

    public static Tokens Of(JsonElement json) => json.Deserialize<Tokens>(Json)!;
}

/// <summary>A token, not validated: what is asked here is what an identity provider writes.</summary>
public sealed class DecodedToken(string token) : JsonWebToken(token)
{
    public string? this[string claim] => List(claim).FirstOrDefault();

    public long Number(string claim) => long.Parse(this[claim]!, CultureInfo.InvariantCulture);

    /// <summary>The values of a claim that is a list, in alphabetical order.</summary>
    public string[] List(string claim) =>
        [.. Claims.Where(one => one.Type == claim).Select(one => one.Value).Order(StringComparer.Ordinal)];

    /// <summary>The names of all claims, in alphabetical order.</summary>
    public IEnumerable<string> Names => Claims.Select(claim => claim.Type).Distinct().Order(StringComparer.Ordinal);
}
