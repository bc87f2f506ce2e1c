using AuthDemo.Tests.Issuer;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace AuthDemo.Benchmarks;

/// <summary>
/// What an answer costs: of the Api, of the same routes behind JwtBearer as its documentation sets it up, and of bare endpoints. Requests
/// go through the whole application in this process, past the network.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false)]
[HideColumns("Job", "StdDev", "RatioSD")]
public class Requests
{
    private Application application = null!;
    private string[] tokens = [];
    private int sent;

    /// <summary>The kinds of answer.</summary>
    public static IReadOnlyList<Answer> Answers { get; } =
    [
        new("401 no token", "GET", "/badge", 401, _ => []),
        new("401 malformed", "GET", "/badge", 401, _ => ["library-card"]),
        new("401 expired", "GET", "/badge", 401, issuer => [Alice(issuer).Write(payload: "\"exp\":1000000000")]),
        new("401 unknown key", "GET", "/badge", 401, issuer => [Forged(issuer).Write("\"kid\":\"unknown\"")]),
        new("401 bad signature", "GET", "/badge", 401, issuer => [Forged(issuer).Write()]),
        new("403 role missing", "DELETE", "/users/carol", 403, issuer => [Alice(issuer).Write()]),
        new("200 known token", "GET", "/badge", 200, issuer => [Alice(issuer).Write()]),
        new("200 new token each", "GET", "/badge", 200, issuer => [.. Enumerable.Range(0, 1000).Select(_ => Alice(issuer).Write())]),
        new("200 open route, token", "GET", "/lobby", 200, issuer => [Alice(issuer).Write()]),
        new("200 open route", "GET", "/lobby", 200, _ => []),
    ];

    /// <summary>What is sent.</summary>
    [ParamsSource(nameof(Answers))]
    public Answer Answer { get; set; } = Answers[0];

    /// <summary>Whether spans, metrics and log records go to a collector by OTLP, as under Aspire.</summary>
    [Params(false, true)]
    public bool Exported { get; set; }

    /// <summary>The same routes without any authentication.</summary>
    [Benchmark]
    public Task Bare() => SendAsync();

    /// <summary>The same routes behind JwtBearer.</summary>
    [Benchmark(Baseline = true)]
    public Task JwtBearer() => SendAsync();

    /// <summary>The Api.</summary>
    [Benchmark]
    public Task AuthDemo() => SendAsync();

    [GlobalSetup(Target = nameof(Bare))]
    public Task StartBareAsync() => StartAsync(Application.StartBareAsync, expected: 200);

    [GlobalSetup(Target = nameof(JwtBearer))]
    public Task StartJwtBearerAsync() => StartAsync(Application.StartJwtBearerAsync, Answer.Status);

    [GlobalSetup(Target = nameof(AuthDemo))]
    public Task StartApiAsync() => StartAsync(Application.StartApiAsync, Answer.Status);

    [GlobalCleanup]
    public async Task StopAsync() => await application.DisposeAsync();

    private async Task StartAsync(Func<FakeIssuer, Collector?, Task<Application>> start, int expected)
    {
        var issuer = new FakeIssuer();
        tokens = Answer.Tokens(issuer);
        application = await start(issuer, Exported ? await Collector.StartAsync() : null);
        var answer = await SendAsync();
        if (answer.Response.StatusCode != expected) throw new InvalidOperationException($"{Answer}: {answer.Response.StatusCode}.");
    }

    private Task<HttpContext> SendAsync() => application.Server.SendAsync(context =>
    {
        context.Request.Method = Answer.Method;
        context.Request.Path = Answer.Path;
        context.Request.Host = new HostString("localhost");
        if (tokens.Length > 0) context.Request.Headers.Authorization = "Bearer " + tokens[sent++ % tokens.Length];
    });

    private static Token Alice(FakeIssuer issuer) => Token.Of(Persona.Alice, issuer);

    private static Token Forged(FakeIssuer issuer)
    {
        var token = Alice(issuer);
        token.Sign = SigningKey.Create().Sign;
        return token;
    }

    /// <summary>Runs the benchmarks; <c>--filter</c>, <c>--job</c> and others are BenchmarkDotNet's own arguments.</summary>
    public static void Main(string[] args) => BenchmarkRunner.Run<Requests>(
        ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(5)
            .WithIterationCount(15)
            .WithIterationTime(TimeInterval.FromMilliseconds(100))),
        args);
}

/// <summary>One kind of answer: what is sent, its tokens in turn, and the status where there is authentication.</summary>
public sealed record Answer(string Name, string Method, string Path, int Status, Func<FakeIssuer, string[]> Tokens)
{
    public override string ToString() => Name;
}
