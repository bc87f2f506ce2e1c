using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Tokens;

namespace AuthDemo.Tests.Identity;

public sealed class StandInStartTests(StandInHost standIn) : IClassFixture<StandInHost>
{
    private static readonly string Realm = File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json"));

    [Theory]
    [InlineData("127.0.0.1:1234", HttpStatusCode.OK)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost.rebound.example:8080", HttpStatusCode.BadRequest)]
    public async Task Answers_under_loopback_names_of_any_port_only(string host, HttpStatusCode expected)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Host = host;
        using var response = await http.GetAsync(standIn.Provider.Discovery);
        Assert.Equal(expected, response.StatusCode);
        if (expected != HttpStatusCode.OK) return;
        Assert.Equal($"http://{host}/realms/authdemo", (await OidcClient.ReadAsync(response)).GetProperty("issuer").GetString());
    }

    [Fact]
    public void Keys_outlive_a_restart_and_are_readable_by_their_owner_only()
    {
        using var folder = new TemporaryFolder();
        var key = Key(folder.Path);
        Assert.Equal(key, Key(folder.Path));
        Assert.NotEqual(key, Key(null));
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        if (OperatingSystem.IsWindows()) return; // files have no such modes there
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        static string Key(string? folder) => SigningKeys.Load("authdemo", folder).Rsa.ExportRSAPublicKeyPem();
    }

    [Theory]
    [Trait("Needs", "Processes")]
    [InlineData("ASPNETCORE_URLS", "http://*:0", "listens on this computer only")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:0;http://example.org:0", "not on http://example.org:0")]
    [InlineData("NEW_KEYS", "perhaps", "'perhaps' at 'NEW_KEYS'")]
    [InlineData("REALMS", "/nowhere", "point REALMS at the folder")]
    public async Task Setting_that_is_no_good_is_said_in_the_first_line(string setting, string value, string sentence)
    {
        using var process = new StandInProcess((setting, value));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(process.StartAsync);
        Assert.Matches($"^The stand-in ended with [1-9][0-9]*: .*{Regex.Escape(sentence)}", failure.Message);
    }

    [Theory]
    [InlineData("\"realm\": \"authdemo\"", "\"name\": \"authdemo\"", "missing required properties including: 'realm'")]
    [InlineData("\"accessTokenLifespan\": 300", "\"accessTokenLifespan\": -1", "accessTokenLifespan")]
    [InlineData("\"access.token.lifespan\": \"2\"", "\"access.token.lifespan\": \"two\"", "'two' was not in a correct format")]
    [InlineData("oidc-full-name-mapper", "oidc-unheard-of-mapper", "the protocol mapper 'oidc-unheard-of-mapper'")]
    [InlineData("\"user.attribute\": \"username\"", "\"user.attribute\": \"shoe size\"", "user.attribute=shoe size")]
    [InlineData("\"claim.name\": \"roles\"", "\"claim.name\": \"realm_access.roles\"", "claim.name=realm_access.roles")]
    [InlineData("\"jsonType.label\": \"String\"", "\"jsonType.label\": \"int\"", "jsonType.label=int")]
    [InlineData("\"realmRoles\": [\n        \"user\"", "\"realmRoles\": [\n        \"unheard-of\"", "'alice' has the role 'unheard-of'")]
    [InlineData("\"/engineering\"", "\"/unheard-of\"", "'alice' is in the group '/unheard-of', which the realm does not define")]
    [InlineData("\"acr\",\n        \"building\"", "\"unheard-of\"", "the client scope 'unheard-of', which the realm does not define")]
    [InlineData("\"serviceAccountClientId\": \"night-watch\"", "\"x\": 0", "the client 'night-watch' has a service account, but no user")]
    [InlineData("\"value\": \"alice\"", "\"secretData\": \"{}\"", "'alice' has a password that is hashed")]
    [InlineData("\\\"digits\\\":6", "\\\"digits\\\":8", "$.users[0].credentials[1].credentialData is")]
    [InlineData("\"type\": \"otp\"", "\"type\": \"webauthn\"", "'alice' has one-time codes where")]
    [InlineData("\"ALTERNATIVE\"", "\"REQUIRED\"", "the browserFlow 'login' is not known")]
    [InlineData("\"loa-max-age\": \"36000\"", "\"loa-max-age\": \"60\"", "the browserFlow 'login' is not known")]
    [InlineData("\"directAccessGrantsEnabled\": false", "\"directAccessGrantsEnabled\": true", "$.clients[0].directAccessGrantsEnabled")]
    [InlineData("\"secret\": \"$", "\"x\": \"$", "the client 'web' has no secret")]
    [InlineData("${WEB_URL:http://localhost:5180}/signout-callback-oidc", "+", "the client 'web' has the address '+'")]
    [InlineData("/signin-oidc\"", "/*\"", "the client 'web' has the address 'http://localhost:5180/*'")]
    [InlineData("${WEB_URL:http://localhost:5180}/\"", "/\"", "the client 'web' has the address '/'")]
    public void Realm_file_that_would_mean_something_else_to_Keycloak_is_refused(string text, string replacement, string sentence)
    {
        using var folder = new TemporaryFolder();
        var at = Realm.IndexOf(text, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.Path, "authdemo-realm.json"), Realm[..at] + replacement + Realm[(at + text.Length)..]);
        var problem = Assert.Throws<InvalidDataException>(() => RealmFile.ReadAll(folder.Path)).Message;
        Assert.StartsWith("authdemo-realm.json cannot be served by the stand-in: ", problem);
        Assert.Contains(sentence, problem);
    }

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
