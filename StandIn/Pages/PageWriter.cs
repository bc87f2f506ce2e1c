using AuthDemo.StandIn.Realms;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.FileProviders;

namespace AuthDemo.StandIn.Pages;

/// <summary>Answers with a page.</summary>
internal static class PageWriter
{
    private const string AssetsPath = "/assets";

    /// <param name="realm">The realm that a form of the page may lead back to the clients of, or null for a page without one.</param>
    /// <param name="parameters">The component's parameters.</param>
    public static async Task WritePageAsync<TPage>(this HttpContext context, Realm? realm, Dictionary<string, object?> parameters)
        where TPage : IComponent
    {
        var services = context.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());

        SetSecurityHeaders(context.Response, realm);
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(html);
    }

    /// <summary>A page that says what is wrong, and leads back to the application whose <c>client_id</c> the request has.</summary>
    public static Task WriteErrorPageAsync(this HttpContext context, Realm realm, string problem)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.WritePageAsync<ErrorPage>(
            realm,
            new()
            {
                [nameof(ErrorPage.Realm)] = realm,
                [nameof(ErrorPage.Problem)] = problem,
                [nameof(ErrorPage.BackTo)] = realm.FindClient(context.Request.Query["client_id"])?.BaseUrl,
            });
    }

    /// <summary>Serves style, script and icon, which are part of the program: it runs from any folder.</summary>
    public static void UsePageAssets(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions
    {
        FileProvider = new EmbeddedFileProvider(typeof(PageWriter).Assembly, "AuthDemo.StandIn.Pages.Assets"),
        RequestPath = AssetsPath,
        OnPrepareResponse = asset => asset.Context.Response.Headers.XContentTypeOptions = "nosniff",
    });

    public static void MapWelcome(this IEndpointRouteBuilder routes, IReadOnlyList<Realm> realms) => routes.MapGet("/", context =>
        context.WritePageAsync<WelcomePage>(realm: null, new() { [nameof(WelcomePage.Realms)] = realms }));

    private static void SetSecurityHeaders(HttpResponse response, Realm? realm)
    {
        // Chromium applies form-action to the redirects after a post too, and those lead to the clients.
        var clients = (realm?.Clients.Values ?? []).SelectMany(client => client.Addresses)
            .Select(uri => new Uri(uri).GetLeftPart(UriPartial.Authority)).Distinct();
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            + $"form-action {string.Join(' ', clients.Prepend("'self'"))}";
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
