using Microsoft.AspNetCore.Http.Extensions;

namespace AuthDemo.Web.Http;

/// <summary>
/// The name under which the realm knows Web. A login comes back to that name alone, and a cookie of another name is not there then.
/// </summary>
internal static class RegisteredName
{
    private const string Name = "localhost";

    /// <summary>Redirects 127.0.0.1, [::1] and LOCALHOST to localhost; rejects an invalid Host with 400.</summary>
    public static void UseRegisteredName(this WebApplication app) => app.Use((http, next) =>
    {
        if (!Uri.TryCreate(http.Request.GetEncodedUrl(), UriKind.Absolute, out var address) || address.Port == 0)
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
        else if (address.IsLoopback && http.Request.Host.Host != Name)
            http.Response.Redirect(new UriBuilder(address) { Host = Name }.Uri.AbsoluteUri, permanent: false, preserveMethod: true);
        else
            return next(http);
        return Task.CompletedTask;
    });
}
