using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthDemo.AppHost.Local;

/// <summary>
/// A real Keycloak in development mode, from the distribution that <c>KEYCLOAK_HOME</c> names. Keycloak writes into its own folder, so a copy runs. The copy
/// stays: Keycloak rebuilds itself for our settings at its first start, and again only when those change.
/// </summary>
/// <param name="home">The folder that holds <c>bin</c> and <c>lib</c>.</param>
/// <param name="javaHome">The setting <c>JAVA_HOME</c>; empty for the <c>java</c> on the PATH, as kc.sh has it.</param>
/// <param name="copy">Where the copy is.</param>
internal sealed partial class KeycloakDistribution(string home, string? javaHome, string copy) : IdentityProvider
{
    private const int NeededJava = 17;

    private static readonly string[] NeededFiles = ["bin/kc.sh", "conf/keycloak.conf", "lib/quarkus-run.jar", "lib/quarkus/quarkus-application.dat", "version.txt"];
    public override string Description => $"the real Keycloak from KEYCLOAK_HOME ({home}); unset that for the stand-in";

    public override TelemetryProtocol TelemetryProtocol => TelemetryProtocol.Grpc;

    /// <summary>What Keycloak says, of the last start only.</summary>
    private string LogFile => Path.Combine(copy, "data", "log", "keycloak.log");

    public override ProgramToRun GetProgram(KeycloakResource keycloak)
    {
        RequireJava();
        try
        {
            RequireComplete();
            CopyWhenChanged();
            CopyRealms(keycloak.Realms);
            Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
            File.Delete(LogFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"Keycloak cannot be copied from {home} to {copy}: {failure.Message}", failure);
        }

        return new(Path.Combine(copy, "bin", "kc.sh"), ["start-dev", "--import-realm"], copy);
    }

    public override void AddEnvironment(KeycloakResource keycloak, Dictionary<string, object> variables)
    {
        variables["KC_HTTP_HOST"] = "127.0.0.1";
        variables["KC_HTTP_PORT"] = $"{keycloak.GetEndpoint("http").Port}";
        // A new database at each start: an import skips realms that are there already, and so changes to the files.
        variables["KC_DB"] = "dev-mem";
        variables["KC_LOG"] = "console,file";
        variables["KC_LOG_FILE"] = LogFile;
        if (!string.IsNullOrEmpty(javaHome)) variables["JAVA_HOME"] = javaHome;
    }

    /// <exception cref="DistributedApplicationException">Java is missing or too old.</exception>
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
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new DistributedApplicationException($"Keycloak needs Java {NeededJava} or newer, and '{java}' cannot be started: {Advice}", failure);
        }

        // "17.0.15", "21", and "1.8.0_412" for Java 8.
        var version = JavaVersion().Match(answer);
        if (!version.Success || int.Parse(version.Groups["major"].Value, CultureInfo.InvariantCulture) < NeededJava)
            throw new DistributedApplicationException($"Keycloak needs Java {NeededJava} or newer, and '{java}' is {(version.Success ? version.Groups["full"].Value : "of an unknown version")}: {Advice}");
    }

    private void CopyWhenChanged()
    {
        var marker = Path.Combine(copy, "copied-from.txt");
        var source = $"{home}\n{File.ReadAllText(Path.Combine(home, "version.txt"))}{File.GetLastWriteTimeUtc(Path.Combine(home, "lib", "quarkus-run.jar")):O}\n";
        if (File.Exists(marker) && File.ReadAllText(marker) == source) return;

        Console.WriteLine($"Copying Keycloak from {home} to {copy}; its first start then takes half a minute ...");
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        foreach (var file in Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(home, file);
            if (relative.StartsWith("data" + Path.DirectorySeparatorChar, StringComparison.Ordinal)) continue; // somebody else's databases and realms
            var target = Path.Combine(copy, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.WriteAllText(marker, source); // last: without it a copy that was interrupted is made again
    }

    /// <exception cref="DistributedApplicationException"><c>KEYCLOAK_HOME</c> is not a complete Keycloak distribution.</exception>
    private void RequireComplete()
    {
        var missing = NeededFiles.FirstOrDefault(file => !File.Exists(Path.Combine(home, file)))
            // This file names every library that the program loads.
            ?? Library().Matches(Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(home, "lib", "quarkus", "quarkus-application.dat"))))
                .Select(library => "lib/" + library.Value).FirstOrDefault(file => !File.Exists(Path.Combine(home, file)));
        if (missing is null) return;
        throw new DistributedApplicationException(Directory.Exists(home)
            ? $"KEYCLOAK_HOME, {home}, is no complete Keycloak distribution, it has no {missing}: unpack the distribution again and name the folder that holds 'bin' and 'lib'."
            : $"KEYCLOAK_HOME names {home}, which does not exist: name the folder of an unpacked Keycloak distribution, or unset it to run on the stand-in.");
    }

    private void CopyRealms(string? realms)
    {
        var import = Directory.CreateDirectory(Path.Combine(copy, "data", "import")).FullName;
        var files = realms is null ? [] : Directory.GetFiles(realms, "*-realm.json");
        foreach (var old in Directory.GetFiles(import).ExceptBy(files.Select(Path.GetFileName), Path.GetFileName)) File.Delete(old);
        foreach (var file in files) File.Copy(file, Path.Combine(import, Path.GetFileName(file)), overwrite: true);
    }

    [GeneratedRegex("""version "(?<full>(1\.)?(?<major>\d+)[^"]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex JavaVersion();

    [GeneratedRegex(@"lib/(main|boot)/[\w.+-]+?\.jar", RegexOptions.ExplicitCapture)]
    private static partial Regex Library();
}
