using System.Diagnostics;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Login;

/// <summary>The reasons for a failed login, and the page that explains them.</summary>
internal static class LoginFailure
{
    public const string Path = "/login/failed";
    public const string AccessDenied = "access_denied";
    public const string AddressRefused = "address_refused";
    public const string ClientRefused = "client_refused";
    public const string ClocksDiffer = "clocks_differ";
    public const string LoggedOutHereOnly = "logged_out_here_only";
    public const string LoginExpired = "login_expired";
    public const string ProviderUnavailable = "provider_unavailable";
    public const string Refused = "refused";
    public const string StateLost = "state_lost";

    /// <summary>The login does not have the requested level (OpenID Connect Core Error Code of this name, 1.0).</summary>
    public const string UnmetRequirements = "unmet_authentication_requirements";

    /// <summary>Logs the failure and redirects to the page.</summary>
    public static IResult Show(HttpContext http, string reason, Exception? cause, string? returnUrl, string? error = null)
    {
        var log = http.RequestServices.GetRequiredService<LoginLog>();
        if (error is null && reason is ProviderUnavailable or LoggedOutHereOnly) log.ProviderUnavailable(cause?.GetBaseException().Message);
        if (reason is LoggedOutHereOnly)
            log.LoggedOut(http, http.User, reason);
        else
            log.LoginFailed(http, reason, cause?.GetType().Name, Code(error ?? ErrorIn(cause)));
        return Results.LocalRedirect(PageFor(reason, returnUrl, cause));
    }

    /// <summary>Maps an exception from the pushed authorization or token endpoint to a reason.</summary>
    public static string ReasonOf(Exception? failure) =>
        Find<ServiceUnavailableException>(failure) is not null ? ProviderUnavailable
        : Find<ClocksDifferException>(failure) is not null ? ClocksDiffer
        : failure is null || ErrorIn(failure) is not { } error ? Refused
        : error == UnmetRequirements ? UnmetRequirements
        : DescriptionIn(failure).Contains("redirect_uri", StringComparison.Ordinal) ? AddressRefused
        // RFC 6749, section 5.2. Keycloak returns unauthorized_client, or invalid_request for a pushed request.
        : error is "invalid_client" or "unauthorized_client" ? ClientRefused
        : DescriptionIn(failure).StartsWith("Authentication failed", StringComparison.Ordinal) ? ClientRefused
        : Refused;

    /// <summary>Handles a failed callback.</summary>
    public static async Task OnRemoteFailure(RemoteFailureContext context)
    {
        var http = context.HttpContext;
        var error = http.Request.Query[OpenIdConnectParameterNames.Error].ToString() is { Length: > 0 } given ? given : null;
        var description = http.Request.Query[OpenIdConnectParameterNames.ErrorDescription].ToString();
        // Keycloak's error for a login that timed out or was completed in another tab.
        var isExpired = error == "temporarily_unavailable" && description == "authentication_expired";
        // The code is not redeemed or the session not stored, so a retry can succeed once the store is back.
        if (Find<ServiceUnavailableException>(context.Failure) is { Service: not ServiceClients.Keycloak } outage) throw outage;

        context.HandleResponse();
        if (context.Failure is BadHttpRequestException unread) // a form that is too large or timed out
        {
            context.Response.StatusCode = unread.StatusCode;
            return;
        }

        var reason = error switch
        {
            "access_denied" => AccessDenied,
            UnmetRequirements => UnmetRequirements,
            "temporarily_unavailable" => isExpired ? LoginExpired : ProviderUnavailable,
            not null => Refused,
            null when context.Failure is AuthenticationFailureException { InnerException: null } => StateLost,
            null => ReasonOf(context.Failure),
        };
        await Show(http, reason, context.Failure, ReturnUrl.Local(context.Properties?.RedirectUri), error).ExecuteAsync(http);
    }

    /// <summary>The identity provider completed the login without the requested level.</summary>
    public static Exception Unmet() => new OpenIdConnectProtocolException("The login has not the level that was asked for.")
    {
        Data = { ["error"] = UnmetRequirements },
    };

    private static string PageFor(string reason, string? returnUrl, Exception? cause) =>
        $"{Path}?reason={reason}" + (returnUrl is null ? "" : $"&returnUrl={Uri.EscapeDataString(returnUrl)}")
        + (Find<ClocksDifferException>(cause) is { Ahead.TotalSeconds: var seconds } ? $"&ahead={seconds:0}" : "")
        + $"&trace={Activity.Current?.TraceId}";

    // Anybody can call the callback, so only valid error codes (RFC 6749, section 4.1.2.1) are logged.
    private static string? Code(string? error) =>
        error is { Length: <= 64 } && error.All(c => char.IsAsciiLetterLower(c) || c == '_') ? error : null;

    private static string? ErrorIn(Exception? failure) => failure?.Data["error"] as string;

    private static string DescriptionIn(Exception failure) => failure.Data["error_description"] as string ?? "";

    private static T? Find<T>(Exception? failure) where T : Exception =>
        failure is null ? null : failure as T ?? Find<T>(failure.InnerException);
}

/// <summary>The clocks of the identity provider and this server differ, so that no login can succeed.</summary>
/// <param name="ahead">How far the provider's clock is ahead; negative if it is behind.</param>
internal sealed class ClocksDifferException(TimeSpan ahead)
    : Exception($"The identity provider's clock is ahead by {ahead.TotalSeconds:0} s.")
{
    /// <summary>A smaller difference can be network latency.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>How far the provider's clock is ahead; negative if it is behind.</summary>
    public TimeSpan Ahead { get; } = ahead;

    /// <summary>
    /// Validates the lifetime of an ID token. The clock skew is not larger than the Api's, which would reject the access token anyway.
    /// </summary>
    /// <exception cref="ClocksDifferException">The token is expired or not yet valid because the clocks differ.</exception>
    public static bool ValidateLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = DateTime.UtcNow;
        if (expires > now && !(notBefore > now + Tolerance)) return true;
        var ahead = ((JsonWebToken)token).IssuedAt - now;
        return ahead.Duration() > Tolerance ? throw new ClocksDifferException(ahead) : false;
    }
}
