using System.Text.RegularExpressions;

namespace AuthDemo.Web.Http;

/// <summary>Restricts return URLs to this application, to prevent open redirects (OWASP ASVS 5.0, 3.7.2; CWE-601).</summary>
internal static partial class ReturnUrl
{
    private const int MaxLength = 2000;

    /// <summary>
    /// Returns the URL if it is local, else <c>/</c>. Other characters are percent-encoded (RFC 3986, section 2.1), so that it is valid in
    /// a Location header (RFC 9110, section 10.2.2).
    /// </summary>
    public static string Local(string? url)
    {
        if (url is not { Length: <= MaxLength } || !IsLocal(url)) return "/";
        var encoded = NoUrlCharacters().Replace(url, found => Uri.EscapeDataString(found.Value));
        return encoded.Length <= MaxLength ? encoded : "/";
    }

    // Browsers treat "//host" and "/\host" as another host, after removing tabs and line breaks.
    private static bool IsLocal(string url) => url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);

    // Matches runs, to encode surrogate pairs as a whole. Existing percent-encodings are kept.
    [GeneratedRegex(@"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")]
    private static partial Regex NoUrlCharacters();
}
