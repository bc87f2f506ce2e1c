using AuthDemo.Api.Security;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Writes <c>WWW-Authenticate</c> (RFC 6750, section 3; RFC 9470, section 3; RFC 9728, section 5.1). Only words of this program go into
/// it, nothing
/// that a client sent but the host name, which AllowedHosts has checked.
/// </summary>
internal sealed class Challenges(IConfiguration configuration, IHostEnvironment environment)
{
    private readonly string realm = configuration.GetRealm();

    /// <summary>The challenge for this refusal; null where the status has none.</summary>
    public string? Of(HttpContext context, Refusal refusal)
    {
        var explanation = refusal.Explanation;

        // RFC 9110, section 15.5.2: a 401 must have a challenge. The others have one where RFC 6750 gives them an error code.
        if (explanation.Status != StatusCodes.Status401Unauthorized && explanation.Error is null) return null;

        var parameters = new List<string> { $"realm=\"{realm}\"" };
        if (explanation.Error is { } error)
        {
            parameters.Add($"error=\"{error}\"");
            if (environment.IsDevelopment()) parameters.Add($"error_description=\"{explanation.Detail}\"");
        }

        if (refusal.Required is RequiredScope { Scope: var scope }) parameters.Add($"scope=\"{scope}\"");
        if (refusal.Required is RequiredLogin { MaxAge: var maxAge }) parameters.Add($"max_age=\"{maxAge}\"");
        parameters.Add($"resource_metadata=\"{ResourceMetadata.UriOf(context.Request)}\"");
        return "Bearer " + string.Join(", ", parameters);
    }
}
