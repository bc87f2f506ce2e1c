using AuthTracing;
using Microsoft.AspNetCore.SignalR.Client;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>All decision spans of a request, for each kind of policy, endpoint and decision in code.</summary>
public sealed class DecisionSpanTests(DecisionSpanTests.Running running) : IClassFixture<DecisionSpanTests.Running>
{
    private const string Alice = "authenticate Bearer: succeeded";
    private const string Nobody = "authenticate Bearer: none";
    private const string NobodyRefused = "authenticate Bearer: none no_credentials !";

    internal static readonly Case[] Cases =
    [
        // Open
        new("/open", "", 200, Nobody),
        new("/silent", "", 200, Nobody),
        new("/silent", "garbage", 200, "authenticate Bearer: failed malformed_token"),
        new("/nowhere", "", 404, Nobody),
        // Default, named, combined and inline policies
        new("/default", "", 401, NobodyRefused),
        new("/default", "alice", 200, Alice, "authorize default: allowed"),
        new("/named", "", 401, NobodyRefused),
        new("/named", "alice", 403, Alice, "authorize Admins: denied role_missing !"),
        new("/named", "admin", 200, Alice, "authorize Admins: allowed"),
        new("/named?busy", "", 429, Nobody),
        new("/roles", "alice", 403, Alice, "authorize roles admin,boss: denied role_missing !"),
        new("/combined", "alice", 403, Alice, "authorize Sales+roles admin+Admins: denied claim_missing !"),
        new("/inline", "alice", 403, Alice, "authorize claim department: denied claim_missing !"),
        new("/inline-name", "alice", 403, Alice, "authorize name: denied name_mismatch !"),
        new("/never", "alice", 403, Alice, "authorize Never: denied assertion_false !"),
        new("/never", "", 401, Nobody, "authorize Never: denied assertion_false !"),
        new("/always", "", 200, Nobody, "authorize Always: allowed"),
        new("/repeated", "alice", 200, Alice, "authorize Repeated: allowed", "  authorize repeated: allowed"),
        new("/subscribers", "alice", 403, Alice, "authorize Subscribers: denied subscription !"),
        // Requirement data
        new("/age", "alice", 403, Alice, "authorize default+minimum_age: denied minimum_age !"),
        new("/adults", "", 401, NobodyRefused),
        new("/adults", "alice", 403, Alice, "authorize minimum_age: denied minimum_age !"),
        // What JwtBearer refuses
        new("/default", "expired", 401, "authenticate Bearer: failed token_expired !"),
        new("/default", "garbage", 401, "authenticate Bearer: failed malformed_token !"),
        // Several schemes
        new("/machines", "", 401, Nobody, "authenticate ApiKey: none no_credentials !"),
        new("/machines", "key:machine", 200, Nobody, "authenticate ApiKey: succeeded", "authorize Machines: allowed"),
        new("/machines", "key:wrong", 401, Nobody, "authenticate ApiKey: failed rejected !"),
        new("/machines", "key:ID2019", 401, Nobody, "authenticate ApiKey: failed token_expired !"),
        new("/machines", "key:ID2094", 401, Nobody, "authenticate ApiKey: failed wrong_audience !"),
        new("/machines", "key:ID2095", 401, Nobody, "authenticate ApiKey: failed rejected !"),
        new("/machines", "alice", 401, Alice, "authenticate ApiKey: none no_credentials !"),
        new("/either", "", 401, Nobody, "authenticate ApiKey: none no_credentials !"),
        new("/either", "key:machine", 200, Nobody, "authenticate ApiKey: succeeded", "authorize Either: allowed"),
        new("/either", "expired", 401, "authenticate Bearer: failed token_expired !", "authenticate ApiKey: none"),
        new("/schemes", "", 302, Nobody, "authenticate Cookies: none no_credentials !"),
        new("/schemes", "cookie:alice", 200, Nobody, "authenticate Cookies: succeeded", "authorize default: allowed"),
        new("/schemes", "cookie:garbage", 302, Nobody, "authenticate Cookies: failed malformed_token !"),
        new("/smart", "", 302, Nobody, "authenticate Smart: none", "  authenticate Cookies: none no_credentials !"),
        new("/schemes?reject", "cookie:alice", 302, Nobody, "authenticate Cookies: failed rejected !"),
        // A middleware that knows the caller by itself
        new("/default", "user:alice", 200, Nobody, "authorize default: allowed"),
        new("/named", "user:alice", 403, Nobody, "authorize Admins: denied role_missing !"),
        // What breaks
        new("/broken", "alice", 500, Alice, "authorize Broken: error (System.FormatException) !"),
        new("/code/broken", "alice", 500, Alice, "authorize default: allowed", "authorize Broken: error (System.FormatException) !"),
        new("/machines", "key:broken", 500, Nobody, "authenticate ApiKey: error (System.FormatException) !"),
        // Decisions in code
        new("/code/policy", "admin", 200, Alice, "authorize default: allowed", "authorize Admins: allowed"),
        new("/code/policy", "alice", 403,
            Alice, "authorize default: allowed", "authorize Admins: denied role_missing", "forbid Bearer: denied role_missing !"),
        new("/code/requirement", "alice", 403,
            Alice, "authorize default: allowed", "authorize Edit: denied operation_denied", "forbid Bearer: denied operation_denied !"),
        new("/code/object", "admin", 403,
            Alice, "authorize Sales: allowed", "authorize roles boss: denied role_missing", "forbid Bearer: denied role_missing !"),
        new("/code/button", "alice", 200, Alice, "authorize Admins: denied role_missing"),
        new("/code/button", "", 200, Nobody, "authorize Admins: denied role_missing"),
        new("/code/forbid", "alice", 403, Alice, "authorize default: allowed", "forbid Bearer: denied forbidden_by_code !"),
        new("/code/challenge", "", 401, NobodyRefused),
        new("/code/challenge", "alice", 401, Alice, "challenge Bearer: denied challenged_by_code !"),
        new("/code/login", "", 302, Nobody),
        // MVC
        new("/mvc/attribute", "", 401, NobodyRefused),
        new("/mvc/attribute", "alice", 403, Alice, "authorize roles admin: denied role_missing !"),
        new("/mvc/filter", "", 401, NobodyRefused),
        new("/mvc/filter", "alice", 403, Alice, "authorize Admins: denied role_missing !"),
        new("/mvc/convention", "alice", 403, Alice, "authorize Sales: denied claim_missing !"),
        // Razor components
        new("/component/page", "", 401, NobodyRefused),
        new("/component/page", "alice", 403, Alice, "authorize roles admin: denied role_missing !"),
        new("/component/view", "alice", 200, Alice, "authorize roles admin: denied role_missing"),
        new("/component/view", "admin", 200, Alice, "authorize roles admin: allowed"),
    ];

    public static TheoryData<string, string> Requests => new(Cases.Select(one => (one.Path, one.Credential)));

    [Theory, MemberData(nameof(Requests))]
    public Task Every_kind_of_decision_has_its_spans(string path, string credential) =>
        Cases.Single(one => (one.Path, one.Credential) == (path, credential)).AssertAsync(running.Application);

    [Theory]
    [InlineData("/machines", "key:slow", Nobody, "authenticate ApiKey")]
    [InlineData("/slow", "alice", Alice, "authorize Slow")]
    public Task Caller_who_has_left_is_no_error(string path, string credential, string before, string decision) =>
        new Case(path, credential, 0, before, decision + ": cancelled").AssertAsync(running.Application, leavesDuring: decision);

    [Fact]
    public async Task Parallel_decisions_of_one_request_have_a_span_each()
    {
        var denials = Enumerable.Repeat("authorize Admins: denied role_missing", 200);
        await new Case("/code/parallel", "alice", 200, [Alice, "authorize default: allowed", .. denials]).AssertAsync(running.Application);
    }

    [Fact]
    public async Task Hub_method_is_refused_by_a_span_of_its_own_and_a_decision_in_it_is_not()
    {
        using var source = new ActivitySource("Microsoft.AspNetCore.SignalR.Client");
        using var root = source.StartActivity("test")!;
        await using var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(running.Application.Address, "/hub"), options =>
                options.AccessTokenProvider = () => Task.FromResult<string?>(Schemes.Token("alice")))
            .Build();
        await connection.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connection.InvokeAsync<string>("ForAdmins"));
        Assert.Equal(100, await connection.InvokeAsync<int>("Ask", 100));
        await connection.StopAsync();

        // The client negotiates and connects. A method is authorized before its own span begins.
        string[] request = [Alice, "authorize default: allowed"];
        var asked = Enumerable.Repeat("Ask > authorize Admins: denied role_missing", 100);
        Assert.Equal([.. request, .. request, "authorize Admins: denied role_missing !", .. asked],
            Case.Render(await running.Application.Recording.SpansOfAsync(root.TraceId)));
    }

    [Theory]
    [InlineData("/named")]
    [InlineData("/inline")]
    [InlineData("/subscribers")]
    public async Task Nothing_about_the_user_and_no_free_text_is_on_a_span_by_default(string path)
    {
        var (_, spans) = await running.Application.GetAsync(path, "alice");
        Assert.All(spans, span => Assert.Null(span.StatusDescription));
        Assert.All(spans.SelectMany(span => span.TagObjects), tag =>
        {
            Assert.False(tag.Key.StartsWith("user.") || tag.Key is "auth.required" or "auth.actual", tag.Key);
            Assert.DoesNotContain("alice", $"{tag.Value}");
        });
    }

    public sealed class Running : IAsyncLifetime
    {
        internal TestApplication Application { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Application = await TestApplication.StartAsync();

        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }
}

/// <summary>A request and its decision spans: outcome, reason, <c>!</c> for Error. A nested decision is indented.</summary>
internal sealed record Case(string Path, string Credential, int Status, params string[] Spans)
{
    public async Task AssertAsync(TestApplication app, string? leavesDuring = null)
    {
        var (status, spans) = await app.GetAsync(Path, Credential, leavesDuring);
        Assert.Equal(Spans, Render(spans));
        Assert.Equal(Status, status);
    }

    public static IEnumerable<string> Render(IReadOnlyList<Activity> spans)
    {
        return spans.Where(IsDecision).Select(span => Indent(span) + Describe(span));

        static bool IsDecision(Activity span) => span.Source.Name == AuthSource.DefaultName;

        string Indent(Activity span) => spans.FirstOrDefault(parent => parent.SpanId == span.ParentSpanId) switch
        {
            null => "(root) ",
            { Kind: ActivityKind.Server, Source.Name: "Microsoft.AspNetCore" } => "",
            var parent => IsDecision(parent) ? Indent(parent) + "  " : parent.DisplayName.Split('/')[^1] + " > ",
        };
    }

    private static string Describe(Activity span)
    {
        var reason = span.GetTagItem("auth.reason") is { } word ? $" {word}" : "";
        var error = span.Status == ActivityStatusCode.Error ? " !" : "";
        var type = span.GetTagItem("error.type") is { } thrown && !Equals(thrown, span.GetTagItem("auth.reason")) ? $" ({thrown})" : "";
        return $"{span.DisplayName}: {span.GetTagItem("auth.outcome")}{reason}{type}{error}{(span.IsStopped ? "" : " NOT ENDED")}";
    }
}
