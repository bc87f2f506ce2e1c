using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Security;

/// <summary>
/// JwtBearer's token handler, which by itself passes over <c>crit</c> and over names that come twice (RFC 7515, sections 4 and 4.1.11):
/// here such a token is
/// refused before anything else is looked at.
/// </summary>
internal sealed class StrictTokenHandler : JsonWebTokenHandler
{
    public override Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters) =>
        CompactJws.Read(token) is null
            ? Task.FromResult(new TokenValidationResult { IsValid = false, Exception = new SecurityTokenMalformedException() })
            : base.ValidateTokenAsync(token, validationParameters);
}
