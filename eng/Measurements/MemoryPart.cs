using System.Globalization;
using System.Net;

namespace AuthDemo.Measurements;

/// <summary>The physical memory of Api and Web after many requests, beside that of a default JwtBearer application.</summary>
internal static class MemoryPart
{
    private const int Requests = 100_000;
    private const double TargetMegabytes = 110;

    public static async Task RunAsync(CancellationToken cancellation)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var servers = new Servers();
        var reference = await servers.AddAsync(
            Application.Default("default", issuer).Quiet().WithTelemetry().WithOtlp(issuer), cancellation);
        var api = await servers.AddAsync(Application.Api("Api", issuer).Quiet().WithOtlp(issuer), cancellation);
        var web = await servers.AddAsync(Application.Web(issuer, api.Address.ToString()).Quiet().WithOtlp(issuer), cancellation);

        var table = new Table($"Memory (RSS) before and after {Requests} requests, megabytes", "", "before", "after", "target", "");
        table.Add(await RowAsync(reference, ApiRequests(issuer), cancellation));
        table.Add(await RowAsync(api, ApiRequests(issuer), cancellation));
        table.Add(await RowAsync(web, [new(HttpMethod.Get, "/", [], HttpStatusCode.OK)], cancellation));
        table.Print();
    }

    private static Sent[] ApiRequests(Issuer issuer) =>
    [
        new(HttpMethod.Get, "/badge", [], HttpStatusCode.Unauthorized),
        new(HttpMethod.Get, "/badge", [issuer.Expired()], HttpStatusCode.Unauthorized),
        new(HttpMethod.Delete, "/users/carol", [issuer.Good()], HttpStatusCode.Forbidden),
        new(HttpMethod.Get, "/badge", [.. Enumerable.Range(0, 1000).Select(_ => issuer.Good())], HttpStatusCode.OK),
    ];

    private static async Task<string[]> RowAsync(Server server, Sent[] requests, CancellationToken cancellation)
    {
        using var load = new Load();
        var before = await server.ReadUsageAsync(cancellation);
        foreach (var sent in requests) await load.MeasureAsync(server, sent, Requests / requests.Length, cancellation);
        var after = Megabytes(await server.ReadUsageAsync(cancellation));
        return [server.Name, Text(Megabytes(before)), Text(after), Text(TargetMegabytes), after <= TargetMegabytes ? "met" : "MISSED"];
    }

    private static double Megabytes(Usage usage) => usage.Resident / 1e6;

    private static string Text(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
