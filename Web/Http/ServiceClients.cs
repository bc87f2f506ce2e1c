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
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(5);

    public static void AddServiceClients(this WebApplicationBuilder builder)
    {
        Add(Api).ConfigureHttpClient(client => client.BaseAddress = new Uri($"https+http://{Api}"));
        Add(Keycloak);
        builder.Services.AddHttpClient(Login).AddHttpMessageHandler(() => new OAuthAnswerHandler());
        Add(Login);
        Add(Web);

        IHttpClientBuilder Add(string service) => builder.Services
            .AddHttpClient(service, client => client.Timeout = Timeout.InfiniteTimeSpan) // the handler has one
            .AddHttpMessageHandler(() => service is Login or Keycloak
                ? new ServiceUnavailableHandler(Keycloak, ProviderTimeout)
                : new ServiceUnavailableHandler(service, AnswerTimeout))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }
}
