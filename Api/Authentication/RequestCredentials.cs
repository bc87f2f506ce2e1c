using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Authentication;

/// <summary>Where a request brought credentials, and how many.</summary>
/// <param name="Token">The one Bearer token in the Authorization header; null where there is none.</param>
/// <param name="Failure">
/// Why there is none: a <see cref="CredentialRefusedException"/>, or a <see cref="BadHttpRequestException"/> of a form that is too large or
/// whose end never came, which JwtBearer would log as an error of this application if it were thrown on.
/// </param>
internal sealed record RequestCredentials(string? Token, Exception? Failure)
{
    private const string Bearer = "Bearer";
    private const string Parameter = "access_token";

    public static async ValueTask<RequestCredentials> ReadAsync(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true
            ? await ReadWithFormAsync(request)
            : Find(request, inForm: 0);

    // RFC 6750, section 2.2: a form is no place for a token here, and a second place for one is an error.
    private static async Task<RequestCredentials> ReadWithFormAsync(HttpRequest request)
    {
        try
        {
            return Find(request, (await request.ReadFormAsync(request.HttpContext.RequestAborted))[Parameter].Count);
        }
        catch (InvalidDataException)
        {
            // Too many fields to be a token's form. No endpoint takes a form, so nothing else depends on it.
            return Find(request, inForm: 0);
        }
        catch (BadHttpRequestException exception)
        {
            return new(null, exception);
        }
    }

    private static RequestCredentials Find(HttpRequest request, int inForm)
    {
        var headers = request.Headers.Authorization;
        var header = headers.ToString().Trim();
        var inQuery = request.Query[Parameter].Count;

        // RFC 6750, section 2: one method of sending the token a request.
        if (headers.Count > 1 || HoldsMany(header) || (header.Length > 0 ? 1 : 0) + inQuery + inForm > 1)
            return Refuse(new(Reasons.MultipleCredentials));
        return TokenOf(header) is { Length: > 0 } token
            ? new(token, Failure: null)
            : Refuse(new(Reasons.NoCredentials) { Detail = AbsenceOf(header, inQuery, inForm) });
    }

    private static RequestCredentials Refuse(Refusal refusal) => new(null, new CredentialRefusedException(refusal));

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
    private static bool HoldsMany(string header) =>
        header.Contains(',')
        && header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } parts
        && parts.Any(part => TokenOf(part) is not null);
}
