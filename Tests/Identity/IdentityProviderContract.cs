using System.Net;
using System.Text.Json;

namespace AuthDemo.Tests.Identity;

/// <summary>
/// What AuthDemo relies on in its identity provider. The stand-in and a real Keycloak are asked the same questions and have to give the same answers;
/// where they may differ, AppHost/StandIn/README.md says why.
/// </summary>
public abstract class IdentityProviderContract
{
    private const string Alice = "a11ce000-0000-4000-8000-000000000001";

    protected abstract Task<IdentityProviderUnderTest> StartAsync();

    [Fact]
    public async Task Discovery_offers_what_Web_and_Api_use()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var discovery = await OidcClient.ReadAsync(await client.GetAsync($"{provider.RealmUrl()}/.well-known/openid-configuration"));

        Assert.Equal(provider.RealmUrl(), discovery.GetProperty("issuer").GetString());
        Assert.Equal(provider.Endpoint("auth"), discovery.GetProperty("authorization_endpoint").GetString());
        Assert.Equal(provider.Endpoint("token"), discovery.GetProperty("token_endpoint").GetString());
        Assert.Equal(provider.Endpoint("certs"), discovery.GetProperty("jwks_uri").GetString());
        Assert.Equal(provider.Endpoint("userinfo"), discovery.GetProperty("userinfo_endpoint").GetString());
        Assert.Equal(provider.Endpoint("logout"), discovery.GetProperty("end_session_endpoint").GetString());
        Assert.Equal(provider.Endpoint("ext/par/request"), discovery.GetProperty("pushed_authorization_request_endpoint").GetString());
        Assert.True(discovery.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Offers("code_challenge_methods_supported", "S256");
        Offers("response_types_supported", "code");
        Offers("response_modes_supported", "query");
        Offers("grant_types_supported", "authorization_code", "refresh_token", "client_credentials");
        Offers("token_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post");
        Offers("id_token_signing_alg_values_supported", "RS256");
        Offers("scopes_supported", "openid", "profile", "visitors:read");

        void Offers(string name, params string[] values) => Assert.Superset(values.ToHashSet(), discovery.GetProperty(name).EnumerateArray().Select(v => v.GetString()!).ToHashSet());
    }

    [Fact]
    public async Task Certs_hold_the_signing_key_and_may_not_be_cached_unasked()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var token = DecodedToken.Of((await client.LogInAsync("alice")).GetProperty("access_token").GetString()!);

        var response = await client.GetAsync(provider.Endpoint("certs"));
        var keys = (await OidcClient.ReadAsync(response)).GetProperty("keys").EnumerateArray().ToList();

        Assert.True(response.Headers.CacheControl!.NoCache);
        Assert.Equal(["RS256 sig", "RSA-OAEP enc"], keys.Select(k => $"{k.GetProperty("alg")} {k.GetProperty("use")}").Order());
        Assert.Equal(token.Header.GetProperty("kid").GetString(), keys.Single(k => k.GetProperty("use").GetString() == "sig").GetProperty("kid").GetString());
        Assert.All(keys, key => Assert.False(key.TryGetProperty("d", out _), "A private key is published."));
    }

    [Fact]
    public async Task Unknown_realm_is_not_found()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await client.GetAsync($"{provider.RealmUrl("nowhere")}/.well-known/openid-configuration");

        await OidcClient.AssertRefusedAsync(response, HttpStatusCode.NotFound, "Realm does not exist");
    }

    [Fact]
    public async Task Access_token_of_a_person_has_exactly_the_claims_that_Api_reads()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var token = DecodedToken.Of((await client.LogInAsync("alice")).GetProperty("access_token").GetString()!);

        Assert.Equal(("RS256", "at+jwt"), (token.Header.GetProperty("alg").GetString(), token.Header.GetProperty("typ").GetString()));
        Assert.Equal(["acr", "aud", "auth_time", "azp", "client_id", "exp", "groups", "iat", "iss", "jti", "name", "preferred_username", "roles", "scope", "sid", "sub", "typ"], token.Names);
        Assert.Equal((provider.RealmUrl(), "api", Alice), (token["iss"], token["aud"], token["sub"]));
        Assert.Equal(("web", "web", "Bearer", "1"), (token["azp"], token["client_id"], token["typ"], token["acr"]));
        Assert.Equal(("alice", "Alice Demo"), (token["preferred_username"], token["name"]));
        Assert.Equal(JsonValueKind.String, token.Claims.GetProperty("aud").ValueKind);
        Assert.Equal(["openid", "profile"], token["scope"]!.Split(' ').Order());
        Assert.Equal(300, token.Number("exp") - token.Number("iat"));
        Assert.InRange(token.Number("iat") - token.Number("auth_time"), 0, 10);
    }

    [Theory]
    [InlineData("alice", "user", "/engineering")]
    [InlineData("bob", "user", "/facilities")]
    [InlineData("admin", "admin user", "/engineering /facilities /security")]
    public async Task Roles_and_groups_are_flat_lists(string persona, string roles, string groups)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var tokens = await client.LogInAsync(persona);

        foreach (var token in (string[])["access_token", "id_token"])
        {
            var decoded = DecodedToken.Of(tokens.GetProperty(token).GetString()!);
            Assert.Equal(roles.Split(' '), decoded.List("roles").Order());
            Assert.Equal(groups.Split(' '), decoded.List("groups").Order());
        }
    }

    [Fact]
    public async Task Id_token_is_for_Web_and_no_access_token()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var tokens = await client.LogInAsync("alice");

        var id = DecodedToken.Of(tokens.GetProperty("id_token").GetString()!);
        var access = DecodedToken.Of(tokens.GetProperty("access_token").GetString()!);

        Assert.Equal("JWT", id.Header.GetProperty("typ").GetString());
        Assert.Equal(["acr", "at_hash", "aud", "auth_time", "azp", "exp", "groups", "iat", "iss", "jti", "name", "nonce", "preferred_username", "roles", "sid", "sub", "typ"], id.Names);
        Assert.Equal(("web", "ID", "the nonce"), (id["aud"], id["typ"], id["nonce"]));
        Assert.Equal((access["sub"], access["sid"], access["auth_time"]), (id["sub"], id["sid"], id["auth_time"]));
        Assert.Equal(300, id.Number("exp") - id.Number("iat"));
    }

    [Fact]
    public async Task Token_response_says_how_long_both_tokens_live_and_which_session_they_belong_to()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await client.LogInAsync("alice");

        Assert.Equal(
            ["access_token", "expires_in", "id_token", "not-before-policy", "refresh_expires_in", "refresh_token", "scope", "session_state", "token_type"],
            response.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal((300, 1800), (response.GetProperty("expires_in").GetInt32(), response.GetProperty("refresh_expires_in").GetInt32()));
        Assert.Equal("Bearer", response.GetProperty("token_type").GetString());
        Assert.Equal(DecodedToken.Of(response.GetProperty("access_token").GetString()!)["sid"], response.GetProperty("session_state").GetString());
    }

    [Fact]
    public async Task Callback_brings_code_state_session_and_issuer()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var callback = client.Callback(await client.SignInAsync(await client.AuthorizeAsync(), "alice", "alice"));

        Assert.Equal(["code", "iss", "session_state", "state"], callback.AllKeys.Order());
        Assert.Equal(("the state", provider.RealmUrl()), (callback["state"], callback["iss"])); // RFC 9207
    }

    [Fact]
    public async Task Wrong_password_shows_the_login_page_again()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var again = await client.SignInAsync(await client.AuthorizeAsync(), "alice", "wrong");

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Empty(again.Headers.WwwAuthenticate);
        Assert.Contains("Invalid username or password.", await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("the state", client.Callback(await client.SignInAsync(again, "alice", "alice"))["state"]);
    }

    [Fact]
    public async Task Login_hint_fills_in_the_user_name()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var page = await client.AuthorizeAsync(("login_hint", "bob"));

        Assert.Equal(["username", "password"], await OidcClient.FieldsAsync(page));
        Assert.Matches("""name="username"[^>]*value="bob"|value="bob"[^>]*name="username" """.Trim(), await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Second_login_in_a_session_needs_no_page_and_keeps_the_time_of_the_first()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var first = DecodedToken.Of((await client.LogInAsync("alice")).GetProperty("access_token").GetString()!);

        foreach (var change in new[] { ("prompt", null), ("prompt", "none"), ("max_age", "1000") })
        {
            var silent = await client.RedeemAsync(client.Callback(await client.AuthorizeAsync(change))["code"]!);
            var second = DecodedToken.Of(silent.GetProperty("access_token").GetString()!);
            Assert.Equal((first["sid"], first["auth_time"], first["sub"]), (second["sid"], second["auth_time"], second["sub"]));
        }
    }

    [Fact]
    public async Task Prompt_none_without_a_session_needs_a_login()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var callback = client.Callback(await client.AuthorizeAsync(("prompt", "none")));

        Assert.Equal(("login_required", "the state", provider.RealmUrl()), (callback["error"], callback["state"], callback["iss"]));
    }

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "0")]
    public async Task Step_up_asks_for_the_password_only_and_renews_the_login_time_within_the_session(string name, string value)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var before = DecodedToken.Of((await client.LogInAsync("alice")).GetProperty("access_token").GetString()!);
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken); // login times are whole seconds

        var page = await client.AuthorizeAsync((name, value));
        Assert.Equal(["password"], await OidcClient.FieldsAsync(page));
        var tokens = await client.RedeemAsync(client.Callback(await client.SignInAsync(page, "alice", "alice"))["code"]!);

        var access = DecodedToken.Of(tokens.GetProperty("access_token").GetString()!);
        var id = DecodedToken.Of(tokens.GetProperty("id_token").GetString()!);
        Assert.True(access.Number("auth_time") > before.Number("auth_time"));
        Assert.Equal((access["auth_time"], before["sid"]), (id["auth_time"], access["sid"]));
    }

    [Fact]
    public async Task Login_older_than_max_age_is_asked_for_again()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        await client.LogInAsync("alice");
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);

        var page = await client.AuthorizeAsync(("max_age", "1"));

        Assert.Equal(["password"], await OidcClient.FieldsAsync(page));
    }

    [Fact]
    public async Task Nobody_else_can_log_in_during_a_session()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        await client.LogInAsync("alice");

        var page = await client.AuthorizeAsync(("prompt", "login"), ("login_hint", "bob"));
        var again = await client.SignInAsync(page, "bob", "bob");

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(["password"], await OidcClient.FieldsAsync(again));
    }

    [Fact]
    public async Task Refresh_gives_new_tokens_of_the_same_login()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var tokens = await client.LogInAsync("alice", ("scope", "openid profile visitors:read"));

        var refreshed = await OidcClient.ReadAsync(await client.RefreshAsync(tokens));

        var (before, after) = (DecodedToken.Of(tokens.GetProperty("access_token").GetString()!), DecodedToken.Of(refreshed.GetProperty("access_token").GetString()!));
        Assert.Equal(before.Names, after.Names);
        Assert.NotEqual(before["jti"], after["jti"]);
        Assert.Equal((before["auth_time"], before["sid"], before["scope"]), (after["auth_time"], after["sid"], after["scope"]));
        Assert.NotEqual(tokens.GetProperty("refresh_token").GetString(), refreshed.GetProperty("refresh_token").GetString());
        var id = DecodedToken.Of(refreshed.GetProperty("id_token").GetString()!);
        Assert.Equal((before["auth_time"], null), (id["auth_time"], id["nonce"]));
    }

    [Fact]
    public async Task Refresh_token_that_comes_twice_kills_its_successor_too()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var stolen = await client.LogInAsync("alice");
        var successor = await OidcClient.ReadAsync(await client.RefreshAsync(stolen));

        await OidcClient.AssertRefusedAsync(await client.RefreshAsync(stolen), HttpStatusCode.BadRequest, "invalid_grant");
        await OidcClient.AssertRefusedAsync(await client.RefreshAsync(successor), HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task Code_that_comes_twice_kills_the_tokens_it_gave()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var code = client.Callback(await client.SignInAsync(await client.AuthorizeAsync(), "alice", "alice"))["code"]!;
        var tokens = await client.RedeemAsync(code);

        await OidcClient.AssertRefusedAsync(await client.PostAsync("token", client.Redemption(code)), HttpStatusCode.BadRequest, "invalid_grant");
        await OidcClient.AssertRefusedAsync(await client.RefreshAsync(tokens), HttpStatusCode.BadRequest, "invalid_grant");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.UserinfoAsync(tokens.GetProperty("access_token").GetString())).StatusCode);
    }

    [Fact]
    public async Task Userinfo_says_who_the_token_is_for()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var tokens = await client.LogInAsync("alice");

        var userinfo = await OidcClient.ReadAsync(await client.UserinfoAsync(tokens.GetProperty("access_token").GetString()));

        Assert.Equal(["groups", "name", "preferred_username", "roles", "sub"], userinfo.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(Alice, userinfo.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task Userinfo_without_a_token_challenges_without_an_error_code()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await client.UserinfoAsync(null);

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"authdemo\""), (response.StatusCode, response.Headers.WwwAuthenticate.ToString()));
    }

    [Fact]
    public async Task Userinfo_refuses_a_bad_token_as_invalid()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await client.UserinfoAsync("not.a.token");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logout_ends_session_and_refresh_token_and_leads_back()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var tokens = await client.LogInAsync("alice");

        var response = await client.LogOutAsync(("id_token_hint", tokens.GetProperty("id_token").GetString()), ("post_logout_redirect_uri", provider.PostLogout), ("state", "back"));

        Assert.Equal((HttpStatusCode.Found, $"{provider.PostLogout}?state=back"), (response.StatusCode, response.Headers.Location!.ToString()));
        await OidcClient.AssertRefusedAsync(await client.RefreshAsync(tokens), HttpStatusCode.BadRequest, "invalid_grant");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.UserinfoAsync(tokens.GetProperty("access_token").GetString())).StatusCode);
        Assert.Equal("login_required", client.Callback(await client.AuthorizeAsync(("prompt", "none")))["error"]);
    }

    [Fact]
    public async Task Logout_works_without_the_browser_that_has_the_session()
    {
        var provider = await StartAsync();
        using var browser = new OidcClient(provider);
        using var elsewhere = new OidcClient(provider);
        var tokens = await browser.LogInAsync("alice");

        await elsewhere.LogOutAsync(("id_token_hint", tokens.GetProperty("id_token").GetString()), ("post_logout_redirect_uri", provider.PostLogout));

        await OidcClient.AssertRefusedAsync(await browser.RefreshAsync(tokens), HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task Logout_without_an_id_token_asks_first()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var tokens = await client.LogInAsync("alice");

        var response = await client.LogOutAsync(("client_id", "web"), ("post_logout_redirect_uri", provider.PostLogout));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("<form", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await OidcClient.ReadAsync(await client.RefreshAsync(tokens)); // nobody is logged out yet
    }

    [Fact]
    public async Task Logout_leads_to_registered_addresses_only()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var hint = (await client.LogInAsync("alice")).GetProperty("id_token").GetString();

        foreach (var response in new[]
        {
            await client.LogOutAsync(("id_token_hint", hint), ("post_logout_redirect_uri", "https://elsewhere.example/")),
            await client.LogOutAsync(("id_token_hint", "not.a.token"), ("post_logout_redirect_uri", provider.PostLogout)),
            await client.LogOutAsync(("post_logout_redirect_uri", provider.PostLogout)),
        })
        {
            Assert.Equal((HttpStatusCode.BadRequest, null, "text/html"), (response.StatusCode, response.Headers.Location, response.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task Optional_scope_is_granted_only_when_asked_for()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var without = await client.LogInAsync("alice");
        var with = await client.LogInAsync("alice", ("scope", "openid profile visitors:read"));

        Assert.DoesNotContain("visitors:read", Scopes(without));
        Assert.Contains("visitors:read", Scopes(with));

        static string[] Scopes(JsonElement tokens)
        {
            var scope = DecodedToken.Of(tokens.GetProperty("access_token").GetString()!)["scope"]!;
            Assert.Equal(scope, tokens.GetProperty("scope").GetString());
            return scope.Split(' ');
        }
    }

    [Theory]
    [InlineData("night-watch", null, "api", "user", "profile", 300)]
    [InlineData("night-watch", "visitors:read", "api", "user", "profile visitors:read", 300)]
    [InlineData("short-lived", null, "api", "user", "profile", 2)]
    [InlineData("elsewhere", null, "cafeteria", null, "profile", 300)]
    public async Task Service_account_gets_an_access_token_and_nothing_else(string id, string? scope, string audience, string? role, string granted, int seconds)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await OidcClient.ReadAsync(await client.RequestServiceTokenAsync(id, scope: scope));

        var token = DecodedToken.Of(response.GetProperty("access_token").GetString()!);
        string[] roles = role is null ? [] : ["roles"];
        Assert.Equal(["aud", "azp", "client_id", "exp", "iat", "iss", "jti", "preferred_username", .. roles, "scope", "sub", "typ"], token.Names);
        Assert.Equal("at+jwt", token.Header.GetProperty("typ").GetString());
        Assert.Equal((audience, id, id, $"service-account-{id}"), (token["aud"], token["azp"], token["client_id"], token["preferred_username"]));
        if (role is not null) Assert.Equal([role], token.List("roles"));
        Assert.Equal(granted.Split(' '), token["scope"]!.Split(' ').Order());
        Assert.Equal((seconds, seconds), (token.Number("exp") - token.Number("iat"), response.GetProperty("expires_in").GetInt32()));
        Assert.Equal(0, response.GetProperty("refresh_expires_in").GetInt32());
        Assert.False(response.TryGetProperty("refresh_token", out _));
        Assert.False(response.TryGetProperty("id_token", out _));
    }

    [Fact]
    public async Task Neighbour_issues_the_same_shape_under_another_name_and_key()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var own = DecodedToken.Of((await OidcClient.ReadAsync(await client.RequestServiceTokenAsync("night-watch"))).GetProperty("access_token").GetString()!);
        var foreign = DecodedToken.Of((await OidcClient.ReadAsync(await client.RequestServiceTokenAsync("night-watch", "neighbour-development-secret", realm: "neighbour"))).GetProperty("access_token").GetString()!);

        Assert.Equal(own.Names, foreign.Names);
        Assert.Equal((provider.RealmUrl("neighbour"), "api"), (foreign["iss"], foreign["aud"]));
        Assert.NotEqual(own.Header.GetProperty("kid").GetString(), foreign.Header.GetProperty("kid").GetString());
    }

    public static TheoryData<string, HttpStatusCode, string> TokenRefusals => new()
    {
        { "client_id=night-watch&client_secret=wrong&grant_type=client_credentials", HttpStatusCode.Unauthorized, "unauthorized_client" },
        { "client_id=night-watch&grant_type=client_credentials", HttpStatusCode.Unauthorized, "unauthorized_client" },
        { "client_id=nobody&client_secret=x&grant_type=client_credentials", HttpStatusCode.Unauthorized, "invalid_client" },
        { "grant_type=client_credentials", HttpStatusCode.Unauthorized, "invalid_client" },
        { "client_id=api&client_secret=x&grant_type=client_credentials", HttpStatusCode.Unauthorized, "unauthorized_client" },
        { $"{AsWeb}&grant_type=client_credentials", HttpStatusCode.Unauthorized, "unauthorized_client" },
        { AsWeb, HttpStatusCode.BadRequest, "invalid_request" },
        { $"{AsWeb}&grant_type=unheard-of", HttpStatusCode.BadRequest, "unsupported_grant_type" },
        { $"{AsWeb}&grant_type=password&username=alice&password=alice", HttpStatusCode.BadRequest, "unauthorized_client" },
        { $"{AsWeb}&grant_type=authorization_code", HttpStatusCode.BadRequest, "invalid_request" },
        { $"{AsWeb}&grant_type=authorization_code&code=x&redirect_uri=x", HttpStatusCode.BadRequest, "invalid_grant" },
        { $"{AsWeb}&grant_type=refresh_token", HttpStatusCode.BadRequest, "invalid_request" },
        { $"{AsWeb}&grant_type=refresh_token&refresh_token=x", HttpStatusCode.BadRequest, "invalid_grant" },
        { $"{AsNightWatch}&grant_type=client_credentials&scope=unheard-of", HttpStatusCode.BadRequest, "invalid_scope" },
        { $"{AsNightWatch}&grant_type=password&username=alice&password=alice", HttpStatusCode.BadRequest, "unauthorized_client" },
        { $"{AsNightWatch}&grant_type=authorization_code&code=x&redirect_uri=x", HttpStatusCode.BadRequest, "invalid_grant" },
        { $"{AsNightWatch}&grant_type=refresh_token&refresh_token=x", HttpStatusCode.BadRequest, "invalid_grant" },
    };

    private const string AsWeb = "client_id=web&client_secret=web-development-secret";

    private const string AsNightWatch = "client_id=night-watch&client_secret=night-watch-development-secret";

    [Theory]
    [MemberData(nameof(TokenRefusals))]
    public async Task Token_endpoint_refuses(string form, HttpStatusCode status, string error)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await client.PostAsync("token", form.Split('&').Select(f => f.Split('=')).ToDictionary(f => f[0], f => f[1]));

        await OidcClient.AssertRefusedAsync(response, status, error);
    }

    [Theory]
    [InlineData("code_verifier", "0123456789012345678901234567890123456789012")]
    [InlineData("code_verifier", null)]
    [InlineData("redirect_uri", "http://localhost/other")]
    public async Task Code_is_worth_nothing_without_what_it_was_asked_for_with(string name, string? value)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);
        var code = client.Callback(await client.SignInAsync(await client.AuthorizeAsync(), "alice", "alice"))["code"]!;

        var response = await client.PostAsync("token", client.Redemption(code, (name, value)));

        await OidcClient.AssertRefusedAsync(response, HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Theory]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("scope", "openid unheard-of", "invalid_scope")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "unheard-of", "unsupported_response_type")]
    [InlineData("response_mode", "unheard-of", "invalid_request")]
    public async Task Authorization_refusals_go_back_to_Web_with_state_and_issuer(string name, string? value, string error)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var callback = client.Callback(await client.AuthorizeAsync((name, value)));

        Assert.Equal((error, "the state", provider.RealmUrl()), (callback["error"], callback["state"], callback["iss"]));
    }

    [Fact]
    public async Task Implicit_flow_is_refused_in_the_fragment()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var callback = client.Callback(await client.AuthorizeAsync(("response_type", "token")), inFragment: true);

        Assert.Equal(("unauthorized_client", "the state"), (callback["error"], callback["state"]));
    }

    [Theory]
    [InlineData("redirect_uri", "https://elsewhere.example/")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", null)]
    [InlineData("client_id", "night-watch")]
    public async Task Authorization_request_that_cannot_be_trusted_is_never_sent_on(string name, string? value)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await client.AuthorizeAsync((name, value));

        Assert.Equal((HttpStatusCode.BadRequest, null, "text/html"), (response.StatusCode, response.Headers.Location, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Pushed_authorization_request_works_once()
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var pushed = await client.PostAsync("ext/par/request", client.Request(("client_secret", "web-development-secret")));
        Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        var answer = await OidcClient.ReadAsync(pushed);
        Assert.Equal(60, answer.GetProperty("expires_in").GetInt32());
        var query = new Dictionary<string, string> { ["client_id"] = "web", ["request_uri"] = answer.GetProperty("request_uri").GetString()! };

        var callback = client.Callback(await client.SignInAsync(await client.NavigateAsync(query), "alice", "alice"));
        await client.RedeemAsync(callback["code"]!);
        var again = await client.NavigateAsync(query);

        Assert.Equal("the state", callback["state"]);
        Assert.Equal((HttpStatusCode.BadRequest, null), (again.StatusCode, again.Headers.Location));
    }

    [Theory]
    [InlineData("client_secret", "wrong", HttpStatusCode.Unauthorized, "invalid_request")]
    [InlineData("client_secret", null, HttpStatusCode.Unauthorized, "invalid_request")]
    [InlineData("client_id", "nobody", HttpStatusCode.Unauthorized, "invalid_request")]
    [InlineData("redirect_uri", "https://elsewhere.example/", HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("code_challenge", null, HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("scope", "openid unheard-of", HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("response_type", "token", HttpStatusCode.Unauthorized, "unauthorized_client")]
    [InlineData("response_type", null, HttpStatusCode.BadRequest, "invalid_request")]
    public async Task Pushed_authorization_request_is_refused_where_it_is_pushed(string name, string? value, HttpStatusCode status, string error)
    {
        var provider = await StartAsync();
        using var client = new OidcClient(provider);

        var response = await client.PostAsync("ext/par/request", client.Request(("client_secret", "web-development-secret"), (name, value)));

        await OidcClient.AssertRefusedAsync(response, status, error);
    }
}
