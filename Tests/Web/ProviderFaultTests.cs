using System.Text.Json.Nodes;

namespace AuthDemo.Tests.Web;

public sealed class ProviderFaultTests(RunningWeb web) : IClassFixture<RunningWeb>
{
    private FakeIssuer Provider { get; } = web.Provider = new();

    [Theory]
    [InlineData("/logout", "/learn")]
    [InlineData("/become/bob", "/login?login_hint=bob&returnUrl=%2Flearn")]
    public async Task Session_that_is_older_than_the_keys_can_log_out_and_become_somebody_else(string action, string after)
    {
        var browser = await web.LogInAsync();
        Provider.ChangeKey();
        var begun = await browser.SendFormAsync("/learn", action, ("returnUrl", "/learn"));
        var asked = BrowserSteps.QuestionOf(begun);
        Assert.DoesNotContain("id_token_hint", asked.Keys);
        Assert.Equal("web", asked["client_id"]);
        Assert.Equal((after, "nobody"), ((await browser.FinishLogoutAsync(begun)).Target(), await browser.NameAsync()));
        Provider.ChangeKey();
        await web.LogInAsync();
    }

    [Fact]
    public async Task Logout_names_its_session_where_the_keys_are_the_same_and_not_where_that_would_be_too_long()
    {
        var browser = await web.LogInAsync();
        Assert.Contains("id_token_hint", BrowserSteps.QuestionOf(await browser.SendFormAsync("/", "/logout")).Keys);
        browser = await web.LogInAsync([.. Enumerable.Range(0, 900).Select(n => $"role-{n}")]);
        Assert.DoesNotContain("id_token_hint", BrowserSteps.QuestionOf(await browser.SendFormAsync("/", "/logout")).Keys);
    }

    [Theory]
    [InlineData("openid-configuration", 200, "{}")]
    [InlineData("openid-configuration", 200, "<html></html>")]
    [InlineData("openid-configuration", 404, "{}")]
    [InlineData("certs", 200, """{"keys":[]}""")]
    [InlineData("certs", 503, "")]
    [InlineData("nobody answers", 0, "")]
    [InlineData("issuer", 200, "http://localhost:8080/realms/neighbour")]
    [InlineData("issuer", 200, "http://localhost:8080/realms/authdemo/")]
    [InlineData("issuer", 200, "")]
    public async Task Document_that_is_none_or_of_another_issuer_is_an_outage_and_is_not_kept(string document, int status, string body)
    {
        using var own = new RunningWeb();
        own.Provider.IsDown = status == 0;
        if (document == "issuer") own.Provider.Discovery["issuer"] = body;
        own.Provider.Instead[document] = () => FakeIssuer.Json((HttpStatusCode)status, body);
        var browser = own.Browser();
        var html = await browser.AssertFailedAsync(await browser.GetAsync("/login?returnUrl=/me"), "provider_unavailable", 503);
        Assert.Contains("The identity provider does not answer", html);
        Assert.Contains("/login?returnUrl=%2Fme", html);
        Assert.Contains("name=\"returnUrl\" value=\"/me\"", html);

        own.Provider = new FakeIssuer();
        await own.LogInAsync();
    }

    [Theory]
    [InlineData("http://localhost:8080/realms/neighbour")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Answer_of_another_server_is_no_login(string? issuer)
    {
        var browser = web.Browser();
        await browser.AssertFailedAsync(await browser.LogInAsync(change: answer => answer["iss"] = issuer), "refused", 502);
        Assert.Equal((0, "nobody"), (Provider.Count("token authorization_code"), await browser.NameAsync()));
    }

    [Fact]
    public async Task Server_that_never_says_who_it_is_need_not_say_it()
    {
        using var own = new RunningWeb();
        own.Provider.Discovery.Remove("authorization_response_iss_parameter_supported");
        Assert.Equal("/me", (await own.Browser().LogInAsync(change: answer => answer["iss"] = null)).Target());
    }

    [Theory]
    [InlineData("aud", """["web","other"]""")]
    [InlineData("aud", "\"api\"")]
    [InlineData("iss", "\"http://localhost:8080/realms/neighbour\"")]
    [InlineData("sub", "null")]
    [InlineData("nonce", "\"another\"")]
    [InlineData("azp", "\"other\"")]
    [InlineData("exp", "1")]
    [InlineData("none of them", "1", "RS512")] // an algorithm that was not agreed on
    public async Task ID_token_that_is_not_for_this_login_is_refused(string claim, string value, string algorithm = "RS256")
    {
        Provider.Algorithm = algorithm;
        Provider.IdToken[claim] = JsonNode.Parse(value);
        var browser = web.Browser();
        await browser.AssertFailedAsync(await browser.LogInAsync(), "refused", 502);
        Assert.Equal("nobody", await browser.NameAsync());
    }

    [Theory]
    [InlineData("token authorization_code", 400, """{"error":"invalid_grant"}""", "refused")]
    [InlineData("token authorization_code", 401, """{"error":"invalid_client"}""", "client_refused")]
    [InlineData("token authorization_code", 503, """{"error":"temporarily_unavailable"}""", "provider_unavailable")]
    [InlineData("token authorization_code", 200, " {}", "provider_unavailable")] // as text/html
    [InlineData("token authorization_code", 200, "[]", "provider_unavailable")]
    [InlineData("token authorization_code", 302, "{}", "provider_unavailable")]
    [InlineData("request", 400, """{"error":"invalid_request","error_description":"Invalid parameter: redirect_uri"}""", "address_refused")]
    [InlineData("request", 400, """{"error":"invalid_request","error_description":"Authentication failed."}""", "client_refused")]
    [InlineData("request", 401, """{"error":"unauthorized_client"}""", "client_refused")]
    [InlineData("request", 400, """{"error":"invalid_scope"}""", "refused")]
    [InlineData("request", 503, "{}", "provider_unavailable")]
    public async Task Refusal_of_a_code_or_of_a_pushed_request_is_told_from_an_outage(
        string endpoint, int status, string body, string reason)
    {
        using var own = new RunningWeb();
        if (endpoint == "request") own.Provider.Discovery["pushed_authorization_request_endpoint"] = FakeIssuer.Issuer + "/request";
        own.Provider.Instead[endpoint] = () => FakeIssuer.Json((HttpStatusCode)status, body);
        var browser = own.Browser();
        var begun = await browser.GetAsync("/login?returnUrl=/me");
        var answer = endpoint == "request" ? begun : await browser.FinishLoginAsync(begun);
        await browser.AssertFailedAsync(answer, reason, reason == "provider_unavailable" ? 503 : 502);
    }
}
