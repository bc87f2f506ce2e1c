using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>Why a login did not succeed, and where the page stands that says so.</summary>
internal static partial class LoginFailure
{
    public const string Path = "/login/failed";
    public const string AccessDenied = "access_denied";
    public const string StateLost = "state_lost";
    public const string ProviderUnavailable = "provider_unavailable";
    public const string Refused = "refused";

    /// <summary>The callback was not a login: tells the causes apart by what the identity provider and the handler say, and shows the page.</summary>
    public static async Task OnRemoteFailure(RemoteFailureContext context)
    {
        var message = await MessageAsync(context.Request);
        var reason = message?.Error switch
        {
            "access_denied" => AccessDenied,
            not null => Refused,
            null when context.Failure is HttpRequestException or TaskCanceledException
                || context.Failure?.InnerException is HttpRequestException or TaskCanceledException => ProviderUnavailable,
            null when context.Properties is null || context.Failure is AuthenticationFailureException { InnerException: null } => StateLost,
            null => Refused,
        };

        var log = context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("AuthDemo.Web.Login");
        LogFailed(log, reason, context.Failure?.GetType().Name, IsCode(message?.Error) ? message?.Error : null);
        context.Response.Redirect($"{Path}?reason={reason}&returnUrl={Uri.EscapeDataString(ReturnUrl.Local(context.Properties?.RedirectUri))}");
        context.HandleResponse();
    }

    // Anybody can call the callback: what is no error code (RFC 6749 4.1.2.1) goes into no log, least of all a line break.
    private static bool IsCode(string? error) => error is { Length: <= 64 } && error.All(c => char.IsAsciiLetterLower(c) || c == '_');

    private static async Task<OpenIdConnectMessage?> MessageAsync(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method)) return new OpenIdConnectMessage(request.Query.Select(q => KeyValuePair.Create(q.Key, q.Value.ToArray()!))!);
        return request.HasFormContentType ? new OpenIdConnectMessage((await request.ReadFormAsync()).Select(q => KeyValuePair.Create(q.Key, q.Value.ToArray()!))!) : null;
    }

    [LoggerMessage(1, LogLevel.Warning, "A login did not succeed: {Reason} ({Cause} {Error})")]
    private static partial void LogFailed(ILogger log, string reason, string? cause, string? error);
}
