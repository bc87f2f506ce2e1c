using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.ServiceDiscovery;

namespace AuthDemo.Web.Lab.Running;

/// <summary>Sends a scenario's request and reads the answer. It knows nothing of what is expected before the answer is there.</summary>
internal sealed partial class ScenarioRunner(
    IHttpClientFactory clients,
    CredentialSources sources,
    LoginForm loginForm,
    IServer server,
    ServiceEndpointResolver services,
    DashboardLinks dashboard,
    TimeProvider time) : IDisposable
{
    private const int LongestBody = 4000;
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Who changes something has it alone until it is put back: nobody else is told that carol is not there.
    private readonly SemaphoreSlim changing = new(1);

    /// <exception cref="ServiceUnavailableException">A service did not give what the scenario needs.</exception>
    public async Task<RunResult> RunAsync(Scenario scenario, Caller caller, string? predicted, CancellationToken cancellation)
    {
        if (scenario.PutsBack is null) return await RunNowAsync(scenario, caller, predicted, cancellation);

        await changing.WaitAsync(cancellation);
        try
        {
            return await RunNowAsync(scenario, caller, predicted, cancellation);
        }
        finally
        {
            changing.Release();
        }
    }

    public void Dispose() => changing.Dispose();

    private async Task<RunResult> RunNowAsync(Scenario scenario, Caller caller, string? predicted, CancellationToken cancellation)
    {
        var sent = await scenario.Credential.MakeAsync(sources, caller, cancellation);
        if (sent.SendAt is { } sendAt)
            await LabTraces.WaitAsync("wait until the token has expired", sendAt - time.GetUtcNow(), time, cancellation);

        var target = scenario.Request.Target;
        var address = await AddressOfAsync(scenario.Request, sent, caller, cancellation);
        using var response = target == Target.IdentityProvider
            ? await loginForm.SendWrongPasswordAsync(caller.Web, cancellation)
            : await SendAsync(scenario.Request, address, sent, caller, cancellation);

        var body = await response.Content.ReadAsStringAsync(cancellation);
        var problem = ReadProblem(response, body);
        var reason = problem is { } p ? ProblemExplanation.Text(p, "reason") : null;
        var explained = ProblemExplanation.Read(problem);
        var challenge = Challenge.Of(response) is [var first, ..] ? first : null;
        var status = (int)response.StatusCode;
        var expected = scenario.Expected.For(caller.Persona);
        var traceId = Activity.Current?.TraceId.ToString();
        var at = time.GetUtcNow();

        return new RunResult
        {
            Scenario = scenario.Id,
            Persona = caller.Persona,
            Sent = SentRequest.Of(
                scenario.Request,
                scenario.Credential.ShownFor(caller.Persona),
                target == Target.IdentityProvider ? response.RequestMessage?.RequestUri?.AbsolutePath : null),
            Predicted = predicted,
            PredictedRight = Predictions.IsRight(predicted, status),
            Status = status,
            StatusText = ReasonPhrases.GetReasonPhrase(status),
            Reason = reason,
            Challenge = challenge,
            ChallengeHeader = Header(response, "WWW-Authenticate"),
            Headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
                h => h.Key,
                h => IsCookie(h.Key) ? "‹not shown›" : string.Join(", ", h.Value)),
            Body = Shorten(response, body),
            Explained = explained,
            Lane = new Lane(status, reason, explained?.DecidedBy, Values(response, "Server-Timing"))
                .Read(caller, scenario.Credential, target),
            TraceId = traceId,
            TraceUrl = dashboard.AddressOf(traceId),
            Tokens = DecodedToken.Read(sent.Authorization ?? sent.QueryToken, sent.MadeFrom, reason, explained, at),
            Curl = target == Target.IdentityProvider ? null : SentRequest.CurlFor(
                scenario.Request.Method, address, scenario.Request.ForwardedFor, sent),
            Expected = expected,
            AsExpected = expected?.Fits(status, reason, challenge),
            PutBack = scenario.PutsBack is not null && response.IsSuccessStatusCode ? await PutBackAsync(scenario, sent, caller) : null,
            At = at,
        };
    }

    private async Task<HttpResponseMessage> SendAsync(
        LabRequest request, Uri address, SentCredential sent, Caller caller, CancellationToken cancellation)
    {
        var service = request.Target == Target.Web ? ServiceClients.Web : ServiceClients.Api;
        using var message = new HttpRequestMessage(request.Method, address);
        if (!request.RefusalIsAnError) LabTraces.MarkAsResult(message);
        // Web answers to its public name alone, under which this caller came.
        if (request.Target == Target.Web) message.Headers.Host = caller.Web.Authority;
        if (sent.Authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", sent.Authorization);
        if (sent.Cookies is not null) message.Headers.TryAddWithoutValidation("Cookie", sent.Cookies);
        if (request.ForwardedFor is not null) message.Headers.TryAddWithoutValidation("X-Forwarded-For", request.ForwardedFor);
        return await clients.CreateClient(service).SendAsync(message, cancellation);
    }

    // To its end, even if whoever asked does not wait: what was changed must not stay so. The client has its own deadline.
    private async Task<string> PutBackAsync(Scenario scenario, SentCredential sent, Caller caller)
    {
        using var trace = LabTraces.Begin($"put back after {scenario.Id}");
        var request = new LabRequest(HttpMethod.Post, "/reset");
        var address = await AddressOfAsync(request, sent, caller, CancellationToken.None);
        using var response = await SendAsync(request, address, sent, caller, CancellationToken.None);
        return response.IsSuccessStatusCode
            ? "Carol was put back at once, in a trace of its own."
            : $"Carol could not be put back: POST /reset answered {(int)response.StatusCode}.";
    }

    private async Task<Uri> AddressOfAsync(LabRequest request, SentCredential sent, Caller caller, CancellationToken cancellation) => new(
        request.Target == Target.Web ? OwnAddress() : await ApiAddressAsync(cancellation),
        sent.QueryToken is null ? request.Path : QueryHelpers.AddQueryString(request.Path, "access_token", sent.QueryToken));

    // Found before it is sent: the curl command has to name it.
    private async Task<Uri> ApiAddressAsync(CancellationToken cancellation)
    {
        var found = await services.GetEndpointsAsync($"https+http://{ServiceClients.Api}", cancellation);
        return new Uri(found.Endpoints[0].ToString()!);
    }

    // From the server and not from the Host header, which the caller chooses.
    private Uri OwnAddress() =>
        new(AnyHost().Replace(server.Features.Get<IServerAddressesFeature>()!.Addresses.First(), "//localhost"));

    private static bool IsCookie(string header) => header.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase);

    private static string? Header(HttpResponseMessage response, string name) =>
        Values(response, name) is [_, ..] values ? string.Join(", ", values) : null;

    private static string[] Values(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? [.. values] : [];

    private static JsonElement? ReadProblem(HttpResponseMessage response, string body) =>
        response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? ReadJson(body) : null;

    private static JsonElement? ReadJson(string body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null; // the page shows the body as it came
        }
    }

    private static string Shorten(HttpResponseMessage response, string body)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        // A login page holds the codes of a login that is under way: none of the reader's business.
        if (type == "text/html") return $"‹an HTML page: {HtmlTitle().Match(body).Groups[1].Value.Trim()}›";
        if (type.EndsWith("json", StringComparison.Ordinal) && body.Length < LongestBody && ReadJson(body) is { } json)
            body = JsonSerializer.Serialize(json, Readable);

        return body.Length <= LongestBody ? body : body[..LongestBody] + "…";
    }

    [GeneratedRegex(@"//(\[::\]|0\.0\.0\.0|\+|\*)")]
    private static partial Regex AnyHost();

    [GeneratedRegex("<title[^>]*>(.*?)</title>", RegexOptions.Singleline | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HtmlTitle();
}
