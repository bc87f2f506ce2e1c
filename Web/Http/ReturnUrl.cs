using System.Text.RegularExpressions;

namespace AuthDemo.Web.Http;

/// <summary>
/// Keeps a return address inside this application, so that a login cannot be made to end elsewhere (OWASP ASVS 5.0, 3.7.2; CWE-601).
/// </summary>
internal static partial class ReturnUrl
{
    private const int MaxLength = 2000;

    /// <summary>
    /// The given address when it is a path of this application, else <c>/</c>. It can stand in a Location header as it is (RFC 9110,
    /// section 10.2.2): what is no character of an address is percent-encoded (RFC 3986, section 2.1).
    /// </summary>
    public static string Local(string? url)
    {
        if (url is not { Length: <= MaxLength } || !IsLocal(url)) return "/";
        var encoded = NoUrlCharacters().Replace(url, found => Uri.EscapeDataString(found.Value));
        return encoded.Length <= MaxLength ? encoded : "/";
    }

    // "//host" and "/\host" are other hosts to a browser, and browsers drop tabs and line breaks before they look.
    private static bool IsLocal(string url) => url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);

    // Runs, so that both halves of a surrogate pair are encoded together. A percent sign stays where it encodes something already.
    [GeneratedRegex(@"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")]
    private static partial Regex NoUrlCharacters();
}
