using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Api.Authentication;

/// <summary>Where a request brought credentials, and how many.</summary>
/// <param name="Token">The one Bearer token in the Authorization header; null where there is none.</param>
/// <param name="AreMany">More than one credential (RFC 6750, section 2: one method a request).</param>
internal sealed record RequestCredentials(string? Token, bool AreMany)
{
    private const string Bearer = "Bearer";
    private const string Parameter = "access_token";

    private static readonly RequestCredentials Many = new(null, AreMany: true);

    /// <summary>Why there is no token, as a sentence.</summary>
    public string? Absence { get; private init; }

    /// <summary>Looks once: a form can be read only once.</summary>
    /// <exception cref="BadHttpRequestException">The form is too large, or its end never came.</exception>
    public static async ValueTask<RequestCredentials> ReadAsync(HttpContext context)
    {
        if (Known(context) is { } known) return known;
        var credentials = Find(context.Request, MayHaveForm(context) ? await CountInFormAsync(context.Request) : 0);
        context.Features.Set(credentials);
        return credentials;
    }

    /// <summary>What was found; null where nobody has looked yet.</summary>
    public static RequestCredentials? Known(HttpContext context) => context.Features.Get<RequestCredentials>();

    private static RequestCredentials Find(HttpRequest request, int inForm)
    {
        var headers = request.Headers.Authorization;
        if (headers.Count > 1) return Many;

        var header = headers.Count == 1 ? headers[0]!.Trim() : "";
        var inQuery = request.QueryString.HasValue ? request.Query[Parameter].Count : 0;
        if ((header.Length > 0 ? 1 : 0) + inQuery + inForm > 1 || (header.Contains(',') && HoldsMany(header))) return Many;

        return TokenOf(header) is { Length: > 0 } token
            ? new RequestCredentials(token, AreMany: false)
            : new RequestCredentials(null, AreMany: false) { Absence = AbsenceOf(header, inQuery, inForm) };
    }

    private static string AbsenceOf(string header, int inQuery, int inForm) => (header, inQuery, inForm) switch
    {
        (_, 1, _) => "The token is in the query string, where it does not count: addresses end up in logs and histories.",
        (_, _, 1) => "The token is in a form, where it does not count.",
        ("", _, _) => "The request has no Authorization header.",
        _ when TokenOf(header) is not null => "The Authorization header says Bearer, and no token follows.",
        _ => "The Authorization header is of another scheme than Bearer.",
    };

    /// <summary>What follows the scheme Bearer, of any spelling (RFC 9110, section 11.1); null for another scheme.</summary>
    private static string? TokenOf(string header) =>
        header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && (header.Length == Bearer.Length || header[Bearer.Length] == ' ')
            ? header.AsSpan(Bearer.Length).Trim().ToString()
            : null;

    /// <summary>
    /// A comma cannot be part of a Bearer token; in another scheme it separates parameters, unless a second scheme follows it.
    /// </summary>
    private static bool HoldsMany(string header)
    {
        var parts = header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && (TokenOf(header) is not null || parts.Skip(1).Any(part => TokenOf(part) is not null));
    }

    private static bool MayHaveForm(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    // RFC 6750, section 2.2: a form is no place for a token here, and a second place for one is an error.
    private static async ValueTask<int> CountInFormAsync(HttpRequest request)
    {
        try
        {
            using var reader = new FormReader(request.Body);
            var form = await reader.ReadFormAsync(request.HttpContext.RequestAborted);
            return form.GetValueOrDefault(Parameter).Count;
        }
        catch (InvalidDataException)
        {
            // Too many fields to be a token's form. No endpoint takes a form, so nothing else depends on it.
            return 0;
        }
    }
}
