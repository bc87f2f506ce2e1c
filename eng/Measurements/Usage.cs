namespace AuthDemo.Measurements;

/// <summary>What a process has used since its start.</summary>
/// <param name="Cpu">User and kernel time of all its threads.</param>
/// <param name="Allocated">Bytes of managed memory ever allocated.</param>
/// <param name="Resident">Bytes of physical memory held now (RSS).</param>
internal readonly record struct Usage(TimeSpan Cpu, long Allocated, long Resident);

/// <summary>What one request cost the server.</summary>
internal readonly record struct Cost(double Microseconds, double Bytes)
{
    public static Cost Between(Usage before, Usage after, int requests) =>
        new((after.Cpu - before.Cpu).TotalMicroseconds / requests, (after.Allocated - before.Allocated) / (double)requests);
}
