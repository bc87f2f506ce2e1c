using System.Threading.Channels;

namespace AuthDemo.AppHost.Local;

/// <summary>A line that a resource wrote.</summary>
internal sealed record ResourceLogLine(int Number, DateTime Time, string Text, bool IsError);

/// <summary>The last lines that a resource wrote. They also go to this process's console, with the resource's name in front.</summary>
internal sealed class ResourceLog(string name, bool toConsole)
{
    private const int Kept = 5_000;
    private static readonly Lock ConsoleGate = new();
    private static readonly bool Coloured = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    private static int resources;

    private readonly Lock gate = new();
    private readonly Queue<ResourceLogLine> lines = new();
    private readonly List<ChannelWriter<ResourceLogLine>> readers = [];
    private readonly int colour = 31 + (Interlocked.Increment(ref resources) % 6);
    private int count;

    public void Add(string text, bool isError)
    {
        ResourceLogLine line;
        lock (gate)
        {
            line = new(++count, DateTime.UtcNow, text, isError);
            lines.Enqueue(line);
            if (lines.Count > Kept) lines.Dequeue();
            foreach (var reader in readers) reader.TryWrite(line);
        }

        if (toConsole) Write(text);
    }

    /// <summary>The kept lines, then the new ones as they come. A reader that is too slow misses the oldest.</summary>
    public ChannelReader<ResourceLogLine> Read(bool follow, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ResourceLogLine>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            foreach (var line in lines) channel.Writer.TryWrite(line);
            if (follow) readers.Add(channel.Writer);
            else channel.Writer.Complete();
        }

        cancellationToken.Register(() => { lock (gate) readers.Remove(channel.Writer); });
        return channel.Reader;
    }

    /// <summary>The last lines as one text.</summary>
    public string Tail(int howMany)
    {
        lock (gate) return string.Join('\n', lines.TakeLast(howMany).Select(l => "  " + l.Text));
    }

    private void Write(string text)
    {
        var prefix = $"{name,-9} | ";
        lock (ConsoleGate)
        {
            foreach (var line in text.Split('\n')) Console.WriteLine(Coloured ? $"\e[{colour}m{prefix}\e[0m{line}" : prefix + line);
        }
    }
}
