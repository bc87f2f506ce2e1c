using System.Globalization;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Running;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Web.Lab;

/// <summary>The lab's form endpoints. They redirect to the result page, or return JSON if the client asks for it.</summary>
internal static class LabEndpoints
{
    private const string NotReady = "not_ready";

    public static void MapLab(this WebApplication app)
    {
        var forms = app.MapForms();
        forms.MapPost("/lab/run/{scenario}", RunAsync).RequireRateLimiting(RateLimits.LabRuns);
        forms.MapPost("/lab/start-over", StartOverAsync);
        forms.MapPost("/lab/step-up/{scenario}", BeginStepUpAsync).RequireAuthorization();
        app.MapGet("/lab/again", RunAgainAsync).RequireAuthorization();
    }

    private static async Task<IResult> RunAsync(
        HttpContext http,
        LabNotebooks notebooks,
        Readiness readiness,
        ScenarioRunner runner,
        DashboardLinks dashboard,
        string scenario,
        [FromForm] string? prediction,
        [FromForm] string? returnUrl)
    {
        if (ScenarioTable.Find(scenario) is not { } found) return Results.NotFound();
        var page = Results.LocalRedirect(returnUrl is null ? $"/lab/{found.Id}#answer" : ReturnUrl.Local(returnUrl));
        var isScript = http.Request.AsksForJson();
        var caller = await Caller.FromAsync(http, (await notebooks.FindAsync(http))?.EndedSession);

        if (readiness.Check(found, caller) is { } missing)
        {
            http.DescribeRun(StatusCodes.Status409Conflict, NotReady, found, caller.Persona);
            return isScript ? Tell(missing, found, http) : page;
        }

        try
        {
            var guess = Guesses.All.Concat(Guesses.OfStory).FirstOrDefault(choice => choice == prediction);
            var result = await runner.RunAsync(found, caller, guess, http.RequestAborted);
            await notebooks.ChangeAsync(http, notebook => notebook.Add(result));
            http.DescribeRun(result.Status, result.Reason, found, caller.Persona);
            return isScript ? Tell(result, dashboard) : page;
        }
        catch (ServiceUnavailableException e)
        {
            http.DescribeRun(StatusCodes.Status503ServiceUnavailable, null, found, caller.Persona);
            await notebooks.ChangeAsync(http, notebook => notebook.Problem = e.Message);
            return isScript ? Problems.Unavailable(http, e) : page;
        }
    }

    private static IResult Tell(Missing missing, Scenario scenario, HttpContext http)
    {
        // RFC 9110, section 10.2.3: when waiting is all that helps.
        if (missing.Wait is { } wait) http.Response.Headers.RetryAfter = wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Results.Problem(missing.Text, statusCode: StatusCodes.Status409Conflict,
            extensions: new Dictionary<string, object?> { ["reason"] = NotReady, ["need"] = $"{scenario.Needs}" });
    }

    private static IResult Tell(RunResult result, DashboardLinks dashboard) => Results.Json(new
    {
        Scenario = result.ScenarioId,
        result.Persona,
        result.Status,
        result.Reason,
        result.ChallengeHeader,
        result.Expected,
        result.AsExpected,
        result.Tone,
        result.Outcome,
        result.TraceId,
        TraceUrl = dashboard.AddressOf(result.TraceId),
    });

    /// <summary>The story starts with an anonymous visitor, so the user is logged out.</summary>
    private static async Task<IResult> StartOverAsync(HttpContext http, LabNotebooks notebooks)
    {
        var loggedOut = await LoginEndpoints.EndSessionAsync(http, "/");
        await notebooks.ChangeAsync(http, notebook => notebook.StartOver());
        return loggedOut;
    }

    /// <summary>Starts the login that the API's challenge requires, then runs the scenario that continues from there.</summary>
    private static async Task<IResult> BeginStepUpAsync(
        HttpContext http, string scenario, [FromForm] string? maxAge, [FromForm] string? acrValues) =>
        ScenarioTable.Find(scenario) is { } found
            ? await StepUp.BeginAsync(http, found.Id, "/lab/again", LoginRequirements.Read(maxAge, acrValues))
            : Results.NotFound();

    private static async Task<IResult> RunAgainAsync(
        HttpContext http,
        StepUp stepUp,
        LabNotebooks notebooks,
        Readiness readiness,
        ScenarioRunner runner,
        DashboardLinks dashboard) =>
        await stepUp.TakeActionAsync(http) is { } scenario
            ? await RunAsync(http, notebooks, readiness, runner, dashboard, scenario, prediction: null, returnUrl: null)
            : Results.LocalRedirect("/");
}
