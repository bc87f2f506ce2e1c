using System.Text.RegularExpressions;

namespace AuthDemo.ServiceDefaults;

/// <summary>What came from elsewhere, for a log: an error message may quote all that another server sent.</summary>
public static partial class LogText
{
    private const int MaxLength = 200;

    /// <summary>Without control characters, which could fake a line of their own (OWASP ASVS 5.0, 16.4.1).</summary>
    public static string ForLog(this string text) => Controls().Replace(text.Length <= MaxLength ? text : text[..MaxLength], "_");

    [GeneratedRegex(@"\p{Cc}")]
    private static partial Regex Controls();
}
