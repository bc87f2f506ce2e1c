using System.Security.Claims;
using AuthTracing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>The same application set up in other ways: its schemes, its pipeline, its services, the options of the spans.</summary>
public sealed class DecisionSpanSettingTests
{
    /// <summary>The default scheme forwards to JwtBearer or cookies, and a fallback policy protects what says nothing itself.</summary>
    private static readonly Case[] FallbackCases =
    [
        new("/open", "", 200, "authenticate Smart: none", "  authenticate Cookies: none"),
        new("/silent", "", 302, "authenticate Smart: none", "  authenticate Cookies: none no_credentials !"),
        new("/silent", "garbage", 401, "authenticate Smart: failed", "  authenticate Bearer: failed malformed_token !"),
        new("/silent", "alice", 200, "authenticate Smart: succeeded", "  authenticate Bearer: succeeded", "authorize fallback: allowed"),
        new("/nowhere", "", 302, "authenticate Smart: none", "  authenticate Cookies: none no_credentials !"),
        new("/nowhere", "alice", 404, "authenticate Smart: succeeded", "  authenticate Bearer: succeeded", "authorize fallback: allowed"),
        new("/named", "cookie:alice", 302,
            "authenticate Smart: succeeded", "  authenticate Cookies: succeeded", "authorize Admins: denied role_missing !"),
        new("/named", "cookie:garbage", 302, "authenticate Smart: failed", "  authenticate Cookies: failed malformed_token !"),
        new("/schemes", "alice", 302,
            "authenticate Smart: succeeded", "  authenticate Bearer: succeeded", "authenticate Cookies: none no_credentials !"),
        new("/machines", "key:machine", 200,
            "authenticate Smart: none", "  authenticate Cookies: none", "authenticate ApiKey: succeeded", "authorize Machines: allowed"),
        new("/code/forbid", "alice", 403,
            "authenticate Smart: succeeded", "  authenticate Bearer: succeeded", "authorize default: allowed",
            "forbid Bearer: denied forbidden_by_code !"),
    ];

    [Fact]
    public async Task Forwarding_scheme_is_refused_by_the_one_that_it_forwards_to_and_fallback_is_the_fallback_policy()
    {
        await using var app = await TestApplication.StartAsync(Schemes.Smart, hasFallbackPolicy: true);
        foreach (var one in FallbackCases) await one.AssertAsync(app);
    }

    [Fact]
    public async Task Authentication_before_routing_and_calling_it_twice_or_around_other_registrations_change_nothing()
    {
        await using var app = await TestApplication.StartAsync(
            authenticatesBeforeRouting: true,
            before: services => services.AddAuthTracing().AddKeyedSingleton<IPolicyEvaluator, Forgiving>("another"),
            after: services => services.AddAuthTracing());
        foreach (var one in DecisionSpanTests.Cases) await one.AssertAsync(app);
    }

    [Fact]
    public async Task Without_a_default_scheme_only_what_a_policy_asks_for_is_asked()
    {
        await using var app = await TestApplication.StartAsync(defaultScheme: null);
        await new Case("/open", "", 200).AssertAsync(app);
        await new Case("/named", "", 500, "authorize Admins: denied no_credentials !").AssertAsync(app); // nobody could challenge
        await new Case("/machines", "", 401, "authenticate ApiKey: none no_credentials !").AssertAsync(app);
        await new Case("/either", "alice", 200,
            "authenticate Bearer: succeeded", "authenticate ApiKey: none", "authorize Either: allowed").AssertAsync(app);
    }

    [Fact]
    public async Task Decision_in_code_refuses_where_the_application_says_so()
    {
        await using var app = await TestApplication.StartAsync(tracing: options => options.CodeDenialsAreErrors = true);
        await new Case("/code/policy", "alice", 403,
            "authenticate Bearer: succeeded", "authorize default: allowed", "authorize Admins: denied role_missing !").AssertAsync(app);
    }

    [Fact]
    public async Task Application_brings_its_own_words_and_attributes()
    {
        await using var app = await TestApplication.StartAsync(environment: "Development", tracing: options =>
            options.Describe = decision =>
            {
                if (decision.Failure?.FailureReasons.Any(reason => reason.Handler is SubscriptionRequirement) == true)
                    decision.Reason = "not_paid";
                if (decision.Properties?.Items.TryGetValue(".error_uri", out var address) == true && address!.EndsWith("/ID2095"))
                    decision.Reason = "not_this_user";
                if (decision.Exception?.GetType().Name == "SecurityTokenExpiredException")
                {
                    decision.Description = "Log in again.";
                    decision.Span?.SetTag("auth.token.typ", "JWT");
                }
            });
        await new Case("/subscribers", "alice", 403,
            "authenticate Bearer: succeeded", "authorize Subscribers: denied not_paid !").AssertAsync(app);
        await new Case("/machines", "key:ID2095", 401,
            "authenticate Bearer: none", "authenticate ApiKey: failed not_this_user !").AssertAsync(app);
        var refusing = Refusing((await app.GetAsync("/default", "expired")).Spans);
        Assert.Equal(("Log in again.", "JWT"), (refusing.StatusDescription, refusing.GetTagItem("auth.token.typ")));
    }

    [Fact]
    public async Task Refusing_span_explains_itself_in_Development()
    {
        await using var app = await TestApplication.StartAsync(environment: "Development");
        (string Path, string Credential, string? Required, string? Actual, string Sentence)[] expected =
        [
            ("/roles", "alice", "role admin or boss", "role user", "Needs role admin or boss; the caller has role user."),
            ("/inline", "alice", "claim department sales", "claim department storage",
                "Needs claim department sales; the caller has claim department storage."),
            ("/inline-name", "alice", "user name admin", "user name alice", "Needs user name admin; the caller has user name alice."),
            ("/age", "alice", null, null, "The policy default+minimum_age said no: minimum_age."),
            ("/default", "", null, null, "The request brought no credential for the scheme Bearer."),
            ("/default", "expired", null, null, "The scheme Bearer refused the credential: token_expired."),
            ("/code/forbid", "alice", null, null, "The application's code refused the request."),
        ];
        foreach (var one in expected)
        {
            var refusing = Refusing((await app.GetAsync(one.Path, one.Credential)).Spans);
            Assert.Equal((one.Required, one.Actual, one.Sentence),
                (refusing.GetTagItem("auth.required"), refusing.GetTagItem("auth.actual"), refusing.StatusDescription));
        }
    }

    [Theory]
    [InlineData("Production", null)]
    [InlineData("Development", "alice")]
    public async Task User_is_on_the_spans_where_the_application_says_so(string environment, string? name)
    {
        await using var app = await TestApplication.StartAsync(environment: environment, tracing: options => options.RecordUser = true);
        var (_, spans) = await app.GetAsync("/named", "alice");
        foreach (var span in spans.Where(span => span.Source.Name == AuthSource.DefaultName))
        {
            Assert.Equal(("id-of-alice", name), (span.GetTagItem("user.id"), span.GetTagItem("user.name")));
            Assert.Equal(["user"], Assert.IsType<string[]>(span.GetTagItem("user.roles")));
        }
    }

    [Fact]
    public async Task Application_is_told_of_every_decision_in_its_order()
    {
        var told = new List<string>();
        await using var app = await TestApplication.StartAsync(tracing: options =>
            options.Decided = (_, decision) => told.Add($"{decision.Step} {decision.Name} {decision.Outcome}"));
        await app.GetAsync("/code/policy", "alice");
        Assert.Equal(
            ["authenticate Bearer succeeded", "authorize default allowed", "authorize Admins denied", "forbid Bearer denied"], told);
    }

    [Fact]
    public async Task Services_that_the_application_registered_as_instance_or_by_a_factory_are_traced()
    {
        await using var app = await TestApplication.StartAsync(before: services =>
        {
            services.AddSingleton<IAuthorizationService>(new Suspicious());
            services.AddTransient<IPolicyEvaluator>(provider =>
                new PolicyEvaluator(provider.GetRequiredService<IAuthorizationService>()));
        });
        await new Case("/named", "admin", 403, "authenticate Bearer: succeeded", "authorize Admins: denied rejected !").AssertAsync(app);
    }

    [Fact]
    public async Task Service_that_was_replaced_later_is_told_at_the_start_and_calling_it_again_mends_that()
    {
        var forgiving = ServiceDescriptor.Transient<IPolicyEvaluator, Forgiving>();
        await using var replaced = await TestApplication.StartAsync(after: services => services.Replace(forgiving));
        Assert.StartsWith($"{typeof(IPolicyEvaluator).FullName} was registered after AddAuthTracing", Assert.Single(Warnings(replaced)));

        await using var mended = await TestApplication.StartAsync(after: services => services.Replace(forgiving).AddAuthTracing());
        Assert.Empty(Warnings(mended));
        // It lets everybody in, so a credential that is missing is nobody's refusal.
        await new Case("/named", "", 200, "authenticate Bearer: none").AssertAsync(mended);
        await new Case("/named", "alice", 200, "authenticate Bearer: succeeded", "authorize Admins: allowed").AssertAsync(mended);

        static IEnumerable<string> Warnings(TestApplication app) =>
            app.Recording.Logs.Where(log => log.Category == typeof(AuthTracingServices).FullName).Select(log => log.Message);
    }

    private static Activity Refusing(IEnumerable<Activity> spans) =>
        Assert.Single(spans, span => span.Source.Name == AuthSource.DefaultName && span.Status == ActivityStatusCode.Error);

    private sealed class Forgiving(IAuthorizationService authorization) : PolicyEvaluator(authorization)
    {
        public override Task<PolicyAuthorizationResult> AuthorizeAsync(
            AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource) =>
            Task.FromResult(PolicyAuthorizationResult.Success());
    }

    private sealed class Suspicious : IAuthorizationService
    {
        public Task<AuthorizationResult> AuthorizeAsync(
            ClaimsPrincipal user, object? resource, IEnumerable<IAuthorizationRequirement> requirements) =>
            Task.FromResult(AuthorizationResult.Failed());

        public Task<AuthorizationResult> AuthorizeAsync(ClaimsPrincipal user, object? resource, string policyName) =>
            Task.FromResult(AuthorizationResult.Failed());
    }
}
