using AuthDemo.StandIn.Realms;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.FileProviders;

namespace AuthDemo.StandIn.Pages;

/// <summary>Renders the realm's pages.</summary>
internal static class Page
{
    public static RazorComponentResult<TPage> Of<TPage>(HttpContext context, object parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        // Chromium applies form-action to redirects after a POST, which lead to the clients.
        var clients = context.RequestServices.GetRequiredService<Realm>().Clients.SelectMany(client => client.Addresses)
            .Select(uri => new Uri(uri).GetLeftPart(UriPartial.Authority)).Distinct();
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            + $"form-action {string.Join(' ', clients.Prepend("'self'"))}";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return new(parameters) { StatusCode = status };
    }

    /// <summary>An error page, with a link to the application of the request's <c>client_id</c>.</summary>
    public static IResult OfError(HttpContext context, string problem)
    {
        var client = context.RequestServices.GetRequiredService<Realm>().FindClient(context.Request.Query["client_id"]);
        return Of<MessagePage>(
            context, new { Title = "We are sorry…", Text = problem, BackTo = client?.BaseUrl }, StatusCodes.Status400BadRequest);
    }

    /// <summary>Serves the embedded style sheet, script and icon.</summary>
    public static void UsePageAssets(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions
    {
        FileProvider = new EmbeddedFileProvider(typeof(Page).Assembly, "AuthDemo.StandIn.Pages.Assets"),
        RequestPath = "/assets",
        OnPrepareResponse = asset => asset.Context.Response.Headers.XContentTypeOptions = "nosniff",
    });
}
