using System.Diagnostics;
using System.Globalization;

namespace AuthDemo.Tests.AppHost;

/// <summary>The processes of this machine, as ps lists them.</summary>
internal static class Processes
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits until none of them is there.</summary>
    public static async Task WaitForEndAsync(IReadOnlyCollection<int> processes)
    {
        for (var end = DateTime.UtcNow + Patience; ; await Task.Delay(250, TestContext.Current.CancellationToken))
        {
            var left = List().Where(p => processes.Contains(p.Id)).ToList();
            if (left.Count == 0) return;
            Assert.True(DateTime.UtcNow < end, $"Still there after {Patience}: {string.Join("; ", left)}");
        }
    }

    /// <summary>
    /// All that an AppHost has started. Its orchestrator is no child of it: it detaches itself, and names the AppHost in its arguments.
    /// </summary>
    public static IReadOnlyList<int> StartedBy(int appHost)
    {
        var all = List();
        var found = new List<int> { appHost };
        found.AddRange(all.Where(p => p.Command.Contains($"--monitor {appHost} ", StringComparison.Ordinal)).Select(p => p.Id));
        for (var i = 0; i < found.Count; i++)
            found.AddRange(all.Where(p => p.Parent == found[i] && !found.Contains(p.Id)).Select(p => p.Id));
        return found[1..];
    }

    private static List<(int Id, int Parent, string Command)> List()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", "-A -ww -o pid=,ppid=,stat=,args=") { RedirectStandardOutput = true })!;
        var lines = ps.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. lines.Select(l => l.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries))
                .Where(column => !column[2].StartsWith('Z'))
                .Select(column => (Number(column[0]), Number(column[1]), column[3])),
        ];
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
