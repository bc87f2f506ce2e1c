using System.Text.Json.Nodes;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>The realm files: who can log in.</summary>
/// <param name="Folder">The full path of their folder.</param>
internal sealed record RealmFiles(string Folder) : IResourceAnnotation
{
    /// <summary>Everybody who has a password, with it and the realm roles.</summary>
    public IEnumerable<(string Name, string Password, string Roles)> Users =>
        from file in Directory.EnumerateFiles(Folder, "*-realm.json").Order(StringComparer.Ordinal)
        from user in JsonNode.Parse(File.ReadAllText(file))!["users"]?.AsArray() ?? []
        let password = user["credentials"]?.AsArray().FirstOrDefault(c => (string?)c!["type"] == "password")?["value"]
        where password is not null
        let roles = user["realmRoles"]?.AsArray().Select(role => (string?)role) ?? []
        select ((string)user["username"]!, (string)password!, string.Join(", ", roles));
}
