using System.Globalization;
using System.Net;

namespace AuthDemo.Measurements;

/// <summary>What each kind of answer of the Api costs, beside a default JwtBearer application.</summary>
internal static class RequestsPart
{
    private const string Bare = "bare";
    private const string Default = "default";
    private const string DefaultUnexported = "default, spans unsent";
    private const string DefaultOtlp = "default with OTLP";
    private const string DefaultMoreSpans = "and two spans more";
    private const string DefaultLogging = "default at Information";
    private const string Api = "Api";
    private const string ApiOtlp = "Api with OTLP";
    private const string ApiLogging = "Api at its own level";

    private static readonly string[] Refusals =
        ["401 no token", "401 malformed", "401 expired", "401 unknown key", "401 bad signature", "403 role missing"];

    public static async Task RunAsync(Options options, CancellationToken cancellation)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var servers = await Servers.StartAsync(Applications(issuer), cancellation);
        var good = issuer.Good();
        var cases = Cases(issuer, good, [good]);
        var results = await RoundCosts.MeasureAsync(servers, () => Cases(issuer, good, Fresh(issuer, options)), options, cancellation);
        foreach (var sender in (string[])[DefaultOtlp, DefaultMoreSpans, ApiOtlp]) issuer.AssertReceivedSpansOf(sender);
        Print(cases, results);
    }

    private static Application[] Applications(Issuer issuer) =>
    [
        Application.Bare(Bare).Quiet(),
        Application.Default(Default, issuer).Quiet(),
        Application.Default(DefaultUnexported, issuer).Quiet().WithTelemetry(),
        Application.Api(Api, issuer).Quiet(),
        Application.Default(DefaultOtlp, issuer).Quiet().WithTelemetry().WithOtlp(issuer),
        Application.Default(DefaultMoreSpans, issuer).Quiet().WithTelemetry().With(("MoreSpans", "2")).WithOtlp(issuer),
        Application.Api(ApiOtlp, issuer).Quiet().WithOtlp(issuer),
        Application.Default(DefaultLogging, issuer),
        Application.Api(ApiLogging, issuer),
    ];

    private static Case[] Cases(Issuer issuer, string good, string[] fresh) =>
    [
        Badge(Refusals[0], HttpStatusCode.Unauthorized, [], new(1.0, 1.2)),
        Badge(Refusals[1], HttpStatusCode.Unauthorized, ["library-card"], new(1.0, null)),
        Badge(Refusals[2], HttpStatusCode.Unauthorized, [issuer.Expired()], new(0.5, null)),
        Badge(Refusals[3], HttpStatusCode.Unauthorized, [issuer.WithUnknownKey()], new(0.55, null)),
        Badge(Refusals[4], HttpStatusCode.Unauthorized, [issuer.WithBadSignature()], new(1.15, null)),
        Of(Refusals[5], new(HttpMethod.Delete, "/users/carol", [good], HttpStatusCode.Forbidden), new(1.1, 1.4), moreSpans: 2),
        Badge("200 a token seen before", HttpStatusCode.OK, [good], new(1.1, 1.4)),
        Badge("200 a new token each", HttpStatusCode.OK, fresh, new(1.1, 1.4)),
        Of("200 open route, token", new(HttpMethod.Get, "/lobby", [good], HttpStatusCode.OK), new(0.4, 0.35), moreSpans: 0),
        Of("200 open route, no token", new(HttpMethod.Get, "/lobby", [], HttpStatusCode.OK), default, moreSpans: 0),
    ];

    private static string[] Fresh(Issuer issuer, Options options) =>
        [.. Enumerable.Range(0, options.Requests).Select(_ => issuer.Good())];

    private static Case Badge(string name, HttpStatusCode status, IReadOnlyList<string> tokens, Target target) =>
        Of(name, new Sent(HttpMethod.Get, "/badge", tokens, status), target, moreSpans: 2);

    private static Case Of(string name, Sent sent, Target target, int moreSpans) => new(name, _ => sent, target) { MoreSpans = moreSpans };

    private static void Print(Case[] cases, RoundCosts results)
    {
        var span = CostOfOneSpan(cases, results);
        Comparison[] tables =
        [
            new("Without OTLP, at Warning", Api, Default, Bare, DefaultUnexported),
            new("With OTLP, at Warning, the ratio less two spans", ApiOtlp, DefaultOtlp, DefaultMoreSpans)
            {
                Allowance = one => new Cost(one.MoreSpans * span.Microseconds, one.MoreSpans * span.Bytes),
            },
            new("With each one's own log", ApiLogging, DefaultLogging)
            {
                TargetOf = one => new Target(Refusals.Contains(one.Name) ? 1.0 : null, null),
            },
        ];
        foreach (var table in tables) table.Print(cases, results);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"One span with four tags, made and sent: {span.Microseconds:0.0} microseconds, {span.Bytes:0} bytes."));
    }

    private static Cost CostOfOneSpan(Case[] cases, RoundCosts results)
    {
        return new Cost(Difference(cost => cost.Microseconds), Difference(cost => cost.Bytes));

        double Difference(Func<Cost, double> of) =>
            cases.Average(one => Median(DefaultMoreSpans, one, of) - Median(DefaultOtlp, one, of)) / 2;

        double Median(string server, Case one, Func<Cost, double> of) => results[server, one.Name].Select(of).Median();
    }
}
