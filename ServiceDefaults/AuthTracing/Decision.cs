using Microsoft.AspNetCore.Http;

namespace AuthDemo.ServiceDefaults.AuthTracing;

/// <summary>One step of a request that was really taken, with what came of it.</summary>
/// <param name="Step">One of <see cref="Steps"/>.</param>
/// <param name="Name">The scheme, the policy, or the method and route.</param>
/// <param name="Outcome">One of <see cref="Outcomes"/>; null for an endpoint, which runs and decides nothing by itself.</param>
public sealed record Decision(string Step, string Name, string? Outcome)
{
    /// <summary>The steps taken so far, in their order. They are noted by the same code that makes the spans.</summary>
    public static IReadOnlyList<Decision> Of(HttpContext context) => Trail(context);

    internal static void Note(HttpContext context, Decision decision) => Trail(context).Add(decision);

    private static List<Decision> Trail(HttpContext context)
    {
        if (context.Features.Get<List<Decision>>() is { } trail) return trail;
        context.Features.Set(trail = []);
        return trail;
    }
}

/// <summary>The steps that a request can take. Each is the first word of its span's name.</summary>
public static class Steps
{
    /// <summary>Who is it?</summary>
    public const string Authenticate = "authenticate";

    /// <summary>May they?</summary>
    public const string Authorize = "authorize";

    /// <summary>The endpoint itself ran.</summary>
    public const string Endpoint = "endpoint";
}

/// <summary>What a decision can say.</summary>
public static class Outcomes
{
    /// <summary>Authentication: the caller is known.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>Authentication: the caller brought nothing to judge.</summary>
    public const string None = "none";

    /// <summary>Authentication: what the caller brought is no good.</summary>
    public const string Failed = "failed";

    /// <summary>Authorization: yes.</summary>
    public const string Allowed = "allowed";

    /// <summary>Authorization: no.</summary>
    public const string Denied = "denied";
}
