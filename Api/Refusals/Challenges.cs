using System.Collections.Frozen;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Writes <c>WWW-Authenticate</c> (RFC 6750, section 3; RFC 9470, section 3; RFC 9728, section 5.1). Only words of this program go into
/// it, nothing that a client sent but the Host header, whose name AllowedHosts has checked.
/// </summary>
internal sealed class Challenges(IHostEnvironment environment)
{
    /// <summary>RFC 9728, section 3.</summary>
    public const string ResourceMetadataPath = "/.well-known/oauth-protected-resource";

    private readonly FrozenDictionary<string, string> beginnings = Reasons.All.ToFrozenDictionary(
        reason => reason, reason => Begin(Reasons.Of(reason), environment.IsDevelopment()));

    /// <summary>The API as the caller addressed it: behind a proxy it has no other way to know its own name.</summary>
    public static string ResourceOf(HttpRequest request) => $"{request.Scheme}://{request.Host.ToUriComponent()}";

    public string Of(HttpContext context, Refusal refusal)
    {
        var needed = refusal.Challenge is null ? "" : refusal.Challenge + ", ";
        return $"{beginnings[refusal.Reason]}{needed}resource_metadata=\"{ResourceOf(context.Request)}{ResourceMetadataPath}\"";
    }

    private static string Begin(Reason reason, bool describes) =>
        "Bearer realm=\"authdemo\", "
        + (reason.Error is null ? "" : $"error=\"{reason.Error}\", ")
        + (reason.Error is null || !describes ? "" : $"error_description=\"{reason.Detail}\", ");
}
