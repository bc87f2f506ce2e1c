using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>The request as the page shows it: credentials by name only.</summary>
/// <param name="Headers">The header lines that matter.</param>
public sealed record SentRequest(string Method, string Url, IReadOnlyList<string> Headers)
{
    /// <param name="credential">As the page shows it; null where nothing is sent.</param>
    /// <param name="path">The path that was really asked, where the scenario's is none.</param>
    internal static SentRequest Of(LabRequest request, string? credential, string? path = null)
    {
        List<string> headers = [];
        if (request.ForwardedFor is { } address) headers.Add($"X-Forwarded-For: {address}");
        if (credential is not null) headers.Add(credential);
        return new SentRequest(request.Method.Method, path ?? request.Path, headers);
    }

    /// <summary>
    /// The request as a curl command. It is complete where what it sends opens nothing; else <c>$TOKEN</c> or <c>$SESSION</c> stands for
    /// what no page shows.
    /// </summary>
    internal static string CurlFor(HttpMethod method, Uri url, string? forwardedFor, SentCredential sent)
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
