using System.Diagnostics;
using System.Net;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Admin;

/// <summary>The form endpoints of the admin page.</summary>
internal static class AdminEndpoints
{
    /// <summary>Web's own policy for this page. The Api authorizes the calls that its buttons make.</summary>
    public const string AdminsOnly = "AdminsOnly";

    private const string Disarm = "disarm";

    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BuildingApi>();
        builder.Services.AddSingleton<AdminLog>();
        builder.Services.AddAuthorizationBuilder().AddPolicy(AdminsOnly, policy => policy.RequireRole("admin"));
    }

    public static void MapAdmin(this WebApplication app)
    {
        var forms = app.MapForms().RequireAuthorization(AdminsOnly);
        forms.MapPost("/admin/users/{id}/delete", (HttpContext http, BuildingApi api, AdminLog log, string id) =>
            SendAsync(http, api, log, HttpMethod.Delete, $"/users/{Uri.EscapeDataString(id)}", "deleted"));
        forms.MapPost("/admin/reset", (HttpContext http, BuildingApi api, AdminLog log) =>
            SendAsync(http, api, log, HttpMethod.Post, "/reset", "reset"));
        forms.MapPost("/admin/alarm/disarm", (HttpContext http, BuildingApi api, AdminLog log) =>
            DisarmAsync(http, api, log, mayStepUp: true));

        // This GET changes state, but only what a form asked for before the login, and only once.
        app.MapGet("/admin/again", async (HttpContext http, StepUp stepUp, BuildingApi api, AdminLog log) =>
                await stepUp.TakeActionAsync(http) == Disarm
                    ? await DisarmAsync(http, api, log, mayStepUp: false)
                    : Results.LocalRedirect("/admin"))
            .RequireAuthorization(AdminsOnly);
    }

    private static async Task<IResult> DisarmAsync(HttpContext http, BuildingApi api, AdminLog log, bool mayStepUp)
    {
        log.Asked(http.User, HttpMethod.Post, "/alarm/disarm");
        using var response = await api.SendAsync(http, HttpMethod.Post, "/alarm/disarm");
        var challenges = response.StatusCode == HttpStatusCode.Unauthorized ? Challenge.Of(response) : [];
        if (challenges.Select(c => c.StepUp).FirstOrDefault(required => required is not null) is not { } required)
        {
            var isLoginInTheFuture = challenges.Any(challenge => challenge["error"] == Challenge.InsufficientUserAuthentication);
            return ShowOutcome(isLoginInTheFuture ? "clocks" : OutcomeOf(response, "disarmed"));
        }

        return mayStepUp ? await StepUp.BeginAsync(http, Disarm, "/admin/again", required) : ShowOutcome("too-old");
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, BuildingApi api, AdminLog log, HttpMethod method, string path, string done)
    {
        log.Asked(http.User, method, path);
        using var response = await api.SendAsync(http, method, path);
        return ShowOutcome(OutcomeOf(response, done));
    }

    // A 403 is shown, not turned into a login: logging in again would not help.
    private static string OutcomeOf(HttpResponseMessage response, string done) => response.StatusCode switch
    {
        _ when response.IsSuccessStatusCode => done,
        HttpStatusCode.Unauthorized => "login",
        HttpStatusCode.Forbidden => "refused",
        HttpStatusCode.NotFound => "gone",
        _ => "unavailable",
    };

    private static IResult ShowOutcome(string outcome) =>
        Results.LocalRedirect($"/admin?done={outcome}&trace={Activity.Current?.TraceId}");
}
