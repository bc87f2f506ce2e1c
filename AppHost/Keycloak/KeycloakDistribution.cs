using Microsoft.VisualBasic.FileIO;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>A Keycloak distribution that runs as a process. Can be referenced like AddKeycloak's container.</summary>
internal sealed class KeycloakDistribution(string name, string program, string folder)
    : ExecutableResource(name, program, folder), IResourceWithServiceDiscovery;

/// <summary>Runs a copy of the distribution in <c>KEYCLOAK_HOME</c>. It is kept, since Keycloak rebuilds itself there.</summary>
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
            // A new database for every start, because an import skips existing realms.
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
                https.EnvironmentVariables["KC_TRUSTSTORE_PATHS"] = https.CertificatePath; // the dashboard's OTLP endpoint has it, too
                https.EnvironmentVariables["KC_HTTP_PORT"] = "0"; // start-dev listens for http too: on any other port
                return Task.CompletedTask;
            });
        // As in the container: with a certificate, the endpoint named http uses https.
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
            File.WriteAllText(marker, source); // written last, so that an interrupted copy is repeated
        }

        // Copies the current realm files, and removes old databases.
        var data = Path.Combine(copy, "data");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        FileSystem.CopyDirectory(realms, Path.Combine(data, "import"));
    }
}
