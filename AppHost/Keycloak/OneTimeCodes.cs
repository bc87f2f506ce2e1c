using System.Text;
using OtpNet;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>What the authenticator apps of the realm files' users would show. Their secrets are for development only.</summary>
internal static class OneTimeCodes
{
    /// <summary>Hands the secrets to a project, as <c>Authenticators:{user}</c>; never to a published one.</summary>
    public static IResourceBuilder<ProjectResource> WithAuthenticatorsOf(
        this IResourceBuilder<ProjectResource> project, IResource provider) =>
        project.WithEnvironment(context =>
        {
            if (!context.ExecutionContext.IsRunMode) return;
            foreach (var user in UsersOf(provider)) context.EnvironmentVariables["Authenticators__" + user.Name] = user.Authenticator!;
        });

    /// <summary>A command that shows the codes of this moment.</summary>
    public static IResourceBuilder<T> WithOneTimeCodes<T>(this IResourceBuilder<T> provider) where T : IResource =>
        provider.WithCommand("one-time-codes", "One-time codes", _ => Task.FromResult(CommandResults.Success(
            "The codes of this moment. Each is good for one login.",
            new CommandResultData
            {
                Value = Format(UsersOf(provider.Resource), DateTime.UtcNow),
                Format = CommandResultFormat.Markdown,
                DisplayImmediately = true,
            })), new CommandOptions
            {
                Description = "What everybody's authenticator app shows now (development only).",
                IconName = "PhoneKey",
            });

    /// <returns>A table in Markdown.</returns>
    public static string Format(IEnumerable<RealmUser> users, DateTime now)
    {
        var table = new StringBuilder("| user | code | seconds left |\n|---|---|---|\n");
        foreach (var user in users)
        {
            var totp = new Totp(Base32Encoding.ToBytes(user.Authenticator));
            table.Append($"| {user.Name} | {totp.ComputeTotp(now)} | {totp.RemainingSeconds(now)} |\n");
        }

        return table.ToString();
    }

    private static IEnumerable<RealmUser> UsersOf(IResource provider) =>
        provider.Annotations.OfType<RealmFiles>().SelectMany(files => files.Users).Where(user => user.Authenticator is not null);
}
