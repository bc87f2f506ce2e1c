using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using AuthDemo.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.Tests.Deployment;

/// <summary>The whole application by the launch profile <c>https</c>, with a developer certificate of the test's own.</summary>
[Trait("Needs", "Processes")]
public sealed class DeveloperCertificateTests
{
    [Fact]
    public async Task Launch_profile_https_serves_a_login_and_a_refusal_over_https_alone()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var cancellation = timeout.Token;
        using var certificate = HttpsBrowser.CreateCertificate("localhost");
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--DOTNET_LAUNCH_PROFILE=https", "--IdentityProvider=StandIn"], cancellation);
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

        using var run = await browser.RunScenarioAsync("delete-user");
        using var result = JsonDocument.Parse(await run.Content.ReadAsStringAsync(cancellation));
        Assert.Equal(403, result.RootElement.GetProperty("status").GetInt32());
        Assert.True(result.RootElement.GetProperty("asExpected").GetBoolean());
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
