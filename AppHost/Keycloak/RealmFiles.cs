using System.Text.Json.Nodes;
using OtpNet;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>A development user.</summary>
/// <param name="Authenticator">The secret of the one-time codes, in Base32 (RFC 6238).</param>
internal sealed record RealmUser(string Name, string Password, string Roles, string? Authenticator)
{
    public override string ToString() => Name; // keeps the secrets out of logs
}

/// <summary>Reads the users from the realm files of a folder.</summary>
internal sealed record RealmFiles(string Folder) : IResourceAnnotation
{
    public IEnumerable<RealmUser> Users =>
        from file in Directory.EnumerateFiles(Folder, "*-realm.json").Order(StringComparer.Ordinal)
        from user in JsonNode.Parse(File.ReadAllText(file))!["users"]?.AsArray() ?? []
        let credentials = user["credentials"]?.AsArray().ToDictionary(credential => (string)credential!["type"]!)
        where credentials is not null
        select new RealmUser(
            (string)user["username"]!,
            (string)credentials["password"]!["value"]!,
            string.Join(", ", user["realmRoles"]!.AsArray()),
            (string)JsonNode.Parse((string)credentials["otp"]!["secretData"]!)!["value"]!);
}

internal static class OneTimeCodes
{
    /// <summary>Adds a command that shows the current one-time codes.</summary>
    public static IResourceBuilder<T> WithOneTimeCodes<T>(this IResourceBuilder<T> provider, RealmFiles realms) where T : IResource =>
        provider.WithCommand("one-time-codes", "One-time codes", _ => Task.FromResult(CommandResults.Success(
            "The codes of this moment. Each is good for one login.", Format(realms.Users, DateTime.UtcNow),
            CommandResultFormat.Markdown, displayImmediately: true)), new CommandOptions { IconName = "PhoneKey" });

    public static string Format(IEnumerable<RealmUser> users, DateTime now) =>
        "| user | code | seconds left |\n|---|---|---|\n" + string.Concat(
            from user in users
            let totp = new Totp(Base32Encoding.ToBytes(user.Authenticator))
            select $"| {user.Name} | {totp.ComputeTotp(now)} | {totp.RemainingSeconds(now)} |\n");
}
