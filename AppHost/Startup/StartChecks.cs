using System.Net.NetworkInformation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.AppHost.Startup;

/// <summary>Checks before anything starts. A failed check ends the process with a message and exit code 1.</summary>
internal static class StartChecks
{
    /// <summary>After a stop, the orchestrator holds its ports for some seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void RefuseStart(this IDistributedApplicationBuilder builder, string sentence) =>
        builder.OnBeforeStart((start, _) => throw EndStart(start.Services, sentence));

    /// <summary>Bypasses HTTP_PROXY for loopback, here and in the processes started from here.</summary>
    public static IDistributedApplicationBuilder BypassProxyForLoopback(this IDistributedApplicationBuilder builder)
    {
        var others = Environment.GetEnvironmentVariable("no_proxy") ?? Environment.GetEnvironmentVariable("NO_PROXY");
        Environment.SetEnvironmentVariable("no_proxy", $"localhost,127.0.0.1,[::1],{others}");
        return builder;
    }

    /// <summary>The launch profile https needs a developer certificate. Aspire only warns.</summary>
    public static IDistributedApplicationBuilder RequireCertificateForHttps(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode ? builder : builder.OnBeforeStart((start, _) =>
        {
            if (!start.Services.GetRequiredService<IDeveloperCertificateService>().Certificates.IsEmpty) return Task.CompletedTask;
            var endpoints = start.Model.Resources.SelectMany(resource => resource.Annotations).OfType<EndpointAnnotation>();
            if (endpoints.Any(endpoint => endpoint.UriScheme == "https"))
                throw EndStart(start.Services, "https needs a developer certificate that this machine trusts: "
                    + "run 'dotnet dev-certs https --trust', or start without the launch profile https.");
            foreach (var resource in start.Model.Resources)
                resource.Annotations.Add(new HttpsCertificateAnnotation { UseDeveloperCertificate = false });
            return Task.CompletedTask;
        });

    /// <summary>Aspire does not report ports that are in use: the resource would just never start.</summary>
    public static IDistributedApplicationBuilder RequireFreePorts(this IDistributedApplicationBuilder builder)
    {
        // Not with random ports, as in tests.
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts")) return builder;
        var owners = new Dictionary<int, string>();
        foreach (var setting in (string[])["ASPNETCORE_URLS", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL",
            "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"])
        {
            if (Uri.TryCreate(builder.Configuration[setting], UriKind.Absolute, out var address)) owners[address.Port] = "the AppHost";
        }

        foreach (var resource in builder.Resources)
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.Port is not null))
                owners[endpoint.Port!.Value] = resource.Name;
        return builder.OnBeforeStart(async (start, stop) =>
        {
            if (FindTaken() is not { } first) return;
            Console.WriteLine($"Port {first} is in use: waiting, since a run that was just stopped may still hold it ...");
            for (var end = DateTime.UtcNow + Patience; FindTaken() is { } port; await Task.Delay(250, stop))
            {
                if (DateTime.UtcNow > end)
                    throw EndStart(start.Services, $"Port {port}, which {owners[port]} needs, is in use: stop the program that has it "
                        + "(AuthDemo in another terminal?), or change it in Properties/launchSettings.json, keycloak's in AppHost.cs.");
            }
        });

        int? FindTaken() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .FirstOrDefault(listener => owners.ContainsKey(listener.Port))?.Port;
    }

    /// <summary>Prints the message; throwing the returned exception stops the application.</summary>
    private static OperationCanceledException EndStart(IServiceProvider services, string sentence)
    {
        Console.Error.WriteLine(sentence);
        Environment.ExitCode = 1;
        services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return new(sentence); // treated by DistributedApplication.RunAsync as a stop
    }
}
