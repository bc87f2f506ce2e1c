using System.Text.RegularExpressions;

namespace AuthDemo.ServiceDefaults;

/// <summary>Prepares external text for logs: an error message can quote a whole response.</summary>
public static partial class LogText
{
    private const int MaxLength = 200;

    /// <summary>Replaces control characters, to prevent log injection (OWASP ASVS 5.0, 16.4.1).</summary>
    public static string ForLog(this string text) => Controls().Replace(text.Length <= MaxLength ? text : text[..MaxLength], "_");

    [GeneratedRegex(@"\p{Cc}")]
    private static partial Regex Controls();
}
