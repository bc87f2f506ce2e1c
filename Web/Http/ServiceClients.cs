using AuthDemo.ServiceDefaults;

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

    public static void AddServiceClients(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DashboardLinks>();
        Add(Api, builder.Configuration.GetServiceUri(Api), TimeSpan.FromSeconds(15));
        Add(Keycloak, builder.Configuration.GetServiceUri(Keycloak), TimeSpan.FromSeconds(15));
        builder.Services.AddHttpClient(Login).AddHttpMessageHandler(() => new OAuthAnswerHandler());
        Add(Login, address: null, TimeSpan.FromSeconds(15));
        Add(Web, address: null, TimeSpan.FromSeconds(15));

        void Add(string service, Uri? address, TimeSpan timeout) => builder.Services
            .AddHttpClient(service, client =>
            {
                client.BaseAddress = address;
                client.Timeout = Timeout.InfiniteTimeSpan; // the handler has it
            })
            .AddHttpMessageHandler(() => new ServiceUnavailableHandler(service == Login ? Keycloak : service, timeout))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }
}
