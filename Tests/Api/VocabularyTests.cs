using System.Diagnostics;
using AuthDemo.ServiceDefaults;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.Tests.Api;

/// <summary>The whole vocabulary: for each reason the response, the spans, the log record and the metric say the same word.</summary>
public sealed class VocabularyTests(RunningApi api, ProductionApi production) : IClassFixture<RunningApi>, IClassFixture<ProductionApi>
{
    private sealed record Case(
        string Reason, string Request, int Status, string RefusingSpan, string? Parameters, Func<RunningApi, string?> Authorization)
    {
        public Action<HttpRequestMessage>? Change { get; init; }

        public Action<FakeIssuer>? Before { get; init; }
    }

    private const string Bearer = "authenticate Bearer";

    private static readonly Case[] Cases =
    [
        new(Reasons.NoCredentials, "DELETE /users/carol", 401, Bearer, "", _ => null),
        new(Reasons.MultipleCredentials, "GET /badge", 400, Bearer, "error=\"invalid_request\"",
            api => $"Bearer {Good(api)}, Bearer {Good(api)}"),
        .. BadToken.OfEachReason.Select(token =>
            new Case(token.Reason, "GET /badge", 401, Bearer, "error=\"invalid_token\"", api => "Bearer " + token.Write(api.Provider))),
        new(Reasons.LoginTooOld, "POST /alarm/disarm", 401, "authorize AdminsWithRecentLogin",
            "error=\"insufficient_user_authentication\", max_age=\"60\"",
            api => "Bearer " + api.TokenOf(Persona.Admin)
                .With(token => token.Payload["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 61).Write()),
        new(Reasons.SecondFactorMissing, "POST /vault/entries", 401, "authorize SecondFactor",
            "error=\"insufficient_user_authentication\", acr_values=\"mfa\"",
            api => "Bearer " + api.TokenOf(Persona.Alice).With(token => token.Payload["acr"] = "password").Write()),
        new(Reasons.RoleMissing, "DELETE /users/carol", 403, "authorize AdminsOnly", null, Alice),
        new(Reasons.GroupMissing, "POST /rooms/control-room/entries", 403, "authorize RoomGroup", null, Alice),
        new(Reasons.ScopeMissing, "GET /visitors", 403, "authorize VisitorReaders",
            "error=\"insufficient_scope\", scope=\"visitors:read\"", Alice),
        new(Reasons.NotOwner, "GET /lockers/2", 403, "authorize LockerOwner", null, Alice),
        new(Reasons.NetworkNotAllowed, "GET /intercom", 403, "authorize OfficeNetworkOnly", null, Alice),
        new(Reasons.Hidden, "GET /safes/2", 404, "authorize SafeOwner", null, Alice),
        new(Reasons.IdentityProviderUnavailable, "GET /badge", 503, Bearer, null, Alice) { Before = provider => provider.IsDown = true },
    ];

    public static TheoryData<string> All => [.. Reasons.All];

    [Theory, MemberData(nameof(All))]
    public async Task Response_span_log_and_metric_say_the_same_word(string reason)
    {
        var (expected, answer) = await RefuseAsync(api, Environments.Development, reason);
        var route = (await answer.SpansAsync()).Single(span => span.Kind == ActivityKind.Server);

        // Response
        Assert.Equal(expected.Status, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal(reason == Reasons.Hidden ? Reasons.NotFound : reason, answer.Reason);
        Assert.Equal(answer.Trace.ToHexString(), answer.Text("traceId"));
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.NotNull(answer.Text("hint"));
        AssertChallenge(expected.Parameters, answer.Challenge, api, describes: true);

        // Spans: the server span names the reason and is no error below 500; exactly one span of a decision is, the one that refused.
        Assert.Equal(reason, route.GetTagItem("auth.reason"));
        Assert.Equal(expected.Status, route.GetTagItem("http.response.status_code"));
        Assert.Equal(expected.Status >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset, route.Status);
        var decisions = (await answer.SpansAsync()).Where(span => span.Source.Name == "AuthDemo.Auth").ToList();
        var refusing = Assert.Single(decisions, span => span.Status == ActivityStatusCode.Error);
        Assert.Equal((expected.RefusingSpan, $"{expected.RefusingSpan}: {reason}"), (refusing.OperationName, refusing.DisplayName));
        Assert.Equal(reason, refusing.GetTagItem("auth.reason"));
        Assert.Equal(reason, refusing.GetTagItem("error.type"));
        // An outage says nothing about the caller.
        Assert.Equal(expected switch
        {
            { Status: 503 } => "error",
            { RefusingSpan: not Bearer } => "denied",
            _ => reason == Reasons.NoCredentials ? "none" : "failed",
        }, refusing.GetTagItem("auth.outcome"));
        Assert.All(decisions.Where(span => span != refusing), span => Assert.Equal(ActivityStatusCode.Unset, span.Status));

        // Log
        var log = Assert.Single(answer.Logs, log => log.Event.Name == "RequestRefused");
        Assert.Equal(reason, log.Fields["Reason"]);
        Assert.Equal(expected.Status, log.Fields["StatusCode"]);
        Assert.Equal(answer.Trace.ToHexString(), log.Fields["TraceId"]);

        // Metric
        var refusal = Assert.Single(answer.Refusals);
        Assert.Equal(("authdemo.refusals", 1), (refusal.Instrument, refusal.Value));
        Assert.Equal(reason, refusal.Tags["auth.reason"]);
        Assert.Equal(expected.Status, refusal.Tags["http.response.status_code"]);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Elsewhere_than_in_Development_the_answer_explains_nothing(string reason)
    {
        var (expected, answer) = await RefuseAsync(production.Api, Environments.Production, reason);
        Assert.Equal(expected.Status, answer.Status);
        Assert.Equal(["type", "title", "status", "reason", "traceId"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.DoesNotContain("Server-Timing", answer.Headers.Keys);
        AssertChallenge(expected.Parameters, answer.Challenge, production.Api, describes: false);
    }

    [Fact]
    public void Every_reason_has_a_case_and_every_case_a_reason() =>
        Assert.Equal(Reasons.All.Order(), Cases.Select(@case => @case.Reason).Order());

    private static async Task<(Case, Answer)> RefuseAsync(RunningApi shared, string environment, string reason)
    {
        var expected = Cases.Single(@case => @case.Reason == reason);
        if (expected.Before is not { } before)
            return (expected, await shared.SendAsync(expected.Request, expected.Authorization(shared), expected.Change));

        using var own = RunningApi.Start(environment);
        before(own.Provider);
        var answer = await own.SendAsync(expected.Request, expected.Authorization(own), expected.Change);
        await answer.SpansAsync();
        return (expected, answer);
    }

    /// <summary>null: no challenge. Else the challenge has exactly these parameters, between the realm and the metadata.</summary>
    private static void AssertChallenge(string? parameters, string? challenge, RunningApi api, bool describes)
    {
        if (parameters is null)
        {
            Assert.Null(challenge);
            return;
        }

        Assert.NotNull(challenge);
        var description = System.Text.RegularExpressions.Regex.Match(challenge, ", error_description=\"([^\"]*)\"");
        Assert.Equal(describes && parameters.Length > 0, description.Success);
        // RFC 6750, section 3: %x20-21 / %x23-5B / %x5D-7E.
        Assert.Matches(@"^[\x20-\x21\x23-\x5B\x5D-\x7E]*$", description.Groups[1].Value);
        var rest = description.Success ? challenge.Remove(description.Index, description.Length) : challenge;
        var metadata = $"resource_metadata=\"{api.Client.BaseAddress}.well-known/oauth-protected-resource\"";
        if (parameters.Length > 0) parameters += ", ";
        Assert.Equal($"Bearer realm=\"authdemo\", {parameters}{metadata}", rest);
    }

    private static string Good(RunningApi api) => api.TokenOf(Persona.Alice).Write();

    private static string Alice(RunningApi api) => "Bearer " + Good(api);
}
