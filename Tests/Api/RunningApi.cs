using System.Diagnostics;
using System.Text.Json;
using AuthDemo.Api.Building;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.Api;

/// <summary>
/// The Api on a real Kestrel, in this process, with the test's identity provider behind JwtBearer's backchannel and nothing else replaced.
/// </summary>
public sealed class RunningApi : IDisposable
{
    private readonly WebApplicationFactory<Inventory> factory;

    public RunningApi() : this(Environments.Development, configure: null, settings: [])
    {
    }

    private RunningApi(string environment, Action<IServiceCollection>? configure, (string Name, string Value)[] settings)
    {
        factory = new WebApplicationFactory<Inventory>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment(environment)
                .UseSetting("urls", "http://127.0.0.1:0")
                .UseSettings([.. RequiredSettings.OfApi(FakeIssuer.Issuer), .. settings])
                .ConfigureLogging(logging => logging.ClearProviders().AddProvider(Recording))
                .ConfigureTestServices(services =>
                {
                    services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme,
                        options => options.BackchannelHttpHandler = Provider);
                    services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddRequestTracing().AddProcessor(Recording));
                    configure?.Invoke(services);
                });
        });
        factory.UseKestrel(0);
        factory.StartServer();
        Client = factory.CreateClient();
    }

    /// <summary>Another environment, other services or settings.</summary>
    public static RunningApi Start(string environment, Action<IServiceCollection>? configure = null,
        params (string Name, string Value)[] settings) =>
        new(environment, configure, settings);

    public FakeIssuer Provider { get; } = new();

    public Recording Recording { get; } = new();

    public HttpClient Client { get; }

    public IServiceProvider Services => factory.Services;

    /// <summary>A good token of a user.</summary>
    public Token TokenOf(Persona persona) => Token.Of(persona, Provider);

    /// <summary>Sends a request that starts in a trace of its own.</summary>
    public Task<Answer> SendAsync(string request, Token? token = null) =>
        SendAsync(request, token is null ? null : "Bearer " + token.Write());

    public async Task<Answer> SendAsync(string request, string? authorization, Action<HttpRequestMessage>? change = null)
    {
        var (method, path) = request.Split(' ') is [var first, var second]
            ? (first, second)
            : throw new ArgumentException("METHOD /path", nameof(request));
        var trace = ActivityTraceId.CreateRandom();
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        message.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        if (authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        change?.Invoke(message);
        using var response = await Client.SendAsync(message, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response, trace, Recording);
    }

    public void Dispose()
    {
        factory.Dispose();
        Recording.Dispose();
        Provider.Dispose();
    }
}

/// <summary>The Api as it runs elsewhere than in Development.</summary>
public sealed class ProductionApi : IDisposable
{
    public RunningApi Api { get; } = RunningApi.Start(Environments.Production);

    public void Dispose() => Api.Dispose();
}

/// <summary>What came back, with all that the application told about it.</summary>
public sealed record Answer(
    int Status, string? Challenge, string? ContentType, string Body,
    IReadOnlyDictionary<string, string> Headers, ActivityTraceId Trace, Recording Recording)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string? Reason => Text("reason");

    public IEnumerable<LogRecord> Logs => Recording.Logs.Where(log => log.Trace == Trace);

    public IEnumerable<Measurement> Refusals => Recording.Measurements.Where(measurement => measurement.Trace == Trace);

    /// <summary>Status and reason; the body is shown where they are others.</summary>
    public void AssertRefused(int status, string reason)
    {
        if (Status != status || Body.Length == 0 || Reason != reason) Assert.Fail($"Expected {status} {reason}, got {Status}: {Body}");
    }

    public string? Text(string member) => Json.TryGetProperty(member, out var value) ? value.ToString() : null;

    public Task<IReadOnlyList<Activity>> SpansAsync() => Recording.SpansOfAsync(Trace);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, ActivityTraceId trace, Recording recording) => new(
        (int)response.StatusCode,
        response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? Assert.Single(challenges) : null,
        response.Content.Headers.ContentType?.ToString(),
        await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
        trace,
        recording);
}
