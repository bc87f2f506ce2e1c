using System.Text.Json;

namespace AuthDemo.Tests.Readme;

/// <summary>The README's tables are copies: the realm files and the scenario table are the originals.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_table_of_users_says_what_the_realm_file_says()
    {
        var realm = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json")));
        var people = realm.GetProperty("users").EnumerateArray().Where(u => !u.TryGetProperty("serviceAccountClientId", out _));

        string[] expected = ["| user | roles | groups |", "|---|---|---|",
            .. people.Select(u => $"| {u.GetProperty("username")} | {Join(u, "realmRoles")} | {Join(u, "groups")} |")];

        Assert.Equal(expected, TableBetween("<!-- users -->", "<!-- /users -->"));
    }

    private static string Join(JsonElement user, string list) => string.Join(", ", user.GetProperty(list).EnumerateArray());

    private static string[] TableBetween(string start, string end)
    {
        var lines = File.ReadAllLines(Repository.PathOf("README.md"));
        var from = Array.IndexOf(lines, start);
        var to = Array.IndexOf(lines, end);
        Assert.True(from >= 0 && to > from, $"README.md has no section between {start} and {end}.");
        return lines[(from + 1)..to];
    }
}
