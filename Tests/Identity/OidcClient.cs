using System.Collections.Specialized;
using System.Globalization;
using System.Web;
using AuthDemo.AppHost.Flows;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using OtpNet;

namespace AuthDemo.Tests.Identity;

/// <summary>Browser and client <c>web</c> in one, step by step, so that a test can do one wrongly. Follows no redirect to Web.</summary>
public sealed class OidcClient(IdentityProviderUnderTest provider) : IDisposable
{
    private static readonly (string, string?)[] Credentials = [("client_id", "web"), ("client_secret", "web-development-secret")];

    public HttpClient Http { get; } = new(new BrowserCookies());
    public IdentityProviderUnderTest Provider => provider;

    /// <summary>A right authorization request. A change to null leaves the parameter out.</summary>
    public Dictionary<string, string> Request(params (string Name, string? Value)[] changes) => Form([
        ("client_id", "web"),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("redirect_uri", provider.Callback),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), // RFC 7636, appendix B
        ("code_challenge_method", "S256"),
        ("state", "the state"),
        ("nonce", "the nonce"),
        .. changes]);

    /// <summary>Pushes an authorization request (RFC 9126), and leads the browser to the identity provider's own page.</summary>
    public async Task<HttpResponseMessage> AuthorizeAsync(params (string Name, string? Value)[] changes)
    {
        var pushed = await ReadAsync(await PostAsync("ext/par/request", Request([.. Credentials, .. changes])));
        var query = Form([("client_id", "web"), ("request_uri", pushed.GetProperty("request_uri").GetString())]);
        return await FollowAsync(await Http.GetAsync(AddressOf(query)));
    }

    public async Task<HttpResponseMessage> AuthorizeDirectlyAsync(params (string Name, string? Value)[] changes) =>
        await FollowAsync(await Http.GetAsync(AddressOf(Request(changes))));

    public string AddressOf(Dictionary<string, string> query) => QueryHelpers.AddQueryString(provider.Endpoint("auth"), query!);

    public async Task<HttpResponseMessage> SignInAsync(HttpResponseMessage page, string username, string password)
    {
        var login = await ReadLoginPageAsync(page);
        return await FollowAsync(await Http.PostAsync(login.Action, login.Fill(("username", username), ("password", password))));
    }

    public async Task<HttpResponseMessage> EnterCodeAsync(HttpResponseMessage page, string code)
    {
        Assert.Equal(["otp"], await FieldsOfAsync(page));
        var form = await ReadLoginPageAsync(page);
        return await FollowAsync(await Http.PostAsync(form.Action, form.Fill(("otp", code))));
    }

    public static string CodeOf(string user, TimeProvider clock) =>
        new Totp(Persona.Realm.FindPerson(user)!.OtpSecret).ComputeTotp(clock.GetUtcNow().UtcDateTime);

    /// <summary>Enters codes of a user until one is taken: others may have used the first ones up, since each is good once.</summary>
    public async Task<(HttpResponseMessage End, string Code)> EnterGoodCodeAsync(HttpResponseMessage page, string user)
    {
        var code = "";
        await Wait.UntilAsync($"a code of {user} is taken", async () =>
        {
            if (CodeOf(user, TimeProvider.System) is var next && next != code) page = await EnterCodeAsync(page, code = next);
            return page.StatusCode != HttpStatusCode.OK;
        });
        return (page, code);
    }

    public static async Task<LoginPage> ReadLoginPageAsync(HttpResponseMessage page) =>
        LoginPage.Find(page.RequestMessage!.RequestUri!, await page.Content.ReadAsStringAsync())
        ?? throw new InvalidOperationException($"No login page, but {(int)page.StatusCode}.");

    /// <summary>The fields of a page that can be seen: <c>username</c> and <c>password</c>, the latter alone, or <c>otp</c>.</summary>
    public static async Task<IEnumerable<string>> FieldsOfAsync(HttpResponseMessage page) =>
        (await ReadLoginPageAsync(page)).Values.Keys.Where(name => name is "username" or "password" or "otp");

    public async Task<string> GetCodeAsync(string username, params (string Name, string? Value)[] changes)
    {
        var end = await AuthorizeAsync(changes);
        return CodeIn(end.StatusCode == HttpStatusCode.OK ? await SignInAsync(end, username, username) : end);
    }

    public async Task<Tokens> LogInAsync(string username, params (string Name, string? Value)[] changes) =>
        await RedeemAsync(await GetCodeAsync(username, changes));

    public Task<Tokens> RedeemAsync(HttpResponseMessage end) => RedeemAsync(CodeIn(end));

    public async Task<Tokens> RedeemAsync(string code) => await ReadTokensAsync(await TryRedeemAsync(code));

    public Task<HttpResponseMessage> TryRedeemAsync(string code) => PostAsync("token", Form([
        .. Credentials,
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", provider.Callback),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")]));

    public async Task<Tokens> RefreshAsync(Tokens tokens) => await ReadTokensAsync(await TryRefreshAsync(tokens));

    public Task<HttpResponseMessage> TryRefreshAsync(Tokens tokens) =>
        PostAsync("token", Form([.. Credentials, ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken)]));

    public async Task<Tokens> LogInServiceAsync(string client, string? secret = null, string? scope = null) =>
        await ReadTokensAsync(await PostAsync("token", Form([
            ("client_id", client),
            ("client_secret", secret ?? $"{client}-development-secret"),
            ("grant_type", "client_credentials"),
            ("scope", scope)])));

    public Task<HttpResponseMessage> PostAsync(string endpoint, Dictionary<string, string> form) =>
        Http.PostAsync(provider.Endpoint(endpoint), new FormUrlEncodedContent(form));

    public Task<HttpResponseMessage> LogOutAsync(params (string Name, string? Value)[] parameters) =>
        Http.GetAsync(QueryHelpers.AddQueryString(provider.Endpoint("logout"), Form(parameters)!));

    public NameValueCollection Callback(HttpResponseMessage response)
    {
        var location = response.Headers.Location;
        Assert.Equal((HttpStatusCode.Found, provider.Callback), (response.StatusCode, location?.GetLeftPart(UriPartial.Path)));
        return HttpUtility.ParseQueryString(location!.Query);
    }

    /// <summary>A JSON endpoint refuses, with 400 or 401 and one of these error codes (RFC 6749, section 5.2).</summary>
    public static async Task AssertRefusedAsync(HttpResponseMessage response, params string[] errors)
    {
        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.Contains((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString(), errors);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.RequestUri!.AbsolutePath} answered {response}: {body}");
        return JsonElement.Parse(body);
    }

    public static async Task<Tokens> ReadTokensAsync(HttpResponseMessage response) =>
        (await ReadAsync(response)).Deserialize<Tokens>(Tokens.Json)!;

    public void Dispose() => Http.Dispose();

    private string CodeIn(HttpResponseMessage end) =>
        Callback(end)["code"] ?? throw new InvalidOperationException($"No code: {end.Headers.Location}");

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        while (response.Headers.Location is { } location)
        {
            var next = new Uri(response.RequestMessage!.RequestUri!, location);
            if (next.Authority != provider.Address.Authority) break;
            response = await Http.GetAsync(next);
        }

        return response;
    }

    private static Dictionary<string, string> Form((string Name, string? Value)[] values) =>
        values.GroupBy(value => value.Name, value => value.Value).Where(same => same.Last() is not null)
            .ToDictionary(same => same.Key, same => same.Last()!);
}

/// <summary>A realm of an identity provider that serves realm files, and the address of Web that it allows redirects to.</summary>
public sealed record IdentityProviderUnderTest(Uri Address, Uri Web, string Realm = "authdemo")
{
    public string RealmUrl => new Uri(Address, $"/realms/{Realm}").ToString();
    public string Discovery => $"{RealmUrl}/.well-known/openid-configuration";
    public string Callback => new Uri(Web, "/signin-oidc").ToString();
    public string PostLogout => new Uri(Web, "/signout-callback-oidc").ToString();

    public string Endpoint(string name) => $"{RealmUrl}/protocol/openid-connect/{name}";
}

public sealed record Tokens(string AccessToken, string? IdToken, string? RefreshToken, string TokenType, int ExpiresIn, string Scope)
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public DecodedToken Access => new(AccessToken);
    public DecodedToken Id => new(IdToken!);
}

/// <summary>A token, not validated: what is asked here is what an identity provider writes.</summary>
public sealed class DecodedToken(string token) : JsonWebToken(token)
{
    public string? this[string claim] => List(claim).FirstOrDefault();

    public long Number(string claim) => long.Parse(this[claim]!, CultureInfo.InvariantCulture);

    public string[] List(string claim) =>
        [.. Claims.Where(one => one.Type == claim).Select(one => one.Value).Order(StringComparer.Ordinal)];

    public IEnumerable<string> Names => Claims.Select(claim => claim.Type).Distinct().Order(StringComparer.Ordinal);
}
