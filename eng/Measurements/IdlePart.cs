using System.Globalization;

namespace AuthDemo.Measurements;

/// <summary>The CPU that Api and Web use while nobody calls them, with telemetry sent as often as Aspire has it.</summary>
internal static class IdlePart
{
    private const double TargetPercent = 2;

    // What ticks once a second is compiled twice more, after 30 calls each: an application that has been idle for a while is past that.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var servers = new Servers();
        var api = await servers.AddAsync(Application.Api("Api", issuer).WithOtlp(issuer), cancellation);
        var web = await servers.AddAsync(Application.Web(issuer, api.Address.ToString()).WithOtlp(issuer), cancellation);

        await Task.Delay(Settling, cancellation);
        var before = (Api: await api.ReadUsageAsync(cancellation), Web: await web.ReadUsageAsync(cancellation));
        await Task.Delay(Duration, cancellation);
        Print(Percent(before.Api, await api.ReadUsageAsync(cancellation)), Percent(before.Web, await web.ReadUsageAsync(cancellation)));
    }

    private static double Percent(Usage before, Usage after) => (after.Cpu - before.Cpu) / Duration * 100;

    private static void Print(double api, double web)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Idle for {Duration.TotalSeconds} s, % of a core: Api {api:0.00}, Web {web:0.00}, together {api + web:0.00} "
            + $"(target below {TargetPercent}: {(api + web < TargetPercent ? "met" : "MISSED")})"));
    }
}
