using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace AuthDemo.Tests.Deployment;

public sealed class StandInDeveloperCertificateTests() : DeveloperCertificateTests("StandIn");

[Collection(KeycloakApplication.Collection)] // both start Keycloak in the same folder
public sealed class KeycloakDeveloperCertificateTests() : DeveloperCertificateTests("Distribution");

/// <summary>The whole application by the launch profile <c>https</c>, with a developer certificate of the test's own.</summary>
[Trait("Needs", "Processes")]
public abstract class DeveloperCertificateTests(string identityProvider)
{
    [Fact]
    public async Task Launch_profile_https_serves_a_login_and_a_refusal_over_https_alone()
    {
        if (identityProvider == "Distribution" && KeycloakApplication.Missing is { } reason) Assert.Skip(reason);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        var cancellation = timeout.Token;
        using var certificate = HttpsBrowser.CreateCertificate("localhost");
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--DOTNET_LAUNCH_PROFILE=https", $"--IdentityProvider={identityProvider}"], cancellation);
        builder.Services.AddLogging(logging => logging.AddFilter("AppHost.Resources", LogLevel.Warning));
        builder.Services.AddSingleton<IDeveloperCertificateService>(new TrustedCertificate(certificate));
        builder.Services.ConfigureHttpClientDefaults(healthChecks =>
            healthChecks.ConfigurePrimaryHttpMessageHandler(() => HttpsBrowser.CreateHandler(certificate)));
        await using var application = await builder.BuildAsync(cancellation);
        await application.StartAsync(cancellation);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("web", cancellation);
        var (web, api) = (application.GetEndpoint("web", "https"), application.GetEndpoint("api", "https"));

        using var browser = new HttpsBrowser(certificate, web);
        using var refusal = await browser.Http.GetAsync(new Uri(api, "/badge"), cancellation);
        Assert.Contains($"resource_metadata=\"{api}.well-known/", refusal.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        var answers = await browser.LogInAsync("alice", "/me");
        Assert.All(answers, answer => Assert.Equal("https", answer.RequestMessage!.RequestUri!.Scheme));
        Assert.Equal("alice", await browser.Http.NameAsync());

        if (identityProvider != "StandIn") return; // Keycloak runs all flows over http
        var flows = await application.ResourceCommands.ExecuteCommandAsync("web", "run-all-flows", cancellation);
        Assert.True(flows.Success, $"{flows.Message}\n{flows.Data?.Value}");
    }

    private sealed class TrustedCertificate(X509Certificate2 certificate) : IDeveloperCertificateService
    {
        public ImmutableList<X509Certificate2> Certificates => [certificate];
        public bool SupportsContainerTrust => true;
        public bool TrustCertificate => true;
        public bool UseForHttps => true;
        public bool LatestCertificateIsUntrusted => false;
    }
}
