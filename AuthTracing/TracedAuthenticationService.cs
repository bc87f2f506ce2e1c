#nullable enable

using System.Security.Claims;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthTracing;

/// <summary>Traces authentication with a span <c>authenticate {scheme}</c>, and Forbid and Challenge calls by code.</summary>
internal sealed class TracedAuthenticationService(
    [FromKeyedServices(AuthTracingServices.Inner)] IAuthenticationService inner,
    IAuthenticationSchemeProvider schemes,
    DecisionSpans spans) : IAuthenticationService
{
    private static readonly AsyncLocal<Authentication?> Current = new();

    public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) =>
        spans.AreWatched ? TraceAsync(context, scheme) : inner.AuthenticateAsync(context, scheme);

    public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        spans.AreWatched && !RequestDecisions.Of(context).IsRefused
            ? NoteChallengeAsync(context, scheme, properties)
            : inner.ChallengeAsync(context, scheme, properties);

    public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        spans.AreWatched && !RequestDecisions.Of(context).IsRefused
            ? NoteForbidAsync(context, scheme, properties)
            : inner.ForbidAsync(context, scheme, properties);

    public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) =>
        inner.SignInAsync(context, scheme, principal, properties);

    public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.SignOutAsync(context, scheme, properties);

    private async Task<AuthenticateResult> TraceAsync(HttpContext context, string? scheme)
    {
        var name = scheme ?? (await schemes.GetDefaultAuthenticateSchemeAsync())?.Name;
        var decisions = RequestDecisions.Of(context);
        if (name is null || !decisions.TryAsk(name)) return await inner.AuthenticateAsync(context, scheme);

        // A nested call means that the outer scheme forwards to this one. The value is scoped to this method.
        var forwarder = Current.Value;
        if (forwarder is not null) forwarder.Forwards = true;
        var authentication = Current.Value = new Authentication(forwarder?.AskedScheme ?? name);

        var span = spans.Start(Steps.Authenticate, name, AuthSource.Scheme);
        var result = await spans.WatchAsync(span, context, () => inner.AuthenticateAsync(context, scheme));

        var decides = !authentication.Forwards;
        var decision = new AuthDecision(Steps.Authenticate, name, OutcomeOf(result))
        {
            HttpContext = context,
            Span = span,
            User = decides ? result.Principal : null,
            Exception = result.Failure,
            Properties = result.Properties,
            Reason = decides && result.Failure is not null ? AuthReasons.Of(result) : null,
        };
        spans.Complete(decision);
        if (decides && !result.Succeeded)
            decisions.Keep(new PendingAuthentication(decision, authentication.AskedScheme));
        else
            span?.Dispose();
        return result;
    }

    private async Task NoteForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties)
    {
        await inner.ForbidAsync(context, scheme, properties);
        var decisions = RequestDecisions.Of(context);

        // A scheme that forwarded was traced by the nested call.
        if (!decisions.TryRefuse()) return;
        var name = scheme ?? (await schemes.GetDefaultForbidSchemeAsync())?.Name ?? "";
        Note(Steps.Forbid, name, decisions.LastDenial ?? AuthReasons.ForbiddenByCode, context);
    }

    private async Task NoteChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties)
    {
        var decisions = RequestDecisions.Of(context);
        decisions.BeginChallenge();
        try
        {
            await inner.ChallengeAsync(context, scheme, properties);

            // A challenge that redirects can also be a login requested by the user.
            if (context.Response.StatusCode != StatusCodes.Status401Unauthorized || decisions.IsRefused) return;
            var isAnonymous = !TracedPolicyEvaluator.IsAuthenticated(context.User);
            if (isAnonymous && decisions.PendingFor([]) is { } authentication)
            {
                decisions.Refuse(authentication, spans);
                return;
            }

            if (!decisions.TryRefuse()) return;
            var name = scheme ?? (await schemes.GetDefaultChallengeSchemeAsync())?.Name ?? "";
            Note(Steps.Challenge, name, decisions.LastDenial ?? AuthReasons.ChallengedByCode, context);
        }
        finally
        {
            decisions.EndChallenge();
        }
    }

    private void Note(string step, string scheme, string reason, HttpContext context)
    {
        using var span = spans.Start(step, scheme, AuthSource.Scheme);
        var decision = new AuthDecision(step, scheme, Outcomes.Denied)
        {
            HttpContext = context,
            Span = span,
            User = context.User,
            Reason = reason,
        };
        spans.Complete(decision);
        spans.Refuse(decision);
    }

    private static string OutcomeOf(AuthenticateResult result) =>
        result.Succeeded ? Outcomes.Succeeded : result.None ? Outcomes.None : Outcomes.Failed;

    private sealed class Authentication(string askedScheme)
    {
        public string AskedScheme { get; } = askedScheme;

        public bool Forwards { get; set; }
    }
}
