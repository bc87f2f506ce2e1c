#nullable enable

using System;
using System.Diagnostics;
using System.Linq;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AuthTracing;

/// <summary>Creates and completes the spans of all decisions. A span that is not recorded is null.</summary>
internal sealed class DecisionSpans(IOptions<AuthTracingOptions> options) : IDisposable
{
    private const int LongestText = 100;

    private readonly ActivitySource source = new(options.Value.SourceName);
    private readonly AuthTracingOptions options = options.Value;

    /// <summary>True if a listener or a callback is attached; otherwise calls go straight to the framework's services.</summary>
    public bool AreWatched => options.Decided is not null || source.HasListeners();

    /// <summary>Whether a denial by <c>IAuthorizationService</c> is an error.</summary>
    public bool CodeDenialsAreErrors => options.CodeDenialsAreErrors;

    public Activity? Start(string step, string name, string attribute)
    {
        var span = source.HasListeners() ? source.StartActivity($"{step} {name}") : null;
        return span?.SetTag(attribute, name);
    }

    /// <summary>
    /// Records the decision on its span and calls the application's callbacks. Does not set the error status, which depends on what
    /// follows.
    /// </summary>
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

    /// <summary>Sets the error status of the span that rejected the request.</summary>
    public void Refuse(AuthDecision decision)
    {
        decision.Reason ??= AuthReasons.NoCredentials;
        NameAfter(decision.Span, decision.Reason);
        decision.Span?.SetTag(AuthSource.Reason, decision.Reason).SetTag(AuthSource.ErrorType, decision.Reason)
            .SetStatus(ActivityStatusCode.Error, options.Explain ? decision.Sentence : null);
    }

    /// <summary>Calls the framework's service. An exception is recorded, except for an aborted request.</summary>
    public async Task<T> WatchAsync<T>(Activity? span, HttpContext? context, Func<Task<T>> decide)
    {
        try
        {
            return await decide();
        }
        catch (Exception exception)
        {
            var hasLeft = exception is OperationCanceledException && context?.RequestAborted.IsCancellationRequested == true;
            span?.SetTag(AuthSource.Outcome, hasLeft ? Outcomes.Cancelled : Outcomes.Error);
            NameAfter(span, hasLeft ? Outcomes.Cancelled : Outcomes.Error);
            if (!hasLeft) span?.SetTag(AuthSource.ErrorType, exception.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            span?.Dispose();
            throw;
        }
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

    private static string? ActualFor(AuthorizationFailure? failure, ClaimsPrincipal? user) =>
        failure?.FailedRequirements.FirstOrDefault() switch
        {
            RolesAuthorizationRequirement => List("role", RolesOf(user)),
            ClaimsAuthorizationRequirement { ClaimType: var type } =>
                List($"claim {type}", user?.FindAll(type).Select(claim => claim.Value).ToArray()),
            NameAuthorizationRequirement => List("user name", user?.Identity?.Name is { } name ? [name] : []),
            _ => null,
        };

    private static string List(string kind, string[]? values) =>
        values is { Length: > 0 } ? $"{kind} {string.Join(", ", values)}" : $"no {kind}";

    private static string[] RolesOf(ClaimsPrincipal? user) =>
        [.. (user?.Identities ?? []).SelectMany(identity => identity.FindAll(identity.RoleClaimType)).Select(role => role.Value)];

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "...";
}
