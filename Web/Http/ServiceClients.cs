using Microsoft.Extensions.ServiceDiscovery;

namespace AuthDemo.Web.Http;

/// <summary>
/// The HTTP clients for the other services, by the services' names. They show every answer as it came: no redirect is followed, no cookie
/// is kept, and no answer at all is a <see cref="ServiceUnavailableException"/>. There is no retry (Microsoft.Extensions.Http.Resilience)
/// on purpose: it would repeat a DELETE and hide a 503.
/// </summary>
internal static class ServiceClients
{
    public const string Api = "api";
    public const string Keycloak = "keycloak";

    /// <summary>The identity provider, for the login's own requests: what is no answer in OAuth's terms is an outage here.</summary>
    public const string Login = "login";

    /// <summary>Web itself, as a script would call it.</summary>
    public const string Web = "web";

    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    /// <summary>A login waits for it; one that accepts and never answers is not to hold the visitor longer.</summary>
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
            .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan) // the handler has one
            .AddHttpMessageHandler(() => new ServiceUnavailableHandler(name))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }
}

/// <summary>Another service did not give what was needed. The message is for the reader of a page.</summary>
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
/// The one place that decides what "a service is away" means: its answer did not come, or not in time, or not to its end. A caller who
/// gives up is no outage.
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
    /// 2xx or 4xx with a JSON object is the identity provider speaking (RFC 6749, sections 5.1 and 5.2; RFC 9126, section 2). Everything
    /// else comes of a provider that is not itself, or of something in between.
    /// </summary>
    private static async Task<bool> IsOAuthAsync(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "application/json"
        && (int)response.StatusCode is (>= 200 and < 300) or (>= 400 and < 500)
        && (await response.Content.ReadAsStringAsync()).AsSpan().TrimStart() is ['{', ..];
}
