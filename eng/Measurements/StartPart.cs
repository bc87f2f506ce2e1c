using System.Diagnostics;
using System.Globalization;

namespace AuthDemo.Measurements;

/// <summary>
/// How long a start takes, from the command until everything is healthy; of two checkouts in turn where another one is named.
/// </summary>
internal static class StartPart
{
    public static async Task RunAsync(Options options, CancellationToken cancellation)
    {
        string[] checkouts = options.Beside is null ? [Build.Root] : [options.Beside, Build.Root];
        var times = checkouts.Select(_ => new List<TimeSpan[]>()).ToArray();
        for (var start = 1; start <= options.Starts; start++)
        {
            for (var i = 0; i < checkouts.Length; i++)
            {
                times[i].Add(await StartAsync(checkouts[i], cancellation));
                Console.WriteLine($"Start {start} of {options.Starts}, {checkouts[i]}: {Seconds(times[i][^1].Max().TotalSeconds)} s");
            }
        }

        Print(checkouts, times);
    }

    private static async Task<TimeSpan[]> StartAsync(string checkout, CancellationToken cancellation)
    {
        await AppHostProcess.WaitForPortsAsync(cancellation);
        var watch = Stopwatch.StartNew();
        await using var application = AppHostProcess.Start(checkout);
        return await application.WaitUntilHealthyAsync(watch, cancellation);
    }

    private static void Print(string[] checkouts, List<TimeSpan[]>[] times)
    {
        string[] services = [.. AppHostProcess.Services.Select(service => service.Name)];
        var table = new Table("Start, seconds until healthy, medians", ["", .. services, "all (spread)", ""]);
        for (var i = 0; i < checkouts.Length; i++)
        {
            var all = times[i].Select(start => start.Max().TotalSeconds).ToList();
            table.Add(
            [
                checkouts[i],
                .. services.Select((_, service) => Seconds(times[i].Select(start => start[service].TotalSeconds).Median())),
                $"{Seconds(all.Median())} ({Seconds(all.Min())} to {Seconds(all.Max())})",
                i == 0 ? "" : Compare(times[0], all),
            ]);
        }

        table.Print();
    }

    private static string Compare(List<TimeSpan[]> before, List<double> after)
    {
        var ratio = Ratio.Of(after, [.. before.Select(start => start.Max().TotalSeconds)]);
        return $"ratio {ratio}, target 0.75 {ratio.Against(0.75)}";
    }

    private static string Seconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
