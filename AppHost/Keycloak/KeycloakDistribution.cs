using Microsoft.VisualBasic.FileIO;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>A Keycloak distribution as a process, which others refer to as they do to AddKeycloak's container.</summary>
internal sealed class KeycloakDistribution(string name, string program, string folder)
    : ExecutableResource(name, program, folder), IResourceWithServiceDiscovery;

/// <summary>
/// The distribution that <c>KEYCLOAK_HOME</c> names. Keycloak writes into its own folder, so a copy runs. The copy stays: Keycloak rebuilds
/// itself for our settings at its first start, and again only when those change.
/// </summary>
internal static class KeycloakDistributionBuilder
{
    public static IResourceBuilder<IResourceWithServiceDiscovery> AddKeycloakDistribution(
        this IDistributedApplicationBuilder builder, string name, int port, string realms)
    {
        var home = Path.GetFullPath(builder.Configuration["KEYCLOAK_HOME"]!, builder.AppHostDirectory);
        var copy = Path.Combine(builder.AppHostDirectory, "obj", "keycloak");
        var program = Path.Combine(copy, "bin", OperatingSystem.IsWindows() ? "kc.bat" : "kc.sh");
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password");
        var keycloak = builder.AddResource(new KeycloakDistribution(name, program, copy))
            .WithArgs("start-dev", "--import-realm")
            .WithHttpEndpoint(port, env: "KC_HTTP_PORT")
            .WithEnvironment("KC_HTTP_HOST", "127.0.0.1")
            // A new database at each start: an import skips realms that are there already, and so changes to the files.
            .WithEnvironment("KC_DB", "dev-mem")
            .WithEnvironment("KC_BOOTSTRAP_ADMIN_USERNAME", "admin")
            .WithEnvironment("KC_BOOTSTRAP_ADMIN_PASSWORD", password)
            .WithOtlpExporter()
            .WithKeycloakTracing()
            .OnBeforeResourceStarted((_, _, stop) => Task.Run(() => CopyWhenChanged(home, copy, realms), stop))
            .WithHttpsCertificateConfiguration(https =>
            {
                https.EnvironmentVariables["KC_HTTPS_CERTIFICATE_FILE"] = https.CertificatePath;
                https.EnvironmentVariables["KC_HTTPS_CERTIFICATE_KEY_FILE"] = https.KeyPath;
                https.EnvironmentVariables["KC_HTTP_ENABLED"] = "false";
                return Task.CompletedTask;
            });
        // As the container does: where there is a certificate, the endpoint of that name is https.
        return keycloak
            .WithEnvironment("KC_HTTPS_PORT", keycloak.GetEndpoint("http").Property(EndpointProperty.TargetPort))
            .SubscribeHttpsEndpointsUpdate(_ => keycloak.WithEndpoint("http", endpoint => endpoint.UriScheme = "https"));
    }

    public static void CopyWhenChanged(string home, string copy, string realms)
    {
        var marker = Path.Combine(copy, "copied-from.txt");
        var source = $"{home}\n{File.ReadAllText(Path.Combine(home, "version.txt"))}";
        if (!File.Exists(marker) || File.ReadAllText(marker) != source)
        {
            if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
            FileSystem.CopyDirectory(home, copy);
            File.WriteAllText(marker, source); // last: without it a copy that was interrupted is made again
        }

        // The realm files of today, and no databases or realms of others.
        var data = Path.Combine(copy, "data");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        FileSystem.CopyDirectory(realms, Path.Combine(data, "import"));
    }
}
