using System.Net;
using System.Text.RegularExpressions;

namespace AuthDemo.Tests.Identity;

/// <summary>What the stand-in promises beyond the contract: the rest of the protocol, and its pages.</summary>
public sealed partial class StandInTests : IClassFixture<StandInHost>, IDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly IdentityProviderUnderTest provider;
    private readonly OidcClient client;

    public StandInTests(StandInHost standIn)
    {
        provider = standIn.Provider;
        client = new OidcClient(provider);
    }

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Login_page_says_what_it_is_and_has_one_form_three_people_and_no_inline_script()
    {
        var page = await client.AuthorizeAsync();
        var html = await page.Content.ReadAsStringAsync(Cancellation);

        Assert.Contains("A development stand-in for Keycloak.", html, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(html, "<form"));
        Assert.Equal(["alice", "bob", "admin"], Regex.Matches(html, "data-username=\"([^\"]+)\"").Select(match => match.Groups[1].Value));
        Assert.DoesNotMatch("<script(?![^>]* src=)|<style| on[a-z]+=|style=", html);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self' http://localhost:5180", policy, StringComparison.Ordinal);
        foreach (Match asset in Regex.Matches(html, "(?:src|href)=\"(/[^\"]+)\""))
            AssertStatus(HttpStatusCode.OK, await client.GetAsync(new Uri(provider.Address, asset.Groups[1].Value).ToString()));
    }

    [Fact]
    public async Task Only_the_browser_that_was_shown_a_login_page_can_answer_it()
    {
        var page = await client.AuthorizeAsync();
        using var other = new OidcClient(provider);

        AssertPage(HttpStatusCode.BadRequest, await other.GetAsync((await OidcClient.ReadLoginPageAsync(page)).Action.ToString()));
        Assert.NotNull(client.Callback(await client.SignInAsync(page, "alice", "alice"))["code"]);
        // Back, reload, a restored tab
        var afterwards = await client.GetAsync((await OidcClient.ReadLoginPageAsync(page)).Action.ToString());
        Assert.Equal((HttpStatusCode.Found, provider.Web), (afterwards.StatusCode, afterwards.Headers.Location));
    }

    [Theory]
    [InlineData("nobody", "nobody")]
    [InlineData("nobody", "")]
    [InlineData("service-account-night-watch", "")]
    public async Task Nobody_else_can_log_in(string username, string password)
    {
        var again = await client.SignInAsync(await client.AuthorizeAsync(), username, password);

        Assert.Contains("username", (await OidcClient.ReadLoginPageAsync(again)).Fields);
    }

    [Fact]
    public async Task Nobody_else_can_log_in_during_a_session()
    {
        await client.LogInAsync("alice");

        var page = await client.AuthorizeAsync(("prompt", "login"), ("login_hint", "bob"));
        var again = await client.SignInAsync(page, "bob", "bob");

        Assert.Equal(["password"], (await OidcClient.ReadLoginPageAsync(again)).Fields);
    }

    [Fact]
    public async Task Prompt_none_never_shows_a_page()
    {
        var without = client.Callback(await client.AuthorizeAsync(("prompt", "none")));
        await client.LogInAsync("alice");
        var with = client.Callback(await client.AuthorizeAsync(("prompt", "none")));

        Assert.Equal(("login_required", null), (without["error"], without["code"]));
        Assert.NotNull(with["code"]);
    }

    [Theory]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("scope", "openid unheard-of", "invalid_scope")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "unheard-of", "unsupported_response_type")]
    [InlineData("response_mode", "unheard-of", "invalid_request")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("prompt", "consent", "invalid_request")]
    [InlineData("max_age", "x", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    public async Task Authorization_error_goes_back_to_the_client(string name, string? value, string error) // RFC 6749, section 4.1.2.1
    {
        var callback = client.Callback(await client.AuthorizeDirectlyAsync((name, value)));

        Assert.Equal((error, "the state", provider.RealmUrl), (callback["error"], callback["state"], callback["iss"]));
    }

    [Theory]
    [InlineData("redirect_uri", "https://elsewhere.example/")]
    [InlineData("redirect_uri", "http://localhost:5180/signin-oidc/")]
    [InlineData("redirect_uri", "http://localhost:5180/Signin-oidc")]
    [InlineData("redirect_uri", "http://localhost:5180/signin-oidc?x=y")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", "WEB")]
    [InlineData("client_id", "api")]
    [InlineData("client_id", "night-watch")]
    [InlineData("client_id", null)]
    public async Task Authorization_error_of_an_unchecked_client_or_address_is_a_page(string name, string? value)
    {
        AssertPage(HttpStatusCode.BadRequest, await client.AuthorizeDirectlyAsync((name, value)));
        AssertPage(HttpStatusCode.BadRequest, await client.AuthorizeDirectlyAsync((name, value), ("scope", "unheard-of")));
    }

    [Theory]
    [InlineData("code_verifier", "0123456789012345678901234567890123456789012")]
    [InlineData("code_verifier", null)]
    [InlineData("redirect_uri", "http://localhost/other")]
    [InlineData("client_id", "night-watch")]
    public async Task Code_is_worth_nothing_without_what_it_was_asked_for_with(string name, string? value)
    {
        var code = await client.GetCodeAsync("alice");

        var response = await client.PostAsync("token", client.Redemption(code, (name, value)));

        await OidcClient.AssertRefusedAsync(response, "invalid_grant", "invalid_request", "invalid_client");
    }

    [Fact]
    public async Task Code_that_comes_twice_ends_its_access_token_at_userinfo()
    {
        var code = await client.GetCodeAsync("alice");
        var tokens = await client.RedeemAsync(code);
        AssertStatus(HttpStatusCode.OK, await client.UserInfoAsync(tokens.AccessToken));

        await client.PostAsync("token", client.Redemption(code));

        AssertStatus(HttpStatusCode.Unauthorized, await client.UserInfoAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task Pushed_authorization_request_works_once() // RFC 9126, section 4
    {
        var query = await client.PushAsync();
        client.Callback(await client.SignInAsync(await client.NavigateAsync(query), "alice", "alice"));

        AssertPage(HttpStatusCode.BadRequest, await client.NavigateAsync(query));
    }

    [Fact]
    public async Task Userinfo_says_who_the_token_is_for_while_the_session_lives() // OpenID Connect Core, section 5.3
    {
        var tokens = await client.LogInAsync("alice");

        var userInfo = await OidcClient.ReadAsync(await client.UserInfoAsync(tokens.AccessToken));
        await client.LogOutAsync(("id_token_hint", tokens.IdToken));
        var afterwards = await client.UserInfoAsync(tokens.AccessToken);

        Assert.Equal(
            ["groups", "name", "preferred_username", "roles", "sub"],
            userInfo.EnumerateObject().Select(claim => claim.Name).Order());
        Assert.Equal(tokens.Access["sub"], userInfo.GetProperty("sub").GetString());
        AssertStatus(HttpStatusCode.Unauthorized, afterwards);
    }

    [Fact]
    public async Task Logout_works_without_the_browser_that_has_the_session()
    {
        using var elsewhere = new OidcClient(provider);
        var tokens = await client.LogInAsync("alice");

        await elsewhere.LogOutAsync(("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", provider.PostLogout));

        await OidcClient.AssertRefusedAsync(await client.TryRefreshAsync(tokens), "invalid_grant");
    }

    [Fact]
    public async Task Logout_with_a_foreign_address_or_a_wrong_hint_is_refused()
    {
        var hint = (await client.LogInAsync("alice")).IdToken!;
        var unsigned = hint[..hint.LastIndexOf('.')] + ".";
        var accessToken = (await client.LogInAsync("alice")).AccessToken;
        (string, string?)[][] requests =
        [
            [("id_token_hint", hint), ("post_logout_redirect_uri", "https://elsewhere.example/")],
            [("id_token_hint", hint), ("post_logout_redirect_uri", provider.PostLogout + "/x")],
            [("id_token_hint", hint), ("client_id", "night-watch"), ("post_logout_redirect_uri", provider.PostLogout)],
            [("id_token_hint", "not.a.token"), ("post_logout_redirect_uri", provider.PostLogout)],
            [("id_token_hint", unsigned), ("post_logout_redirect_uri", provider.PostLogout)],
            [("id_token_hint", accessToken), ("post_logout_redirect_uri", provider.PostLogout)],
            [("id_token_hint", "not.a.token")],
            [("client_id", "nobody"), ("post_logout_redirect_uri", provider.PostLogout)],
            [("post_logout_redirect_uri", provider.PostLogout)],
        ];

        foreach (var request in requests) AssertPage(HttpStatusCode.BadRequest, await client.LogOutAsync(request));

        Assert.NotNull(client.Callback(await client.AuthorizeAsync(("prompt", "none")))["code"]); // nobody was logged out
    }

    [Fact]
    public async Task Logout_without_an_id_token_is_confirmed_by_a_form()
    {
        var tokens = await client.LogInAsync("alice");
        var page = await client.LogOutAsync(("client_id", "web"), ("post_logout_redirect_uri", provider.PostLogout));
        AssertPage(HttpStatusCode.OK, page);
        var fields = HiddenField().Matches(await page.Content.ReadAsStringAsync(Cancellation))
            .ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value));

        tokens = await client.RefreshAsync(tokens); // nobody is logged out yet
        var confirmed = await client.PostAsync("logout", fields);

        Assert.Equal((HttpStatusCode.Found, provider.PostLogout), (confirmed.StatusCode, confirmed.Headers.Location!.ToString()));
        await OidcClient.AssertRefusedAsync(await client.TryRefreshAsync(tokens), "invalid_grant");
    }

    [Fact]
    public async Task Password_that_was_given_in_another_session_is_worth_nothing_in_this_one()
    {
        // Another port of localhost can plant a cookie: so the attacker's browser and alice's have the same.
        var login = $"STAND_IN_LOGIN={new string('a', 64)}";
        var alice = await SessionOfAsync("alice");
        var bob = await SessionOfAsync("bob");
        var address = client.AddressOf(client.Request(("prompt", "login")));
        var page = new Uri(provider.Address, (await SendAsync(HttpMethod.Get, address, bob)).Headers.Location!);
        var done = await SendAsync(HttpMethod.Post, page.ToString(), bob, new FormUrlEncodedContent([new("password", "bob")]));
        var authorize = new Uri(provider.Address, done.Headers.Location!).ToString();

        var ofAlice = await SendAsync(HttpMethod.Get, authorize, alice);
        var ofBob = await SendAsync(HttpMethod.Get, authorize, bob);

        Assert.StartsWith("/realms/authdemo/login-actions/", ofAlice.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.NotNull(client.Callback(ofBob)["code"]);

        async Task<string> SessionOfAsync(string person)
        {
            var page = await SendAsync(HttpMethod.Get, client.AddressOf(client.Request()), "");
            var start = new Uri(provider.Address, page.Headers.Location!);
            var form = new FormUrlEncodedContent([new("username", person), new("password", person)]);
            var answer = await SendAsync(HttpMethod.Post, start.ToString(), "", form);
            return answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("STAND_IN_SESSION")).Split(';')[0];
        }

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string session, HttpContent? form = null)
        {
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
            using var request = new HttpRequestMessage(method, target) { Content = form };
            request.Headers.Add("Cookie", $"{login}; {session}");
            return await http.SendAsync(request, Cancellation);
        }
    }

    [Fact]
    public async Task Connection_that_does_not_read_its_answers_delays_nobody_else()
    {
        using var slow = new System.Net.Sockets.TcpClient { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(provider.Address.Host, provider.Address.Port, Cancellation);
        var request = System.Text.Encoding.ASCII.GetBytes(
            $"GET {new Uri(provider.Discovery).AbsolutePath} HTTP/1.1\r\nHost: {provider.Address.Authority}\r\n\r\n");
        // It sends until it is not read either: then an answer waits to be written.
        for (Task sent = Task.CompletedTask; sent.IsCompleted;)
            await Task.WhenAny(sent = slow.GetStream().WriteAsync(request, Cancellation).AsTask(), Task.Delay(500, Cancellation));

        Assert.Equal(provider.RealmUrl, (await client.GetJsonAsync(provider.Discovery)).GetProperty("issuer").GetString());
    }

    private static void AssertStatus(HttpStatusCode expected, HttpResponseMessage response)
    {
        Assert.Equal(expected, response.StatusCode);
    }

    private static void AssertPage(HttpStatusCode status, HttpResponseMessage response)
    {
        Assert.Equal(
            (status, null, "text/html"), (response.StatusCode, response.Headers.Location, response.Content.Headers.ContentType?.MediaType));
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""")]
    private static partial Regex HiddenField();
}
