using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Running;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Web.Commands;

/// <summary>Runs every scenario that needs no login, so that the dashboard has traces of every kind before the first one.</summary>
internal sealed class AllFlows(ScenarioRunner runner, Readiness readiness)
{
    /// <summary>The source of the spans: each scenario is a trace of its own.</summary>
    public const string Source = "AuthDemo.Flows";

    private static readonly ActivitySource Flows = new(Source);

    /// <summary>Runs them and tells what came back, one line each.</summary>
    public async Task<string> RunAsync(Caller nobody, CancellationToken cancellation)
    {
        var lines = new StringBuilder();
        var command = Activity.Current;
        var (ran, wrong) = (0, 0);
        foreach (var scenario in ScenarioTable.All.Where(s => s.Expected.Nobody is not null && readiness.Check(s, nobody) is null))
        {
            Activity.Current = null;
            // Server: the trace list keeps traces that begin where somebody asked for something.
            using var flow = Flows.StartActivity($"flow {scenario.Id}", ActivityKind.Server);
            try
            {
                var result = await runner.RunAsync(scenario, nobody, predicted: null, cancellation);
                ran++;
                if (result.AsExpected != true) wrong++;
                var remark = result.AsExpected == true ? "" : "  (not as expected)";
                lines.AppendLine(CultureInfo.InvariantCulture,
                    $"{result.Status} {result.Reason ?? result.StatusText,-28} {scenario.Title}{remark}");
            }
            catch (ServiceUnavailableException e)
            {
                wrong++;
                flow?.SetStatus(ActivityStatusCode.Error, e.Message);
                lines.AppendLine(CultureInfo.InvariantCulture, $"--- {scenario.Title}: {e.Message}");
            }
            finally
            {
                Activity.Current = command;
            }
        }

        return $"{ran} flows ran, {wrong} not as expected. Open Traces to see them.\n\n{lines}";
    }
}
