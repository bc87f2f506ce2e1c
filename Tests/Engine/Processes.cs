using System.Diagnostics;
using System.Globalization;

namespace AuthDemo.Tests.Engine;

/// <summary>The processes of this machine, as ps lists them.</summary>
internal static class Processes
{
    public static bool IsAlive(int id) => List().Any(p => p.Id == id);

    /// <summary>All that a process has started, directly or not.</summary>
    public static IReadOnlyList<int> DescendantsOf(int id)
    {
        var all = List();
        var found = new List<int> { id };
        for (var i = 0; i < found.Count; i++) found.AddRange(all.Where(p => p.Parent == found[i]).Select(p => p.Id));
        return found[1..];
    }

    private static List<(int Id, int Parent)> List()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", "-A -o pid=,ppid=,stat=") { RedirectStandardOutput = true })!;
        var lines = ps.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. lines.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(column => !column[2].StartsWith('Z'))
                .Select(column => (int.Parse(column[0], CultureInfo.InvariantCulture), int.Parse(column[1], CultureInfo.InvariantCulture))),
        ];
    }
}
