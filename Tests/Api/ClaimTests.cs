using System.Text.Json.Nodes;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Tests.Api;

/// <summary>Well-signed tokens of an issuer that writes odd claims: what they do not grant is refused, and nothing breaks.</summary>
public sealed class ClaimTests(RunningApi api) : IClassFixture<RunningApi>
{
    private static readonly string[] Requests =
    [
        "GET /badge", "POST /rooms/workshop/entries", "GET /lockers/2", "GET /safes/2", "GET /visitors", "POST /alarm/disarm",
        "DELETE /users/nobody",
    ];

    private static readonly (string Name, string Json)[] Values =
    [
        ("empty", "\"\""), ("blank", "\" \""), ("null", "null"), ("number", "1"), ("negative", "-1"), ("huge number", "1e300"),
        ("true", "true"),
        ("empty array", "[]"), ("array of nulls", "[null]"), ("nested array", "[[\"admin\"]]"), ("object", "{\"admin\":true}"),
        ("empty object", "{}"),
        ("line break", "\"admin\\r\\nfaked log line\""), ("NUL", "\"admin\\u0000\""),
        ("half a character", "\"\\ud800\""), ("markup", "\"<script>admin</script>\""),
        ("look-alike", "\"\\u0430dmin\""), ("other case", "\"ADMIN\""), ("list", "\"user admin\""),
        ("long", $"\"{new string('a', 5000)}\""), ("many", $"[{string.Join(',', Enumerable.Repeat("\"a\"", 1000))}]"),
    ];

    public static TheoryData<string> Claims =>
    [
        "sub", "name", "preferred_username", "client_id", "roles", "groups", "scope", "auth_time", "iat", "jti", "azp", "amr", "act",
    ];

    [Theory, MemberData(nameof(Claims))]
    public async Task Odd_claim_breaks_nothing_and_grants_nothing(string claim)
    {
        foreach (var (name, json) in Values)
        {
            var token = api.TokenOf(Persona.Alice);
            token.Payload.Remove(claim);
            var payload = token.Payload.ToJsonString().Insert(1, $"\"{claim}\":{json},");
            var authorization = "Bearer " + token.Write(token.Header.ToJsonString(), payload);
            foreach (var request in Requests)
            {
                var answer = await api.SendAsync(request, authorization);
                Assert.True(answer.Status < 500, $"{claim} {name}, {request}: {answer.Status} {answer.Body}");
                if (request.StartsWith("DELETE")) Assert.True(answer.Status is 401 or 403, $"{claim} {name}, {request}: {answer.Status}");
                Assert.All(answer.Logs, log => Assert.DoesNotContain('\n', log.Message.TrimEnd()));
            }
        }
    }

    [Fact]
    public async Task Claims_that_are_missing_are_shown_as_missing()
    {
        foreach (var claim in (string[])["name", "client_id", "roles", "groups", "scope", "auth_time", "iat", "jti"])
        {
            var token = api.TokenOf(Persona.Alice).With(token => token.Payload.Remove(claim));
            Assert.Equal(200, (await api.SendAsync("GET /badge", token)).Status);
        }
    }

    /// <summary>RFC 7519, section 2: a NumericDate may have a fraction.</summary>
    [Fact]
    public async Task Login_time_with_a_fraction_is_a_login_time() =>
        Assert.Equal(200, (await api.SendAsync("POST /alarm/disarm", api.TokenOf(Persona.Admin).With(token =>
            token.Payload["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 1 + 0.5))).Status);

    [Theory]
    [InlineData(0, 200)]
    [InlineData(4, 200)]
    [InlineData(60, 401)]
    [InlineData(100_000, 401)]
    [InlineData(100_000_000_000, 401)]
    public async Task Login_in_the_future_is_not_recent(long seconds, int status)
    {
        var answer = await api.SendAsync("POST /alarm/disarm", api.TokenOf(Persona.Admin).With(token =>
            token.Payload["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds));
        if (status == 200) Assert.Equal(200, answer.Status);
        else answer.AssertRefused(401, Reasons.LoginTooOld);
    }

    [Fact]
    public async Task Roles_groups_and_scopes_are_compared_to_the_letter()
    {
        foreach (var odd in (string[])["Admin", "ADMIN", "admin ", "admin\0", "user,admin", "аdmin"])
        {
            (await api.SendAsync("POST /reset", api.TokenOf(Persona.Alice).With(token => token.Payload["roles"] = new JsonArray(odd))))
                .AssertRefused(403, Reasons.RoleMissing);
        }

        foreach (var odd in (string[])["Visitors:read", "visitors:read:all", "visitors:read,profile", "visitors:\u00a0read"])
        {
            (await api.SendAsync("GET /visitors", api.TokenOf(Persona.Alice).With(token => token.Payload["scope"] = odd)))
                .AssertRefused(403, Reasons.ScopeMissing);
        }
    }
}
