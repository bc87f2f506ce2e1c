namespace AuthDemo.Web.Lab;

/// <summary>Settings of the lab, section <c>Lab</c>. The two times are the Api's, which the lab has to wait for.</summary>
internal sealed class LabOptions
{
    /// <summary>How old a login may be for step-up, in seconds.</summary>
    public int RecentLoginSeconds { get; set; } = 60;

    /// <summary>By how many seconds the Api lets clocks differ.</summary>
    public int ClockSkewSeconds { get; set; } = 5;

    public TimeSpan RecentLogin => TimeSpan.FromSeconds(RecentLoginSeconds);

    public TimeSpan ClockSkew => TimeSpan.FromSeconds(ClockSkewSeconds);
}
