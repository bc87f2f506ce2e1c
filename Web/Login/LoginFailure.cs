using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>Why a login did not succeed, and where the page stands that says so.</summary>
internal static class LoginFailure
{
    public const string Path = "/login/failed";
    public const string AccessDenied = "access_denied";
    public const string StateLost = "state_lost";
    public const string ProviderUnavailable = "provider_unavailable";
    public const string Refused = "refused";

    public static string PageFor(string reason, string? returnUrl) =>
        $"{Path}?reason={reason}" + (returnUrl is null ? "" : $"&returnUrl={Uri.EscapeDataString(returnUrl)}");

    /// <summary>
    /// The callback was not a login: tells the causes apart by what the identity provider and the handler say, and shows the page.
    /// </summary>
    public static async Task OnRemoteFailure(RemoteFailureContext context)
    {
        var message = await MessageAsync(context.Request);
        var reason = message?.Error switch
        {
            "access_denied" => AccessDenied,
            not null => Refused,
            null when context.Failure is ServiceUnavailableException or { InnerException: ServiceUnavailableException } =>
                ProviderUnavailable,
            null when context.Properties is null || context.Failure is AuthenticationFailureException { InnerException: null } => StateLost,
            null => Refused,
        };

        context.HttpContext.RequestServices.GetRequiredService<LoginLog>()
            .LoginFailed(reason, context.Failure?.GetType().Name, IsCode(message?.Error) ? message?.Error : null);
        context.Response.Redirect(PageFor(reason, ReturnUrl.Local(context.Properties?.RedirectUri)));
        context.HandleResponse();
    }

    // Anybody can call the callback: what is no error code (RFC 6749, section 4.1.2.1) goes into no log, least of all a line break.
    private static bool IsCode(string? error) => error is { Length: <= 64 } && error.All(c => char.IsAsciiLetterLower(c) || c == '_');

    private static async Task<OpenIdConnectMessage?> MessageAsync(HttpRequest request) =>
        !HttpMethods.IsPost(request.Method) ? MessageOf(request.Query)
        : request.HasFormContentType ? MessageOf(await request.ReadFormAsync())
        : null;

    private static OpenIdConnectMessage MessageOf(IEnumerable<KeyValuePair<string, StringValues>> parameters) =>
        new(parameters.Select(p => KeyValuePair.Create(p.Key, p.Value.ToArray()!))!);
}
