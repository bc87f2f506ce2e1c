using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>
/// The request as a curl command. It is complete where what it sends opens nothing; else <c>$TOKEN</c> or <c>$SESSION</c> stands for what
/// no page shows.
/// </summary>
internal static class CurlCommand
{
    public static string For(HttpMethod method, Uri url, string? forwardedFor, SentCredential sent)
    {
        var parts = new List<string> { "curl -i" + (method == HttpMethod.Get ? "" : $" -X {method.Method}") + " " + Address(url, sent) };
        if (forwardedFor is not null) parts.Add($"-H {Quote($"X-Forwarded-For: {forwardedFor}")}");
        if (sent.Authorization is not null)
            parts.Add($"-H {(sent.OpensNothing ? Quote($"Authorization: {sent.Authorization}") : Hidden(sent.Authorization))}");
        if (sent.Cookies is not null) parts.Add($"-b \"{SessionCookieIn(sent.Cookies)}=$SESSION\"");
        return string.Join(" \\\n  ", parts);
    }

    private static string SessionCookieIn(string cookies) => cookies.Split(';', '=', ' ')
        .FirstOrDefault(name => name.EndsWith(LoginSetup.SessionCookie, StringComparison.Ordinal), LoginSetup.SessionCookie);

    private static string Hidden(string authorization) =>
        $"\"Authorization: Bearer $TOKEN{(authorization.Contains(", Bearer ", StringComparison.Ordinal) ? ", Bearer $OTHER_TOKEN" : "")}\"";

    private static string Address(Uri url, SentCredential sent) =>
        sent.QueryToken is null ? Quote(url.AbsoluteUri) : $"\"{url.GetLeftPart(UriPartial.Path)}?access_token=$TOKEN\"";

    // For a POSIX shell: within single quotes nothing but the single quote itself is special.
    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
