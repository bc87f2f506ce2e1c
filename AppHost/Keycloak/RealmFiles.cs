using System.Text.Json.Nodes;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>Somebody who can log in. All of it is for development only.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Password">The password.</param>
/// <param name="Roles">The realm roles.</param>
/// <param name="Authenticator">The secret of the one-time codes, in Base32 (RFC 6238); null where there are none.</param>
internal sealed record RealmUser(string Name, string Password, string Roles, string? Authenticator)
{
    // Never the password or the authenticator's secret, wherever this may be written.
    public override string ToString() => Name;
}

/// <summary>The realm files: who can log in.</summary>
/// <param name="Folder">The full path of their folder.</param>
internal sealed record RealmFiles(string Folder) : IResourceAnnotation
{
    /// <summary>Everybody who has a password.</summary>
    public IEnumerable<RealmUser> Users =>
        from file in Directory.EnumerateFiles(Folder, "*-realm.json").Order(StringComparer.Ordinal)
        from user in JsonNode.Parse(File.ReadAllText(file))!["users"]?.AsArray() ?? []
        let password = Find(user, "password")?["value"]
        where password is not null
        let otp = (string?)Find(user, "otp")?["secretData"]
        let roles = user["realmRoles"]?.AsArray().Select(role => (string?)role) ?? []
        select new RealmUser(
            (string)user["username"]!,
            (string)password!,
            string.Join(", ", roles),
            otp is null ? null : (string?)JsonNode.Parse(otp)!["value"]);

    private static JsonNode? Find(JsonNode user, string type) =>
        user["credentials"]?.AsArray().FirstOrDefault(credential => (string?)credential!["type"] == type);
}
