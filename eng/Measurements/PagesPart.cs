using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthDemo.Measurements;

/// <summary>What Web's open pages cost a visitor without a session, beside a bare Razor page of the same size.</summary>
internal static partial class PagesPart
{
    private const string Page = "bare page";

    public static async Task RunAsync(Options options, CancellationToken cancellation)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var servers = new Servers();
        var api = await servers.AddAsync(Application.Api("Api", issuer).Quiet(), cancellation);
        await using var measured = await Servers.StartAsync(
            [Application.Page(Page).Quiet(), Application.Web(issuer, api.Address.ToString()).Quiet()], cancellation);
        var cases = await CasesAsync(web: measured[1], cancellation);
        var results = await RoundCosts.MeasureAsync(measured, () => cases, options, cancellation);
        new Comparison("Pages, at Warning", "Web", Page).Print(cases, results);
    }

    private static async Task<Case[]> CasesAsync(Server web, CancellationToken cancellation)
    {
        using var load = new Load();
        var lab = await load.ReadAsync(web, "/", cancellation);
        var scenario = ScenarioLink().Match(lab) is { Success: true } link
            ? link.Groups[1].Value
            : throw new MeasurementException("Web's first page has no link to /lab/{id}.");
        var page = await load.ReadAsync(web, scenario, cancellation);
        return [Of("/", lab), Of(scenario, page)];
    }

    private static Case Of(string path, string page)
    {
        var bytes = Encoding.UTF8.GetByteCount(page);
        var name = string.Create(CultureInfo.InvariantCulture, $"GET {path}, {bytes:#,0} bytes");
        return new Case(name, server => Get(server.Name == Page ? $"/page/{bytes}" : path), new Target(1.5, null));
    }

    private static Sent Get(string path) => new(HttpMethod.Get, path, [], HttpStatusCode.OK);

    [GeneratedRegex("""href="(/lab/[^"?#]+)["?#]""")]
    private static partial Regex ScenarioLink();
}
