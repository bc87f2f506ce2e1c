using System.Globalization;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Mvc;
using static AuthDemo.ServiceDefaults.UnverifiedToken;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Writes and logs every rejection. Called by the authorization middleware for a failed policy, by a <see cref="Refusal"/> for an endpoint,
/// and by JwtBearer's challenge for authentication.
/// </summary>
internal sealed class RefusalWriter(RefusalLog log, IHostEnvironment environment) : IAuthorizationMiddlewareResultHandler
{
    /// <summary>RFC 9728, section 3.</summary>
    public const string ResourceMetadataPath = "/.well-known/oauth-protected-resource";

    private const int MaxShownLength = 100;

    private readonly bool explains = environment.IsDevelopment();

    /// <summary>The API's URL as the caller sees it, which can be a proxy's.</summary>
    public static string ResourceOf(HttpRequest request) => $"{request.Scheme}://{request.Host.ToUriComponent()}";

    /// <summary>Continues with the endpoint, a challenge or a refusal, as the policy decided.</summary>
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded) return next(context);
        if (authorizeResult.Challenged) return context.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme);

        var name = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return WriteAsync(context, Refusal.Of(authorizeResult.AuthorizationFailure, name));
    }

    public Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var row = Reasons.Of(refusal.Reason);
        if (row.Word != Reasons.NotFound) log.Refused(context, context.GetEndpoint(), row.Status, row.Word, refusal.Policy);
        if (row.Word == Reasons.Hidden) return WriteAsync(context, Refusal.NotFound);
        if (row.HasChallenge) context.Response.Headers.WWWAuthenticate = ChallengeOf(row, refusal.Challenge, context.Request);

        var problem = new ProblemDetails { Status = row.Status, Extensions = { ["reason"] = refusal.Reason } };
        if (explains)
        {
            problem.Detail = refusal.Detail ?? row.Detail;
            problem.Extensions["hint"] = refusal.Hint ?? row.Hint;
            problem.Extensions["decidedBy"] = row.DecidedBy;
            if (refusal.Policy is not null) problem.Extensions["policy"] = refusal.Policy;
            if (refusal.Required is { } required) problem.Extensions["required"] = required.Json;
            if (refusal.Actual is { } actual) problem.Extensions["actual"] = actual.Json;
        }

        return TypedResults.Problem(problem).ExecuteAsync(context); // written by the ProblemWriter
    }

    /// <summary>Copies the explanation to the decision's span.</summary>
    public void Describe(AuthDecision decision)
    {
        if (decision.Exception is BadHttpRequestException { StatusCode: var status })
            (decision.Reason, decision.Description) = (Reasons.OfStatus(status), "The body could not be read.");
        if (decision.Failure?.FailureReasons.OfType<Denial>().FirstOrDefault() is { Refusal: var denied })
            (decision.Reason, decision.Required, decision.Actual) = (denied.Reason, denied.Required?.Words, denied.Actual?.Words);
        if (decision.Exception is not CredentialRefusedException { Refusal: var refused, Token: var token }) return;

        var row = Reasons.Of(refused.Reason);
        (decision.Reason, decision.Description) = (refused.Reason, refused.Detail ?? row.Detail);
        if (row.Status >= 500) decision.Outcome = Outcomes.Error; // an outage says nothing about the caller
        if (explains && token is not null) ShowUnverified(decision, token);
    }

    /// <summary>Development only: no claims of rejected tokens on spans otherwise. Nothing about the user is included.</summary>
    private static void ShowUnverified(AuthDecision decision, string rejected)
    {
        using var token = new UnverifiedToken(rejected);
        decision.Description += " What the token says of itself (auth.token) is unverified.";
        decision.Span?.SetTag("auth.token.verified", false);
        foreach (var name in (string[])["alg", "typ", "kid"]) Show(name, Text(token.Header, name));
        Show("issuer", Text(token.Payload, "iss"));
        Show("audience", Member(token.Payload, "aud")?.ToString()); // a string, or JSON for several
        Show("expires", Time(token.Payload, "exp")?.ToString("u", CultureInfo.InvariantCulture));

        void Show(string name, string? value) =>
            decision.Span?.SetTag($"auth.token.{name}", value is { Length: > MaxShownLength } ? value[..MaxShownLength] : value);
    }

    /// <summary>
    /// RFC 6750, section 3; RFC 9470, section 3; RFC 9728, section 5.1. Contains nothing that the client sent, apart from the host name,
    /// which AllowedHosts has checked.
    /// </summary>
    private string ChallengeOf(Reason reason, string? needed, HttpRequest request) =>
        "Bearer realm=\"authdemo\", "
        + (reason.Error is null ? "" : $"error=\"{reason.Error}\", ")
        + (reason.Error is null || !explains ? "" : $"error_description=\"{reason.Detail}\", ")
        + (needed is null ? "" : $"{needed}, ")
        + $"resource_metadata=\"{ResourceOf(request)}{ResourceMetadataPath}\"";
}
