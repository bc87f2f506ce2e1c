using AuthDemo.Web.Lab.Scenarios;

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
}
