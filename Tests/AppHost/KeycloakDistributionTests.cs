using AuthDemo.AppHost.Keycloak;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.AppHost;

/// <summary>The copy of the folder that <c>KEYCLOAK_HOME</c> names, in which Keycloak runs.</summary>
public sealed class KeycloakDistributionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public KeycloakDistributionTests()
    {
        foreach (var file in (string[])["home/bin/kc.sh", "home/version.txt", "home/data/h2/keycloak.db", "realms/building-realm.json"])
            Write(file, file);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(In("home/bin/kc.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Copy();
    }

    [Fact]
    public void Copy_has_the_program_and_the_realm_files_but_no_database_of_others()
    {
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(In("copy/bin/kc.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("realms/building-realm.json", File.ReadAllText(In("copy/data/import/building-realm.json")));
        Assert.False(Directory.Exists(In("copy/data/h2")));
        Assert.True(Directory.Exists(In("home/data/h2")));
        Assert.False(Directory.Exists(In("home/data/import")));
    }

    [Theory]
    [InlineData(null, "", true)] // Keycloak rebuilds itself at its first start only
    [InlineData("home/version.txt", "another version", false)]
    [InlineData("copy/copied-from.txt", "", false)] // the copy was interrupted
    public void Copy_stays_until_the_original_changes_and_takes_the_realm_files_anew(string? changed, string content, bool stays)
    {
        Write("copy/lib/quarkus/rebuilt", "by Keycloak");
        File.Move(In("realms/building-realm.json"), In("realms/tower-realm.json"));
        if (changed is not null) Write(changed, content);
        Copy();
        Assert.Equal(stays, File.Exists(In("copy/lib/quarkus/rebuilt")));
        Assert.Equal(["tower-realm.json"], Directory.GetFiles(In("copy/data/import")).Select(Path.GetFileName));
    }

    public void Dispose() => folder.Dispose();

    private void Copy() => KeycloakDistributionBuilder.CopyWhenChanged(In("home"), In("copy"), In("realms"));

    private string In(string path) => Path.Combine(folder.Path, path);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), content);
    }
}
