using System.Text;
using System.Text.Json.Nodes;

namespace AuthDemo.AppHost.Local;

/// <summary>What the user reads when everything is up.</summary>
internal static class Banner
{
    public static void Write(DistributedApplicationBuilder model)
    {
        var text = new StringBuilder("\nAuthDemo is running. Ctrl+C stops everything.\n\n");
        foreach (var url in model.Resources.AsEnumerable().Reverse().SelectMany(r => r.GetUrls(), (resource, url) => (resource.Name, url.Url, url.DisplayText)))
        {
            text.AppendLine($"  {url.Name,-18} {url.Url}{(url.DisplayText is null ? "" : $"  ({url.DisplayText})")}");
        }

        if (model.Dashboard is { } dashboard) text.AppendLine($"  {"dashboard",-18} {dashboard.LoginUrl}");
        text.AppendLine();
        foreach (var keycloak in model.Resources.OfType<KeycloakResource>())
        {
            text.AppendLine($"  {"users",-18} {string.Join(", ", UsersOf(keycloak))}");
            text.AppendLine($"  {"identity provider",-18} {keycloak.Provider.Description}");
        }

        text.AppendLine($"  {"engine",-18} Local; -p:Engine=Aspire runs the real Aspire, which needs a container runtime");
        Console.WriteLine(text);
    }

    private static IEnumerable<string> UsersOf(KeycloakResource keycloak) =>
        from realm in keycloak.Realms is null ? [] : KeycloakResourceBuilderExtensions.RealmFiles(keycloak.Realms)
        from user in realm["users"]?.AsArray() ?? []
        let password = (string?)user["credentials"]?.AsArray().FirstOrDefault(c => (string?)c!["type"] == "password")?["value"]
        where password is not null
        let names = (JsonArray?)user["realmRoles"] is { } roles ? string.Join(", ", roles.Select(r => (string?)r)) : "no roles"
        select $"{user["username"]} (password {password}; {names})";
}
