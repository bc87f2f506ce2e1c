namespace AuthDemo.Tests.Identity;

/// <summary>
/// What AuthDemo relies on in its identity provider. The stand-in and a real Keycloak are asked the same questions. Where they may differ,
/// an answer out of a set is accepted, and StandIn/README.md says why; what only the stand-in promises is in its own tests.
/// </summary>
[Trait("Needs", "Processes")]
public abstract class IdentityProviderContract : IAsyncLifetime
{
    private IdentityProviderUnderTest provider = null!;
    private OidcClient client = null!;

    public async ValueTask InitializeAsync() => client = new OidcClient(provider = await StartAsync());

    public ValueTask DisposeAsync()
    {
        client?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected abstract Task<IdentityProviderUnderTest> StartAsync();

    [Fact]
    public async Task Discovery_offers_what_Web_and_Api_use_and_an_unknown_realm_is_not_found()
    {
        var discovery = await OidcClient.ReadAsync(await client.Http.GetAsync(provider.Discovery));
        (string Name, string Value)[] expected =
        [
            ("issuer", provider.RealmUrl),
            ("authorization_endpoint", provider.Endpoint("auth")),
            ("token_endpoint", provider.Endpoint("token")),
            ("jwks_uri", provider.Endpoint("certs")),
            ("end_session_endpoint", provider.Endpoint("logout")),
            ("pushed_authorization_request_endpoint", provider.Endpoint("ext/par/request")),
            ("authorization_response_iss_parameter_supported", "True"), // RFC 9207
            ("code_challenge_methods_supported", "S256"),
            ("acr_values_supported", "\"password\""), // RFC 9470, section 7
            ("acr_values_supported", "\"mfa\""),
            ("claims_parameter_supported", "True"),
        ];
        Assert.All(expected, offer => Assert.Contains(offer.Value, discovery.GetProperty(offer.Name).ToString()));
        Assert.Equal(HttpStatusCode.NotFound, (await client.Http.GetAsync((provider with { Realm = "nowhere" }).Discovery)).StatusCode);
    }

    [Fact]
    public async Task Certs_hold_the_key_that_tokens_are_signed_with_and_are_not_kept_by_caches()
    {
        var token = (await client.LogInServiceAsync("night-watch")).Access;
        var response = await client.Http.GetAsync(provider.Endpoint("certs"));
        var keys = (await OidcClient.ReadAsync(response)).GetProperty("keys").EnumerateArray().ToList();
        var key = Assert.Single(keys, key => key.GetProperty("use").GetString() == "sig");
        Assert.Equal(("RS256", token.Kid), (key.GetProperty("alg").GetString(), key.GetProperty("kid").GetString()));
        Assert.All(keys, key => Assert.False(key.TryGetProperty("d", out _), "A private key is published."));
        Assert.Null(response.Headers.CacheControl?.MaxAge); // keys may change any time
    }

    [Theory]
    [InlineData("alice", "Alice Demo", "a11ce000-0000-4000-8000-000000000001", "user", "/engineering")]
    [InlineData("bob", "Bob Demo", "b0b00000-0000-4000-8000-000000000002", "user", "/facilities")]
    [InlineData("admin", "Admin Demo", "ad314000-0000-4000-8000-000000000003", "admin user", "/engineering /facilities /security")]
    public async Task Tokens_of_a_person_have_the_claims_that_Api_and_Web_read(
        string persona, string name, string subject, string roles, string groups)
    {
        var tokens = await client.LogInAsync(persona);

        var token = tokens.Access;
        Assert.Equal(("RS256", "at+jwt"), (token.Alg, token.Typ));
        Assert.Equal(
            [
                "acr", "amr", "aud", "auth_time", "azp", "client_id", "exp", "groups", "iat", "iss", "jti", "name", "preferred_username",
                "roles", "scope", "sid", "sub", "typ",
            ],
            token.Names);
        Assert.Equal((provider.RealmUrl, "api", subject), (token["iss"], token["aud"], token["sub"]));
        Assert.Equal("api", token.GetPayloadValue<object>("aud")); // a string, no list
        Assert.Equal(("web", "web", persona, name), (token["azp"], token["client_id"], token["preferred_username"], token["name"]));
        Assert.Equal((roles, groups), (string.Join(' ', token.List("roles")), string.Join(' ', token.List("groups"))));
        Assert.Equal(["openid", "profile"], token["scope"]!.Split(' ').Order());
        Assert.Equal((300, "Bearer"), (token.Number("exp") - token.Number("iat"), tokens.TokenType));
        Assert.InRange(tokens.ExpiresIn, 298, 300); // Keycloak counts from when it answers
        Assert.InRange(token.Number("auth_time"), token.Number("iat") - 120, token.Number("iat"));

        Assert.Equal(("JWT", null), (tokens.Id.Typ, tokens.Id["scope"])); // no access token
        Assert.Equal((provider.RealmUrl, "web", "the nonce"), (tokens.Id["iss"], tokens.Id["aud"], tokens.Id["nonce"]));
        foreach (var claim in (string[])["sub", "sid", "auth_time", "acr", "amr", "name", "preferred_username"])
            Assert.Equal(token[claim], tokens.Id[claim]);
        Assert.Equal(token.List("roles").Concat(token.List("groups")), tokens.Id.List("roles").Concat(tokens.Id.List("groups")));
    }

    [Fact]
    public async Task Login_hint_fills_in_the_user_name_and_a_wrong_password_shows_the_login_page_again()
    {
        var page = await client.AuthorizeAsync(("login_hint", "bob"));
        var form = await OidcClient.ReadLoginPageAsync(page);
        var again = await client.SignInAsync(page, "alice", "wrong");
        Assert.Equal(["username", "password"], await OidcClient.FieldsOfAsync(page));
        Assert.Equal("bob", form.Values["username"]);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Empty(again.Headers.WwwAuthenticate);
        Assert.Contains("Invalid username or password.", await again.Content.ReadAsStringAsync());
        var callback = client.Callback(await client.SignInAsync(again, "alice", "alice"));
        Assert.Equal(("the state", provider.RealmUrl), (callback["state"], callback["iss"])); // RFC 9207, section 2
    }

    [Theory]
    [InlineData("state", "another")]
    [InlineData("max_age", "1000")]
    public async Task Second_login_in_a_session_needs_no_page_and_keeps_the_time_of_the_first(string name, string value)
    {
        var first = (await client.LogInAsync("alice")).Access;
        var silent = await client.RedeemAsync(await client.AuthorizeAsync((name, value)));
        foreach (var claim in (string[])["sid", "auth_time", "sub", "acr", "amr"]) Assert.Equal(first[claim], silent.Access[claim]);
    }

    [Fact]
    public async Task Refresh_gives_new_tokens_of_the_same_login()
    {
        var before = await client.LogInAsync("alice", ("scope", "openid profile visitors:read"));
        Assert.Equal((before.Access["scope"], true), (before.Scope, before.Scope.Contains("visitors:read")));
        var after = await client.RefreshAsync(before);
        Assert.Equal(before.Access.Names, after.Access.Names);
        foreach (var claim in (string[])["auth_time", "sid", "scope"]) Assert.Equal(before.Access[claim], after.Access[claim]);
        Assert.NotEqual((before.Access["jti"], before.RefreshToken), (after.Access["jti"], after.RefreshToken));
        Assert.Equal((before.Id["auth_time"], null), (after.Id["auth_time"], after.Id["nonce"]));
    }

    [Fact]
    public async Task Refresh_token_that_comes_eight_times_at_once_is_worth_one_successor_that_is_dead() // RFC 9700, section 4.14.2
    {
        var stolen = await client.LogInAsync("alice");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.TryRefreshAsync(stolen)));
        var successor = await OidcClient.ReadTokensAsync(Assert.Single(answers, answer => answer.IsSuccessStatusCode));
        await OidcClient.AssertRefusedAsync(await client.TryRefreshAsync(successor), "invalid_grant");
        await OidcClient.AssertRefusedAsync(answers.Last(answer => !answer.IsSuccessStatusCode), "invalid_grant");
    }

    [Fact]
    public async Task Code_that_comes_twice_kills_the_tokens_it_gave() // RFC 6749, section 4.1.2
    {
        var code = await client.GetCodeAsync("alice");
        var tokens = await client.RedeemAsync(code);
        await OidcClient.AssertRefusedAsync(await client.TryRedeemAsync(code), "invalid_grant");
        await OidcClient.AssertRefusedAsync(await client.TryRefreshAsync(tokens), "invalid_grant");
    }

    [Fact]
    public async Task Logout_ends_session_and_refresh_token_and_leads_back()
    {
        var tokens = await client.LogInAsync("alice");
        var response = await client.LogOutAsync(
            ("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", provider.PostLogout), ("state", "back"));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal($"{provider.PostLogout}?state=back", response.Headers.Location!.ToString());
        await OidcClient.AssertRefusedAsync(await client.TryRefreshAsync(tokens), "invalid_grant");
        Assert.Contains("username", await OidcClient.FieldsOfAsync(await client.AuthorizeAsync()));
    }

    [Theory]
    [InlineData("night-watch", null, "api", "user", "profile", 300)]
    [InlineData("night-watch", "visitors:read", "api", "user", "profile visitors:read", 300)]
    [InlineData("short-lived", null, "api", "user", "profile", 2)]
    [InlineData("elsewhere", null, "cafeteria", null, "profile", 300)]
    public async Task Service_account_gets_an_access_token_and_nothing_else(
        string id, string? scope, string audience, string? role, string granted, int seconds)
    {
        var tokens = await client.LogInServiceAsync(id, scope: scope);
        var token = tokens.Access;
        string[] roles = role is null ? [] : ["roles"];
        Assert.Equal(
            ["aud", "azp", "client_id", "exp", "iat", "iss", "jti", "preferred_username", .. roles, "scope", "sub", "typ"], token.Names);
        Assert.Equal(("at+jwt", audience, id), (token.Typ, token["aud"], token["client_id"]));
        if (role is not null) Assert.Equal([role], token.List("roles"));
        Assert.Equal(granted.Split(' '), token["scope"]!.Split(' ').Order());
        Assert.Equal(seconds, token.Number("exp") - token.Number("iat"));
        Assert.InRange(tokens.ExpiresIn, seconds - 2, seconds);
        Assert.Equal((null, null), (tokens.RefreshToken, tokens.IdToken));
    }

    [Fact]
    public async Task Neighbour_issues_the_same_shape_under_another_name_and_key()
    {
        var own = (await client.LogInServiceAsync("night-watch")).Access;
        var neighbour = provider with { Realm = "neighbour" };
        using var other = new OidcClient(neighbour);
        var foreign = (await other.LogInServiceAsync("night-watch", "neighbour-development-secret")).Access;
        Assert.Equal(own.Names, foreign.Names);
        Assert.Equal((neighbour.RealmUrl, "api"), (foreign["iss"], foreign["aud"]));
        Assert.NotEqual(own.Kid, foreign.Kid);
    }

    [Theory] // Web ends a session at invalid_grant only: a wrong secret or an outage is nothing that a login could mend.
    [InlineData("client_id=web&client_secret=web-development-secret&grant_type=refresh_token&refresh_token=x", "invalid_grant")]
    [InlineData("client_id=web&client_secret=wrong&grant_type=refresh_token&refresh_token=x", "invalid_client", "unauthorized_client")]
    [InlineData("client_id=nobody&client_secret=x&grant_type=client_credentials", "invalid_client")]
    [InlineData("client_id=web&client_secret=web-development-secret&grant_type=password&username=alice&password=alice",
        "unauthorized_client", "unsupported_grant_type")] // RFC 9700, section 2.4
    public async Task Token_endpoint_refuses(string form, params string[] errors) => await OidcClient.AssertRefusedAsync(
        await client.PostAsync("token", form.Split('&').ToDictionary(field => field.Split('=')[0], field => field.Split('=')[1])), errors);

    [Fact]
    public async Task Login_without_a_pushed_request_is_the_same_and_a_refused_one_goes_back_to_Web_with_state_and_issuer()
    {
        await client.RedeemAsync(await client.SignInAsync(await client.AuthorizeDirectlyAsync(), "alice", "alice"));
        var callback = client.Callback(await client.AuthorizeDirectlyAsync(("scope", "openid unheard-of")));
        Assert.Equal(("invalid_scope", "the state", provider.RealmUrl), (callback["error"], callback["state"], callback["iss"]));
    }

    [Fact]
    public async Task Second_factor_in_a_session_is_a_code_alone_that_is_good_once_and_raises_acr_and_amr()
    {
        var before = await client.LogInAsync("alice");
        Assert.Equal(("password", "pwd"), (before.Access["acr"], Assert.Single(before.Access.List("amr"))));
        await WaitForNextSecondAsync(before.Access);

        var wrong = await client.EnterCodeAsync(await client.AuthorizeAsync(("acr_values", "mfa")), "no code");
        Assert.Contains("Invalid authenticator code.", await wrong.Content.ReadAsStringAsync());
        var (end, code) = await client.EnterGoodCodeAsync(wrong, "alice");
        var after = await client.RedeemAsync(end);

        Assert.All([after.Access, after.Id], token =>
        {
            Assert.Equal(("mfa", before.Access["sid"]), (token["acr"], token["sid"]));
            Assert.Equal(["otp", "pwd"], token.List("amr"));
            Assert.True(token.Number("auth_time") > before.Access.Number("auth_time"));
        });
        Assert.Equal("mfa", (await client.RefreshAsync(after)).Access["acr"]);
        var again = await client.RedeemAsync(await client.AuthorizeAsync(("acr_values", "mfa"))); // no page
        Assert.Equal((after.Access["auth_time"], "mfa"), (again.Access["auth_time"], again.Id["acr"]));

        using var thief = new OidcClient(provider);
        var page = await thief.SignInAsync(await thief.AuthorizeAsync(("acr_values", "mfa")), "alice", "alice");
        page = await thief.EnterCodeAsync(page, code); // RFC 6238, section 5.2
        Assert.Equal(["otp"], await OidcClient.FieldsOfAsync(page));
        Assert.Equal("login_required", thief.Callback(await thief.AuthorizeAsync(("prompt", "none")))["error"]); // by the password alone
    }

    [Fact]
    public async Task Step_up_by_password_and_by_code_say_nothing_about_each_other()
    {
        await client.LogInAsync("admin");
        Assert.Equal("login_required", client.Callback(await client.AuthorizeAsync(("acr_values", "mfa"), ("prompt", "none")))["error"]);
        var page = await client.SignInAsync(await client.AuthorizeAsync(("acr_values", "mfa"), ("prompt", "login")), "admin", "admin");
        var both = await client.RedeemAsync((await client.EnterGoodCodeAsync(page, "admin")).End);
        await WaitForNextSecondAsync(both.Access);
        page = await client.AuthorizeAsync(("max_age", "0"));
        Assert.Equal(["password"], await OidcClient.FieldsOfAsync(page));
        var passwordOnly = await client.RedeemAsync(await client.SignInAsync(page, "admin", "admin"));
        var still = await client.RedeemAsync(await client.AuthorizeAsync(("acr_values", "mfa"))); // no page: the code is still good
        Assert.Equal(("mfa", "password", "mfa"), (both.Access["acr"], passwordOnly.Access["acr"], still.Access["acr"]));
        Assert.Equal(both.Access["sid"], passwordOnly.Access["sid"]);
        Assert.True(passwordOnly.Id.Number("auth_time") > both.Id.Number("auth_time"));
    }

    [Theory] // OpenID Connect Core, section 5.5.1.1: what is asked for is a wish, and the lowest of several counts
    [InlineData("gold")]
    [InlineData("mfa gold")]
    [InlineData("password mfa")]
    public async Task Level_that_is_not_known_or_not_the_only_one_gives_an_ordinary_login(string levels) =>
        Assert.Equal("password", (await client.LogInAsync("bob", ("acr_values", levels))).Access["acr"]);

    [Fact]
    public async Task Essential_claim_asks_for_the_second_factor_and_is_refused_where_it_is_not_known()
    {
        await client.LogInAsync("bob");
        Assert.Equal(["otp"], await OidcClient.FieldsOfAsync(await client.AuthorizeAsync(("claims", Essential("mfa")))));
        var refused = await client.AuthorizeAsync(("claims", Essential("gold")));
        Assert.True(refused.StatusCode == HttpStatusCode.BadRequest // Keycloak's page
            || client.Callback(refused)["error"] == "unmet_authentication_requirements");

        static string Essential(string acr) =>
            JsonSerializer.Serialize(new { id_token = new { acr = new { essential = true, values = new[] { acr } } } });
    }

    [Theory] // A realm file means the same where it says things in a roundabout way.
    [InlineData("carla", "carla", "admin auditor boss user")] // by a role that has others in it
    [InlineData("gustav", "gustav", "admin auditor user")] // by a group
    [InlineData(" Carla ", "carla", "admin auditor boss user")] // as keyboards write it
    [InlineData("gustav@authdemo.example ", "gustav", "admin auditor user")]
    public async Task Person_has_the_roles_of_roles_and_groups_under_each_of_the_names(string name, string password, string roles)
    {
        using var variety = new OidcClient(provider with { Realm = "variety" });
        var page = await variety.AuthorizeAsync(("scope", "openid"));
        var first = await variety.RedeemAsync(await variety.SignInAsync(page, name, password));
        var second = await variety.LogInAsync(password, ("scope", "openid")); // by the session
        Assert.Equal(roles.Split(' '), first.Access.List("roles"));
        Assert.Equal(("1", "0"), (first.Access["acr"], second.Access["acr"])); // a login flow without levels
    }

    /// <summary>Waits until a new login has another time than this one's: they are whole seconds.</summary>
    private static async Task WaitForNextSecondAsync(DecodedToken login)
    {
        while (DateTimeOffset.UtcNow.ToUnixTimeSeconds() <= login.Number("auth_time"))
            await Task.Delay(100);
    }
}

public sealed class StandInContractTests(StandInHost standIn) : IdentityProviderContract, IClassFixture<StandInHost>
{
    protected override Task<IdentityProviderUnderTest> StartAsync() => Task.FromResult(standIn.Provider);
}

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakContractTests(KeycloakApplication application) : IdentityProviderContract
{
    protected override async Task<IdentityProviderUnderTest> StartAsync()
    {
        await application.StartAsync();
        return new(application.Keycloak, application.Web);
    }
}
