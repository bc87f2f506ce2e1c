using System.Diagnostics;
using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.RateLimiting;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.ServiceDiscovery;

namespace AuthDemo.Web.Lab.Running;

/// <summary>Sends a scenario's request and reads the response, without regard to what is expected.</summary>
internal sealed class ScenarioRunner(
    IHttpClientFactory clients,
    CredentialSources sources,
    LoginForm loginForm,
    IServer server,
    ServiceEndpointResolver services,
    TimeProvider time) : IDisposable
{
    private const int MaxShownBody = 4000;
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Scenarios that change data run one at a time, so that no other run sees the change.
    private readonly ConcurrencyLimiter changing = new(new() { PermitLimit = 1, QueueLimit = int.MaxValue });

    /// <exception cref="ServiceUnavailableException">A service that the scenario needs is unavailable.</exception>
    public async Task<RunResult> RunAsync(Scenario scenario, Caller caller, string? guess, CancellationToken cancellation)
    {
        using var alone = scenario.PutsBack is null ? null : await changing.AcquireAsync(1, cancellation);
        var request = scenario.Request;
        var sent = await scenario.Credential.MakeAsync(sources, caller, cancellation);
        if (sent.SendAt is { } sendAt)
            await LabTraces.WaitAsync("wait until the token has expired", sendAt - time.GetUtcNow(), time, cancellation);

        var address = await AddressOfAsync(request, sent, cancellation);
        using var response = request.Target == Target.IdentityProvider
            ? await loginForm.SendWrongPasswordAsync(caller.Web, cancellation)
            : await SendAsync(request, address, sent, caller, cancellation);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        var body = await response.Content.ReadAsStringAsync(cancellation);

        var result = new RunResult(
            scenario.Id,
            caller.Persona,
            guess,
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                header => header.Key, header => header.Key == "Set-Cookie" ? ["‹not shown›"] : header.Value.ToArray()),
            Show(type, body),
            type == MediaTypeNames.Application.ProblemJson ? JsonSerializer.Deserialize<ProblemDetails>(body) : null,
            request.Target == Target.IdentityProvider ? null : sent.ToCurl(request.Method, address, request.ForwardedFor),
            Activity.Current?.TraceId.ToString(),
            time.GetUtcNow());
        return result with
        {
            Tokens = DecodedToken.Read(sent.Authorization ?? sent.QueryToken, sent.MadeFrom, result),
            PutBack = scenario.PutsBack is not null && response.IsSuccessStatusCode ? await PutBackAsync(scenario, sent, caller) : null,
        };
    }

    public void Dispose() => changing.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        LabRequest request, Uri address, SentCredential sent, Caller caller, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(request.Method, address);
        if (!request.RefusalIsAnError) LabTraces.MarkAsResult(message);
        // Web accepts only its public host name.
        if (request.Target == Target.Web) message.Headers.Host = caller.Web.Authority;
        if (sent.Authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", sent.Authorization);
        if (sent.Cookies is not null) message.Headers.TryAddWithoutValidation("Cookie", sent.Cookies);
        if (request.ForwardedFor is not null) message.Headers.TryAddWithoutValidation("X-Forwarded-For", request.ForwardedFor);
        var service = request.Target == Target.Web ? ServiceClients.Web : ServiceClients.Api;
        return await clients.CreateClient(service).SendAsync(message, cancellation);
    }

    // Not canceled with the request: the change must be undone.
    private async Task<string> PutBackAsync(Scenario scenario, SentCredential sent, Caller caller)
    {
        using var trace = LabTraces.Begin($"put back after {scenario.Id}");
        var request = new LabRequest(HttpMethod.Post, "/reset");
        var address = await AddressOfAsync(request, sent, CancellationToken.None);
        using var response = await SendAsync(request, address, sent, caller, CancellationToken.None);
        return response.IsSuccessStatusCode
            ? "Carol was put back at once, in a trace of its own."
            : $"Carol could not be put back: POST /reset answered {(int)response.StatusCode}.";
    }

    // Resolved before sending, for the curl command.
    private async Task<Uri> AddressOfAsync(LabRequest request, SentCredential sent, CancellationToken cancellation)
    {
        var path = sent.QueryToken is null ? request.Path : QueryHelpers.AddQueryString(request.Path, "access_token", sent.QueryToken);
        if (request.Target != Target.Web)
        {
            var found = await services.GetEndpointsAsync($"https+http://{ServiceClients.Api}", cancellation);
            return new Uri(new Uri(found.Endpoints[0].ToString()!), path);
        }

        // From the server, because the caller controls the Host header.
        var own = BindingAddress.Parse(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new Uri($"{own.Scheme}://localhost:{own.Port}{path}");
    }

    private static string Show(string type, string body)
    {
        // A login page contains codes of a login in progress.
        if (type == MediaTypeNames.Text.Html) return "‹an HTML page›";
        if (type.EndsWith("json", StringComparison.Ordinal)) body = JsonSerializer.Serialize(JsonElement.Parse(body), Readable);
        return body.Length <= MaxShownBody ? body : body[..MaxShownBody] + "…";
    }
}
