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
        ("blank", "\" \""), ("null", "null"), ("negative", "-1"), ("huge number", "1e300"), ("true", "true"), ("array of nulls", "[null]"),
        ("nested array", "[[\"admin\"]]"), ("object", "{\"admin\":true}"), ("line break", "\"admin\\r\\nfaked log line\""),
        ("NUL", "\"admin\\u0000\""), ("half a character", "\"\\ud800\""), ("list", "\"user admin\""),
        ("long", $"\"{new string('a', 5000)}\""), ("many", $"[{string.Join(',', Enumerable.Repeat("\"a\"", 1000))}]"),
    ];

    public static TheoryData<string> Claims =>
    [
        "sub", "name", "preferred_username", "client_id", "roles", "groups", "scope", "auth_time", "acr",
    ];

    [Theory, MemberData(nameof(Claims))]
    public async Task Odd_claim_breaks_nothing_and_grants_nothing(string claim)
    {
        foreach (var (name, json) in Values)
        {
            foreach (var request in Requests)
            {
                var answer = await api.SendAsync(request, Persona.Alice, $"\"{claim}\":{json}");
                Assert.True(answer.Status < 500, $"{claim} {name}, {request}: {answer.Status} {answer.Body}");
                if (request.StartsWith("DELETE")) Assert.True(answer.Status is 401 or 403, $"{claim} {name}, {request}: {answer.Status}");
                Assert.All(answer.Logs, log => Assert.DoesNotContain('\n', log.Message.TrimEnd()));
            }
        }
    }

    [Theory]
    [InlineData("POST /reset", "\"roles\":[\"Admin\"]", Reasons.RoleMissing)]
    [InlineData("POST /reset", "\"roles\":[\"admin \"]", Reasons.RoleMissing)]
    [InlineData("POST /reset", "\"roles\":[\"user,admin\"]", Reasons.RoleMissing)]
    [InlineData("POST /reset", "\"roles\":[\"\u0430dmin\"]", Reasons.RoleMissing)] // Cyrillic
    [InlineData("GET /visitors", "\"scope\":\"Visitors:read\"", Reasons.ScopeMissing)]
    [InlineData("GET /visitors", "\"scope\":\"visitors:read:all\"", Reasons.ScopeMissing)]
    [InlineData("GET /visitors", "\"scope\":\"visitors:read,profile\"", Reasons.ScopeMissing)]
    public async Task Roles_and_scopes_are_compared_to_the_letter(string request, string payload, string reason) =>
        await (await api.SendAsync(request, Persona.Alice, payload)).AssertRefusedAsync(reason);
}
