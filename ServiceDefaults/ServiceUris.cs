using Microsoft.Extensions.Configuration;

namespace AuthDemo.ServiceDefaults;

/// <summary>Service discovery from configuration, as the AppHost injects it (<c>services__api__http__0</c>).</summary>
public static class ServiceUris
{
    /// <summary>The address of another service, with a slash at its end: its https endpoint where it has one, else http.</summary>
    /// <param name="configuration">Where the AppHost's variables arrive.</param>
    /// <param name="service">The name of the service in the AppHost, such as <c>api</c>.</param>
    /// <exception cref="SettingException">No usable address is configured; the message says what to set.</exception>
    public static Uri GetServiceUri(this IConfiguration configuration, string service)
    {
        var address = configuration[$"services:{service}:https:0"] ?? configuration[$"services:{service}:http:0"];
        return Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? new Uri(uri.AbsoluteUri.TrimEnd('/') + "/")
            : throw new SettingException(
                $"The address of '{service}' is not known: start the AppHost, which hands it over, "
                + $"or set services__{service}__http__0 to its URL.");
    }

    /// <summary>
    /// The identity provider's realm, <c>{keycloak}/realms/{Authentication:Realm}</c>: the authority of Web and Api, and the issuer of
    /// every token that they accept (OpenID Connect Discovery 1.0, section 4.3: the two are identical).
    /// </summary>
    /// <exception cref="SettingException">The identity provider's address is not configured.</exception>
    public static Uri GetAuthority(this IConfiguration configuration) =>
        new(configuration.GetServiceUri("keycloak"), "realms/" + configuration.GetRealm());

    /// <summary>
    /// The realm whose people and clients this application knows: <c>Authentication:Realm</c>, by default <c>authdemo</c>.
    /// </summary>
    public static string GetRealm(this IConfiguration configuration) => configuration.GetName("Authentication:Realm", "authdemo");
}
