using System.Net;

namespace AuthDemo.Web.Http;

/// <summary>
/// The name under which the realm knows Web. A login comes back to that name alone, and a cookie of another name is not there then.
/// </summary>
internal static class RegisteredName
{
    private const string Name = "localhost";

    /// <summary>Redirects 127.0.0.1, [::1] and LOCALHOST to localhost; rejects an invalid Host with 400.</summary>
    public static void UseRegisteredName(this WebApplication app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (!Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var address) || address.Port == 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!isRead || !IsOtherLoopbackName(request.Host.Host)) return next(context);
        var registered = request.Host.Port is { } port ? new HostString(Name, port) : new HostString(Name);
        context.Response.Redirect($"{request.Scheme}://{registered}{request.PathBase}{request.Path}{request.QueryString}", false, true);
        return Task.CompletedTask;
    });

    private static bool IsOtherLoopbackName(string host) => host != Name
        && (host.Equals(Name, StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
}
