using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace AuthDemo.ServiceDefaults.AuthTracing;

/// <summary>Puts a span <c>authenticate {scheme}</c> around the decision of who the caller is.</summary>
internal sealed class TracedAuthenticationService(
    IAuthenticationService inner, IAuthenticationSchemeProvider schemes) : IAuthenticationService
{
    public async Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        var name = scheme ?? (await schemes.GetDefaultAuthenticateSchemeAsync())?.Name;

        // A handler decides once a request and then repeats itself: only the decision has a span.
        if (name is null || IsDecided(context, name)) return await inner.AuthenticateAsync(context, scheme);

        using var span = AuthSource.Source.StartActivity($"{Steps.Authenticate} {name}");
        span?.SetTag(AuthSource.Scheme, name);
        try
        {
            var result = await inner.AuthenticateAsync(context, scheme);
            var outcome = result.Succeeded ? Outcomes.Succeeded : result.None ? Outcomes.None : Outcomes.Failed;
            span?.SetTag(AuthSource.Outcome, outcome);
            if (result.Succeeded) span.SetUser(result.Principal);
            else if (IsProtected(context)) span.SetRefused(result.None ? Reasons.NoCredentials : ReasonOf(result.Failure));
            Decision.Note(context, new Decision(Steps.Authenticate, name, outcome));
            return result;
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().FullName);
            throw;
        }
    }

    public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ChallengeAsync(context, scheme, properties);

    public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ForbidAsync(context, scheme, properties);

    public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) =>
        inner.SignInAsync(context, scheme, principal, properties);

    public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.SignOutAsync(context, scheme, properties);

    private static bool IsDecided(HttpContext context, string scheme) =>
        Decision.Of(context).Any(decision => decision.Step == Steps.Authenticate && decision.Name == scheme);

    // Nobody is refused on an open page: there the lack of a credential is no error.
    private static bool IsProtected(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } metadata
        && metadata.GetMetadata<IAuthorizeData>() is not null
        && metadata.GetMetadata<IAllowAnonymous>() is null;

    private static string? ReasonOf(Exception? failure) => (failure as CredentialRefusedException)?.Reason;
}
