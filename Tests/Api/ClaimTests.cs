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
    [InlineData("Admin")]
    [InlineData("admin ")]
    [InlineData("user,admin")]
    [InlineData("\u0430dmin")]
    public async Task Roles_are_compared_to_the_letter(string role) => await (await api.SendAsync(
        "POST /reset", Persona.Alice, $"\"roles\":[\"{role}\"]")).AssertRefusedAsync(Reasons.RoleMissing);

    [Theory]
    [InlineData("Visitors:read")]
    [InlineData("visitors:read:all")]
    [InlineData("visitors:read,profile")]
    public async Task Scopes_are_compared_to_the_letter(string scope) => await (await api.SendAsync(
        "GET /visitors", Persona.Alice, $"\"scope\":\"{scope}\"")).AssertRefusedAsync(Reasons.ScopeMissing);
}
