using AuthDemo.StandIn.Realms;

namespace AuthDemo.Tests.Identity;

/// <summary>What must hold in the realm files and does not show in an identity provider's answers.</summary>
public sealed class RealmFileTests
{
    [Fact]
    public void Three_people_can_log_in_and_only_through_Web()
    {
        var realms = RealmFile.ReadAll(Repository.PathOf("AppHost/Realms"));
        var people = realms.SelectMany(realm => realm.People).ToList();
        Assert.Equal(["alice", "bob", "admin"], people.Select(person => person.Username));
        Assert.All(people, person => Assert.Equal(
            (person.Username, 20), (person.Password, person.OtpSecret?.Length))); // 160 bits: RFC 4226, section 4, R6
        var web = Assert.Single(realms.SelectMany(realm => realm.Clients), client => client.CanLogIn);
        Assert.Equal(("web", "S256"), (web.Id, web["pkce.code.challenge.method"])); // RFC 9700, section 2.1.1
    }

    [Theory]
    [InlineData("authdemo")]
    [InlineData("neighbour")]
    public void Every_client_is_for_development_without_password_grant_and_implicit_flow(string realm) // RFC 9700, 2.1.2 and 2.4
    {
        var file = File.ReadAllText(Repository.PathOf($"AppHost/Realms/{realm}-realm.json"));
        var clients = JsonSerializer.Deserialize<JsonElement>(file).GetProperty("clients").EnumerateArray().ToList();
        Assert.Equal(("admin-cli", "False"), (Setting(clients[0], "clientId"), Setting(clients[0], "enabled"))); // Keycloak makes it
        Assert.All(clients, client => Assert.Equal(
            ("False", "False"), (Setting(client, "directAccessGrantsEnabled"), Setting(client, "implicitFlowEnabled"))));
        Assert.All(clients, client => Assert.Contains("development", Setting(client, "secret") ?? "development"));

        static string? Setting(JsonElement client, string name) => client.TryGetProperty(name, out var value) ? value.ToString() : null;
    }
}
