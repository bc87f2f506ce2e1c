#nullable enable

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AuthTracing;

/// <summary>What the spans of all decisions say in the same way. A span that nobody records is null.</summary>
internal sealed class DecisionSpans(IOptions<AuthTracingOptions> options) : IDisposable
{
    private const int LongestText = 100;

    private readonly ActivitySource source = new(options.Value.SourceName);
    private readonly AuthTracingOptions options = options.Value;

    /// <summary>True if a listener or a callback is attached; otherwise calls go straight to the framework's services.</summary>
    public bool AreWatched => options.Decided is not null || source.HasListeners();

    /// <summary>Whether a "no" that code asked for refuses the request.</summary>
    public bool CodeDenialsAreErrors => options.CodeDenialsAreErrors;

    public Activity? Start(string step, string name, string attribute)
    {
        var span = source.HasListeners() ? source.StartActivity($"{step} {name}") : null;
        return span?.SetTag(attribute, name);
    }

    /// <summary>Puts the decision on its span, and tells the application of it. Whether it is an error is not known here.</summary>
    public void Complete(AuthDecision decision)
    {
        if (decision.Outcome is Outcomes.Failed or Outcomes.Denied) options.Describe?.Invoke(decision);
        if (decision.HttpContext is { } context) options.Decided?.Invoke(context, decision);
        if (decision.Span is not { IsAllDataRequested: true } span) return;

        span.SetTag(AuthSource.Outcome, decision.Outcome);
        NameAfter(span, decision.Reason ?? decision.Outcome);
        if (decision.User is { } user && options.RecordUser) SetUser(span, user, options.Explain);
        if (decision.Reason is not null) span.SetTag(AuthSource.Reason, decision.Reason);
        if (decision.Outcome != Outcomes.Denied || !options.Explain) return;

        decision.Required ??= RequiredBy(decision.Failure);
        decision.Actual ??= ActualFor(decision.Failure, decision.User);
        if (decision.Required is { } required) span.SetTag(AuthSource.Required, Cut(required));
        if (decision.Actual is { } actual) span.SetTag(AuthSource.Actual, Cut(actual));
    }

    /// <summary>Marks the span that refused the request.</summary>
    public void Refuse(AuthDecision decision)
    {
        decision.Reason ??= AuthReasons.NoCredentials;
        NameAfter(decision.Span, decision.Reason);
        decision.Span?.SetTag(AuthSource.Reason, decision.Reason).SetTag(AuthSource.ErrorType, decision.Reason)
            .SetStatus(ActivityStatusCode.Error, options.Explain ? decision.Sentence : null);
    }

    /// <summary>Nothing was decided. A caller that has left is nobody's error.</summary>
    public void Throw(Activity? span, Exception exception, HttpContext? context)
    {
        if (exception is OperationCanceledException && context?.RequestAborted.IsCancellationRequested == true)
        {
            span?.SetTag(AuthSource.Outcome, Outcomes.Cancelled);
            NameAfter(span, Outcomes.Cancelled);
            return;
        }

        span?.SetTag(AuthSource.Outcome, Outcomes.Error).SetTag(AuthSource.ErrorType, exception.GetType().FullName)
            .SetStatus(ActivityStatusCode.Error);
        NameAfter(span, Outcomes.Error);
    }

    public void Dispose() => source.Dispose();

    private void NameAfter(Activity? span, string outcome)
    {
        if (options.NameOutcomes && span is not null) span.DisplayName = $"{span.OperationName}: {outcome}";
    }

    private static void SetUser(Activity span, ClaimsPrincipal user, bool withName)
    {
        if (user.Identities.FirstOrDefault(identity => identity.IsAuthenticated) is not { } identity) return;
        span.SetTag(AuthSource.UserId, (identity.FindFirst("sub") ?? identity.FindFirst(ClaimTypes.NameIdentifier))?.Value);
        span.SetTag(AuthSource.UserRoles, RolesOf(user));
        if (withName) span.SetTag(AuthSource.UserName, identity.Name);
    }

    private static string? RequiredBy(AuthorizationFailure? failure) => failure?.FailedRequirements.FirstOrDefault() switch
    {
        DenyAnonymousAuthorizationRequirement => "a known user",
        RolesAuthorizationRequirement roles => "role " + string.Join(" or ", roles.AllowedRoles),
        ClaimsAuthorizationRequirement { AllowedValues: { } values } claim when values.Any() =>
            $"claim {claim.ClaimType} {string.Join(" or ", values)}",
        ClaimsAuthorizationRequirement claim => "claim " + claim.ClaimType,
        NameAuthorizationRequirement name => "user name " + name.RequiredName,
        _ => null,
    };

    private static string? ActualFor(AuthorizationFailure? failure, ClaimsPrincipal? user)
    {
        switch (failure?.FailedRequirements.FirstOrDefault())
        {
            case RolesAuthorizationRequirement:
                return RolesOf(user) is { Length: > 0 } roles ? "role " + string.Join(", ", roles) : "no role";
            case ClaimsAuthorizationRequirement { ClaimType: var type }:
                var values = user?.FindAll(type).Select(claim => claim.Value).ToArray();
                return values is { Length: > 0 } ? $"claim {type} {string.Join(", ", values)}" : $"no claim {type}";
            case NameAuthorizationRequirement:
                return user?.Identity?.Name is { } name ? "user name " + name : "no user name";
            default:
                return null;
        }
    }

    private static string[] RolesOf(ClaimsPrincipal? user)
    {
        var roles = new List<string>();
        foreach (var identity in user?.Identities ?? [])
            foreach (var role in identity.FindAll(identity.RoleClaimType)) roles.Add(role.Value);

        return [.. roles];
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "...";
}
