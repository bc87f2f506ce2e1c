using System.Globalization;
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
    private const string NotReadyReason = "not_ready";

    public static void MapLab(this WebApplication app)
    {
        var forms = app.MapForms();
        forms.MapPost("/lab/run/{scenario}", RunAsync).RequireRateLimiting(RateLimits.LabRuns);
        forms.MapPost("/lab/run-all", RunAllAsync).RequireRateLimiting(RateLimits.LabRuns);
        forms.MapPost("/lab/start-over", StartOverAsync);
        forms.MapPost("/lab/step-up/{scenario}", BeginStepUpAsync).RequireAuthorization();
        app.MapGet("/lab/again", RunAgainAsync).RequireAuthorization();
    }

    private static async Task<IResult> RunAsync(
        HttpContext http,
        LabNotebooks notebooks,
        Readiness readiness,
        ScenarioRunner runner,
        string scenario,
        [FromForm] string? prediction,
        [FromForm] string? returnUrl)
    {
        if (ScenarioTable.Find(scenario) is not { } found) return Results.NotFound();
        var page = returnUrl is null ? $"/lab/{found.Id}#answer" : ReturnUrl.Local(returnUrl);
        var caller = await Caller.FromAsync(http, (await notebooks.FindAsync(http))?.EndedSession);

        if (readiness.Check(found, caller) is { } missing)
        {
            http.DescribeRun(StatusCodes.Status409Conflict, NotReadyReason, found, caller.Persona);
            return Answer(http, page, () => NotReady(http, found, missing));
        }

        try
        {
            var result = await runner.RunAsync(found, caller, Predictions.Read(prediction), http.RequestAborted);
            await notebooks.ChangeAsync(http, notebook => notebook.Add(found, result));
            http.DescribeRun(result.Status, result.Reason, found, caller.Persona);
            return Answer(http, page, () => Results.Json(result.ForScripts()));
        }
        catch (ServiceUnavailableException e)
        {
            http.DescribeRun(StatusCodes.Status503ServiceUnavailable, null, found, caller.Persona);
            await notebooks.ChangeAsync(http, notebook => notebook.Problem = e.Message);
            return Answer(http, page, () => Problems.Unavailable(http, e));
        }
    }

    private static async Task<IResult> RunAllAsync(HttpContext http, LabNotebooks notebooks, Readiness readiness, ScenarioRunner runner)
    {
        var caller = await Caller.FromAsync(http, (await notebooks.FindAsync(http))?.EndedSession);
        try
        {
            foreach (var scenario in ScenarioTable.All.Where(s => readiness.Check(s, caller) is null))
            {
                var result = await RunInOwnTraceAsync(runner, scenario, caller, http.RequestAborted);
                await notebooks.ChangeAsync(http, notebook => notebook.Add(scenario, result));
            }
        }
        catch (ServiceUnavailableException e)
        {
            await notebooks.ChangeAsync(http, notebook => notebook.Problem = e.Message);
        }

        return Results.LocalRedirect("/#matrix");
    }

    private static async Task<RunResult> RunInOwnTraceAsync(
        ScenarioRunner runner, Scenario scenario, Caller caller, CancellationToken cancellation)
    {
        using var trace = LabTraces.Begin($"{scenario.Id} as {caller.Persona}");
        var result = await runner.RunAsync(scenario, caller, predicted: null, cancellation);
        LabTraces.Describe(trace, result.Status, result.Reason, scenario, caller.Persona);
        return result;
    }

    /// <summary>The story begins with nobody, so whoever is logged in is logged out.</summary>
    private static async Task<IResult> StartOverAsync(HttpContext http, LabNotebooks notebooks)
    {
        var loggedOut = await LoginEndpoints.EndSessionAsync(http, "/");
        if (await notebooks.FindAsync(http) is not null) await notebooks.ChangeAsync(http, notebook => notebook.StartOver());
        return loggedOut;
    }

    /// <summary>The API asked for another login: log in as its challenge says, then run the scenario that starts from there.</summary>
    private static async Task<IResult> BeginStepUpAsync(
        HttpContext http, string scenario, [FromForm] string? maxAge, [FromForm] string? acrValues) =>
        ScenarioTable.Find(scenario) is { } found
            ? await StepUp.BeginAsync(http, found.Id, "/lab/again", LoginRequirements.Read(maxAge, acrValues))
            : Results.NotFound();

    private static async Task<IResult> RunAgainAsync(
        HttpContext http, StepUp stepUp, LabNotebooks notebooks, Readiness readiness, ScenarioRunner runner) =>
        await stepUp.TakeActionAsync(http) is { } scenario
            ? await RunAsync(http, notebooks, readiness, runner, scenario, prediction: null, returnUrl: null)
            : Results.LocalRedirect("/");

    private static IResult Answer(HttpContext http, string page, Func<IResult> json) =>
        http.Request.AsksForJson() ? json() : Results.LocalRedirect(page);

    /// <summary>
    /// For scripts: what is missing as a word, and how long it will be (RFC 9110, section 10.2.3) where waiting is all that helps.
    /// </summary>
    private static IResult NotReady(HttpContext http, Scenario scenario, Missing missing)
    {
        if (missing.Wait is { } wait) http.Response.Headers.RetryAfter = wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return Results.Problem(missing.Text, statusCode: StatusCodes.Status409Conflict,
            extensions: new Dictionary<string, object?> { ["reason"] = NotReadyReason, ["need"] = $"{scenario.Needs}" });
    }
}
