using System.Runtime.Versioning;
using Aspire.Hosting;
using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>What becomes of the folder that <c>KEYCLOAK_HOME</c> names, before Keycloak runs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeycloakDistributionTests : IDisposable
{
    private const string Library = "lib/main/org.keycloak.keycloak-core-1.0.0.jar";

    private readonly string folder = Directory.CreateTempSubdirectory("authdemo-keycloak-").FullName;

    public KeycloakDistributionTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The Java of this test is a shell script.");
        Write("java/bin/java", "#!/bin/sh\necho 'openjdk version \"17.0.15\" 2025-04-15' >&2\n");
        File.SetUnixFileMode(In("java/bin/java"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var library = Library.Replace("lib/", "lib/lib/", StringComparison.Ordinal);
        string[] files = ["bin/kc.sh", "conf/keycloak.conf", "lib/quarkus-run.jar", "lib/lib/main/unused.jar", library, "version.txt"];
        foreach (var file in files) Write($"home/{file}", file);
        Write("home/lib/quarkus/quarkus-application.dat", $"\0\x0001(lib/main/{Path.GetFileName(Library)}\0");
        Write("home/data/h2/keycloakdb.mv.db", "somebody else's");
        Write("realms/building-realm.json", "{ \"realm\": \"${NAME:building}\" }");
    }

    [Fact]
    public void Runs_a_copy_with_the_realm_files_unchanged_and_writes_nothing_into_the_original()
    {
        var before = Snapshot("home");

        Distribution().Prepare(In("realms"));

        Assert.Equal(In("copy/bin/kc.sh"), Distribution().Program);
        Assert.True(File.GetUnixFileMode(In("copy/bin/kc.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(File.ReadAllText(In("realms/building-realm.json")), File.ReadAllText(In("copy/data/import/building-realm.json")));
        Assert.False(Directory.Exists(In("copy/data/h2")), "Databases of the original are not ours.");
        Assert.Equal(before, Snapshot("home"));
    }

    [Fact]
    public void Copy_stays_so_that_the_next_start_needs_no_rebuild_and_takes_the_realm_files_anew()
    {
        Distribution().Prepare(In("realms"));
        Write("copy/lib/quarkus/rebuilt", "by Keycloak");
        File.Move(In("realms/building-realm.json"), In("realms/tower-realm.json"));

        Distribution().Prepare(In("realms"));

        Assert.True(File.Exists(In("copy/lib/quarkus/rebuilt")));
        Assert.Equal(["tower-realm.json"], Directory.GetFiles(In("copy/data/import")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("home/version.txt", "another version")]
    [InlineData("copy/copied-from.txt", "")] // the copy was interrupted
    public void Copy_is_made_again_when_the_original_changes_or_it_is_not_whole(string file, string content)
    {
        Distribution().Prepare(In("realms"));
        Write("copy/lib/quarkus/rebuilt", "by Keycloak");
        Write(file, content);

        Distribution().Prepare(In("realms"));

        Assert.False(File.Exists(In("copy/lib/quarkus/rebuilt")));
    }

    [Theory]
    [InlineData("bin/kc.sh")]
    [InlineData("version.txt")]
    [InlineData("lib/quarkus/quarkus-application.dat")]
    [InlineData("lib/lib/main/org.keycloak.keycloak-core-1.0.0.jar")]
    public void Half_unpacked_folder_is_said_in_one_sentence(string missing)
    {
        File.Delete(In($"home/{missing}"));

        var failure = Assert.Throws<DistributedApplicationException>(() => Distribution().Prepare(In("realms")));

        Assert.Equal(
            $"KEYCLOAK_HOME, {In("home")}, is not a complete Keycloak distribution ({missing} is missing): "
            + "unpack the distribution again and name the folder that holds 'bin' and 'lib'.",
            failure.Message);
        Assert.False(Directory.Exists(In("copy")));
    }

    [Fact]
    public void Folder_that_does_not_exist_is_said_in_one_sentence()
    {
        Directory.Delete(In("home"), recursive: true);

        var failure = Assert.Throws<DistributedApplicationException>(() => Distribution().Prepare(In("realms")));

        Assert.StartsWith($"KEYCLOAK_HOME names {In("home")}, which does not exist: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_that_cannot_be_made_is_said_in_one_sentence()
    {
        Write("copy", "a file where the folder should be");

        var failure = Assert.Throws<DistributedApplicationException>(() => Distribution().Prepare(In("realms")));

        Assert.StartsWith($"Keycloak cannot be copied from {In("home")} to {In("copy")}: ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openjdk version \"11.0.2\" 2019-01-15", "is 11.0.2")]
    [InlineData("java version \"1.8.0_412\"", "is 1.8.0_412")]
    [InlineData("something else", "is of an unknown version")]
    public void Java_that_is_too_old_is_said_in_one_sentence(string answer, string expected)
    {
        File.Delete(In("java/bin/java"));
        Write("java/bin/java", $"#!/bin/sh\necho '{answer}' >&2\n");
        File.SetUnixFileMode(In("java/bin/java"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var failure = Assert.Throws<DistributedApplicationException>(() => Distribution().Prepare(In("realms")));

        Assert.Contains("Keycloak needs Java 17 or newer", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_Java_is_said_in_one_sentence()
    {
        File.Delete(In("java/bin/java"));

        var failure = Assert.Throws<DistributedApplicationException>(() => Distribution().Prepare(In("realms")));

        Assert.Equal(
            $"Keycloak needs Java 17 or newer, and '{In("java/bin/java")}' cannot be started: "
            + "install one, point JAVA_HOME at it, or unset KEYCLOAK_HOME to run on the stand-in.",
            failure.Message);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private KeycloakDistribution Distribution() => new(In("home"), In("java"), In("copy"));

    private string In(string path) => Path.Combine(folder, path);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), content);
    }

    private string[] Snapshot(string path) =>
        [.. Directory.GetFiles(In(path), "*", SearchOption.AllDirectories).Order().Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O}")];
}
