using System.Text.Json;
using AuthDemo.StandIn.Realms;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The level of authentication that a client asks for (OpenID Connect Core, sections 3.1.2.1 and 5.5.1.1). As at Keycloak the lowest of
/// several counts, and nothing is asked for where one of them is not known, unless it is essential.
/// </summary>
/// <param name="Error">Why the request has to be refused, if it has to.</param>
internal sealed record RequestedLevel(Level? Level, string? Error = null)
{
    /// <summary>OpenID Connect Core Unmet Authentication Requirements, section 2.</summary>
    private const string Unmet = "unmet_authentication_requirements";

    public static RequestedLevel Read(OpenIddictRequest request, Levels levels)
    {
        AcrClaim? claim = null;
        try
        {
            if (request.GetParameter(Parameters.Claims) is { } text)
                claim = JsonSerializer.Deserialize<ClaimsParameter>((string?)text ?? "null", JsonSerializerOptions.Web)?.IdToken?.Acr;
        }
        catch (JsonException)
        {
            return new(null, Errors.InvalidRequest);
        }

        string[] names = claim?.Names is { Length: > 0 } essential ? essential : [.. request.GetAcrValues()];
        var known = names.Select(name => levels.All.FirstOrDefault(level => level.Acr == name)).ToList();
        if (known.Contains(null)) return new(null, claim is { Essential: true } ? Unmet : null);
        return new(known.Contains(levels.Password) ? levels.Password : known.FirstOrDefault());
    }

    private sealed record ClaimsParameter([property: System.Text.Json.Serialization.JsonPropertyName("id_token")] IdTokenClaims? IdToken);

    private sealed record IdTokenClaims(AcrClaim? Acr);

    private sealed record AcrClaim(bool Essential, string? Value, string[]? Values)
    {
        public string[] Names => Values ?? (Value is null ? [] : [Value]);
    }
}
