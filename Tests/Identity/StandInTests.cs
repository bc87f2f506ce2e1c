using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AuthDemo.Tests.Identity;

/// <summary>What the stand-in promises beyond the contract: what it adds to OpenIddict, and its pages.</summary>
public sealed class StandInTests(StandInHost standIn) : IClassFixture<StandInHost>, IDisposable
{
    private readonly IdentityProviderUnderTest provider = standIn.Provider;
    private readonly OidcClient client = new(standIn.Provider);

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Login_page_says_what_it_is_and_has_one_form_three_people_and_no_inline_script()
    {
        var page = await client.AuthorizeAsync();
        var document = await ReadPageAsync(HttpStatusCode.OK, page);
        Assert.Contains("A development stand-in for Keycloak.", document.Body!.TextContent);
        Assert.Single(document.Forms);
        Assert.Equal(["alice", "bob", "admin"],
            document.QuerySelectorAll("[data-username]").Select(person => person.GetAttribute("data-username")));
        Assert.Empty(document.QuerySelectorAll("script:not([src]), style, [style], [onclick]"));
        Assert.Equal(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
                + "form-action 'self' http://localhost:5180",
            Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        foreach (var asset in document.QuerySelectorAll("[src], link[href]"))
            await client.Http.GetByteArrayAsync(new Uri(provider.Address, asset.GetAttribute("src") ?? asset.GetAttribute("href")));
    }

    [Fact]
    public async Task Only_the_browser_that_was_shown_a_login_page_can_answer_it_and_once()
    {
        var page = await client.AuthorizeAsync();
        var address = (await OidcClient.ReadLoginPageAsync(page)).Action.ToString();
        using var other = new OidcClient(provider);
        await ReadPageAsync(HttpStatusCode.BadRequest, await other.Http.GetAsync(address));
        Assert.NotNull(client.Callback(await client.SignInAsync(page, "alice", "alice"))["code"]);
        var afterwards = await client.Http.GetAsync(address); // Back, reload, a restored tab
        Assert.Equal((HttpStatusCode.Found, provider.Web), (afterwards.StatusCode, afterwards.Headers.Location));
    }

    [Fact]
    public async Task Nobody_else_can_log_in()
    {
        var page = await client.AuthorizeAsync();
        page = await client.SignInAsync(page, "nobody", "nobody");
        page = await client.SignInAsync(page, "nobody", "");
        page = await client.SignInAsync(page, "service-account-night-watch", "");
        Assert.Contains("username", await OidcClient.FieldsOfAsync(page));
        await client.SignInAsync(page, "alice", "alice");
        page = await client.SignInAsync(await client.AuthorizeAsync(("prompt", "login"), ("login_hint", "bob")), "bob", "bob");
        Assert.Equal(["password"], await OidcClient.FieldsOfAsync(page)); // during a session only its owner
    }

    [Theory]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("prompt", "consent", "invalid_request")]
    [InlineData("max_age", "x", "invalid_request")]
    [InlineData("claims", "{", "invalid_request")]
    [InlineData("claims", "[]", "invalid_request")]
    public async Task Authorization_error_goes_back_to_the_client(string name, string? value, string error) // RFC 6749, section 4.1.2.1
    {
        var callback = client.Callback(await client.AuthorizeDirectlyAsync((name, value)));
        Assert.Equal((error, "the state", provider.RealmUrl), (callback["error"], callback["state"], callback["iss"]));
    }

    [Theory]
    [InlineData("redirect_uri", "https://elsewhere.example/")]
    [InlineData("redirect_uri", "http://localhost:5180/signin-oidc?x=y")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", "api")]
    [InlineData("client_id", null)]
    public async Task Authorization_error_of_an_unchecked_client_or_address_is_a_page(string name, string? value)
    {
        await ReadPageAsync(HttpStatusCode.BadRequest, await client.AuthorizeDirectlyAsync((name, value)));
        await ReadPageAsync(HttpStatusCode.BadRequest, await client.AuthorizeDirectlyAsync((name, value), ("scope", "unheard-of")));
    }

    [Fact]
    public async Task Userinfo_says_who_the_token_is_for_until_it_is_revoked_or_the_session_ends() // OpenID Connect Core, section 5.3
    {
        var code = await client.GetCodeAsync("alice");
        var revoked = await client.RedeemAsync(code);
        var userInfo = await OidcClient.ReadAsync(await UserInfoAsync(revoked));
        Assert.Equal(
            ["groups", "name", "preferred_username", "roles", "sub"], userInfo.EnumerateObject().Select(claim => claim.Name).Order());
        Assert.Equal(revoked.Access["sub"], userInfo.GetProperty("sub").GetString());
        await client.TryRedeemAsync(code); // twice
        Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(revoked)).StatusCode);
        var tokens = await client.LogInAsync("alice");
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(tokens)).StatusCode);
        using var elsewhere = new OidcClient(provider); // without the cookie
        await elsewhere.LogOutAsync(("id_token_hint", tokens.IdToken));
        Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(tokens)).StatusCode);

        Task<HttpResponseMessage> UserInfoAsync(Tokens tokens) => client.Http.SendAsync(
            new(HttpMethod.Get, provider.Endpoint("userinfo")) { Headers = { Authorization = new("Bearer", tokens.AccessToken) } });
    }

    [Fact]
    public async Task Logout_with_a_foreign_address_or_a_wrong_hint_is_refused()
    {
        var tokens = await client.LogInAsync("alice");
        var hint = tokens.IdToken!;
        (string? Hint, string? Client, string? Address)[] requests =
        [
            (hint, null, "https://elsewhere.example/"),
            (hint, null, provider.PostLogout + "/x"),
            (hint, "night-watch", provider.PostLogout),
            ("not.a.token", null, null),
            (hint[..hint.LastIndexOf('.')] + ".", null, provider.PostLogout), // unsigned
            (tokens.AccessToken, null, provider.PostLogout),
            (null, "nobody", provider.PostLogout),
            (null, null, provider.PostLogout),
        ];

        foreach (var request in requests)
            await ReadPageAsync(HttpStatusCode.BadRequest, await client.LogOutAsync(
                ("id_token_hint", request.Hint), ("client_id", request.Client), ("post_logout_redirect_uri", request.Address)));

        Assert.NotNull(client.Callback(await client.AuthorizeAsync(("prompt", "none")))["code"]); // nobody was logged out
    }

    [Fact]
    public async Task Logout_without_an_id_token_is_confirmed_by_a_form()
    {
        var tokens = await client.LogInAsync("alice");
        var page = await client.LogOutAsync(("client_id", "web"), ("post_logout_redirect_uri", provider.PostLogout));
        var fields = (await ReadPageAsync(HttpStatusCode.OK, page)).QuerySelectorAll<IHtmlInputElement>("input[type=hidden]")
            .ToDictionary(field => field.Name!, field => field.Value);
        tokens = await client.RefreshAsync(tokens); // nobody is logged out yet
        var confirmed = await client.PostAsync("logout", fields);
        Assert.Equal((HttpStatusCode.Found, provider.PostLogout), (confirmed.StatusCode, confirmed.Headers.Location!.ToString()));
        await OidcClient.AssertRefusedAsync(await client.TryRefreshAsync(tokens), "invalid_grant");
    }

    [Fact]
    public async Task Password_that_was_given_in_another_session_is_worth_nothing_in_this_one()
    {
        using var bob = new OidcClient(provider);
        foreach (var browser in (OidcClient[])[client, bob]) // another port of localhost can plant a cookie: both have the same
            browser.Http.DefaultRequestHeaders.Add("Cookie", $"STAND_IN_LOGIN={new string('a', 64)}");
        await client.LogInAsync("alice");
        await bob.LogInAsync("bob");
        var form = await OidcClient.ReadLoginPageAsync(await bob.AuthorizeAsync(("prompt", "login")));
        var done = await bob.Http.PostAsync(form.Action, form.Fill(("username", "bob"), ("password", "bob")));
        var authorize = new Uri(form.Action, done.Headers.Location!);
        var ofAlice = await client.Http.GetAsync(authorize);
        var ofBob = await bob.Http.GetAsync(authorize);
        Assert.StartsWith("/realms/authdemo/login-actions/", ofAlice.Headers.Location!.OriginalString);
        Assert.NotNull(bob.Callback(ofBob)["code"]);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded; charset=\"", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=x", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", 40_000, 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("application/x-www-form-urlencoded", 1, 2000, HttpStatusCode.BadRequest)]
    public async Task Body_that_is_no_form_of_a_fair_size_is_refused_wherever_it_is_sent(
        string type, int nameLength, int fields, HttpStatusCode expected)
    {
        foreach (var path in (string[])["protocol/openid-connect/token", "protocol/openid-connect/auth", "login-actions/authenticate", ""])
        {
            var form = new StringContent(string.Join('&', Enumerable.Repeat(new string('a', nameLength) + "=b", fields)));
            form.Headers.Remove("Content-Type");
            form.Headers.TryAddWithoutValidation("Content-Type", type);
            var response = await client.Http.PostAsync($"{provider.RealmUrl}/{path}", form);
            Assert.Equal(expected, response.StatusCode);
        }
    }

    private static async Task<IHtmlDocument> ReadPageAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        Assert.Equal((status, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync());
    }
}
