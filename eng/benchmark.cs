// dotnet run --file eng/benchmark.cs            (build first: dotnet build AppHost)
//
// What AuthDemo costs, as ratios within one run: how long a start takes until everything is healthy, and what each kind of answer costs
// compared with the lobby, which checks nothing. It starts the application itself, so nothing else may use its ports.
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

const int Starts = 3;
const int Rounds = 40;
const int RequestsPerRound = 50;
const string Api = "http://localhost:5181";
const string TokenEndpoint = "http://localhost:8080/realms/authdemo/protocol/openid-connect/token";

Console.WriteLine("Start, from the command to the banner, without building:");
Process? running = null;
for (var i = 1; i <= Starts; i++)
{
    if (running is not null) Stop(running);
    var watch = Stopwatch.StartNew();
    running = await StartAsync();
    Console.WriteLine($"  {i}. {watch.Elapsed.TotalSeconds:0.0} s");
}

try
{
    using var http = new HttpClient { BaseAddress = new Uri(Api) };
    var token = await GetTokenAsync(http);
    (string Name, int Status, Func<HttpRequestMessage> Request)[] cases =
    [
        ("lobby, nothing checked", 200, () => Get("/lobby", null)),
        ("no credentials", 401, () => Get("/badge", null)),
        ("malformed token", 401, () => Get("/badge", "library-card")),
        ("bad signature", 401, () => Get("/badge", token[..token.LastIndexOf('.')] + "." + new string('A', 342))),
        ("role missing", 403, () => new HttpRequestMessage(HttpMethod.Delete, "/users/carol") { Headers = { Authorization = Bearer(token) } }),
        ("badge accepted", 200, () => Get("/badge", token)),
    ];

    // The rounds of all cases take turns, so that a busy moment of the machine meets all of them alike.
    var times = cases.Select(_ => new List<double>()).ToArray();
    for (var round = -5; round < Rounds; round++)
    {
        for (var i = 0; i < cases.Length; i++)
        {
            var watch = Stopwatch.StartNew();
            for (var n = 0; n < RequestsPerRound; n++)
            {
                using var response = await http.SendAsync(cases[i].Request());
                if ((int)response.StatusCode != cases[i].Status) throw new InvalidOperationException($"{cases[i].Name}: {(int)response.StatusCode}, and not {cases[i].Status}.");
            }

            if (round >= 0) times[i].Add(watch.Elapsed.TotalMicroseconds / RequestsPerRound);
        }
    }

    Console.WriteLine($"Requests, the median of {Rounds} rounds of {RequestsPerRound}:");
    var lobby = Median(times[0]);
    for (var i = 0; i < cases.Length; i++)
        Console.WriteLine($"  {cases[i].Status} {cases[i].Name,-24} {Median(times[i]),6:0} µs   {Median(times[i]) / lobby:0.00} x lobby");
}
finally
{
    Stop(running!);
}

static async Task<Process> StartAsync()
{
    var process = Process.Start(new ProcessStartInfo("dotnet", ["run", "--project", "AppHost", "--no-build"]) { RedirectStandardOutput = true })!;
    while (await process.StandardOutput.ReadLineAsync() is { } line)
    {
        if (!line.StartsWith("AuthDemo is running", StringComparison.Ordinal)) continue;
        _ = process.StandardOutput.ReadToEndAsync();
        return process;
    }

    throw new InvalidOperationException("The application did not start: run 'dotnet run --project AppHost' to see why.");
}

static void Stop(Process process)
{
    // SIGTERM reaches the AppHost through dotnet run, and lets it stop its own in order.
    using (Process.Start("kill", ["-TERM", $"{process.Id}"])) process.WaitForExit();
}

static async Task<string> GetTokenAsync(HttpClient http)
{
    using var response = await http.PostAsync(TokenEndpoint, new FormUrlEncodedContent(new Dictionary<string, string>
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = "night-watch",
        ["client_secret"] = "night-watch-development-secret",
    }));
    return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
}

static HttpRequestMessage Get(string path, string? token) => new(HttpMethod.Get, path) { Headers = { Authorization = token is null ? null : Bearer(token) } };

static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
