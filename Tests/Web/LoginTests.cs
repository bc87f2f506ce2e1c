using System.Text.Json.Nodes;

namespace AuthDemo.Tests.Web;

/// <summary>Logins that go as they should, and those that are begun, sent or named in an odd way.</summary>
public sealed class LoginTests(RunningWeb web) : IClassFixture<RunningWeb>
{
    private const string NoEndedSession = "This needs a session that was logged out";

    private FakeIssuer Provider { get; } = web.Provider = new();

    public static TheoryData<string> HostilePersons =>
    [
        """{"preferred_username":null}""",
        """{"preferred_username":"nobody"}""",
        """{"preferred_username":["","alice"]}""",
        """{"preferred_username":{"a":1}}""",
        """{"preferred_username":"<script>alert(1)</script>"}""",
        """{"preferred_username":"\u202eecila\u0000\r\n"}""",
        """{"roles":{"admin":true},"groups":[[],null]}""",
        """{"roles":[null,"",1,{"a":1},["admin"]],"groups":"/<img src=x>"}""",
        """{"auth_time":1e300,"sid":["x","y"]}""",
        """{"auth_time":9223372036854775807}""",
        $$"""{"sub":"{{new string('s', 20_000)}}","preferred_username":""}""",
    ];

    [Theory, MemberData(nameof(HostilePersons))]
    public async Task Whoever_logs_in_has_a_name_and_sees_every_page_and_how_to_log_out(string claims)
    {
        foreach (var (claim, value) in JsonNode.Parse(claims)!.AsObject()) Provider.IdToken[claim] = value?.DeepClone();
        var browser = await web.LogInAsync();
        foreach (var path in new[] { "/", "/me", "/learn", "/lab/badge", "/lab/disarm-old-login", "/admin", "/nowhere" })
        {
            using var page = await browser.GetAsync(path);
            Assert.True((int)page.StatusCode < 500, $"{path} answered {(int)page.StatusCode}");
            Assert.Contains(">Log out</button>", await page.Content.ReadAsStringAsync());
            Assert.True(page.Headers.CacheControl?.NoStore, $"{path} may be kept");
        }

        var name = await browser.NameAsync();
        Assert.InRange(name.Length, 1, 65);
        Assert.NotEqual("nobody", name);
        BrowserSteps.QuestionOf(await browser.SendFormAsync("/", "/logout"));
        Assert.Equal("nobody", await browser.NameAsync());
    }

    [Theory]
    [InlineData("/me?name=Jürgen", "/me?name=J%C3%BCrgen")]
    [InlineData("/learn#\u00fc", "/learn#%C3%BC")]
    [InlineData("/lab/badge", "/lab/badge")]
    [InlineData("/é", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/logout", "/")]
    [InlineData("/signin-oidc", "/")]
    [InlineData("/session", "/")]
    [InlineData("/login/failed?reason=refused", "/")]
    public async Task Login_and_logout_lead_back_where_that_is_a_page_of_this_application(string address, string target)
    {
        var browser = web.Browser();
        Assert.Equal(target, (await browser.LogInAsync($"/login?returnUrl={Uri.EscapeDataString(address)}")).Target());
        Assert.Equal("alice", await browser.NameAsync());
        var back = await browser.FinishLogoutAsync(await browser.SendFormAsync("/", "/logout", ("returnUrl", address)));
        Assert.Equal(target, back.Target());
        Assert.Equal("nobody", await browser.NameAsync());
        Assert.Equal(target, (await browser.SendFormAsync("/", "/logout", ("returnUrl", address))).Target());
    }

    [Theory]
    [InlineData("/sch%C3%B6n?q=%C3%BC")]
    [InlineData("/100%25")]
    public async Task Buttons_of_a_page_lead_back_to_it(string path) =>
        Assert.Contains($"name=\"returnUrl\" value=\"{path}\"", await web.Browser().AssertStatusAsync(path, 404));

    [Fact]
    public async Task Login_that_took_too_long_ends_on_a_page_that_starts_it_again()
    {
        var browser = web.Browser();
        var failed = await browser.LogInAsync(change: answer =>
            (answer["error"], answer["error_description"]) = ("temporarily_unavailable", "authentication_expired"));
        Assert.Contains("/login?returnUrl=%2Fme", await browser.AssertFailedAsync(failed, "login_expired", 400));
    }

    [Theory]
    [InlineData("carl+test@example.com", "carl+test@example.com")]
    [InlineData("名前", "名前")]
    [InlineData("a\r\nb", null)]
    [InlineData("", null)]
    public async Task Login_hint_reaches_the_identity_provider(string hint, string? expected)
    {
        var begun = await web.Browser().GetAsync($"/login?login_hint={Uri.EscapeDataString(hint)}");
        Assert.Equal(expected, BrowserSteps.QuestionOf(begun).GetValueOrDefault("login_hint"));
    }

    [Theory]
    [InlineData("scope", "visitors:read", "openid profile visitors:read")]
    [InlineData("max_age", "0", "0")]
    [InlineData("prompt", "login", "login")]
    [InlineData("scope", "offline_access", null)]
    [InlineData("max_age", "abc", null)]
    [InlineData("max_age", "-1", null)]
    [InlineData("max_age", "99999999999999999999", null)]
    [InlineData("prompt", "none", null)]
    public async Task What_widens_a_token_or_costs_a_password_starts_from_a_form_alone(string name, string value, string? expected)
    {
        var browser = web.Browser();
        var link = await browser.GetAsync($"/login?{name}={Uri.EscapeDataString(value)}");
        Assert.NotEqual(expected ?? value, BrowserSteps.QuestionOf(link).GetValueOrDefault(name));
        var form = await browser.SendFormAsync("/", "/login", (name, value));
        if (expected is null) Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
        else Assert.Equal(expected, BrowserSteps.QuestionOf(form)[name]);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")]
    [InlineData("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")]
    [InlineData("Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Purpose: prefetch;prerender")]
    public async Task Only_a_persons_own_step_starts_or_finishes_a_login(params string[] headers)
    {
        var browser = web.Browser();
        var callback = BrowserSteps.CallbackOf(await browser.GetAsync("/login?returnUrl=/me"));
        foreach (var path in new[] { "/login?returnUrl=/me", callback })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var header in headers) request.Headers.Add(header.Split(": ")[0], header.Split(": ")[1]);
            using var refused = await browser.SendAsync(request);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.DoesNotContain("Correlation", refused.Headers.ToString());
        }

        Assert.Equal("/me", (await browser.GetAsync(callback)).Target());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?state=garbage")]
    public async Task Logout_that_comes_back_without_a_usable_state_ends_at_the_home_page(string query) =>
        Assert.Equal("/", (await web.Browser().GetAsync("/signout-callback-oidc" + query)).Target());

    [Fact]
    public async Task Callback_that_comes_several_times_redeems_its_code_once_and_the_session_lasts()
    {
        var browser = web.Browser();
        var begun = await browser.GetAsync("/login?returnUrl=/me");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => browser.FinishLoginAsync(begun)));
        foreach (var answer in answers.Append(await browser.FinishLoginAsync(begun)))
        {
            // One that comes after another's answer has no cookie of the login any more, and is led there by a page between.
            var target = answer.Target()!;
            if (target != "/me") target = (await browser.GetAsync(target)).Target()!;
            Assert.EndsWith("/me", target);
        }

        Assert.Equal(1, Provider.Count("token authorization_code"));
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
        var html = await browser.AssertFailedAsync(await browser.LogInAsync(), "clocks_differ", 502);
        Assert.Matches($"clock is {-ahead / 100}\\d\\d? s behind this server", html);
        Assert.DoesNotContain("Try again", html);
    }

    [Fact]
    public async Task Step_up_asks_for_all_that_the_challenge_asks_for_and_takes_a_login_that_has_it()
    {
        var browser = await web.LogInAsync();
        var level = BrowserSteps.QuestionOf(await browser.SendFormAsync("/lab/badge", "/lab/step-up/badge", ("acrValues", "mfa")));
        Assert.DoesNotContain("max_age", level.Keys);
        var begun = await browser.SendFormAsync("/lab/badge", "/lab/step-up/badge", ("maxAge", "60"), ("acrValues", "gold mfa"));
        var asked = BrowserSteps.QuestionOf(begun);
        Assert.Equal(("60", "gold mfa", "alice"), (asked["max_age"], asked["acr_values"], asked["login_hint"]));
        (Provider.IdToken["acr"], Provider.IdToken["amr"]) = ("mfa", new JsonArray("pwd", "otp"));
        Assert.Equal("/lab/again", (await browser.FinishLoginAsync(begun)).Target());
        Assert.Matches("(?s)mfa.*pwd, otp", await browser.GetStringAsync("/me"));
    }

    [Theory]
    [InlineData("the id of alice", "/lab/badge#answer")]
    [InlineData("the id of bob", "/")]
    public async Task Action_that_waits_for_a_step_up_is_done_for_the_person_who_began_it_alone(string subject, string next)
    {
        var browser = await web.LogInAsync();
        var begun = await browser.SendFormAsync("/lab/badge", "/lab/step-up/badge", ("maxAge", "60"));
        Provider.Person["sub"] = subject;
        Assert.Equal("/lab/again", (await browser.FinishLoginAsync(begun)).Target());
        Assert.Equal(next, (await browser.GetAsync("/lab/again")).Target());
    }

    [Theory]
    [InlineData("password")]
    [InlineData("MFA")]
    [InlineData(null)]
    public async Task Login_that_comes_back_without_the_level_that_was_asked_for_changes_nothing_and_says_so(string? acr)
    {
        var browser = await web.LogInAsync();
        var begun = await browser.SendFormAsync("/lab/badge", "/lab/step-up/badge", ("acrValues", "mfa"));
        Provider.IdToken["acr"] = acr;
        var back = await browser.FinishLoginAsync(begun);
        var html = await browser.AssertFailedAsync(back, "unmet_authentication_requirements", 403);
        Assert.Contains("The login is not what was asked for", html);
        Assert.Contains("still logged in as <b>alice</b>", html);
        Assert.DoesNotContain("Try again", html);
    }

    [Fact]
    public async Task Logout_leaves_its_token_to_the_lab_until_one_starts_over_and_not_to_whoever_planted_the_notebook()
    {
        var planter = web.Browser();
        var planted = CookieOf(await planter.SendFormAsync("/", "/lab/run/lobby"), "authdemo.lab");
        var victim = web.Browser();
        victim.DefaultRequestHeaders.Add("Cookie", planted);
        await victim.LogInAsync();
        Assert.Contains(NoEndedSession, await victim.GetStringAsync("/lab/after-logout"));
        await victim.SendFormAsync("/", "/logout");
        victim.DefaultRequestHeaders.Clear();

        Assert.Contains(NoEndedSession, await planter.GetStringAsync("/lab/after-logout"));
        Assert.DoesNotContain(NoEndedSession, await victim.GetStringAsync("/lab/after-logout"));
        await victim.SendFormAsync("/", "/lab/start-over");
        Assert.Contains(NoEndedSession, await victim.GetStringAsync("/lab/after-logout"));
    }

    [Fact]
    public async Task Login_ends_the_session_whose_cookie_it_replaces()
    {
        var browser = web.Browser();
        var thief = web.Browser();
        thief.DefaultRequestHeaders.Add("Cookie", CookieOf(await browser.LogInAsync(), "authdemo.session"));
        Assert.Equal("alice", await thief.NameAsync());
        Provider.Person["preferred_username"] = "bob";
        await browser.LogInAsync();
        Assert.Equal(("bob", "nobody"), (await browser.NameAsync(), await thief.NameAsync()));
    }

    [Fact]
    public async Task Form_of_an_older_login_is_refused_by_a_page_that_leads_back_to_its_own()
    {
        var browser = await web.LogInAsync();
        var old = await browser.FormTokenAsync("/lab/badge");
        (Provider.Person["sub"], Provider.Person["preferred_username"]) = ("the id of bob", "bob");
        await browser.LogInAsync();
        var refused = await browser.SendFormWithAsync(old, "/lab/badge", "/lab/run/badge");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Matches("(?s)Nothing was done.*href=\"/lab/badge\"", await refused.Content.ReadAsStringAsync());
        Assert.Equal("bob", await browser.NameAsync());
        Assert.Single(web.Recording.Logs, log => log.Category == "AuthDemo.Web.Forms" && log.Fields["Subject"] is "the id of bob");
    }

    [Fact]
    public async Task Second_logout_is_harmless_and_another_form_comes_back_to_its_page_by_a_login()
    {
        var browser = await web.LogInAsync("user", "admin");
        var old = await browser.FormTokenAsync("/admin");
        BrowserSteps.QuestionOf(await browser.SendFormWithAsync(old, "/me", "/logout"));
        Assert.Equal("/learn", (await browser.SendFormWithAsync(old, "/learn", "/logout")).Target());
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendFormWithAsync(old, "/learn", "/login")).StatusCode);
        Assert.Equal("/login?returnUrl=%2Fadmin", (await browser.SendFormWithAsync(old, "/admin", "/admin/reset")).Target());
        using var withoutPage = await browser.PostAsync("/admin/reset", new FormUrlEncodedContent([]));
        Assert.Equal("/login", withoutPage.Target()); // and not back to an address that answers no GET
    }

    [Fact]
    public async Task Login_refusal_and_logout_are_in_the_log_and_traces_named_after_what_came_of_them()
    {
        using var own = new RunningWeb();
        own.Provider.IdToken["acr"] = "password";
        var browser = await own.LogInAsync();
        var refused = await browser.AssertStatusAsync("/admin", 403);
        await browser.SendFormAsync("/", "/logout");

        var login = await SpanOfAsync("alice has logged in");
        Assert.Equal(("login of alice: succeeded", "/signin-oidc", "the id of alice", "alice"),
            (login.DisplayName, login.GetTagItem("http.route"), login.GetTagItem("user.id"), login.GetTagItem("user.name")));
        Assert.Equal((FakeIssuer.Issuer, "password"), (login.GetTagItem("auth.login.iss"), login.GetTagItem("auth.login.acr")));
        var begun = await own.Recording.SpansOfAsync(Assert.Single(login.Links).Context.TraceId);
        Assert.Contains(begun, span => span.DisplayName == "GET /login");
        var refusal = await SpanOfAsync("GET /admin was refused with 403 role_missing by AdminsOnly, caller alice");
        Assert.Equal(("403 role_missing: GET /admin", "/admin"), (refusal.DisplayName, refusal.GetTagItem("http.route")));
        Assert.Matches("(?s)You may not see this page.*<code>admin</code>", refused);
        var counted = Assert.Single(own.Recording.Measurements, measurement => measurement.Trace == refusal.TraceId);
        Assert.Equal(("authdemo.refusals", 403, "role_missing"),
            (counted.Instrument, counted.Tags["http.response.status_code"], counted.Tags["auth.reason"]));
        var logout = await SpanOfAsync("alice has logged out");
        Assert.Equal(("logout of alice: succeeded", "alice"), (logout.DisplayName, logout.GetTagItem("user.name")));
        await browser.LogInAsync();
        Assert.Matches("/dashboard/traces/detail/[0-9a-f]{32}", await browser.GetStringAsync("/me"));

        async Task<Activity> SpanOfAsync(string message)
        {
            var log = Assert.Single(own.Recording.Logs, log => log.Category.StartsWith("AuthDemo.") && log.Message.TrimEnd() == message);
            Assert.Equal((LogLevel.Information, "the id of alice"), (log.Level, log.Fields["Subject"]));
            return Assert.Single(await own.Recording.SpansOfAsync(log.Trace!.Value), span => span.Kind == ActivityKind.Server);
        }
    }

    [Fact]
    public async Task Cookie_that_somebody_made_up_leaves_no_error_in_the_log()
    {
        using var own = new RunningWeb();
        var browser = own.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", "authdemo.forms=made-up; authdemo.session=made-up; authdemo.lab=made-up");
        await browser.AssertStatusAsync("/", 200);
        Assert.DoesNotContain(own.Recording.Logs, log => log.Level >= LogLevel.Error);
    }

    private static string CookieOf(HttpResponseMessage response, string name) =>
        response.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith(name + "=")).Split(';')[0];
}
