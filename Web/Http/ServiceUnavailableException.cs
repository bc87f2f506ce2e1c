namespace AuthDemo.Web.Http;

/// <summary>Another service did not give what was needed. The message is for the reader of a page.</summary>
/// <param name="service">The service's name in the AppHost.</param>
internal sealed class ServiceUnavailableException(string service, string message, Exception? inner = null) : Exception(message, inner)
{
    public ServiceUnavailableException(string service, Exception inner)
        : this(service, $"{NameOf(service)} does not answer: see in the dashboard whether the resource {service} is healthy.", inner)
    {
    }

    public string Service { get; } = service;

    private static string NameOf(string service) => service switch
    {
        ServiceClients.Api => "The API",
        ServiceClients.Keycloak => "The identity provider",
        _ => "Web",
    };
}
