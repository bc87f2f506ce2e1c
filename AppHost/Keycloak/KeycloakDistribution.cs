using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>
/// A Keycloak on this machine. It writes into its own folder, so a copy runs. The copy stays: Keycloak rebuilds itself for our settings at
/// its first start, and again only when those change.
/// </summary>
/// <param name="home">The folder that holds <c>bin</c> and <c>lib</c>: the setting <c>KEYCLOAK_HOME</c>.</param>
/// <param name="javaHome">The setting <c>JAVA_HOME</c>; empty for the <c>java</c> on the PATH, as kc.sh has it.</param>
/// <param name="copy">Where the copy is.</param>
internal sealed partial class KeycloakDistribution(string home, string? javaHome, string copy)
{
    private const int NeededJava = 17;

    private static readonly string[] NeededFiles =
        ["bin/kc.sh", "conf/keycloak.conf", "lib/quarkus-run.jar", "lib/quarkus/quarkus-application.dat", "version.txt"];

    /// <summary>The program that starts the copy.</summary>
    public string Program => Path.Combine(copy, "bin", OperatingSystem.IsWindows() ? "kc.bat" : "kc.sh");

    /// <summary>Checks everything that a start needs, and makes the copy with the realm files of today.</summary>
    /// <exception cref="DistributedApplicationException">Something is missing.</exception>
    public void Prepare(string realms)
    {
        try
        {
            RequireComplete();
            RequireJava();
            CopyWhenChanged();
            CopyRealms(realms);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"Keycloak cannot be copied from {home} to {copy}: {failure.Message}", failure);
        }
    }

    private void RequireJava()
    {
        const string Advice = "install one, point JAVA_HOME at it, or unset KEYCLOAK_HOME to run on the stand-in.";
        var java = string.IsNullOrEmpty(javaHome) ? "java" : Path.Combine(javaHome, "bin", "java");
        string answer;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(java, "-version") { RedirectStandardError = true })!;
            answer = process.StandardError.ReadToEnd();
            process.WaitForExit();
        }
        catch (Win32Exception failure)
        {
            throw new DistributedApplicationException(
                $"Keycloak needs Java {NeededJava} or newer, and '{java}' cannot be started: {Advice}", failure);
        }

        // "17.0.15", "21", and "1.8.0_412" for Java 8.
        var version = JavaVersion().Match(answer);
        if (version.Success && int.Parse(version.Groups["major"].Value, CultureInfo.InvariantCulture) >= NeededJava) return;
        var found = version.Success ? version.Groups["full"].Value : "of an unknown version";
        throw new DistributedApplicationException($"Keycloak needs Java {NeededJava} or newer, and '{java}' is {found}: {Advice}");
    }

    private void RequireComplete()
    {
        var missing = NeededFiles.FirstOrDefault(file => !File.Exists(Path.Combine(home, file))) ?? FindMissingLibrary();
        if (missing is null) return;
        throw new DistributedApplicationException(Directory.Exists(home)
            ? $"KEYCLOAK_HOME, {home}, is not a complete Keycloak distribution ({missing} is missing): "
                + "unpack the distribution again and name the folder that holds 'bin' and 'lib'."
            : $"KEYCLOAK_HOME names {home}, which does not exist: "
                + "name the folder of an unpacked Keycloak distribution, or unset it to run on the stand-in.");
    }

    /// <summary>The program's own list of the libraries that it loads tells what should be there.</summary>
    private string? FindMissingLibrary() =>
        Library().Matches(Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(home, "lib", "quarkus", "quarkus-application.dat"))))
            .Select(library => "lib/" + library.Value)
            .FirstOrDefault(file => !File.Exists(Path.Combine(home, file)));

    private void CopyWhenChanged()
    {
        var marker = Path.Combine(copy, "copied-from.txt");
        var built = File.GetLastWriteTimeUtc(Path.Combine(home, "lib", "quarkus-run.jar"));
        var source = $"{home}\n{File.ReadAllText(Path.Combine(home, "version.txt"))}{built:O}\n";
        if (File.Exists(marker) && File.ReadAllText(marker) == source) return;

        Console.WriteLine($"Copying Keycloak from {home} to {copy}; its first start then takes half a minute ...");
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        foreach (var file in Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(home, file);
            // Databases and realms of others.
            if (relative.StartsWith("data" + Path.DirectorySeparatorChar, StringComparison.Ordinal)) continue;
            var target = Path.Combine(copy, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        // A .zip does not keep the permission to execute.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Program, File.GetUnixFileMode(Program) | UnixFileMode.UserExecute);
        File.WriteAllText(marker, source); // last: without it a copy that was interrupted is made again
    }

    private void CopyRealms(string realms)
    {
        var import = Directory.CreateDirectory(Path.Combine(copy, "data", "import")).FullName;
        var files = Directory.GetFiles(realms, "*-realm.json");
        foreach (var old in Directory.GetFiles(import).ExceptBy(files.Select(Path.GetFileName), Path.GetFileName)) File.Delete(old);
        foreach (var file in files) File.Copy(file, Path.Combine(import, Path.GetFileName(file)), overwrite: true);
    }

    [GeneratedRegex("""version "(?<full>(1\.)?(?<major>\d+)[^"]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex JavaVersion();

    [GeneratedRegex(@"lib/(main|boot)/[\w.+-]+?\.jar", RegexOptions.ExplicitCapture)]
    private static partial Regex Library();
}
