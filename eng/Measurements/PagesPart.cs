using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthDemo.Measurements;

/// <summary>What Web's open pages cost a visitor without a session, beside a bare Razor page of the same size.</summary>
internal static partial class PagesPart
{
    private const string Page = "bare page";
    private const int BytesPerRow = 87; // of the bare page's rows (eng/Reference/Page.razor)

    public static async Task RunAsync(Options options, CancellationToken cancellation)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var servers = new Servers();
        var api = await servers.AddAsync(Application.Api("Api", issuer).Quiet(), cancellation);
        await using var measured = await Servers.StartAsync(
            [Application.Page(Page).Quiet(), Application.Web(issuer, api.Address.ToString()).Quiet()], cancellation);
        var cases = await CasesAsync(page: measured[0], web: measured[1], cancellation);
        var results = await RoundCosts.MeasureAsync(measured, () => cases, options, cancellation);
        new Comparison("Pages, at Warning", "Web", Page).Print(cases, results);
    }

    private static async Task<Case[]> CasesAsync(Server page, Server web, CancellationToken cancellation)
    {
        using var load = new Load();
        var lab = await load.ReadAsync(web, "/", cancellation);
        var scenario = ScenarioLink().Match(lab) is { Success: true } link
            ? link.Groups[1].Value
            : throw new MeasurementException("Web's first page has no link to /lab/{id}.");
        return [await CaseAsync("/", load, page, web, cancellation), await CaseAsync(scenario, load, page, web, cancellation)];
    }

    /// <exception cref="MeasurementException">The bare page differs from Web's by more than a row.</exception>
    private static async Task<Case> CaseAsync(string path, Load load, Server page, Server web, CancellationToken cancellation)
    {
        var bytes = Encoding.UTF8.GetByteCount(await load.ReadAsync(web, path, cancellation));
        var bare = Encoding.UTF8.GetByteCount(await load.ReadAsync(page, $"/page/{bytes}", cancellation));
        if (Math.Abs(bare - bytes) > BytesPerRow)
            throw new MeasurementException($"{path} has {bytes} bytes, the bare page beside it {bare}: they must be alike.");

        var name = string.Create(CultureInfo.InvariantCulture, $"GET {path}, {bytes:#,0} bytes");
        return new Case(name, server => Get(server.Name == Page ? $"/page/{bytes}" : path), new Target(1.5, null));
    }

    private static Sent Get(string path) => new(HttpMethod.Get, path, [], HttpStatusCode.OK);

    [GeneratedRegex("""href="(/lab/[^"?#]+)["?#]""")]
    private static partial Regex ScenarioLink();
}
