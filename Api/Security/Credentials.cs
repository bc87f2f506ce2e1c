using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Api.Security;

/// <summary>Where a request brought credentials, and how many.</summary>
/// <param name="Token">The one Bearer token in the Authorization header; null where there is none.</param>
/// <param name="AreMany">More than one credential (RFC 6750, section 2: one method a request).</param>
/// <param name="Absence">Why there is no token, as a sentence.</param>
internal sealed record Credentials(string? Token, bool AreMany, string? Absence)
{
    /// <summary>A form larger than this carries no token that counts, and is not read.</summary>
    private const int LargestForm = 64 * 1024;

    private const string Bearer = "Bearer";
    private const string Parameter = "access_token";

    /// <summary>Looks once: a form can be read only once.</summary>
    public static async Task<Credentials> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<Credentials>() is { } known) return known;
        var credentials = await FindAsync(context.Request);
        context.Features.Set(credentials);
        return credentials;
    }

    private static async Task<Credentials> FindAsync(HttpRequest request)
    {
        var headers = request.Headers.Authorization;
        var inQuery = request.Query.ContainsKey(Parameter);
        var inForm = await IsInFormAsync(request);
        var header = headers.Count == 1 ? headers[0]!.Trim() : "";
        var credentials = SplitIntoCredentials(header);

        var places = (header.Length > 0 ? 1 : 0) + (inQuery ? 1 : 0) + (inForm ? 1 : 0);
        if (places > 1 || headers.Count > 1 || credentials.Length > 1 || request.Query[Parameter].Count > 1)
            return new Credentials(null, AreMany: true, null);

        if (TokenOf(header) is { Length: > 0 } token) return new Credentials(token, AreMany: false, null);

        return new Credentials(null, AreMany: false, (header, inQuery, inForm) switch
        {
            (_, true, _) => "The token is in the query string, where it does not count: addresses end up in logs and histories.",
            (_, _, true) => "The token is in a form, where it does not count.",
            ("", _, _) => "The request has no Authorization header.",
            _ when TokenOf(header) is not null => "The Authorization header says Bearer, and no token follows.",
            _ => "The Authorization header is of another scheme than Bearer.",
        });
    }

    /// <summary>What follows the scheme Bearer, of any spelling (RFC 9110, section 11.1); null for another scheme.</summary>
    private static string? TokenOf(string header) =>
        header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && (header.Length == Bearer.Length || header[Bearer.Length] == ' ')
            ? header[Bearer.Length..].Trim()
            : null;

    /// <summary>
    /// A comma cannot be part of a Bearer token; in another scheme it separates parameters, unless a second scheme follows it.
    /// </summary>
    private static string[] SplitIntoCredentials(string header)
    {
        var parts = header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return TokenOf(header) is not null ? parts : [.. parts.Where((part, index) => index == 0 || TokenOf(part) is not null)];
    }

    // RFC 6750, section 2.2: a form is no place for a token here, and a second place for one is an error.
    private static async Task<bool> IsInFormAsync(HttpRequest request)
    {
        if (request.ContentLength is not (> 0 and <= LargestForm)) return false;
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true) return false;
        try
        {
            using var reader = new FormReader(request.Body);
            return (await reader.ReadFormAsync(request.HttpContext.RequestAborted)).ContainsKey(Parameter);
        }
        catch (InvalidDataException)
        {
            // Too many fields to be a token's form. No endpoint takes a form, so nothing else depends on it.
            return false;
        }
    }
}
