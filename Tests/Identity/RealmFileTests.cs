using System.Text.Json;

namespace AuthDemo.Tests.Identity;

/// <summary>The realm files define who there is and who may do what. These tests hold what the rest of the project relies on.</summary>
public sealed class RealmFileTests
{
    private static readonly JsonElement AuthDemo = Read("authdemo");

    public static TheoryData<string> Realms => ["authdemo", "neighbour"];

    [Theory]
    [InlineData("alice", "a11ce000-0000-4000-8000-000000000001", "user", "/engineering")]
    [InlineData("bob", "b0b00000-0000-4000-8000-000000000002", "user", "/facilities")]
    [InlineData("admin", "ad314000-0000-4000-8000-000000000003", "user admin", "/engineering /facilities /security")]
    public void Persona_has_a_fixed_id_the_user_name_as_password_and_an_authenticator(string name, string id, string roles, string groups)
    {
        var user = AuthDemo.GetProperty("users").EnumerateArray().Single(u => Text(u, "username") == name);

        Assert.Equal(id, Text(user, "id"));
        Assert.Equal(roles.Split(' '), List(user, "realmRoles"));
        Assert.Equal(groups.Split(' '), List(user, "groups"));
        var credentials = user.GetProperty("credentials").EnumerateArray().ToList();
        Assert.Equal(["password", "otp"], credentials.Select(credential => Text(credential, "type")));
        Assert.Equal(name, Text(credentials[0], "value"));
        var secret = JsonSerializer.Deserialize<JsonElement>(Text(credentials[1], "secretData")!);
        Assert.Matches("^AUTHDEMODEVELOPMENTSECRET[A-Z2-7]{7}$", Text(secret, "value")); // 160 bits: RFC 4226, section 4, R6
    }

    [Fact]
    public void Nobody_else_can_log_in()
    {
        var logins = AuthDemo.GetProperty("users").EnumerateArray()
            .Where(u => u.TryGetProperty("credentials", out _)).Select(u => Text(u, "username"));

        Assert.Equal(["alice", "bob", "admin"], logins);
        Assert.DoesNotContain(Read("neighbour").GetProperty("users").EnumerateArray(), u => u.TryGetProperty("credentials", out _));
    }

    [Fact]
    public void Web_logs_people_in_with_code_and_S256_only()
    {
        var web = Client("web");
        var attributes = web.GetProperty("attributes");

        Assert.False(web.GetProperty("publicClient").GetBoolean());
        Assert.Equal("S256", Text(attributes, "pkce.code.challenge.method"));
        Assert.Equal(["${WEB_URL:http://localhost:5180}/signin-oidc"], List(web, "redirectUris"));
        Assert.Equal("${WEB_URL:http://localhost:5180}/signout-callback-oidc", Text(attributes, "post.logout.redirect.uris"));
        Assert.Equal("${WEB_URL:http://localhost:5180}/", Text(web, "baseUrl"));
        Assert.Equal("${WEB_CLIENT_SECRET:web-development-secret}", Text(web, "secret"));
        Assert.Equal(["visitors:read"], List(web, "optionalClientScopes"));
        var logins = AuthDemo.GetProperty("clients").EnumerateArray().Where(c => c.GetProperty("standardFlowEnabled").GetBoolean());
        Assert.Equal(["web"], logins.Select(c => Text(c, "clientId")));
    }

    [Theory]
    [InlineData("night-watch")]
    [InlineData("short-lived")]
    [InlineData("elsewhere")]
    public void Service_account_is_a_user_without_groups_and_without_a_password(string client)
    {
        Assert.True(Client(client).GetProperty("serviceAccountsEnabled").GetBoolean());
        var user = AuthDemo.GetProperty("users").EnumerateArray().Single(u =>
            u.TryGetProperty("serviceAccountClientId", out var id) && id.GetString() == client);

        Assert.False(user.TryGetProperty("groups", out _));
        Assert.False(user.TryGetProperty("credentials", out _));
    }

    [Fact]
    public void Lifetimes_are_those_that_the_lab_tells_about()
    {
        Assert.Equal(300, AuthDemo.GetProperty("accessTokenLifespan").GetInt32());
        Assert.Equal("2", Text(Client("short-lived").GetProperty("attributes"), "access.token.lifespan"));
        Assert.True(AuthDemo.GetProperty("revokeRefreshToken").GetBoolean());
        Assert.Equal(0, AuthDemo.GetProperty("refreshTokenMaxReuse").GetInt32());
        Assert.Equal("1800", Text(AuthDemo.GetProperty("attributes"), "parRequestUriLifespan")); // as long as people take to log in
    }

    [Theory]
    [MemberData(nameof(Realms))]
    public void No_client_allows_the_password_grant_or_the_implicit_flow(string realm) // RFC 9700 2.1.2 and 2.4
    {
        var clients = Read(realm).GetProperty("clients").EnumerateArray().ToList();
        Assert.Contains(clients, client => Text(client, "clientId") == "admin-cli" && !client.GetProperty("enabled").GetBoolean());
        Assert.All(clients, client =>
        {
            Assert.False(client.GetProperty("directAccessGrantsEnabled").GetBoolean());
            Assert.False(client.GetProperty("implicitFlowEnabled").GetBoolean());
        });
    }

    [Theory]
    [MemberData(nameof(Realms))]
    public void Every_access_token_says_that_it_is_one(string realm) // RFC 9068 2.1
    {
        var clients = Read(realm).GetProperty("clients").EnumerateArray().Where(client => client.GetProperty("enabled").GetBoolean());
        Assert.All(clients, client => Assert.Equal("true", Text(client.GetProperty("attributes"), "access.token.header.type.rfc9068")));
    }

    [Theory]
    [MemberData(nameof(Realms))]
    public void Every_secret_says_that_it_is_for_development(string realm)
    {
        var secrets = Read(realm).GetProperty("clients").EnumerateArray()
            .Where(c => c.TryGetProperty("secret", out _)).Select(c => Text(c, "secret")!);

        Assert.All(secrets, secret => Assert.Contains("development", secret, StringComparison.Ordinal));
    }

    private static JsonElement Client(string id) => AuthDemo.GetProperty("clients").EnumerateArray().Single(c => Text(c, "clientId") == id);

    private static JsonElement Read(string realm) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Repository.PathOf($"AppHost/Realms/{realm}-realm.json")));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string[] List(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(v => v.GetString()!)];
}
