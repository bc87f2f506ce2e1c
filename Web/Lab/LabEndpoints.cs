using System.Globalization;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Running;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Web.Lab;

/// <summary>
/// The lab's forms. Each answers with a redirect to the page that shows the result, or with JSON where the caller asks for that.
/// </summary>
internal static class LabEndpoints
{
    public static void MapLab(this WebApplication app)
    {
        var forms = app.MapForms();
        forms.MapPost("/lab/run/{scenario}", RunAsync).RequireRateLimiting(RateLimits.LabRuns);
        forms.MapPost("/lab/run-all", RunAllAsync).RequireRateLimiting(RateLimits.LabRuns);
        forms.MapPost("/lab/start-over", StartOver);
        forms.MapPost("/lab/step-up/{scenario}", BeginStepUpAsync).RequireAuthorization();
        app.MapGet("/lab/again", RunAgainAsync).RequireAuthorization();
    }

    private static async Task<IResult> RunAsync(
        HttpContext http,
        LabNotebooks notebooks,
        Readiness readiness,
        ScenarioRunner runner,
        string scenario,
        [FromForm] string? prediction)
    {
        if (ScenarioTable.Find(scenario) is not { } found) return Results.NotFound();
        var notebook = notebooks.Open(http);
        var caller = await Caller.FromAsync(http, notebook.EndedSession);
        var predicted = Predictions.All.FirstOrDefault(p => p == prediction);

        if (readiness.Check(found, caller) is { } missing)
            return Answer(http, $"/lab/{found.Id}", () => Problem(StatusCodes.Status409Conflict, "not_ready", missing.Text));

        try
        {
            var result = await runner.RunAsync(found, caller, predicted, http.RequestAborted);
            notebook.Add(found, result);
            return Answer(http, $"/lab/{found.Id}#answer", () => Results.Json(result));
        }
        catch (ServiceUnavailableException e)
        {
            notebook.Problem = e.Message;
            var reason = e.Service == ServiceClients.Keycloak ? Reasons.IdentityProviderUnavailable : $"{e.Service}_unavailable";
            return Answer(http, $"/lab/{found.Id}#answer", () => Problem(StatusCodes.Status503ServiceUnavailable, reason, e.Message));
        }
    }

    private static async Task<IResult> RunAllAsync(HttpContext http, LabNotebooks notebooks, Readiness readiness, ScenarioRunner runner)
    {
        var notebook = notebooks.Open(http);
        var caller = await Caller.FromAsync(http, notebook.EndedSession);
        try
        {
            foreach (var scenario in ScenarioTable.All.Where(s => readiness.Check(s, caller) is null))
                notebook.Add(scenario, await runner.RunAsync(scenario, caller, predicted: null, http.RequestAborted));
        }
        catch (ServiceUnavailableException e)
        {
            notebook.Problem = e.Message;
        }

        return Results.LocalRedirect("/#matrix");
    }

    private static IResult StartOver(HttpContext http, LabNotebooks notebooks)
    {
        notebooks.Find(http)?.StartOver();
        return Results.LocalRedirect("/#matrix");
    }

    /// <summary>The API said that the login is too old: log in again, then run the scenario that starts from there.</summary>
    private static async Task<IResult> BeginStepUpAsync(HttpContext http, string scenario, [FromForm] string maxAge)
    {
        if (ScenarioTable.Find(scenario) is not { } found) return Results.NotFound();
        return int.TryParse(maxAge, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? await StepUp.BeginAsync(http, found.Id, "/lab/again", TimeSpan.FromSeconds(seconds))
            : Results.BadRequest();
    }

    private static async Task<IResult> RunAgainAsync(
        HttpContext http, StepUp stepUp, LabNotebooks notebooks, Readiness readiness, ScenarioRunner runner) =>
        await stepUp.TakeActionAsync(http) is { } scenario
            ? await RunAsync(http, notebooks, readiness, runner, scenario, prediction: null)
            : Results.LocalRedirect("/");

    private static IResult Answer(HttpContext http, string page, Func<IResult> json) =>
        http.Request.GetTypedHeaders().Accept.Any(a => a.MediaType == "application/json") ? json() : Results.LocalRedirect(page);

    private static IResult Problem(int status, string reason, string detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["reason"] = reason });
}
