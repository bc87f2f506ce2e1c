namespace AuthDemo.Web.Http;

/// <summary>
/// Keeps a return address inside this application, so that a login cannot be made to end elsewhere (OWASP ASVS 5.0, 3.7.2; CWE-601).
/// </summary>
internal static class ReturnUrl
{
    private const int LongestUrl = 2000;

    /// <summary>The given address when it is a path of this application, else <c>/</c>.</summary>
    public static string Local(string? url) => IsLocal(url) ? url! : "/";

    // "//host" and "/\host" are other hosts to a browser, and browsers drop tabs and line breaks before they look.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && url.Length <= LongestUrl && !url.Any(char.IsControl);
}
