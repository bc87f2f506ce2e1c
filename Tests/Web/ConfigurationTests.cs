using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.Tests.Web;

public sealed class ConfigurationTests
{
    private static readonly IConfiguration Web = Read("Web/appsettings.json", "Web/appsettings.Development.json");

    [Fact]
    public void Client_secrets_are_those_of_the_realms()
    {
        Assert.Equal(SecretOf("authdemo", "web"), Web["Authentication:Schemes:OpenIdConnect:ClientSecret"]);
        Assert.All(Web.GetSection("Lab:ServiceAccounts").GetChildren(), account => Assert.Equal(
            SecretOf(account.Key == "neighbour" ? "neighbour" : "authdemo", account["ClientId"]!), account["Secret"]));
    }

    [Fact]
    public void No_secret_stands_in_the_settings_that_production_reads() =>
        Assert.DoesNotContain("secret", File.ReadAllText(Repository.PathOf("Web/appsettings.json")), StringComparison.OrdinalIgnoreCase);

    private static IConfiguration Read(params string[] files) =>
        files.Aggregate<string, IConfigurationBuilder>(
            new ConfigurationBuilder(), (builder, file) => builder.AddJsonFile(Repository.PathOf(file))).Build();

    // "${WEB_CLIENT_SECRET:web-development-secret}" is replaced from the environment at import: the default counts.
    private static string SecretOf(string realm, string client)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Repository.PathOf($"AppHost/Realms/{realm}-realm.json")));
        var secret = file.RootElement.GetProperty("clients").EnumerateArray()
            .Single(c => c.GetProperty("clientId").GetString() == client).GetProperty("secret").GetString()!;
        return secret.StartsWith("${") ? secret[(secret.IndexOf(':') + 1)..^1] : secret;
    }
}
