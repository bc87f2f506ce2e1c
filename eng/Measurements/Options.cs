using System.Globalization;

namespace AuthDemo.Measurements;

/// <summary>What to measure, and how often.</summary>
/// <param name="Parts">Any of <see cref="AllParts"/>.</param>
/// <param name="Rounds">How many times each case is measured; a ratio's spread is that of its rounds.</param>
/// <param name="Requests">Requests of each round and case.</param>
/// <param name="Starts">How many times each application is started.</param>
/// <param name="Builds">Whether the Release build is made first; without it the last one is measured.</param>
/// <param name="Beside">Another checkout, built, whose starts take turns with this one's; null for none.</param>
public sealed record Options(IReadOnlySet<string> Parts, int Rounds, int Requests, int Starts, string? Beside, bool Builds)
{
    public static readonly string[] AllParts = ["requests", "web", "idle", "start", "memory"];

    public const string Usage = """
        dotnet run --file eng/benchmark.cs -- [PART ...] [--rounds N] [--requests N] [--starts N] [--no-build] [--beside DIRECTORY]

        Parts (all but memory where none is named):
          requests   the Api beside a default JwtBearer application: CPU and allocation of each kind of answer
          web        pages of Web beside a bare Razor page of the same size
          idle       CPU of Api and Web that nobody uses
          start      from 'dotnet run --no-build --project AppHost' until everything is healthy
          memory     Api and Web after 100,000 requests each

        --rounds N          rounds of each case, taking turns (5)
        --requests N        requests of each round and case (5000)
        --starts N          starts (3)
        --no-build          measure the last Release build
        --beside DIRECTORY  another checkout, built before, whose starts take turns with this one's
        """;

    /// <exception cref="MeasurementException">An argument is unknown or its value unusable.</exception>
    public static Options From(IReadOnlyList<string> arguments)
    {
        var options = new Options(new HashSet<string>(), Rounds: 5, Requests: 5000, Starts: 3, Beside: null, Builds: true);
        var parts = new HashSet<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (AllParts.Contains(arguments[i])) parts.Add(arguments[i]);
            else if (arguments[i] == "--no-build") options = options with { Builds = false };
            else options = options.With(arguments[i], ++i < arguments.Count ? arguments[i] : "");
        }

        return options with { Parts = parts.Count > 0 ? parts : AllParts.Except(["memory"]).ToHashSet() };
    }

    private Options With(string name, string value) => name switch
    {
        "--rounds" => this with { Rounds = Count(name, value) },
        "--requests" => this with { Requests = Count(name, value) },
        "--starts" => this with { Starts = Count(name, value) },
        "--beside" when Directory.Exists(Path.Combine(value, "AppHost")) => this with { Beside = Path.GetFullPath(value) },
        "--beside" => throw new MeasurementException($"--beside wants a checkout of AuthDemo, and '{value}' has no AppHost."),
        _ => throw new MeasurementException($"'{name}' is no part and no option.\n\n{Usage}"),
    };

    private static int Count(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new MeasurementException($"{name} wants a number from 1 on, and got '{value}'.");
}
