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

        var before = new SigningKeys(folder.Path).For("authdemo").KeyId;
        var after = new SigningKeys(folder.Path).For("authdemo").KeyId;

        Assert.Equal(before, after);
        Assert.NotEqual(before, new SigningKeys(null).For("authdemo").KeyId);
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        if (OperatingSystem.IsWindows()) return; // files have no such modes there
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
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

    [Fact]
    public async Task Unusable_key_file_is_said_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "authdemo.pem"), "no key", TestContext.Current.CancellationToken);

        await AssertDoesNotStartAsync("authdemo.pem cannot be used", ("KEYS", folder.Path), ("NEW_KEYS", "false"));
    }

    [Theory]
    [InlineData("{", "", "is not a usable realm file")]
    [InlineData("\"realm\": \"authdemo\"", "\"name\": \"authdemo\"", "no Keycloak realm file")]
    [InlineData("\"enabled\": true", "\"enabled\": false", "the realm is not enabled")]
    [InlineData("\"accessTokenLifespan\": 300", "\"accessTokenLifespan\": -1", "accessTokenLifespan has to be a number of seconds above 0")]
    [InlineData("\"registrationAllowed\": false", "\"registrationAllowed\": true", "the realm has registrationAllowed = true")]
    [InlineData("oidc-full-name-mapper", "oidc-unheard-of-mapper", "uses the protocol mapper 'oidc-unheard-of-mapper'")]
    [InlineData("\"AUTH_TIME\"", "\"UNHEARD_OF\"", "'oidc-usersessionmodel-note-mapper' (user.session.note=UNHEARD_OF")]
    [InlineData("\"user.attribute\": \"username\"", "\"user.attribute\": \"shoe size\"", "maps the user attribute 'shoe size'")]
    [InlineData("\"claim.name\": \"roles\"", "\"claim.name\": \"realm_access.roles\"", "claim.name=realm_access.roles")]
    [InlineData("\"claim.name\": \"roles\"", "\"claim.name\": \"my\\\\.roles\"", "claim.name=my\\.roles")]
    [InlineData("\"multivalued\":", "\"usermodel.realmRoleMapping.rolePrefix\": \"R_\", \"multivalued\":", "rolePrefix=R_")]
    [InlineData("\"jsonType.label\": \"String\"", "\"jsonType.label\": \"int\"", "jsonType.label=int")]
    [InlineData("\"Runs the", "\"\", \"composites\": { \"client\": { \"api\": [] } }, \"x\": \"", "the role 'admin' has client = ")]
    [InlineData("\"/engineering\"", "\"/unheard-of\"", "is in the group '/unheard-of', which the realm does not define")]
    [InlineData("\"value\": \"alice\"", "\"secretData\": \"{}\"", "the user 'alice' has a password that is hashed")]
    [InlineData("\"temporary\": false", "\"temporary\": true", "the user 'alice' has temporary = true")]
    [InlineData("\"email\": \"alice", "\"requiredActions\": [\"VERIFY\"], \"email\": \"alice", "the user 'alice' has requiredActions")]
    [InlineData("\\\"digits\\\":6", "\\\"digits\\\":8", "the user 'alice' has a one-time code other than")]
    [InlineData("\"type\": \"otp\"", "\"type\": \"webauthn\"", "the user 'alice' has none")]
    [InlineData("\"ALTERNATIVE\"", "\"REQUIRED\"", "the browserFlow 'login' is not known")]
    [InlineData("\"loa-max-age\": \"36000\"", "\"loa-max-age\": \"60\"", "a default.reference.maxAge of 'pwd' that is not")]
    [InlineData("\"webOrigins\": []", "\"directAccessGrantsEnabled\": true", "the client 'web' has directAccessGrantsEnabled = true")]
    [InlineData("\"webOrigins\": []", "\"webOrigins\": [\"*\"]", "has webOrigins = ")]
    [InlineData("\"webOrigins\": []", "\"consentRequired\": true", "the client 'web' has consentRequired = true")]
    [InlineData("\"publicClient\": false", "\"publicClient\": true", "has publicClient = true")]
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
