#nullable enable

using System.Collections.Generic;
using System.Linq;
using System.Security.Claims;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthTracing;

/// <summary>
/// Traces the policies of endpoints and MVC actions with a span <c>authorize {policy}</c>. Both the authorization middleware and MVC's
/// filter use the policy evaluator, so a denial rejects the request.
/// </summary>
internal sealed class TracedPolicyEvaluator(
    [FromKeyedServices(AuthTracingServices.Inner)] IPolicyEvaluator inner, DecisionSpans spans) : IPolicyEvaluator
{
    public static bool IsAuthenticated(ClaimsPrincipal? user) => user?.Identities.Any(identity => identity.IsAuthenticated) == true;

    public Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context) =>
        inner.AuthenticateAsync(policy, context);

    public Task<PolicyAuthorizationResult> AuthorizeAsync(
        AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource) =>
        spans.AreWatched
            ? TraceAsync(policy, authenticationResult, context, resource)
            : inner.AuthorizeAsync(policy, authenticationResult, context, resource);

    private async Task<PolicyAuthorizationResult> TraceAsync(
        AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource)
    {
        var decisions = RequestDecisions.Of(context);
        var lacksUser = !IsAuthenticated(context.User) && policy.Requirements.Any(NeedsUser);
        var refusing = lacksUser ? decisions.PendingFor(policy.AuthenticationSchemes) : null;

        // Scoped to this method, for the service.
        var evaluation = PolicyEvaluation.Current = new PolicyEvaluation(policy);
        var name = PolicyNames.Of(policy, context, resource);

        // If the policy requires a user and there is none, authentication has rejected the request.
        using var span = refusing is null ? spans.Start(Steps.Authorize, name, AuthSource.Policy) : null;
        var result = await spans.WatchAsync(
            span, context, () => inner.AuthorizeAsync(policy, authenticationResult, context, resource));
        if (refusing is not null)
        {
            if (!result.Succeeded) decisions.Refuse(refusing, spans);
            return result;
        }

        var failure = result.AuthorizationFailure ?? evaluation.Failure;
        var decision = new AuthDecision(Steps.Authorize, name, result.Succeeded ? Outcomes.Allowed : Outcomes.Denied)
        {
            HttpContext = context,
            Span = span,
            User = context.User,
            Failure = failure,
            Reason = result.Succeeded ? null : lacksUser ? AuthReasons.NoCredentials : AuthReasons.Of(failure),
        };
        spans.Complete(decision);
        if (!result.Succeeded && decisions.TryRefuse()) spans.Refuse(decision);
        return result;
    }

    /// <summary>The framework's requirements that an anonymous user cannot meet.</summary>
    private static bool NeedsUser(IAuthorizationRequirement requirement) => requirement is DenyAnonymousAuthorizationRequirement
        or RolesAuthorizationRequirement or ClaimsAuthorizationRequirement or NameAuthorizationRequirement;
}

/// <summary>A policy that is being evaluated. Distinguishes the evaluator's own call to the service from the calls of handlers.</summary>
internal sealed class PolicyEvaluation(AuthorizationPolicy policy)
{
    private static readonly AsyncLocal<PolicyEvaluation?> Asynchronous = new();

    private int isAsked;

    public static PolicyEvaluation? Current
    {
        get => Asynchronous.Value;
        set => Asynchronous.Value = value;
    }

    /// <summary>The service's failure, which the evaluator's result omits for a challenge.</summary>
    public AuthorizationFailure? Failure { get; set; }

    /// <summary>True for the requirements of this policy, the first time only: a handler may authorize the same policy again.</summary>
    public bool TryAsk(IEnumerable<IAuthorizationRequirement> requirements) =>
        ReferenceEquals(requirements, policy.Requirements) && Interlocked.Exchange(ref isAsked, 1) == 0;
}
