namespace AuthDemo.Tests.AppHost;

/// <summary>The four packages that AuthDemo is a sample of are referenced by name, not only through others.</summary>
public sealed class DirectPackagesTests
{
    [Theory]
    [InlineData("AppHost/AppHost.csproj", "Aspire.Hosting")]
    [InlineData("AppHost/Keycloak/KeycloakPackage.targets", "Aspire.Hosting.Keycloak")]
    [InlineData("Web/Web.csproj", "Microsoft.AspNetCore.Authentication.OpenIdConnect")]
    [InlineData("ServiceDefaults/ServiceDefaults.csproj", "OpenTelemetry.Extensions.Hosting")]
    public void Package_is_a_direct_reference(string file, string package) =>
        Assert.Contains($"<PackageReference Include=\"{package}\"", File.ReadAllText(Repository.PathOf(file)), StringComparison.Ordinal);
}
