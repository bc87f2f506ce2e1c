#:package Mono.Cecil
#:property ImplicitUsings=enable

// What a reader has to open: the files whose methods run for one request, and the lines of these methods.
//
//     dotnet build && dotnet run --file eng/road.cs               the table
//     dotnet run --file eng/road.cs -- files                      with each file and its lines
//
// Takes copies of the Debug build, writes a probe to the start of every method of Api, ServiceDefaults and Web, starts them with the
// stand-in on their ports (5180, 5181 and 8080 must be free), and does everything twice: the second time counts. AuthTracing is left out.
// A method's lines are those from its first statement to its last; what several methods share counts once.
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

var root = Path.GetFullPath(args.FirstOrDefault(Directory.Exists) ?? ".");
var copies = Directory.CreateTempSubdirectory("road").FullName;
List<(string File, int First, int Last)> methods = [];
HashSet<int> hits = [];
var processes = new List<Process>();
try
{
    Start("StandIn", 8080, ("REALMS", Path.Combine(root, "AppHost/Realms")));
    Start("Api", 5181, ("Authentication__Schemes__Bearer__Authority", "http://localhost:8080/realms/authdemo"),
        ("Authentication__Schemes__Bearer__ValidAudience", "api"));
    Start("Web", 5180, ("Authentication__Schemes__OpenIdConnect__Authority", "http://localhost:8080/realms/authdemo"),
        ("Authentication__Schemes__OpenIdConnect__ClientId", "web"), ("services__api__http__0", "http://localhost:5181"));

    using var alice = new Browser();
    await alice.WaitForAsync("http://localhost:8080/realms/authdemo/.well-known/openid-configuration");
    await alice.WaitForAsync("http://localhost:5181/lobby");
    await alice.WaitForAsync("http://localhost:5180/");

    Console.WriteLine("| request | files | lines |\n|---|---|---|");
    using (var first = new Browser()) await first.LogInAsync();
    await RecordAsync(alice.LogInAsync);
    Report("a login, in Web", "Web/");
    await alice.LookAsync();
    await alice.PressAsync("delete-user");
    await alice.LookAsync();
    await RecordAsync(() => alice.PressAsync("delete-user"));
    Report("403 of DELETE /users/carol, in Api", "Api/", "ServiceDefaults/");
    Report("the same 403 by Web's button, in Web", "Web/");
    await alice.PressAsync("tampered-token");
    await alice.LookAsync();
    await RecordAsync(() => alice.PressAsync("tampered-token"));
    Report("401 of a tampered token, in Api", "Api/", "ServiceDefaults/");
    return 0;
}
finally
{
    foreach (var process in processes) process.Kill(entireProcessTree: true);
    Directory.Delete(copies, recursive: true);
}

void Start(string project, int port, params (string Name, string Value)[] settings)
{
    var copy = Path.Combine(copies, project);
    foreach (var file in Directory.EnumerateFiles(Path.Combine(root, project, "bin/Debug/net10.0"), "*", SearchOption.AllDirectories))
    {
        var target = Path.Combine(copy, Path.GetRelativePath(Path.Combine(root, project, "bin/Debug/net10.0"), file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(file, target);
    }

    foreach (var name in project == "StandIn" ? (string[])[] : [project, "ServiceDefaults"])
        Probe(Path.Combine(copy, name + ".dll"), project);
    var start = new ProcessStartInfo("dotnet", [Path.Combine(copy, project + ".dll")])
    {
        WorkingDirectory = Path.Combine(root, project),
        RedirectStandardError = true,
        RedirectStandardOutput = true,
        Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = $"http://localhost:{port}" },
    };
    foreach (var (name, value) in settings) start.Environment[name] = value;
    var process = Process.Start(start)!;
    process.ErrorDataReceived += (_, line) =>
    {
        if (line.Data is ['~', .. var id]) lock (hits) hits.Add(int.Parse(id));
        else if (line.Data is not null) Console.Error.WriteLine(line.Data);
    };
    process.OutputDataReceived += (_, _) => { };
    process.BeginErrorReadLine();
    process.BeginOutputReadLine();
    processes.Add(process);
}

// Every method says its number on the standard error output when it starts. ServiceDefaults counts for the process that it runs in.
void Probe(string path, string process)
{
    using var module = ModuleDefinition.ReadModule(path, new ReaderParameters { ReadSymbols = true, ReadWrite = true });
    var error = module.ImportReference(typeof(Console).GetProperty(nameof(Console.Error))!.GetMethod);
    var write = module.ImportReference(typeof(TextWriter).GetMethod(nameof(TextWriter.WriteLine), [typeof(string)]));
    foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
    {
        var points = method.DebugInformation.SequencePoints.Where(point => !point.IsHidden).ToList();
        if (points.Count == 0 || points[0].Document.Url is not { } url || url.Contains("/obj/")) continue;

        var file = Path.GetRelativePath(root, url.Replace("/_/", root + "/"));
        methods.Add(($"{(file.StartsWith("ServiceDefaults") && process == "Web" ? "Web's " : "")}{file}",
            points.Min(point => point.StartLine), points.Max(point => point.EndLine)));
        var processor = method.Body.GetILProcessor();
        var first = method.Body.Instructions[0];
        processor.InsertBefore(first, processor.Create(OpCodes.Call, error));
        processor.InsertBefore(first, processor.Create(OpCodes.Ldstr, $"~{methods.Count - 1}"));
        processor.InsertBefore(first, processor.Create(OpCodes.Callvirt, write));
    }

    module.Write(new WriterParameters { WriteSymbols = true });
}

async Task RecordAsync(Func<Task> request)
{
    await Task.Delay(1000);
    lock (hits) hits.Clear();
    await request();
    await Task.Delay(1000); // what runs after the response, and the pipe
}

void Report(string title, params string[] folders)
{
    int[] ran;
    lock (hits) ran = [.. hits];
    var files = ran.Select(id => methods[id]).Where(method => folders.Any(method.File.StartsWith)).GroupBy(method => method.File)
        .Select(file => (Name: file.Key, Lines: file.SelectMany(m => Enumerable.Range(m.First, m.Last - m.First + 1)).Distinct().Count()))
        .OrderBy(file => file.Name).ToList();
    Console.WriteLine($"| {title} | {files.Count} | {files.Sum(file => file.Lines)} |");
    if (args.Contains("files")) foreach (var (name, lines) in files) Console.WriteLine($"    {lines,4}  {name}");
}

internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient http = new(new HttpClientHandler { CookieContainer = new(), AllowAutoRedirect = false });
    private string? token;

    public async Task WaitForAsync(string address)
    {
        for (var wait = Stopwatch.StartNew(); ; await Task.Delay(200))
        {
            try
            {
                using var answer = await http.GetAsync(address);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (wait.Elapsed < TimeSpan.FromMinutes(2))
            {
                continue;
            }

            if (wait.Elapsed > TimeSpan.FromMinutes(2)) throw new TimeoutException($"{address} does not answer with 200.");
        }
    }

    /// <summary>From Web's button to the session; not the page that is shown then.</summary>
    public async Task LogInAsync()
    {
        using var page = await FollowAsync(await http.GetAsync("http://localhost:5180/login?returnUrl=/"));
        var html = await page.Content.ReadAsStringAsync();
        var action = new Uri(page.RequestMessage!.RequestUri!, WebUtility.HtmlDecode(Action().Match(html).Groups[1].Value));
        var fields = Input().Matches(html).ToDictionary(
            input => input.Groups["name"].Value, input => WebUtility.HtmlDecode(ValueOf().Match(input.Value).Groups[1].Value));
        (fields["username"], fields["password"]) = ("alice", "alice");
        using var end = await FollowAsync(await http.PostAsync(action, new FormUrlEncodedContent(fields)), until: "/");
        if (end.Headers.Location?.OriginalString != "/") throw new InvalidOperationException($"The login ended with {end.StatusCode}.");
    }

    /// <summary>Looks at a page with a button.</summary>
    public async Task LookAsync() =>
        token = Antiforgery().Match(await http.GetStringAsync("http://localhost:5180/")).Groups[1].Value;

    public async Task PressAsync(string scenario)
    {
        using var answer = await http.PostAsync($"http://localhost:5180/lab/run/{scenario}", new FormUrlEncodedContent(
            new Dictionary<string, string> { ["__RequestVerificationToken"] = token! }));
        if ((int)answer.StatusCode >= 400) throw new InvalidOperationException($"{scenario}: {answer.StatusCode}");
        using var shown = await FollowAsync(answer);
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage answer, string? until = null)
    {
        while (answer.Headers.Location is { } location && location.OriginalString != until)
            answer = await http.GetAsync(new Uri(answer.RequestMessage!.RequestUri!, location));
        return answer;
    }

    [GeneratedRegex("<form[^>]* action=\"([^\"]+)\"")]
    private static partial Regex Action();

    [GeneratedRegex("<input[^>]* name=\"(?<name>[^\"]+)\"[^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex(" value=\"([^\"]*)\"")]
    private static partial Regex ValueOf();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}
