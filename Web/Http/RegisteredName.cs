using Microsoft.AspNetCore.Http.Extensions;

namespace AuthDemo.Web.Http;

/// <summary>
/// The host name that is registered at the identity provider. Logins return to it only, and cookies of another host name would be missing.
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
