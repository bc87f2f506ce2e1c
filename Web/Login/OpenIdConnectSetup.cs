using System.Security.Claims;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Login;

/// <summary>Configures the OpenID Connect handler.</summary>
internal static class OpenIdConnectSetup
{
    public const string CallbackPath = "/signin-oidc";

    public static void Configure(OpenIdConnectOptions options, ProviderMetadata provider, HttpClient backchannel, HostCookies cookies)
    {
        // Authority, ClientId and ClientSecret are bound from configuration; the scopes are the defaults, openid and profile.
        options.ConfigurationManager = provider;
        options.Backchannel = backchannel;
        options.EventsType = typeof(LoginEvents);
        options.CallbackPath = CallbackPath;
        // No front-channel logout: a form on another site could log a user out.
        options.RemoteSignOutPath = PathString.Empty;
        cookies.Bind(options.CorrelationCookie, ".AspNetCore.Correlation.");
        cookies.Bind(options.NonceCookie, ".AspNetCore.OpenIdConnect.Nonce.");

        options.ResponseType = OpenIdConnectResponseType.Code;
        // Not form_post: a cross-site POST does not send the Lax cookies above.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true; // RFC 9700, section 2.1.1
        options.SaveTokens = true;
        options.MapInboundClaims = false;
        options.ClaimActions.Remove("acr"); // removed by default
        options.ClaimActions.Remove("iss");

        var tokens = options.TokenValidationParameters;
        tokens.NameClaimType = PersonClaims.Name;
        tokens.RoleClaimType = "roles";
        // RFC 8725, section 3.1; OpenID Connect Core 1.0, section 3.1.3.7 (7): RS256 unless the client registered another algorithm.
        tokens.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
        tokens.LifetimeValidator = ClocksDifferException.ValidateLifetime;
        // Section 3.1.3.7 (3): reject additional audiences; we trust only our own client ID.
        tokens.AudienceValidator = (audiences, _, _) => audiences.SequenceEqual([options.ClientId]);
    }
}

/// <summary>The handler's events, in the order in which they occur.</summary>
internal sealed class LoginEvents(SessionStore sessions) : OpenIdConnectEvents
{
    private const string AcrValuesItem = ".login.acr_values";

    /// <summary>Servers reject a longer URL with 431.</summary>
    private const int MaxHintLength = 4000;

    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        foreach (var (name, value) in context.Properties.Parameters)
            if (value is string asked) context.ProtocolMessage.SetParameter(name, asked);
        context.Properties.SetString(AcrValuesItem, context.ProtocolMessage.AcrValues);
        LoginLog.Begun(context.Properties);
        return Task.CompletedTask;
    }

    public override Task MessageReceived(MessageReceivedContext context)
    {
        if (!context.Request.IsDeliberate())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.HandleResponse();
        }

        return NameSpan(context.HttpContext);
    }

    public override async Task AuthorizationCodeReceived(AuthorizationCodeReceivedContext context)
    {
        // RFC 9207, section 2.4: reject the response of another issuer. The parameter is required if the server advertises it.
        var provider = await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        var isRight = context.ProtocolMessage.Iss is { } issuer
            ? issuer == provider.Issuer
            : !provider.AuthorizationResponseIssParameterSupported;
        if (!isRight)
        {
            context.Fail(new OpenIdConnectProtocolException("The answer does not name the identity provider that was asked."));
        }
        else if (!await sessions.TryTakeCodeAsync(context.ProtocolMessage.Code))
        {
            context.Response.Redirect(context.Properties!.RedirectUri!);
            context.HandleResponse();
        }
    }

    public override Task TokenResponseReceived(TokenResponseReceivedContext context)
    {
        context.Properties!.SetString(LoginSetup.ScopeItem, context.TokenEndpointResponse.Scope);
        return Task.CompletedTask;
    }

    /// <summary>
    /// <c>acr_values</c> is a voluntary request (OpenID Connect Core 1.0, sections 3.1.2.1 and 5.5.1.1), so the client has to check the
    /// result (section 3.1.3.7 (12)).
    /// </summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        if (context.Properties!.GetString(AcrValuesItem) is { } asked
            && !asked.Split(' ').Contains(context.Principal!.FindFirstValue("acr")))
        {
            throw LoginFailure.Unmet();
        }

        LoginLog.Answered(context.HttpContext, context.Properties);
        context.Principal = PersonClaims.Of((ClaimsIdentity)context.Principal!.Identity!);
        return Task.CompletedTask;
    }

    public override Task RemoteFailure(RemoteFailureContext context) => LoginFailure.OnRemoteFailure(context);

    /// <summary>
    /// OpenID Connect RP-Initiated Logout 1.0, section 2: the ID token is a hint, and the client id can replace it. A provider with new
    /// keys shows an error page for a hint that was signed with the old ones.
    /// </summary>
    public override async Task RedirectToIdentityProviderForSignOut(RedirectContext context)
    {
        var keys = (await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted)).SigningKeys;
        context.ProtocolMessage.ClientId = context.Options.ClientId;
        if (context.ProtocolMessage.IdTokenHint is not { Length: <= MaxHintLength } hint
            || !keys.Any(key => key.KeyId == new JsonWebToken(hint).Kid))
        {
            context.ProtocolMessage.IdTokenHint = null;
        }
    }

    public override Task SignedOutCallbackRedirect(RemoteSignOutContext context)
    {
        context.Properties ??= new AuthenticationProperties { RedirectUri = "/" }; // the state was lost
        return NameSpan(context.HttpContext);
    }

    // The handler's paths have no endpoint, so nothing else sets the route.
    private static Task NameSpan(HttpContext http)
    {
        http.Features.Get<IHttpActivityFeature>()?.Activity.SetTag("http.route", http.Request.Path.Value);
        return Task.CompletedTask;
    }
}
