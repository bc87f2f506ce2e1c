using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Web.Lab;

/// <summary>Sends a scenario's request and reads the answer. It knows nothing of what is expected before the answer is there.</summary>
internal sealed partial class ScenarioRunner(
    IHttpClientFactory clients, Credentials credentials, LoginForm loginForm, IServer server, IConfiguration configuration, TimeProvider time)
{
    private const int LongestBody = 4000;
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="IdentityProviderException">The identity provider did not give what the scenario needs.</exception>
    /// <exception cref="HttpRequestException">The Api does not answer.</exception>
    public async Task<RunResult> RunAsync(Scenario scenario, Caller caller, LabNotebook? notebook, string? predicted, CancellationToken cancellation)
    {
        var proof = await credentials.GetAsync(scenario.Credential, caller, notebook, cancellation);
        var target = scenario.Request.Target;
        var baseAddress = target == Target.Web ? OwnAddress(caller.Web.Scheme) : configuration.GetServiceUri("api");

        using var response = target == Target.IdentityProvider
            ? await loginForm.SendWrongPasswordAsync(caller.Web, cancellation)
            : await SendAsync(baseAddress, scenario.Request, proof, cancellation);
        var body = await response.Content.ReadAsStringAsync(cancellation);
        var problem = ReadProblem(response, body);
        var reason = problem is { } p ? ProblemExplanation.Text(p, "reason") : null;
        var explained = ProblemExplanation.Read(problem);
        var challengeHeader = Header(response, "WWW-Authenticate");
        var challenge = challengeHeader is null ? null : Challenge.Parse(challengeHeader) is [var first, ..] ? first : null;
        var status = (int)response.StatusCode;
        var expected = scenario.Expected.For(caller.Persona);
        var traceId = Activity.Current?.TraceId.ToString();

        return new RunResult
        {
            Scenario = scenario.Id,
            Persona = caller.Persona,
            Sent = Describe(scenario.Request, proof.Shown, target == Target.IdentityProvider ? response.RequestMessage?.RequestUri?.AbsolutePath : null),
            Predicted = predicted,
            PredictedRight = Predictions.IsRight(predicted, status),
            Status = status,
            StatusText = ReasonPhrases.GetReasonPhrase(status),
            Reason = reason,
            Challenge = challenge,
            ChallengeHeader = challengeHeader,
            Headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
                h => h.Key, h => h.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase) ? "‹not shown›" : string.Join(", ", h.Value)),
            Body = Shorten(response, body),
            Explained = explained,
            Lane = Lane.Draw(caller, proof, target, status, reason, explained?.DecidedBy, Header(response, "Server-Timing")),
            TraceId = traceId,
            TraceUrl = configuration["DASHBOARD_URL"] is { Length: > 0 } dashboard && traceId is not null
                ? $"{dashboard.TrimEnd('/')}/traces/detail/{traceId}"
                : null,
            Expected = expected,
            AsExpected = expected?.Fits(status, reason, challenge),
            PutBack = scenario.PutsBack is not null && response.IsSuccessStatusCode ? await PutBackAsync(baseAddress, proof, cancellation) : null,
            At = time.GetUtcNow(),
        };
    }

    /// <summary>The request as the page shows it before and after it is sent.</summary>
    public static SentRequest Describe(LabRequest request, string? shown, string? path = null)
    {
        List<string> headers = [];
        if (request.ForwardedFor is { } address) headers.Add($"X-Forwarded-For: {address}");
        if (shown is not null) headers.Add(shown);
        return new SentRequest(request.Method.Method, path ?? request.Path, headers);
    }

    private async Task<HttpResponseMessage> SendAsync(Uri baseAddress, LabRequest request, Proof proof, CancellationToken cancellation)
    {
        var path = proof.QueryToken is null ? request.Path : QueryHelpers.AddQueryString(request.Path, "access_token", proof.QueryToken);
        using var message = new HttpRequestMessage(request.Method, new Uri(baseAddress, path));
        if (proof.Authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", proof.Authorization);
        if (proof.Cookies is not null) message.Headers.TryAddWithoutValidation("Cookie", proof.Cookies);
        if (request.ForwardedFor is not null) message.Headers.TryAddWithoutValidation("X-Forwarded-For", request.ForwardedFor);
        return await clients.CreateClient(LabSetup.Client).SendAsync(message, cancellation);
    }

    private async Task<string> PutBackAsync(Uri api, Proof proof, CancellationToken cancellation)
    {
        using var response = await SendAsync(api, new LabRequest(HttpMethod.Post, "/reset"), proof, cancellation);
        return $"POST /reset answered {(int)response.StatusCode}.";
    }

    // From the server and not from the Host header, which the caller chooses. The scheme is the caller's, since the session cookie's name depends on it.
    private Uri OwnAddress(string scheme)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses;
        var address = addresses.FirstOrDefault(a => a.StartsWith(scheme + "://", StringComparison.Ordinal)) ?? addresses.First();
        return new Uri(AnyHost().Replace(address, "//localhost"));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

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
