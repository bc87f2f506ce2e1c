using AuthDemo.Api.Building;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.Api;

/// <summary>The Api on a real Kestrel, in this process; nothing is replaced but the network behind JwtBearer's backchannel.</summary>
public class RunningApi : IDisposable
{
    private readonly WebApplicationFactory<Inventory> factory;

    public RunningApi() : this(Environments.Development)
    {
    }

    internal RunningApi(string environment, Action<IServiceCollection>? configure = null, params (string, string)[] settings)
    {
        IsDevelopment = environment == Environments.Development;
        factory = new WebApplicationFactory<Inventory>().WithWebHostBuilder(host => host
            .UseEnvironment(environment)
            .UseSettings([("urls", "http://127.0.0.1:0"), ("Intercom:OfficeNetworks:1", "203.0.113.0/24"),
                .. RequiredSettings.OfApi(FakeIssuer.Issuer), .. settings])
            .ConfigureLogging(logging => logging.ClearProviders().AddProvider(Recording.Logger))
            .ConfigureTestServices(services =>
            {
                services.Configure<JwtBearerOptions>(
                    JwtBearerDefaults.AuthenticationScheme, options => options.BackchannelHttpHandler = Provider);
                services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(Recording));
                configure?.Invoke(services);
            }));
        factory.UseKestrel(0);
        factory.StartServer();
        Client = factory.CreateClient();
    }

    public bool IsDevelopment { get; }
    public FakeIssuer Provider { get; } = new();
    public Recording Recording { get; } = new();
    public HttpClient Client { get; }
    public IServiceProvider Services => factory.Services;

    /// <summary>The Authorization header of a user, whose token may say something else (see <see cref="Token.Write"/>).</summary>
    public string Bearer(Persona persona, string payload = "") => "Bearer " + Token.Of(persona, Provider).Write(payload: payload);

    public Task<Answer> SendAsync(string request, Persona? persona = null, string payload = "") =>
        SendAsync(request, persona is null ? null : Bearer(persona, payload));

    public async Task<Answer> SendAsync(string request, string? authorization, Action<HttpRequestMessage>? change = null)
    {
        var trace = ActivityTraceId.CreateRandom();
        using var message = new HttpRequestMessage(new HttpMethod(request.Split(' ')[0]), request.Split(' ')[1]);
        message.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        if (authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        change?.Invoke(message);
        using var response = await Client.SendAsync(message, TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
            await response.Content.ReadAsStringAsync(), trace, this);
    }

    public void Dispose()
    {
        factory.Dispose();
        Recording.Dispose();
        Provider.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class ProductionApi() : RunningApi(Environments.Production);

/// <summary>What came back, with all that the application told about it.</summary>
public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body, ActivityTraceId Trace, RunningApi Api)
{
    public string? Challenge => Headers.GetValueOrDefault("WWW-Authenticate");
    public JsonElement Json => JsonElement.Parse(Body);
    public IEnumerable<LogRecord> Logs => Api.Recording.Logs.Where(log => log.Trace == Trace);

    public string? Text(string member) => Json.TryGetProperty(member, out var value) ? value.ToString() : null;

    public Task<IReadOnlyList<Activity>> SpansAsync() => Api.Recording.SpansOfAsync(Trace);

    /// <summary>The answer is an error, as every error of the Api is: with its reason and its trace, and for nobody to keep.</summary>
    public void AssertError(int status, string reason)
    {
        if (Status != status || Body.Length == 0 || Text("reason") != reason)
            Assert.Fail($"Expected {status} {reason}, got {Status}: {Body}");
        Assert.Equal(("application/problem+json", "no-store"), (Headers["Content-Type"], Headers["Cache-Control"]));
        Assert.Equal(($"{status}", Trace.ToHexString()), (Text("status"), Text("traceId")));
        if (Api.IsDevelopment) return;
        Assert.Equal(["type", "title", "status", "reason", "traceId"], Json.EnumerateObject().Select(member => member.Name));
        Assert.DoesNotContain("Server-Timing", Headers.Keys);
    }

    /// <summary>The request was refused: status, challenge, body, spans, log record and metric say why with the same word.</summary>
    /// <param name="challenge">The challenge's parameters, if they are not those that always go with the reason.</param>
    public async Task<Activity> AssertRefusedAsync(string reason, string? challenge = null)
    {
        var (status, parameters) = reason switch
        {
            Reasons.NoCredentials => (401, ""),
            Reasons.MultipleCredentials => (400, "error=\"invalid_request\", "),
            Reasons.LoginTooOld => (401, "error=\"insufficient_user_authentication\", max_age=\"60\", "), // RFC 9470, section 3
            Reasons.SecondFactorMissing => (401, "error=\"insufficient_user_authentication\", acr_values=\"mfa\", "),
            Reasons.ScopeMissing => (403, "error=\"insufficient_scope\", scope=\"visitors:read\", "),
            Reasons.RoleMissing or Reasons.GroupMissing or Reasons.NotOwner or Reasons.NetworkNotAllowed => (403, null),
            Reasons.Hidden => (404, null),
            Reasons.IdentityProviderUnavailable => (503, null),
            _ => (401, "error=\"invalid_token\", "),
        };
        AssertError(status, reason == Reasons.Hidden ? Reasons.NotFound : reason);
        AssertChallenge(challenge ?? parameters);

        // The server span names the reason and is no error below 500; exactly one span of a decision is, the one that refused.
        var spans = await SpansAsync();
        var server = spans.Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal((reason, status), (server.GetTagItem("auth.reason"), server.GetTagItem("http.response.status_code")));
        Assert.Equal(status >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset, server.Status);
        var refusing = Assert.Single(spans, span => span.Source.Name == "AuthDemo.Auth" && span.Status != ActivityStatusCode.Unset);
        Assert.Equal((reason, reason), (refusing.GetTagItem("auth.reason"), refusing.GetTagItem("error.type")));
        Assert.Equal($"{refusing.OperationName}: {reason}", refusing.DisplayName);
        Assert.Equal(
            refusing.OperationName != "authenticate Bearer" ? "denied"
            : status == 503 ? "error" // an outage says nothing about the caller
            : status == 401 && parameters == "" ? "none"
            : "failed", refusing.GetTagItem("auth.outcome"));
        Assert.Equal(Api.IsDevelopment, refusing.StatusDescription is not null);
        Assert.True(Api.IsDevelopment || !refusing.TagObjects.Any(tag =>
            tag.Key is "auth.required" or "auth.actual" or "user.name" || tag.Key.StartsWith("auth.token.", StringComparison.Ordinal)));

        var log = Assert.Single(Logs, log => log.Event.Name == "RequestRefused").Fields;
        Assert.Equal((reason, $"{status}", Trace.ToHexString()), (log["Reason"], log["StatusCode"], log["TraceId"]));
        var refusal = Assert.Single(Api.Recording.Measurements, measurement => measurement.Trace == Trace);
        Assert.Equal(("authdemo.refusals", 1), (refusal.Instrument, refusal.Value));
        Assert.Equal((reason, status), (refusal.Tags["auth.reason"], refusal.Tags["http.response.status_code"]));
        return refusing;
    }

    /// <summary>null: no challenge. Else it has exactly these parameters, between the realm and the metadata.</summary>
    private void AssertChallenge(string? parameters)
    {
        Assert.Equal(parameters is null, Challenge is null);
        if (parameters is null) return;
        // RFC 6750, section 3: %x20-21 / %x23-5B / %x5D-7E.
        var description = Regex.Match(Challenge!, "error_description=\"[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+\", ");
        Assert.Equal(Api.IsDevelopment && parameters.Length > 0, description.Success);
        Assert.Equal(
            $"Bearer realm=\"authdemo\", {parameters}resource_metadata=\"{Api.Client.BaseAddress}.well-known/oauth-protected-resource\"",
            Challenge!.Remove(description.Index, description.Length));
    }
}
