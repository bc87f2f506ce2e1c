using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Authentication;

/// <summary>Finds the credentials of a request.</summary>
/// <param name="Token">The Bearer token in the Authorization header; null if there is none.</param>
/// <param name="Failure">
/// Why there is none: a <see cref="CredentialRefusedException"/>, or a <see cref="BadHttpRequestException"/> for a form that is too large
/// or timed out. Returned, since JwtBearer would log an exception as an error.
/// </param>
internal sealed record RequestCredentials(string? Token, Exception? Failure)
{
    private const string Bearer = "Bearer";
    private const string Parameter = "access_token";

    public static async ValueTask<RequestCredentials> ReadAsync(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true
            ? await ReadWithFormAsync(request)
            : Find(request, inForm: 0);

    // RFC 6750, section 2.2: tokens in forms are not accepted, but count as a second credential.
    private static async Task<RequestCredentials> ReadWithFormAsync(HttpRequest request)
    {
        try
        {
            return Find(request, (await request.ReadFormAsync(request.HttpContext.RequestAborted))[Parameter].Count);
        }
        catch (InvalidDataException)
        {
            // Too many fields. No endpoint takes a form, so the request continues without one.
            return Find(request, inForm: 0);
        }
        catch (BadHttpRequestException exception)
        {
            return new(null, exception);
        }
    }

    // RFC 6750, section 2: only one method per request.
    private static RequestCredentials Find(HttpRequest request, int inForm)
    {
        var headers = request.Headers.Authorization;
        var header = headers.ToString().Trim();
        var inQuery = request.Query[Parameter].Count;

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

    /// <summary>The value after the scheme Bearer, which is case-insensitive (RFC 9110, section 11.1); null for another scheme.</summary>
    private static string? TokenOf(string header) =>
        header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && (header.Length == Bearer.Length || header[Bearer.Length] == ' ')
            ? header.AsSpan(Bearer.Length).Trim().ToString()
            : null;

    /// <summary>
    /// A Bearer token cannot contain a comma. In another scheme a comma separates parameters, unless a second scheme follows.
    /// </summary>
    private static bool HoldsMany(string header) =>
        header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } parts
        && parts.Any(part => TokenOf(part) is not null);
}
