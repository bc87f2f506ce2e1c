using System.Diagnostics;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Tests.Api;

/// <summary>In Development the span that refuses says what was needed, what was there, and who it was. Elsewhere it does not.</summary>
public sealed class ExplainingSpanTests(RunningApi api, ProductionApi production)
    : IClassFixture<RunningApi>, IClassFixture<ProductionApi>
{
    public static TheoryData<string, string, string, string> Denials => new()
    {
        { "DELETE /users/carol", "authorize AdminsOnly", "role admin", "roles user" },
        { "POST /rooms/control-room/entries", "authorize RoomGroup", "group /security", "groups /engineering" },
        { "GET /visitors", "authorize VisitorReaders", "scope visitors:read", "scopes profile email" },
        { "GET /lockers/2", "authorize LockerOwner", "the owner or role admin", "roles user, and is not the owner" },
        { "GET /safes/2", "authorize SafeOwner", "the owner", "roles user, and is not the owner" },
        { "GET /intercom", "authorize OfficeNetworkOnly", "the office network", "address 127.0.0.1" },
    };

    [Theory, MemberData(nameof(Denials))]
    public async Task Denial_says_what_was_needed_and_what_was_there(string request, string name, string required, string actual)
    {
        var alice = api.TokenOf(Persona.Alice).With(token => token.Payload["scope"] = "profile email");
        var span = await RefusingSpanAsync(api, request, "Bearer " + alice.Write());
        Assert.Equal((name, required), (span.OperationName, span.GetTagItem("auth.required")));
        Assert.Equal(actual.Replace("profile email", "profile, email"), span.GetTagItem("auth.actual"));
        Assert.Equal($"Needs {required}; the caller has {span.GetTagItem("auth.actual")}.", span.StatusDescription);
        var isAnonymous = name == "authorize OfficeNetworkOnly";
        Assert.Equal(isAnonymous ? (null, null) : (Persona.Alice.Subject, "alice"),
            (span.GetTagItem("user.id"), span.GetTagItem("user.name")));
    }

    [Theory]
    [InlineData(-83, "^a login of 8[3-9] s ago$")]
    [InlineData(600, "^a login (599|600) s in the future$")]
    [InlineData(null, "^no login time$")]
    public async Task Age_of_a_login_is_told_in_words(int? age, string expected)
    {
        var admin = api.TokenOf(Persona.Admin).With(token =>
            token.Payload["auth_time"] = age is null ? null : DateTimeOffset.UtcNow.ToUnixTimeSeconds() + age);
        var span = await RefusingSpanAsync(api, "POST /alarm/disarm", "Bearer " + admin.Write());
        Assert.Equal("a login at most 60 s old", span.GetTagItem("auth.required"));
        Assert.Matches(expected, (string)span.GetTagItem("auth.actual")!);
    }

    [Theory]
    [InlineData("password", "acr password")]
    [InlineData("MFA", "acr MFA")]
    [InlineData("", "acr ")]
    public async Task Login_without_a_second_factor_is_told_by_its_level_and_a_code_opens(string acr, string actual)
    {
        var alice = api.TokenOf(Persona.Alice);
        var span = await RefusingSpanAsync(
            api, "POST /vault/entries", "Bearer " + alice.With(token => token.Payload["acr"] = acr).Write());
        Assert.Equal(("acr mfa", actual), (span.GetTagItem("auth.required"), span.GetTagItem("auth.actual")));
        Assert.Equal(201, (await api.SendAsync("POST /vault/entries", alice.With(token => token.Payload["acr"] = "mfa"))).Status);
    }

    [Fact]
    public async Task Caller_without_roles_groups_and_scopes_has_none()
    {
        var poor = "Bearer " + api.TokenOf(Persona.Alice).With(token =>
        {
            foreach (var claim in (string[])["roles", "groups", "scope"]) token.Payload.Remove(claim);
        }).Write();
        Assert.Equal("no roles", (await RefusingSpanAsync(api, "DELETE /users/carol", poor)).GetTagItem("auth.actual"));
        Assert.Equal("no groups", (await RefusingSpanAsync(api, "POST /rooms/workshop/entries", poor)).GetTagItem("auth.actual"));
        Assert.Equal("no scopes", (await RefusingSpanAsync(api, "GET /visitors", poor)).GetTagItem("auth.actual"));
    }

    [Fact]
    public async Task Refused_token_is_shown_as_far_as_it_can_be_read_and_marked_as_unverified()
    {
        var token = api.TokenOf(Persona.Alice).With(token =>
        {
            token.Header["kid"] = new string('k', 150);
            token.Payload["exp"] = 1_000_000_000;
        }).Write();
        var span = await RefusingSpanAsync(api, "GET /badge", "Bearer " + token);
        Assert.Equal(Reasons.TokenExpired, span.GetTagItem("auth.reason"));
        AssertToken(span, ("alg", "RS256"), ("typ", "at+jwt"), ("kid", new string('k', 100)), ("issuer", FakeIssuer.Issuer),
            ("audience", "api"), ("expires", "2001-09-09 01:46:40Z"), ("verified", false));
        Assert.Equal("The token has expired. What the token says of itself (auth.token) is unverified.", span.StatusDescription);
    }

    [Fact]
    public async Task What_cannot_be_read_of_a_token_is_left_out()
    {
        AssertToken(await RefusingSpanAsync(api, "GET /badge", "Bearer library-card"), ("verified", false));
        AssertToken(await RefusingSpanAsync(api, "GET /badge", $"Bearer {Token.Encode("[1]")}.{Token.Encode("1")}."), ("verified", false));
        AssertToken(
            await RefusingSpanAsync(api, "GET /badge", $"Bearer {Token.Encode("{")}.{Token.Encode("""{"iss":"x","exp":"soon"}""")}.a"),
            ("verified", false), ("issuer", "x"));
        AssertToken(
            await RefusingSpanAsync(api, "GET /badge",
                $"Bearer {Token.Encode("""{"alg":"none","typ":1,"kid":"\ud800"}""")}.{Token.Encode("""{"aud":["a",1]}""")}.a.b.c"),
            ("verified", false), ("alg", "none"), ("audience", """["a",1]"""));
    }

    [Fact]
    public async Task Request_with_two_credentials_shows_neither()
    {
        var alice = "Bearer " + api.TokenOf(Persona.Alice).Write();
        var span = await RefusingSpanAsync(api, "GET /badge", $"{alice}, {alice}");
        Assert.Equal("The request has more than one credential.", span.StatusDescription);
        Assert.Empty(TagsOf(span, "auth.token."));
    }

    [Fact]
    public async Task Elsewhere_than_in_Development_the_refusing_span_explains_nothing()
    {
        var alice = production.Api.TokenOf(Persona.Alice);
        foreach (var (request, token) in ((string, string)[])
            [("DELETE /users/carol", alice.Write()), ("GET /badge", alice.With(token => token.Payload["exp"] = 1).Write())])
        {
            var span = await RefusingSpanAsync(production.Api, request, "Bearer " + token);
            Assert.Null(span.StatusDescription);
            Assert.Null(span.GetTagItem("auth.required"));
            Assert.Null(span.GetTagItem("auth.actual"));
            Assert.Null(span.GetTagItem("user.name"));
            Assert.Empty(TagsOf(span, "auth.token."));
        }
    }

    [Theory]
    [InlineData("GET /badge", "nobody", @"^GET /badge was refused with 401 no_credentials by authentication, caller unknown $")]
    [InlineData("GET /badge", "rubbish", @"^GET /badge was refused with 401 malformed_token by authentication, caller unknown $")]
    [InlineData("GET /intercom", "nobody",
        @"^GET /intercom was refused with 403 network_not_allowed by OfficeNetworkOnly, caller unknown $")]
    [InlineData("DELETE /users/carol", "alice",
        @"^DELETE /users/\{id\} was refused with 403 role_missing by AdminsOnly, caller alice through web $")]
    [InlineData("DELETE /users/frank", "admin", @"^delete-user was done by admin through web: DELETE /users/frank $")]
    [InlineData("POST /reset", "admin", @"^reset was done by admin through web: POST /reset $")]
    public async Task Log_line_says_who_did_what_and_has_no_gaps(string request, string caller, string expected)
    {
        var answer = await api.SendAsync(request, caller switch
        {
            "nobody" => null,
            "alice" => "Bearer " + api.TokenOf(Persona.Alice).Write(),
            "admin" => "Bearer " + api.TokenOf(Persona.Admin).Write(),
            _ => "Bearer " + caller,
        });
        var record = Assert.Single(answer.Logs, log => log.Event.Name is "RequestRefused" or "ActionTaken");
        Assert.Matches(expected, record.Message);
        Assert.DoesNotContain(answer.Trace.ToHexString(), record.Message);
        Assert.Equal(answer.Trace.ToHexString(), record.Fields["TraceId"]);
    }

    private static async Task<Activity> RefusingSpanAsync(RunningApi api, string request, string authorization)
    {
        var spans = await (await api.SendAsync(request, authorization)).SpansAsync();
        return Assert.Single(spans, span => span.Source.Name == "AuthDemo.Auth" && span.Status == ActivityStatusCode.Error);
    }

    private static IEnumerable<KeyValuePair<string, object?>> TagsOf(Activity span, string prefix) =>
        span.TagObjects.Where(tag => tag.Key.StartsWith(prefix, StringComparison.Ordinal));

    private static void AssertToken(Activity span, params (string Name, object Value)[] expected) => Assert.Equal(
        expected.Select(tag => ("auth.token." + tag.Name, (object?)tag.Value)).Order(),
        TagsOf(span, "auth.token.").Select(tag => (tag.Key, tag.Value)).Order());
}
