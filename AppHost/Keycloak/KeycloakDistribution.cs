namespace AuthDemo.AppHost.Keycloak;

/// <summary>
/// A Keycloak distribution as a process on this machine, which others refer to by name as they do to <c>AddKeycloak</c>'s container.
/// </summary>
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

    /// <param name="home">The folder that holds <c>bin</c> and <c>lib</c>.</param>
    /// <param name="copy">Where the copy is.</param>
    /// <param name="realms">The folder of the realm files, which are always those of today.</param>
    public static void CopyWhenChanged(string home, string copy, string realms)
    {
        var marker = Path.Combine(copy, "copied-from.txt");
        var source = $"{home}\n{File.ReadAllText(Path.Combine(home, "version.txt"))}";
        if (!File.Exists(marker) || File.ReadAllText(marker) != source)
        {
            if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
            // Without the databases and realms of others.
            string[] parts = [.. Directory.GetDirectories(home).Where(part => Path.GetFileName(part) != "data")];
            foreach (var file in parts.SelectMany(part => Directory.EnumerateFiles(part, "*", SearchOption.AllDirectories)))
            {
                var target = Path.Combine(copy, Path.GetRelativePath(home, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            File.WriteAllText(marker, source); // last: without it a copy that was interrupted is made again
        }

        var import = Path.Combine(copy, "data", "import");
        if (Directory.Exists(import)) Directory.Delete(import, recursive: true);
        Directory.CreateDirectory(import);
        foreach (var file in Directory.GetFiles(realms, "*-realm.json")) File.Copy(file, Path.Combine(import, Path.GetFileName(file)));
    }
}
