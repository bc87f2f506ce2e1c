using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.TestHost;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Web;

/// <summary>Logins that go as they should, and those that are begun, sent or named in an odd way.</summary>
public sealed class LoginTests : IDisposable
{
    private readonly RunningWeb web = new();

    private FakeIssuer Provider => web.Provider;

    public static TheoryData<string> HostilePersons =>
    [
        """{"preferred_username":null}""",
        """{"preferred_username":""}""",
        """{"preferred_username":"   "}""",
        """{"preferred_username":"nobody"}""",
        """{"preferred_username":["","alice"]}""",
        """{"preferred_username":{"a":1}}""",
        """{"preferred_username":42}""",
        """{"preferred_username":true}""",
        """{"preferred_username":"<script>alert(1)</script>"}""",
        """{"preferred_username":"\ud83d\ude00"}""",
        """{"preferred_username":"\u202eecila\u0000\r\n"}""",
        """{"roles":null,"groups":null}""",
        """{"roles":{"admin":true},"groups":{"a":[1]}}""",
        """{"roles":[null,"",1,{"a":1},["admin"]],"groups":[[],null]}""",
        """{"roles":"user","groups":"/<img src=x>"}""",
        """{"auth_time":"soon"}""",
        """{"auth_time":-1}""",
        """{"auth_time":null}""",
        """{"auth_time":1e300}""",
        """{"auth_time":9223372036854775807}""",
        """{"auth_time":[1,2]}""",
        """{"auth_time":{"a":1}}""",
        """{"sid":null}""",
        """{"sid":{"a":1}}""",
        """{"sid":["x","y"]}""",
        $$"""{"preferred_username":"{{new string('x', 20_000)}}"}""",
        $$"""{"sub":"{{new string('s', 20_000)}}","preferred_username":""}""",
        $$"""{"groups":["{{new string('g', 20_000)}}"]}""",
    ];

    public static TheoryData<string> Addresses =>
    [
        "/é", "/me?name=Jürgen", "/名前", "/\u2044", "/\u00a0", "/\u200b", "/\u2028", "/😀", "/a b", "/%", "/%zz",
        "/%c3%a9", "/a\"b<c>", "/a|b^c`{}",
        "/a\\b", "/learn#\u00fc", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
        "", " ", "/.//evil.example", "/%0d%0aX: y",
        "/\ud83d", "/" + new string('é', 1_999), "/" + new string('a', 3_000),
    ];

    [Theory]
    [MemberData(nameof(HostilePersons))]
    public async Task Whoever_logs_in_sees_every_page_and_how_to_log_out(string claims)
    {
        foreach (var (claim, value) in JsonNode.Parse(claims)!.AsObject()) Provider.IdToken[claim] = value?.DeepClone();
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        Assert.Equal("/me", login.Headers.Location?.OriginalString);

        foreach (var path in new[] { "/", "/me", "/learn", "/lab/badge", "/lab/disarm-old-login", "/admin", "/nowhere" })
        {
            using var page = await browser.GetAsync(path);
            Assert.True((int)page.StatusCode < 500, $"{path} answered {(int)page.StatusCode}");
            Assert.Contains(">Log out</button>", await page.Content.ReadAsStringAsync());
        }

        Assert.NotEqual("", await browser.NameAsync());
        using var logout = await browser.SendFormAsync("/", "/logout");
        Assert.Equal("nobody", await browser.NameAsync());
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task No_return_address_loses_a_login_or_a_logout(string address)
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync($"/login?returnUrl={Uri.EscapeDataString(address)}");
        AssertLocal(login);
        Assert.Equal("alice", await browser.NameAsync());

        using var logout = await browser.SendFormAsync("/", "/logout", ("returnUrl", address));
        var asked = BrowserSteps.QuestionOf(logout);
        using var back = await browser.GetAsync($"{asked["post_logout_redirect_uri"]}?state={Uri.EscapeDataString(asked["state"])}");
        AssertLocal(back);
        Assert.Equal("nobody", await browser.NameAsync());

        using var again = await browser.SendFormAsync("/", "/logout", ("returnUrl", address));
        AssertLocal(again);
    }

    [Theory]
    [InlineData("/caf%C3%A9")]
    [InlineData("/sch%C3%B6n?q=%C3%BC")]
    [InlineData("/100%25")]
    public async Task Buttons_of_a_page_lead_back_to_it(string path)
    {
        var html = await (await web.Browser().GetAsync(path)).Content.ReadAsStringAsync();
        Assert.Contains($"name=\"returnUrl\" value=\"{path}\"", html);
    }

    [Fact]
    public async Task Login_that_took_too_long_ends_on_a_page_that_starts_it_again()
    {
        var browser = web.Browser();
        using var failed = await browser.LogInAsync(change: answer =>
        {
            answer.Remove("code");
            answer["error"] = "temporarily_unavailable";
            answer["error_description"] = "authentication_expired";
        });
        Assert.StartsWith("/login/failed?reason=login_expired&returnUrl=%2Fme", failed.Headers.Location!.OriginalString);
        using var page = await browser.GetAsync(failed.Headers.Location);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.Contains("/login?returnUrl=%2Fme", await page.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_request","error_description":"Invalid parameter: redirect_uri"}""", "address_refused", 502)]
    [InlineData(400, """{"error":"invalid_request","error_description":"Authentication failed."}""", "client_refused", 502)]
    [InlineData(401, """{"error":"invalid_client"}""", "client_refused", 502)]
    [InlineData(401, """{"error":"unauthorized_client"}""", "client_refused", 502)]
    [InlineData(400, """{"error":"invalid_scope"}""", "refused", 502)]
    [InlineData(503, "{}", "provider_unavailable", 503)]
    public async Task Pushed_request_that_is_refused_ends_on_a_page_that_names_the_cause(int status, string body, string reason, int page)
    {
        Provider.Discovery["pushed_authorization_request_endpoint"] = FakeIssuer.Issuer + "/request";
        Provider.Instead["request"] = () => FakeIssuer.Json((HttpStatusCode)status, body);
        var browser = web.Browser();
        using var login = await browser.GetAsync("/login?returnUrl=/me");
        Assert.Matches($"^/login/failed\\?reason={reason}&returnUrl=%2Fme&trace=[0-9a-f]{{32}}$", login.Headers.Location?.OriginalString);
        using var shown = await browser.GetAsync(login.Headers.Location);
        Assert.Equal(page, (int)shown.StatusCode);
    }

    [Theory]
    [InlineData("carl+test@example.com", "carl+test@example.com")]
    [InlineData("名前", "名前")]
    [InlineData("a b", "a b")]
    [InlineData("a\r\nb", null)]
    [InlineData("", null)]
    public async Task Login_hint_reaches_the_identity_provider(string hint, string? expected)
    {
        using var begun = await web.Browser().GetAsync($"/login?login_hint={Uri.EscapeDataString(hint)}");
        Assert.Equal(expected, BrowserSteps.QuestionOf(begun).GetValueOrDefault("login_hint"));
    }

    [Theory]
    [InlineData("scope", "visitors:read", "openid profile visitors:read")]
    [InlineData("max_age", "0", "0")]
    [InlineData("prompt", "login", "login")]
    public async Task What_widens_a_token_or_costs_a_password_starts_from_a_form_alone(string name, string value, string expected)
    {
        var browser = web.Browser();
        using var link = await browser.GetAsync($"/login?{name}={Uri.EscapeDataString(value)}");
        Assert.NotEqual(expected, BrowserSteps.QuestionOf(link).GetValueOrDefault(name));

        using var bare = await browser.PostAsync("/login", new FormUrlEncodedContent([new(name, value)]));
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);

        using var form = await browser.SendFormAsync("/", "/login", (name, value));
        Assert.Equal(expected, BrowserSteps.QuestionOf(form)[name]);
    }

    [Theory]
    [InlineData("scope", "offline_access")]
    [InlineData("max_age", "abc")]
    [InlineData("max_age", "-1")]
    [InlineData("max_age", "99999999999999999999")]
    [InlineData("prompt", "none")]
    public async Task Form_that_asks_for_something_else_is_refused(string name, string value)
    {
        using var form = await web.Browser().SendFormAsync("/", "/login", (name, value));
        Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
    }

    [Fact]
    public async Task Lab_asks_for_a_scope_by_a_form()
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        var html = await browser.GetStringAsync("/lab/visitors-with-scope");
        Assert.Contains("<form method=\"post\" action=\"/login\">", html);
        Assert.Contains("name=\"scope\" value=\"visitors:read\"", html);
    }

    [Fact]
    public async Task Logins_that_are_begun_in_several_tabs_can_all_be_finished()
    {
        var browser = web.Browser();
        var begun = new List<HttpResponseMessage>();
        for (var tab = 0; tab < 8; tab++) begun.Add(await browser.GetAsync("/login?returnUrl=/me"));
        foreach (var tab in begun)
        {
            using var login = await browser.FinishLoginAsync(tab);
            Assert.Equal("/me", login.Headers.Location?.OriginalString);
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")]
    [InlineData("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")]
    [InlineData("Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Purpose: prefetch;prerender")]
    public async Task Only_a_persons_own_step_starts_or_finishes_a_login(params string[] headers)
    {
        var browser = web.Browser();
        using var begun = await browser.GetAsync("/login?returnUrl=/me");
        var asked = BrowserSteps.QuestionOf(begun);
        var callback = QueryHelpers.AddQueryString("/signin-oidc", new Dictionary<string, string?>
        {
            ["code"] = asked["nonce"],
            ["state"] = asked["state"],
            ["iss"] = FakeIssuer.Issuer,
        });

        foreach (var path in new[] { "/login?returnUrl=/me", callback })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var header in headers) request.Headers.Add(header.Split(": ")[0], header.Split(": ")[1]);
            using var refused = await browser.SendAsync(request);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.DoesNotContain("Correlation", refused.Headers.ToString());
        }

        using var login = await browser.GetAsync(callback);
        Assert.Equal("/me", login.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/logout")]
    [InlineData("/become/bob")]
    [InlineData("/lab/run/badge")]
    [InlineData("/signin-oidc")]
    [InlineData("/signout-callback-oidc")]
    [InlineData("/session")]
    [InlineData("/login/failed?reason=refused")]
    [InlineData("/nowhere")]
    public async Task Login_ends_at_the_home_page_where_its_return_address_is_no_page(string address)
    {
        using var login = await web.Browser().LogInAsync($"/login?returnUrl={Uri.EscapeDataString(address)}");
        Assert.Equal("/", login.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?state=garbage")]
    [InlineData("?state=CfDJ8AAAA")]
    public async Task Logout_that_comes_back_without_a_usable_state_ends_at_the_home_page(string query)
    {
        using var back = await web.Browser().GetAsync("/signout-callback-oidc" + query);
        Assert.Equal("/", back.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Callback_that_comes_several_times_at_once_redeems_its_code_once_and_the_session_lasts()
    {
        var browser = web.Browser();
        Provider.ExpiresIn = -1;
        using var begun = await browser.GetAsync("/login?returnUrl=/me");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => browser.FinishLoginAsync(begun)));

        Assert.Equal(1, Provider.Count("token authorization_code"));
        Provider.ExpiresIn = 300;
        foreach (var answer in answers)
        {
            // One that comes after another's answer has no cookie of the login any more, and is led there by a page between.
            var target = answer.Headers.Location!;
            if (target.OriginalString != "/me") target = (await browser.GetAsync(target)).Headers.Location!;
            Assert.EndsWith("/me", target.OriginalString);
        }

        Assert.Equal("alice", await browser.NameAsync());
        Assert.Equal(1, Provider.Count("token refresh_token"));
    }

    [Fact]
    public async Task Callback_that_comes_again_leads_somebody_who_is_logged_in_to_where_the_login_led()
    {
        var browser = web.Browser();
        using var begun = await browser.GetAsync("/login?returnUrl=/me");
        using var login = await browser.FinishLoginAsync(begun);
        using var again = await browser.FinishLoginAsync(begun);
        using var end = await browser.GetAsync(again.Headers.Location);
        Assert.Equal("/me", end.Headers.Location?.PathAndQuery);
        Assert.Equal(1, Provider.Count("token authorization_code"));
    }

    [Fact]
    public async Task Callback_whose_session_cannot_be_stored_is_503_and_leads_to_a_new_login_when_it_comes_again()
    {
        using var store = new FailingStore();
        using var failing = web.WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.AddKeyedSingleton<IKeyValueStore>(StorageSetup.Sessions, store)));
        var browser = failing.CreateClient(new() { AllowAutoRedirect = false });
        using var begun = await browser.GetAsync("/login?returnUrl=/me");

        store.FailsAt = nameof(IKeyValueStore.AddAsync);
        using var early = await browser.FinishLoginAsync(begun);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.Equal(0, Provider.Count("token authorization_code"));

        store.FailsAt = nameof(IKeyValueStore.SetAsync);
        using var late = await browser.FinishLoginAsync(begun);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);

        store.FailsAt = null;
        using var again = await browser.FinishLoginAsync(begun);
        Assert.Equal("/me", again.Headers.Location?.OriginalString);
        using var login = await browser.LogInAsync();
        Assert.Equal("alice", await browser.NameAsync());
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(-4000)]
    public async Task Token_that_is_over_at_its_receipt_is_told_as_a_difference_of_clocks(int ahead)
    {
        var issued = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + ahead;
        (Provider.IdToken["iat"], Provider.IdToken["exp"]) = (issued, issued + 300);
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        Assert.StartsWith("/login/failed?reason=clocks_differ&", login.Headers.Location?.OriginalString);
        using var page = await browser.GetAsync(login.Headers.Location);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Matches($"clock is {-ahead / 10}\\d s behind this server", html);
        Assert.DoesNotContain("Try again", html);
    }

    [Fact]
    public async Task Step_up_asks_for_all_that_the_challenge_asks_for_and_takes_a_login_that_has_it()
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var begun = await browser.SendFormAsync(
            "/lab/badge", "/lab/step-up/badge", ("maxAge", "60"), ("acrValues", "gold mfa"));
        var asked = BrowserSteps.QuestionOf(begun);
        Assert.Equal(("60", "gold mfa", "alice"), (asked["max_age"], asked["acr_values"], asked["login_hint"]));

        (Provider.IdToken["acr"], Provider.IdToken["amr"]) = ("mfa", new JsonArray("pwd", "otp"));
        using var stronger = await browser.FinishLoginAsync(begun);
        Assert.Equal("/lab/again", stronger.Headers.Location?.OriginalString);
        var me = await browser.GetStringAsync("/me");
        Assert.Contains("mfa", me);
        Assert.Contains("pwd, otp", me);
    }

    [Theory]
    [InlineData("the id of alice", "/lab/badge#answer")]
    [InlineData("the id of bob", "/")]
    public async Task Action_that_waits_for_a_step_up_is_done_for_the_person_who_began_it_alone(string subject, string next)
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var begun = await browser.SendFormAsync("/lab/badge", "/lab/step-up/badge", ("maxAge", "60"));
        Provider.Person["sub"] = subject;
        using var back = await browser.FinishLoginAsync(begun);
        Assert.Equal("/lab/again", back.Headers.Location?.OriginalString);

        using var again = await browser.GetAsync(back.Headers.Location);
        Assert.Equal(next, again.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Step_up_for_a_level_alone_says_nothing_of_the_logins_age()
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var begun = await browser.SendFormAsync("/lab/badge", "/lab/step-up/badge", ("acrValues", "mfa"));
        Assert.DoesNotContain("max_age", BrowserSteps.QuestionOf(begun).Keys);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("MFA")]
    [InlineData(null)]
    public async Task Login_that_comes_back_without_the_level_that_was_asked_for_changes_nothing_and_says_so(string? acr)
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var begun = await browser.SendFormAsync("/lab/badge", "/lab/step-up/badge", ("acrValues", "mfa"));
        Provider.IdToken["acr"] = acr;
        using var back = await browser.FinishLoginAsync(begun);

        Assert.StartsWith("/login/failed?reason=unmet_authentication_requirements&", back.Headers.Location?.OriginalString);
        using var page = await browser.GetAsync(back.Headers.Location);
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("The login is not what was asked for", html);
        Assert.Contains("still logged in as <b>alice</b>", html);
        Assert.DoesNotContain("Try again", html);
    }

    [Fact]
    public async Task Notebook_that_somebody_planted_shows_nothing_of_who_logs_in_and_out_with_it()
    {
        var planter = web.Browser();
        using var run = await planter.SendFormAsync("/", "/lab/run/lobby");
        var planted = run.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("authdemo.lab=")).Split(';')[0];
        var victim = web.Browser();
        victim.DefaultRequestHeaders.Add("Cookie", planted);
        using var login = await victim.LogInAsync();
        using var logout = await victim.SendFormAsync("/", "/logout");

        Assert.Contains("This needs a session that was logged out", await planter.GetStringAsync("/lab/after-logout"));
    }

    [Fact]
    public async Task Login_ends_the_session_whose_cookie_it_replaces()
    {
        var browser = web.Browser();
        using var alice = await browser.LogInAsync();
        var thief = web.Browser();
        thief.DefaultRequestHeaders.Add("Cookie", SessionOf(alice));
        Assert.Equal("alice", await thief.NameAsync());

        Provider.Person["preferred_username"] = "bob";
        using var bob = await browser.LogInAsync();

        Assert.Equal("bob", await browser.NameAsync());
        Assert.Equal("nobody", await thief.NameAsync());
    }

    [Fact]
    public async Task Start_over_forgets_the_token_of_the_ended_session()
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var logout = await browser.SendFormAsync("/", "/logout");
        Assert.DoesNotContain("This needs a session that was logged out", await browser.GetStringAsync("/lab/after-logout"));

        using var over = await browser.SendFormAsync("/", "/lab/start-over");

        Assert.Contains("This needs a session that was logged out", await browser.GetStringAsync("/lab/after-logout"));
    }

    [Fact]
    public async Task Form_of_an_older_login_is_refused_by_a_page_that_leads_back_to_its_own()
    {
        var browser = web.Browser();
        using var alice = await browser.LogInAsync();
        var old = await browser.FormTokenAsync("/lab/badge");
        Provider.Person["sub"] = "the id of bob";
        Provider.Person["preferred_username"] = "bob";
        using var bob = await browser.LogInAsync();

        using var refused = await browser.SendFormWithAsync(old, "/lab/badge", "/lab/run/badge");

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Contains("Nothing was done", page);
        Assert.Contains("href=\"/lab/badge\"", page);
        Assert.Equal("bob", await browser.NameAsync());
        var log = Assert.Single(web.Recording.Logs, log => log.Category == "AuthDemo.Web.Forms");
        Assert.Equal("the id of bob", log.Fields["Subject"]);
    }

    [Fact]
    public async Task Second_logout_is_harmless()
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        var old = await browser.FormTokenAsync("/me");
        using var first = await browser.SendFormWithAsync(old, "/me", "/logout");
        Assert.Equal("nobody", await browser.NameAsync());

        using var second = await browser.SendFormWithAsync(old, "/learn", "/logout");

        Assert.Equal("/learn", second.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Admins_form_that_outlives_the_session_comes_back_to_its_page_by_a_login()
    {
        Provider.Person["roles"] = new JsonArray("user", "admin");
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        var old = await browser.FormTokenAsync("/admin");
        using var logout = await browser.SendFormAsync("/", "/logout");

        using var reset = await browser.SendFormWithAsync(old, "/admin", "/admin/reset");

        Assert.Equal("/login?returnUrl=%2Fadmin", reset.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Record_says_who_logged_in_and_out_and_to_whom_a_page_was_refused()
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var admin = await browser.GetAsync("/admin");
        using var logout = await browser.SendFormAsync("/", "/logout");

        foreach (var said in new[] { "alice has logged in", "GET /admin was refused with 403 role_missing by AdminsOnly, caller alice",
            "alice has logged out" })
        {
            var log = Assert.Single(web.Recording.Logs, log => log.Category.StartsWith("AuthDemo.") && log.Message.TrimEnd() == said);
            Assert.Equal((LogLevel.Information, "the id of alice"), (log.Level, log.Fields["Subject"]));
        }

        var refusal = Assert.Single(web.Recording.Measurements, measurement => measurement.Trace is not null
            && web.Recording.Logs.Any(log => log.Event.Name == "RequestRefused" && log.Trace == measurement.Trace));
        Assert.Equal(("authdemo.refusals", 403, "role_missing"),
            (refusal.Instrument, refusal.Tags["http.response.status_code"], refusal.Tags["auth.reason"]));
    }

    [Fact]
    public async Task Login_and_logout_are_traces_named_after_what_came_of_them()
    {
        Provider.IdToken["acr"] = "password";
        var browser = web.Browser();
        using var begun = await browser.GetAsync("/login?returnUrl=/me");
        using var login = await browser.FinishLoginAsync(begun);
        using var logout = await browser.SendFormAsync("/", "/logout");
        using var refused = await browser.GetAsync("/signin-oidc?error=access_denied&state=made-up");

        var succeeded = await SpanOfAsync("has logged in");
        Assert.Equal(("login of alice: succeeded", "the id of alice", "alice", FakeIssuer.Issuer, "password"), (succeeded.DisplayName,
            succeeded.GetTagItem("user.id"), succeeded.GetTagItem("user.name"), succeeded.GetTagItem("auth.login.iss"),
            succeeded.GetTagItem("auth.login.acr")));
        var began = await web.Recording.SpansOfAsync(Assert.Single(succeeded.Links).Context.TraceId);
        Assert.Contains(began, span => span.DisplayName == "GET /login");
        var ended = await SpanOfAsync("has logged out");
        Assert.Equal(("logout of alice: succeeded", "alice"), (ended.DisplayName, ended.GetTagItem("user.name")));
        var failed = await SpanOfAsync("did not succeed");
        Assert.Equal(("login failed: access_denied", "failed", "access_denied"),
            (failed.DisplayName, failed.GetTagItem("auth.outcome"), failed.GetTagItem("auth.reason")));
        using var again = await browser.LogInAsync();
        Assert.Matches("[0-9a-f]{32}", await browser.GetStringAsync("/me"));

        async Task<Activity> SpanOfAsync(string message)
        {
            var trace = web.Recording.Logs.First(log => log.Message.Contains(message)).Trace!.Value;
            return (await web.Recording.SpansOfAsync(trace)).Single(span => span.Kind == ActivityKind.Server);
        }
    }

    [Fact]
    public async Task Record_says_what_the_admin_page_asked_for()
    {
        Provider.Person["roles"] = new JsonArray("user", "admin");
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/admin")).StatusCode);
        using var delete = await browser.SendFormAsync("/admin", "/admin/users/carol/delete");
        var log = Assert.Single(web.Recording.Logs, log => log.Category.StartsWith("AuthDemo.Web.Admin"));
        Assert.Equal("the id of alice", log.Fields["Subject"]);
        Assert.Equal("/admin/users/carol/delete", log.Fields["Path"]);
    }

    [Fact]
    public async Task Cookie_that_somebody_made_up_leaves_no_error_in_the_log()
    {
        var browser = web.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", "authdemo.forms=made-up; authdemo.session=made-up; authdemo.lab=made-up");
        using var page = await browser.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain(web.Recording.Logs, log => log.Level >= LogLevel.Error);
    }

    public void Dispose() => web.Dispose();

    private static string SessionOf(HttpResponseMessage login) =>
        login.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("authdemo.session=")).Split(';')[0];

    /// <summary>A store that does not answer where a test says so.</summary>
    private sealed class FailingStore : IKeyValueStore, IDisposable
    {
        private readonly MemoryStore memory = new(TimeProvider.System, capacity: 20);

        /// <summary>The method that fails.</summary>
        public string? FailsAt { get; set; }

        public Task<byte[]?> FindAsync(string key) => Ask(nameof(FindAsync)).FindAsync(key);

        public Task SetAsync(string key, byte[] value, TimeSpan lifetime) => Ask(nameof(SetAsync)).SetAsync(key, value, lifetime);

        public Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime) => Ask(nameof(AddAsync)).AddAsync(key, value, lifetime);

        public Task ReplaceAsync(string key, byte[] value) => Ask(nameof(ReplaceAsync)).ReplaceAsync(key, value);

        public Task RemoveAsync(string key) => Ask(nameof(RemoveAsync)).RemoveAsync(key);

        public Task<IAsyncDisposable?> LockAsync(string key, CancellationToken cancellation) =>
            Ask(nameof(LockAsync)).LockAsync(key, cancellation);

        public void Dispose() => memory.Dispose();

        private MemoryStore Ask(string method) =>
            method == FailsAt ? throw StorageSetup.Unavailable(new TimeoutException("Redis is full")) : memory;
    }

    private static void AssertLocal(HttpResponseMessage response)
    {
        var location = response.Headers.GetValues("Location").Single();
        Assert.Matches(@"^/(?![/\\])[\x21-\x7e]*$", location);
        Assert.Equal("localhost", new Uri(new Uri("http://localhost/"), location).Host);
    }
}
