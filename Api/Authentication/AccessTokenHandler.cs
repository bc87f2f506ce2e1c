using AuthDemo.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

/// <summary>
/// JwtBearer's token handler, made stricter in three points that it passes over: <c>crit</c> (RFC 7515, section 4.1.11), names that come
/// twice (section 4), and a missing <c>sub</c> (RFC 9068, section 2.2). Before its full validation an inspection names the first rule that
/// a token breaks; it can only refuse.
/// </summary>
internal class AccessTokenHandler(IssuerMetadata issuer, TimeProvider time) : JsonWebTokenHandler
{
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        using var jws = CompactJws.Read(token);
        if (jws is null) return Refused(Reasons.MalformedToken);
        if (await FindFaultAsync(jws, validationParameters) is { } reason) return Refused(reason);

        var result = await base.ValidateTokenAsync(token, validationParameters);
        // The issuer may have put another key in its place, under the same id.
        if (result.Exception is SecurityTokenInvalidSignatureException && await issuer.RefreshAsync())
            result = await base.ValidateTokenAsync(token, validationParameters);
        return !result.IsValid || jws.HasSubject ? result : Refused(Reasons.MalformedToken);
    }

    /// <summary>The reason to refuse the token; null where nothing is wrong but perhaps the signature.</summary>
    protected virtual async ValueTask<string?> FindFaultAsync(CompactJws jws, TokenValidationParameters rules) =>
        TokenInspection.FindFault(jws, rules, time.GetUtcNow()) ?? await issuer.FindKeyAsync(jws.KeyId) switch
        {
            KeyLookup.Found => null,
            KeyLookup.Unknown => Reasons.UnknownKey,
            _ => Reasons.IdentityProviderUnavailable,
        };

    private static TokenValidationResult Refused(string reason) => new() { Exception = new CredentialRefusedException(reason) };
}
