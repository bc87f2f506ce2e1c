using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Web;

/// <summary>New keys, outages and wrong answers of the identity provider.</summary>
public sealed class ProviderFaultTests : IDisposable
{
    private readonly RunningWeb web = new();

    private FakeIssuer Provider => web.Provider;

    [Fact]
    public async Task First_login_works_however_often_the_keys_change()
    {
        for (var start = 0; start < 5; start++)
        {
            using var login = await web.Browser().LogInAsync();
            Assert.Equal("/me", login.Headers.Location?.OriginalString);
            Provider.ChangeKey();
        }
    }

    [Fact]
    public async Task Refresh_works_with_keys_that_have_changed()
    {
        var browser = web.Browser();
        Provider.ExpiresIn = -1;
        using var login = await browser.LogInAsync();
        Provider.ChangeKey();
        Provider.ExpiresIn = 300;
        Provider.Person["roles"] = new JsonArray("user", "admin");

        using var session = await browser.GetAsync("/session");

        Assert.Contains("\"admin\"", await session.Content.ReadAsStringAsync());
        Assert.Equal(1, Provider.Count("token refresh_token"));
    }

    [Fact]
    public async Task Session_that_is_older_than_the_keys_can_log_out_and_become_somebody_else()
    {
        foreach (var (action, after) in new[] { ("/logout", "/learn"), ("/become/bob", "/login?login_hint=bob&returnUrl=%2Flearn") })
        {
            var browser = web.Browser();
            using var login = await browser.LogInAsync();
            Provider.ChangeKey();

            using var logout = await browser.SendFormAsync("/learn", action, ("returnUrl", "/learn"));

            var asked = BrowserSteps.QuestionOf(logout);
            Assert.DoesNotContain("id_token_hint", asked.Keys);
            Assert.Equal("web", asked["client_id"]);
            using var back = await browser.GetAsync($"{asked["post_logout_redirect_uri"]}?state={Uri.EscapeDataString(asked["state"])}");
            Assert.Equal(after, back.Headers.Location?.OriginalString);
            Assert.Equal("nobody", await browser.NameAsync());
        }
    }

    [Fact]
    public async Task Logout_names_its_session_where_the_keys_are_the_same_and_not_where_that_would_be_too_long()
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var logout = await browser.SendFormAsync("/", "/logout");
        Assert.Contains("id_token_hint", BrowserSteps.QuestionOf(logout).Keys);

        Provider.Person["roles"] = new JsonArray([.. Enumerable.Range(0, 900).Select(n => JsonValue.Create($"role-{n}"))]);
        using var again = await browser.LogInAsync();
        using var longLogout = await browser.SendFormAsync("/", "/logout");
        Assert.DoesNotContain("id_token_hint", BrowserSteps.QuestionOf(longLogout).Keys);
    }

    [Theory]
    [InlineData("openid-configuration", 200, "{}")]
    [InlineData("openid-configuration", 200, "null")]
    [InlineData("openid-configuration", 200, "<html></html>")]
    [InlineData("openid-configuration", 404, "{}")]
    [InlineData("openid-configuration", 500, "{}")]
    [InlineData("certs", 200, "{}")]
    [InlineData("certs", 200, """{"keys":[]}""")]
    [InlineData("certs", 503, "")]
    public async Task Document_that_is_none_is_an_outage_and_is_not_kept(string document, int status, string body)
    {
        Provider.Instead[document] = () => FakeIssuer.Json((HttpStatusCode)status, body);
        using var refused = await web.Browser().GetAsync("/login?returnUrl=/me");
        Assert.StartsWith("/login/failed?reason=provider_unavailable", refused.Headers.Location!.OriginalString);

        Provider.Instead.Clear();
        using var login = await web.Browser().LogInAsync();
        Assert.Equal("/me", login.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("http://localhost:8080/realms/neighbour")]
    [InlineData("http://localhost:8080/realms/authdemo/")]
    [InlineData("")]
    public async Task Discovery_document_of_another_issuer_is_not_used(string issuer)
    {
        Provider.Discovery["issuer"] = issuer;
        using var refused = await web.Browser().GetAsync("/login");
        Assert.StartsWith("/login/failed?reason=provider_unavailable", refused.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://localhost:8080/realms/neighbour")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Answer_of_another_server_is_no_login(string? issuer)
    {
        var browser = web.Browser();
        using var login = await browser.LogInAsync(change: answer =>
        {
            answer.Remove("iss");
            if (issuer is not null) answer["iss"] = issuer;
        });

        Assert.StartsWith("/login/failed?reason=refused", login.Headers.Location!.OriginalString);
        Assert.Equal(0, Provider.Count("token authorization_code"));
        Assert.Equal("nobody", await browser.NameAsync());
    }

    [Fact]
    public async Task Server_that_never_says_who_it_is_need_not_say_it()
    {
        Provider.Discovery.Remove("authorization_response_iss_parameter_supported");
        using var login = await web.Browser().LogInAsync(change: answer => answer.Remove("iss"));
        Assert.Equal("/me", login.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("aud", """["web","other"]""")]
    [InlineData("aud", """["other"]""")]
    [InlineData("aud", "\"api\"")]
    [InlineData("iss", "\"http://localhost:8080/realms/neighbour\"")]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "null")]
    [InlineData("nonce", "\"another\"")]
    [InlineData("azp", "\"other\"")]
    [InlineData("exp", "1")]
    public async Task ID_token_that_is_not_for_this_login_is_refused(string claim, string value)
    {
        Provider.IdToken[claim] = JsonNode.Parse(value);
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        Assert.StartsWith("/login/failed?reason=refused", login.Headers.Location!.OriginalString);
        Assert.Equal("nobody", await browser.NameAsync());
    }

    [Fact]
    public async Task ID_token_with_an_algorithm_that_was_not_agreed_on_is_refused()
    {
        Provider.Algorithm = "RS512";
        using var login = await web.Browser().LogInAsync();
        Assert.StartsWith("/login/failed?reason=refused", login.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", "refused", 502)]
    [InlineData(401, """{"error":"invalid_client"}""", "client_refused", 502)]
    [InlineData(400, """{"error":"unauthorized_client"}""", "client_refused", 502)]
    [InlineData(500, "{}", "provider_unavailable", 503)]
    [InlineData(503, """{"error":"temporarily_unavailable"}""", "provider_unavailable", 503)]
    [InlineData(200, "<html></html>", "provider_unavailable", 503)]
    [InlineData(302, "", "provider_unavailable", 503)]
    [InlineData(404, "not here", "provider_unavailable", 503)]
    public async Task Refusal_of_the_token_endpoint_is_told_from_an_outage(int status, string body, string reason, int page)
    {
        Provider.Instead["token authorization_code"] = () => FakeIssuer.Json((HttpStatusCode)status, body);
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        Assert.StartsWith($"/login/failed?reason={reason}&", login.Headers.Location!.OriginalString);
        using var shown = await browser.GetAsync(login.Headers.Location);
        Assert.Equal(page, (int)shown.StatusCode);
    }

    [Fact]
    public async Task Session_whose_token_is_good_goes_on_at_once_while_the_identity_provider_hangs()
    {
        var browser = web.Browser();
        Provider.ExpiresIn = 20; // due, and good
        using var login = await browser.LogInAsync();
        var hang = new TaskCompletionSource();
        Provider.Hanging["token refresh_token"] = hang.Task;

        for (var request = 0; request < 10; request++) Assert.Equal("alice", await browser.NameAsync());
        foreach (var path in new[] { "/", "/learn", "/app.css" })
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(path)).StatusCode);
        Assert.Equal(1, Provider.Count("token refresh_token"));

        Provider.ExpiresIn = 300;
        hang.SetResult();
        for (var request = 0; request < 10; request++) Assert.Equal("alice", await browser.NameAsync());
        Assert.Equal(1, Provider.Count("token refresh_token"));
    }

    [Fact]
    public async Task Open_pages_static_files_and_the_logout_never_wait_for_a_hanging_identity_provider()
    {
        var browser = web.Browser();
        Provider.ExpiresIn = -1;
        using var login = await browser.LogInAsync();
        Provider.Hanging["token refresh_token"] = new TaskCompletionSource().Task;
        Provider.Hanging["openid-configuration"] = new TaskCompletionSource().Task;

        foreach (var path in new[] { "/", "/learn", "/lab/badge", "/app.css", "/nowhere" })
            Assert.Contains((await browser.GetAsync(path)).StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound });
        using var logout = await browser.SendFormAsync("/", "/logout");
        Assert.Matches("^/login/failed\\?reason=logged_out_here_only&trace=[0-9a-f]{32}$", logout.Headers.Location?.OriginalString);
        Assert.Equal(0, Provider.Count("token refresh_token"));
        Assert.Equal("nobody", await browser.NameAsync());
    }

    [Theory]
    [InlineData("another subject", """{"sub":"the id of admin","preferred_username":"admin","roles":["admin"]}""")]
    [InlineData("sub missing", """{"sub":null}""")]
    [InlineData("audience", """{"aud":["web","other"]}""")]
    public async Task Refresh_that_names_somebody_else_ends_the_session(string what, string claims)
    {
        var browser = web.Browser();
        Provider.ExpiresIn = -1;
        using var login = await browser.LogInAsync();
        foreach (var (claim, value) in JsonNode.Parse(claims)!.AsObject()) Provider.IdToken[claim] = value?.DeepClone();

        Assert.Equal("nobody", await browser.NameAsync());

        using var admin = await browser.GetAsync("/admin");
        Assert.Equal(HttpStatusCode.Redirect, admin.StatusCode);
        var log = Assert.Single(web.Recording.Logs, log => log.Message.Contains("in doubt"));
        Assert.Equal(LogLevel.Warning, log.Level);
        Assert.Equal("the id of alice", log.Fields["Subject"]);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task Ended_session_leads_the_lab_to_a_login_and_a_script_to_401()
    {
        Provider.Instead["token refresh_token"] = () => FakeIssuer.Json(HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""");
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        using var run = await browser.SendFormAsync("/lab/new-token", "/lab/run/new-token");
        Assert.Equal("/login?returnUrl=%2Flab%2Fnew-token", run.Headers.Location?.OriginalString);

        using var again = await browser.LogInAsync();
        browser.DefaultRequestHeaders.Add("Accept", "application/json");
        using var script = await browser.SendFormAsync("/lab/new-token", "/lab/run/new-token");
        Assert.Equal(HttpStatusCode.Unauthorized, script.StatusCode);
    }

    [Fact]
    public async Task Outage_during_a_forced_refresh_is_called_one_and_logs_nobody_out()
    {
        Provider.Instead["token refresh_token"] = () => FakeIssuer.Json(HttpStatusCode.InternalServerError, "{}");
        var browser = web.Browser();
        using var login = await browser.LogInAsync();
        browser.DefaultRequestHeaders.Add("Accept", "application/json");
        using var run = await browser.SendFormAsync("/lab/new-token", "/lab/run/new-token");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, run.StatusCode);
        Assert.Contains("identity_provider_unavailable", await run.Content.ReadAsStringAsync());
        Assert.Equal("alice", await browser.NameAsync());
    }

    public void Dispose() => web.Dispose();
}
