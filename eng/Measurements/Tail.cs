using System.Diagnostics;
using System.Text;

namespace AuthDemo.Measurements;

/// <summary>Reads away what a process writes, so that it never waits, and keeps the end of it for an error's message.</summary>
internal sealed class Tail
{
    private const int Length = 4096;

    private readonly StringBuilder text = new();

    public static Tail Of(Process process)
    {
        var tail = new Tail();
        _ = tail.ReadAsync(process.StandardOutput.BaseStream);
        _ = tail.ReadAsync(process.StandardError.BaseStream);
        return tail;
    }

    public override string ToString()
    {
        lock (text) return text.ToString().Trim();
    }

    private async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer) is > 0 and var count) Keep(buffer.AsSpan(0, count));
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var end = Encoding.UTF8.GetString(bytes[^Math.Min(bytes.Length, Length)..]);
        lock (text)
        {
            text.Append(end);
            if (text.Length > Length) text.Remove(0, text.Length - Length);
        }
    }
}
