namespace AuthDemo.ServiceDefaults;

/// <summary>What came from elsewhere, for a log.</summary>
public static class LogText
{
    private const int MaxLength = 200;

    /// <summary>The first 200 characters on one line: an error message may quote all that another server sent.</summary>
    public static string ForLog(this string text) => string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) ? ' ' : c));
}
