using Microsoft.Extensions.ServiceDiscovery;

namespace AuthDemo.Web.Http;

/// <summary>
/// The named HTTP clients, one for each service. Redirects are not followed and cookies not stored, since the lab shows responses as they
/// are. No retries (Microsoft.Extensions.Http.Resilience): they would repeat a DELETE and hide a 503.
/// </summary>
internal static class ServiceClients
{
    public const string Api = "api";
    public const string Keycloak = "keycloak";

    /// <summary>The identity provider, for requests where anything but an OAuth response is an outage.</summary>
    public const string Login = "login";

    /// <summary>Web itself, called by the lab as a script would.</summary>
    public const string Web = "web";

    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Short, because a user is waiting for the login.</summary>
    public static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(5);

    public static void AddServiceClients(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ConfigurationServiceEndpointProviderOptions>()
            .Validate<IConfiguration>(
                (_, settings) => settings.GetSection($"services:{Api}").AsEnumerable().Any(setting => setting.Value is { Length: > 0 }),
                $"services:{Api} is missing: set services:{Api}:https:0 to the address of the API.")
            .ValidateOnStart();
        Add(Api).ConfigureHttpClient(client => client.BaseAddress = new Uri($"https+http://{Api}"));
        Add(Keycloak);
        Add(Login);
        Add(Web);

        IHttpClientBuilder Add(string name) => builder.Services
            .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan) // the handler sets the timeout
            .AddHttpMessageHandler(() => new ServiceUnavailableHandler(name))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }
}

/// <summary>Another service is unavailable. The message is shown to the user.</summary>
/// <param name="service">The service's name in the AppHost.</param>
internal sealed class ServiceUnavailableException(string service, string message, Exception? inner = null) : Exception(message, inner)
{
    private static readonly Dictionary<string, string> Names = new()
    {
        [ServiceClients.Api] = "The API",
        [ServiceClients.Keycloak] = "The identity provider",
        [ServiceClients.Web] = "Web",
    };

    public ServiceUnavailableException(string service, Exception inner)
        : this(service, $"{Names[service]} does not answer: see in the dashboard whether the resource {service} is healthy.", inner)
    {
    }

    public string Service { get; } = service;
}

/// <summary>
/// Throws <see cref="ServiceUnavailableException"/> if the response does not arrive, or not completely and in time. Cancellation by the
/// caller is not an outage.
/// </summary>
internal sealed class ServiceUnavailableHandler(string client) : DelegatingHandler
{
    private const int MaxAnswerSize = 10 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var service = client == ServiceClients.Login ? ServiceClients.Keycloak : client;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(service == ServiceClients.Keycloak ? ServiceClients.ProviderTimeout : ServiceClients.AnswerTimeout);
        try
        {
            var response = await base.SendAsync(request, deadline.Token);
            await response.Content.LoadIntoBufferAsync(MaxAnswerSize, deadline.Token);
            return client == ServiceClients.Login && !await IsOAuthAsync(response)
                ? throw new HttpRequestException(
                    $"{request.RequestUri?.AbsolutePath} answered {(int)response.StatusCode} and nothing usable.")
                : response;
        }
        catch (Exception e) when (
            e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ServiceUnavailableException(service, e);
        }
    }

    /// <summary>
    /// An OAuth response is 2xx or 4xx with a JSON object (RFC 6749, sections 5.1 and 5.2; RFC 9126, section 2). Anything else comes from a
    /// failing identity provider, or from a proxy.
    /// </summary>
    private static async Task<bool> IsOAuthAsync(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "application/json"
        && (int)response.StatusCode is (>= 200 and < 300) or (>= 400 and < 500)
        && (await response.Content.ReadAsStringAsync()).AsSpan().TrimStart() is ['{', ..];
}
