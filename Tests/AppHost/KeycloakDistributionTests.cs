using System.Runtime.Versioning;
using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>The copy of the folder that <c>KEYCLOAK_HOME</c> names, in which Keycloak runs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeycloakDistributionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("authdemo-keycloak-").FullName;

    public KeycloakDistributionTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The copy's mode is Unix's.");
        foreach (var file in (string[])["home/bin/kc.sh", "home/lib/quarkus-run.jar", "home/version.txt", "home/data/h2/keycloakdb.mv.db"])
            Write(file, file);
        File.SetUnixFileMode(In("home/bin/kc.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Write("realms/building-realm.json", "{ \"realm\": \"${NAME:building}\" }");
        Copy();
    }

    [Fact]
    public void Copy_has_the_program_and_the_realm_files_but_no_database_of_others()
    {
        Assert.True(File.GetUnixFileMode(In("copy/bin/kc.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(File.ReadAllText(In("realms/building-realm.json")), File.ReadAllText(In("copy/data/import/building-realm.json")));
        Assert.False(Directory.Exists(In("copy/data/h2")));
        Assert.False(Directory.Exists(In("home/data/import")));
    }

    [Fact]
    public void Copy_stays_so_that_the_next_start_needs_no_rebuild_and_takes_the_realm_files_anew()
    {
        Write("copy/lib/quarkus/rebuilt", "by Keycloak");
        File.Move(In("realms/building-realm.json"), In("realms/tower-realm.json"));

        Copy();

        Assert.True(File.Exists(In("copy/lib/quarkus/rebuilt")));
        Assert.Equal(["tower-realm.json"], Directory.GetFiles(In("copy/data/import")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("home/version.txt", "another version")]
    [InlineData("copy/copied-from.txt", "")] // the copy was interrupted
    public void Copy_is_made_again_when_the_original_changes_or_it_is_not_whole(string file, string content)
    {
        Write("copy/lib/quarkus/rebuilt", "by Keycloak");
        Write(file, content);

        Copy();

        Assert.False(File.Exists(In("copy/lib/quarkus/rebuilt")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Copy() => KeycloakDistributionBuilder.CopyWhenChanged(In("home"), In("copy"), In("realms"));

    private string In(string path) => Path.Combine(folder, path);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), content);
    }
}
