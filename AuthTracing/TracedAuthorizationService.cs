#nullable enable

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace AuthTracing;

/// <summary>Traces authorization by code and by SignalR hub methods with a span <c>authorize {policy}</c>.</summary>
internal sealed class TracedAuthorizationService(
    [FromKeyedServices(AuthTracingServices.Inner)] IAuthorizationService inner,
    IHttpContextAccessor accessor,
    DecisionSpans spans) : IAuthorizationService
{
    public Task<AuthorizationResult> AuthorizeAsync(ClaimsPrincipal user, object? resource, string policyName) =>
        spans.AreWatched
            ? TraceAsync(user, policyName, refuses: spans.CodeDenialsAreErrors, () => inner.AuthorizeAsync(user, resource, policyName))
            : inner.AuthorizeAsync(user, resource, policyName);

    public Task<AuthorizationResult> AuthorizeAsync(
        ClaimsPrincipal user, object? resource, IEnumerable<IAuthorizationRequirement> requirements)
    {
        if (!spans.AreWatched) return inner.AuthorizeAsync(user, resource, requirements);
        if (PolicyEvaluation.Current is { } evaluation && evaluation.TryAsk(requirements))
            return EvaluateAsync(evaluation, inner.AuthorizeAsync(user, resource, requirements));

        IReadOnlyList<IAuthorizationRequirement> all = requirements as IReadOnlyList<IAuthorizationRequirement> ?? [.. requirements];
        Task<AuthorizationResult> Decide() => inner.AuthorizeAsync(user, resource, all);
        return resource is HubInvocationContext invocation
            ? TraceAsync(user, PolicyNames.Of(invocation.HubMethod.GetCustomAttributes().OfType<IAuthorizeData>()), refuses: true, Decide)
            : TraceAsync(user, PolicyNames.Of(all), spans.CodeDenialsAreErrors, Decide);
    }

    // Traced by the evaluator.
    private static async Task<AuthorizationResult> EvaluateAsync(PolicyEvaluation evaluation, Task<AuthorizationResult> decision)
    {
        var result = await decision;
        evaluation.Failure = result.Failure;
        return result;
    }

    private async Task<AuthorizationResult> TraceAsync(
        ClaimsPrincipal user, string policy, bool refuses, Func<Task<AuthorizationResult>> decide)
    {
        var context = accessor.HttpContext;
        using var span = spans.Start(Steps.Authorize, policy, AuthSource.Policy);
        var result = await spans.WatchAsync(span, context, decide);
        var decision = new AuthDecision(Steps.Authorize, policy, result.Succeeded ? Outcomes.Allowed : Outcomes.Denied)
        {
            HttpContext = context,
            Span = span,
            User = user,
            Failure = result.Failure,
            Reason = result.Succeeded ? null : AuthReasons.Of(result.Failure),
        };
        spans.Complete(decision);
        if (result.Succeeded) return result;

        if (refuses) spans.Refuse(decision);
        if (context is null) return result;
        var decisions = RequestDecisions.Of(context);
        decisions.LastDenial = decision.Reason;
        if (refuses) decisions.TryRefuse();
        return result;
    }
}
