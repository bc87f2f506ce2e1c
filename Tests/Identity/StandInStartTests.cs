using System.Net;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Tokens;

namespace AuthDemo.Tests.Identity;

/// <summary>What the stand-in is started with: realm files, keys, addresses.</summary>
[Trait("Needs", "Processes")]
public sealed class StandInStartTests(StandInProcess standIn) : IClassFixture<StandInProcess>
{
    private static readonly string Realm = File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json"));

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:1234", HttpStatusCode.OK)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost.rebound.example:8080", HttpStatusCode.BadRequest)]
    public async Task Answers_under_loopback_names_of_any_port_only(string host, HttpStatusCode expected)
    {
        var provider = await standIn.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.Discovery);
        request.Headers.Host = host;

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        if (expected != HttpStatusCode.OK) return;
        Assert.Equal($"http://{host}/realms/authdemo", (await OidcClient.ReadAsync(response)).GetProperty("issuer").GetString());
    }

    [Fact]
    public void Keys_outlive_a_restart_and_are_readable_by_their_owner_only()
    {
        using var folder = new TemporaryFolder();

        var before = Key(folder.Path);
        var after = Key(folder.Path);

        Assert.Equal(before, after);
        Assert.NotEqual(before, Key(null));
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        if (OperatingSystem.IsWindows()) return; // files have no such modes there
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        static string Key(string? folder) => SigningKeys.Load("authdemo", folder).Rsa.ToXmlString(includePrivateParameters: false);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://example.org:0")]
    [InlineData("nonsense")]
    public Task Address_that_others_can_reach_is_refused(string urls) =>
        AssertDoesNotStartAsync("listens on this computer only", ("ASPNETCORE_URLS", urls));

    [Fact]
    public Task Unusable_key_setting_is_said_in_one_sentence() =>
        AssertDoesNotStartAsync("'perhaps' at 'NEW_KEYS'", ("NEW_KEYS", "perhaps"));

    [Theory]
    [InlineData("{", "", "cannot be served by the stand-in: ")]
    [InlineData("\"realm\": \"authdemo\"", "\"name\": \"authdemo\"", "missing required properties including: 'realm'")]
    [InlineData("\"enabled\": true", "\"enabled\": false", "$.enabled is false, and only 'true' is known")]
    [InlineData("\"accessTokenLifespan\": 300", "\"accessTokenLifespan\": -1", "accessTokenLifespan")]
    [InlineData("\"access.token.lifespan\": \"2\"", "\"access.token.lifespan\": \"two\"", "'two' was not in a correct format")]
    [InlineData("\"ssoSessionMaxLifespan\": 36000", "\"ssoSessionMaxLifespan\": 36001", "$.ssoSessionMaxLifespan is 36001")]
    [InlineData("\"registrationAllowed\": false", "\"registrationAllowed\": true", "$.registrationAllowed is true")]
    [InlineData("oidc-full-name-mapper", "oidc-unheard-of-mapper", "the protocol mapper 'oidc-unheard-of-mapper'")]
    [InlineData("\"AUTH_TIME\"", "\"UNHEARD_OF\"", "'oidc-usersessionmodel-note-mapper' (user.session.note=UNHEARD_OF")]
    [InlineData("\"user.attribute\": \"username\"", "\"user.attribute\": \"shoe size\"", "user.attribute=shoe size")]
    [InlineData("\"claim.name\": \"roles\"", "\"claim.name\": \"realm_access.roles\"", "claim.name=realm_access.roles")]
    [InlineData("\"claim.name\": \"roles\"", "\"claim.name\": \"my\\\\.roles\"", "claim.name=my\\.roles")]
    [InlineData("\"multivalued\":", "\"usermodel.realmRoleMapping.rolePrefix\": \"R_\", \"multivalued\":", "rolePrefix=R_")]
    [InlineData("\"jsonType.label\": \"String\"", "\"jsonType.label\": \"int\"", "jsonType.label=int")]
    [InlineData("\"Runs the", "\"\", \"composites\": { \"client\": { \"api\": [] } }, \"x\": \"", "$.roles.realm[1].composites.client is")]
    [InlineData("\"realmRoles\": [\n        \"user\"", "\"realmRoles\": [\n        \"unheard-of\"", "'alice' has the role 'unheard-of'")]
    [InlineData("\"/engineering\"", "\"/unheard-of\"", "'alice' is in the group '/unheard-of', which the realm does not define")]
    [InlineData("\"acr\",\n        \"building\"", "\"unheard-of\"", "the client scope 'unheard-of', which the realm does not define")]
    [InlineData("\"serviceAccountClientId\": \"night-watch\"", "\"x\": 0", "the client 'night-watch' has a service account, but no user")]
    [InlineData("\"value\": \"alice\"", "\"secretData\": \"{}\"", "'alice' has a password that is hashed")]
    [InlineData("\"temporary\": false", "\"temporary\": true", "$.users[0].credentials[0].temporary is true")]
    [InlineData("\"email\": \"alice", "\"requiredActions\": [\"VERIFY\"], \"email\": \"alice", "$.users[0].requiredActions is")]
    [InlineData("\\\"digits\\\":6", "\\\"digits\\\":8", "$.users[0].credentials[1].credentialData is")]
    [InlineData("\"type\": \"otp\"", "\"type\": \"webauthn\"", "'alice' has one-time codes where")]
    [InlineData("\\\"mfa\\\":2", "\\\"mfa\\\":3", "$.attributes['acr.loa.map'] is")]
    [InlineData("\"ALTERNATIVE\"", "\"REQUIRED\"", "the browserFlow 'login' is not known")]
    [InlineData("\"loa-max-age\": \"36000\"", "\"loa-max-age\": \"60\"", "the browserFlow 'login' is not known")]
    [InlineData("\"directAccessGrantsEnabled\": false", "\"directAccessGrantsEnabled\": true", "$.clients[0].directAccessGrantsEnabled is true")]
    [InlineData("\"webOrigins\": []", "\"webOrigins\": [\"*\"]", "$.clients[2].webOrigins is")]
    [InlineData("\"pkce.code.challenge.method\": \"S256\"", "\"pkce.code.challenge.method\": \"plain\"", "is \"plain\", and only 'S256'")]
    [InlineData("\"secret\": \"$", "\"x\": \"$", "the client 'web' has no secret")]
    [InlineData("${WEB_URL:http://localhost:5180}/signout-callback-oidc", "+", "the client 'web' has the address '+'")]
    [InlineData("${WEB_URL:http://localhost:5180}/signin-oidc", "/signin-oidc", "the client 'web' has the address '/signin-oidc'")]
    [InlineData("/signin-oidc\"", "/*\"", "the client 'web' has the address 'http://localhost:5180/*'")]
    [InlineData("${WEB_URL:http://localhost:5180}/\"", "/\"", "the client 'web' has the address '/'")]
    public async Task Realm_file_that_would_mean_something_else_to_Keycloak_is_refused(string text, string replacement, string sentence)
    {
        using var folder = new TemporaryFolder();
        var at = Realm.IndexOf(text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "authdemo-realm.json"),
            Realm[..at] + replacement + Realm[(at + text.Length)..],
            TestContext.Current.CancellationToken);

        var problem = Assert.Throws<InvalidDataException>(() => RealmFile.ReadAll(folder.Path)).Message;

        Assert.StartsWith("authdemo-realm.json", problem, StringComparison.Ordinal);
        Assert.Contains(sentence, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Realm_that_two_files_define_is_said_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["one-realm.json", "two-realm.json"])
            await File.WriteAllTextAsync(Path.Combine(folder.Path, name), Realm, TestContext.Current.CancellationToken);

        await AssertDoesNotStartAsync("define the realm 'authdemo'", ("REALMS", folder.Path));
    }

    [Fact]
    public Task Missing_realm_files_are_said_in_one_sentence() =>
        AssertDoesNotStartAsync("point REALMS at the folder", ("REALMS", "/nowhere"));

    private static async Task AssertDoesNotStartAsync(string sentence, params (string Name, string Value)[] environment)
    {
        var (exitCode, error) = await StandInProcess.RunToEndAsync(environment);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(sentence, error.Split('\n')[0], StringComparison.Ordinal);
    }
}
