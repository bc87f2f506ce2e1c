using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Login;

/// <summary>The clocks of the identity provider and of this server do not agree, so that no login can help.</summary>
/// <param name="ahead">By how much the provider's clock is ahead; below zero where it is behind.</param>
internal sealed class ClocksDifferException(TimeSpan ahead)
    : Exception($"The identity provider's clock is ahead by {ahead.TotalSeconds:0} s.")
{
    /// <summary>Less than this is a slow network rather than a wrong clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>By how much the provider's clock is ahead; below zero where it is behind.</summary>
    public TimeSpan Ahead { get; } = ahead;

    /// <summary>
    /// Validates the times of an ID token, which was issued a moment ago. An access token of the same moment would be refused by the API
    /// likewise, so nothing is gained by more tolerance.
    /// </summary>
    /// <exception cref="ClocksDifferException">It is over already, or not valid yet, since the clocks differ.</exception>
    public static bool ValidateLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = DateTime.UtcNow;
        if (expires > now && !(notBefore > now + Tolerance)) return true;
        var ahead = ((JsonWebToken)token).IssuedAt - now;
        return ahead.Duration() > Tolerance ? throw new ClocksDifferException(ahead) : false;
    }
}
