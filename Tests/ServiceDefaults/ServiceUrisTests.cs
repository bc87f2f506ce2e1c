using AuthDemo.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.Tests.ServiceDefaults;

public sealed class ServiceUrisTests
{
    [Fact]
    public void Https_comes_before_http()
    {
        Assert.Equal("https://b/",
            With(("services:api:http:0", "http://a"), ("services:api:https:0", "https://b")).GetServiceUri("api").ToString());
        Assert.Equal("http://a/", With(("services:api:http:0", "http://a")).GetServiceUri("api").ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost:5181")]
    [InlineData("ftp://localhost")]
    [InlineData("/api")]
    public void Address_that_is_missing_or_unusable_is_one_sentence_that_says_what_to_do(string? address)
    {
        var exception = Assert.Throws<SettingException>(() => With(("services:api:http:0", address)).GetServiceUri("api"));
        Assert.Contains("services__api__http__0", exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Authority_is_the_realm_at_the_identity_provider()
    {
        Assert.Equal("http://localhost:8080/realms/authdemo",
            With(("services:keycloak:http:0", "http://localhost:8080")).GetAuthority().ToString());
        Assert.Equal("http://k/realms/other",
            With(("services:keycloak:http:0", "http://k/"), ("Authentication:Realm", "other")).GetAuthority().ToString());
        var underAPath = With(("services:keycloak:https:0", "https://sso.example.com/auth"));
        Assert.Equal("https://sso.example.com/auth/realms/authdemo", underAPath.GetAuthority().ToString());
        Assert.Equal("https://sso.example.com/auth/x", new Uri(underAPath.GetServiceUri("keycloak"), "x").ToString());
    }

    private static IConfiguration With(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
}
