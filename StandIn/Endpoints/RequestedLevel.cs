using System.Text.Json;
using System.Text.Json.Serialization;
using AuthDemo.StandIn.Realms;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The authentication level that a client requests (OpenID Connect Core, sections 3.1.2.1 and 5.5.1.1). As in Keycloak, the lowest of
/// several is used, and an unknown level voids the request unless it is essential.
/// </summary>
/// <param name="Error">The error if the request has to be rejected.</param>
internal sealed record RequestedLevel(Level? Level, string? Error = null)
{
    /// <summary>OpenID Connect Core Unmet Authentication Requirements, section 2.</summary>
    private const string Unmet = "unmet_authentication_requirements";

    public static RequestedLevel Read(OpenIddictRequest request, Levels levels)
    {
        AcrClaim? claim;
        try
        {
            var text = (string?)request.GetParameter(Parameters.Claims) ?? "null";
            claim = JsonSerializer.Deserialize<ClaimsParameter>(text, JsonSerializerOptions.Web)?.IdToken?.Acr;
        }
        catch (JsonException)
        {
            return new(null, Errors.InvalidRequest);
        }

        var names = claim?.Values ?? (claim?.Value is { } value ? [value] : request.GetAcrValues());
        var known = names.Select(levels.Find).ToList();
        if (known.Contains(null)) return new(null, claim is { Essential: true } ? Unmet : null);
        return new(known.Contains(levels.Password) ? levels.Password : known.FirstOrDefault());
    }

    private sealed record ClaimsParameter([property: JsonPropertyName("id_token")] IdTokenClaims? IdToken);

    private sealed record IdTokenClaims(AcrClaim? Acr);

    private sealed record AcrClaim(bool Essential, string? Value, IEnumerable<string>? Values);
}
