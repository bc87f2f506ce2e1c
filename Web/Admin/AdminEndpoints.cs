using System.Globalization;
using System.Net;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Lab;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Admin;

/// <summary>What the admin page's buttons do.</summary>
internal static class AdminEndpoints
{
    private const string Disarm = "disarm";

    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        var address = builder.Configuration.GetServiceUri("api");
        builder.Services.AddHttpClient<BuildingApi>(client =>
        {
            client.BaseAddress = address;
            client.Timeout = TimeSpan.FromSeconds(15);
        });
    }

    public static void MapAdmin(this WebApplication app)
    {
        var forms = app.MapForms().RequireAuthorization(Policies.AdminsOnly).AddEndpointFilter(SayWhenAwayAsync);
        forms.MapPost("/admin/users/{id}/delete", (HttpContext http, BuildingApi api, string id) =>
            SendAsync(http, api, HttpMethod.Delete, $"/users/{Uri.EscapeDataString(id)}", "deleted"));
        forms.MapPost("/admin/reset", (HttpContext http, BuildingApi api) => SendAsync(http, api, HttpMethod.Post, "/reset", "reset"));
        forms.MapPost("/admin/alarm/disarm", (HttpContext http, BuildingApi api) => DisarmAsync(http, api, mayStepUp: true));

        // Changes something although it is a GET: it does only what a form asked for before the login, and that once.
        app.MapGet("/admin/again", async (HttpContext http, StepUp stepUp, BuildingApi api) =>
            await stepUp.TakeAsync(http) == Disarm ? await DisarmAsync(http, api, mayStepUp: false) : Results.LocalRedirect("/admin"))
            .RequireAuthorization(Policies.AdminsOnly).AddEndpointFilter(SayWhenAwayAsync);
    }

    private static async ValueTask<object?> SayWhenAwayAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (HttpRequestException)
        {
            return Said("unavailable");
        }
    }

    private static async Task<IResult> DisarmAsync(HttpContext http, BuildingApi api, bool mayStepUp)
    {
        using var response = await api.SendAsync(http, HttpMethod.Post, "/alarm/disarm");
        if (MaxAgeWanted(response) is not { } maxAge) return Say(response, "disarmed");
        return mayStepUp ? await StepUp.BeginAsync(http, Disarm, "/admin/again", maxAge) : Said("too-old");
    }

    // RFC 9470 3: the challenge says that the login does not satisfy, and how old it may be.
    private static TimeSpan? MaxAgeWanted(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.Unauthorized) return null;
        return Challenge.Parse(response.Headers.WwwAuthenticate.ToString())
            .Where(c => c["error"] == "insufficient_user_authentication")
            .Select(c => int.TryParse(c["max_age"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero)
            .Cast<TimeSpan?>()
            .FirstOrDefault();
    }

    private static async Task<IResult> SendAsync(HttpContext http, BuildingApi api, HttpMethod method, string path, string done)
    {
        using var response = await api.SendAsync(http, method, path);
        return Say(response, done);
    }

    // A 403 is shown and never answered by a login, which would change nothing.
    private static IResult Say(HttpResponseMessage response, string done) => Said(response.StatusCode switch
    {
        _ when response.IsSuccessStatusCode => done,
        HttpStatusCode.Unauthorized => "login",
        HttpStatusCode.Forbidden => "refused",
        HttpStatusCode.NotFound => "gone",
        _ => "unavailable",
    });

    private static IResult Said(string what) => Results.LocalRedirect($"/admin?done={what}");
}
