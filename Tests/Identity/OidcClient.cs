using System.Collections.Specialized;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using AuthDemo.AppHost.Flows;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Tests.Identity;

/// <summary>
/// A browser and the client <c>web</c> in one: asks an identity provider what Web asks it, step by step, so that a test can do one step
/// wrongly. It never follows a redirect to Web.
/// </summary>
public sealed class OidcClient(IdentityProviderUnderTest provider) : IDisposable
{
    /// <summary>The browser, with its cookies. It follows no redirect by itself.</summary>
    public HttpClient Http { get; } = new(new BrowserCookies());

    public IdentityProviderUnderTest Provider => provider;

    /// <summary>A right authorization request. A change to null leaves the parameter out.</summary>
    public Dictionary<string, string> Request(params (string Name, string? Value)[] changes) => Change(new()
    {
        ["client_id"] = "web",
        ["response_type"] = "code",
        ["scope"] = "openid profile",
        ["redirect_uri"] = provider.Callback,
        ["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", // RFC 7636, appendix B
        ["code_challenge_method"] = "S256",
        ["state"] = "the state",
        ["nonce"] = "the nonce",
    }, changes);

    /// <summary>
    /// Pushes an authorization request, as Web does (RFC 9126), and sends the browser there and on to the identity provider's own page.
    /// </summary>
    public async Task<HttpResponseMessage> AuthorizeAsync(params (string Name, string? Value)[] changes)
    {
        var request = Request([("client_secret", "web-development-secret"), .. changes]);
        var pushed = await ReadAsync(await PostAsync("ext/par/request", request));
        return await NavigateAsync(new() { ["client_id"] = "web", ["request_uri"] = pushed.GetProperty("request_uri").GetString()! });
    }

    /// <summary>Sends the browser to the authorization endpoint with all parameters in the address.</summary>
    public Task<HttpResponseMessage> AuthorizeDirectlyAsync(params (string Name, string? Value)[] changes) =>
        NavigateAsync(Request(changes));

    /// <summary>The address of an authorization request.</summary>
    public string AddressOf(Dictionary<string, string> query) => QueryHelpers.AddQueryString(provider.Endpoint("auth"), query!);

    /// <summary>Fills in and posts the form of a login page.</summary>
    public async Task<HttpResponseMessage> SignInAsync(HttpResponseMessage page, string username, string password)
    {
        var login = await ReadLoginPageAsync(page);
        return await FollowAsync(await Http.PostAsync(login.Action, login.Fill(("username", username), ("password", password))));
    }

    /// <summary>Fills in and posts the form that asks for a one-time code.</summary>
    public async Task<HttpResponseMessage> EnterCodeAsync(HttpResponseMessage page, string code)
    {
        var form = await ReadLoginPageAsync(page);
        Assert.Equal(["otp"], form.Fields);
        return await FollowAsync(await Http.PostAsync(form.Action, form.Fill(("otp", code))));
    }

    /// <summary>Enters codes of a user until one is taken: others may have used the first ones up, since each is good once.</summary>
    public async Task<(HttpResponseMessage End, string Code)> EnterGoodCodeAsync(HttpResponseMessage page, string user)
    {
        var tried = new HashSet<string>();
        for (var end = DateTime.UtcNow.AddMinutes(3); ; await Task.Delay(500))
        {
            Assert.True(DateTime.UtcNow < end, $"None of {tried.Count} codes of {user} was taken.");
            if (OneTimeCode.Of(user) is var code && tried.Add(code)) page = await EnterCodeAsync(page, code);
            if (page.StatusCode != HttpStatusCode.OK) return (page, code);
        }
    }

    /// <summary>The login form of a page that has exactly one.</summary>
    public static async Task<LoginPage> ReadLoginPageAsync(HttpResponseMessage page) =>
        LoginPage.Find(page.RequestMessage!.RequestUri!, await page.Content.ReadAsStringAsync())
        ?? throw new InvalidOperationException($"No login page, but {(int)page.StatusCode}.");

    /// <summary>A login, down to the code.</summary>
    public async Task<string> GetCodeAsync(string username, params (string Name, string? Value)[] changes)
    {
        var end = await AuthorizeAsync(changes);
        if (end.StatusCode == HttpStatusCode.OK) end = await SignInAsync(end, username, username);
        return Callback(end)["code"] ?? throw new InvalidOperationException($"No code: {end.Headers.Location}");
    }

    /// <summary>A whole login, down to the tokens.</summary>
    public async Task<Tokens> LogInAsync(string username, params (string Name, string? Value)[] changes) =>
        await RedeemAsync(await GetCodeAsync(username, changes));

    /// <summary>Redeems the code that a redirect brings to Web.</summary>
    public Task<Tokens> RedeemAsync(HttpResponseMessage end) =>
        RedeemAsync(Callback(end)["code"] ?? throw new InvalidOperationException($"No code: {end.Headers.Location}"));

    public async Task<Tokens> RedeemAsync(string code) => Tokens.Of(await ReadAsync(await PostAsync("token", Redemption(code))));

    /// <summary>A right token request for a code.</summary>
    public Dictionary<string, string> Redemption(string code, params (string Name, string? Value)[] changes) => Change(new()
    {
        ["client_id"] = "web",
        ["client_secret"] = "web-development-secret",
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = provider.Callback,
        ["code_verifier"] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    }, changes);

    public async Task<Tokens> RefreshAsync(Tokens tokens) => Tokens.Of(await ReadAsync(await TryRefreshAsync(tokens)));

    public Task<HttpResponseMessage> TryRefreshAsync(Tokens tokens) => PostAsync("token", new()
    {
        ["client_id"] = "web",
        ["client_secret"] = "web-development-secret",
        ["grant_type"] = "refresh_token",
        ["refresh_token"] = tokens.RefreshToken!,
    });

    /// <summary>A token for a service account.</summary>
    public async Task<Tokens> LogInServiceAsync(string client, string? secret = null, string? scope = null) =>
        Tokens.Of(await ReadAsync(await PostAsync("token", Change(new()
        {
            ["client_id"] = client,
            ["client_secret"] = secret ?? $"{client}-development-secret",
            ["grant_type"] = "client_credentials",
        }, [("scope", scope)]))));

    public Task<HttpResponseMessage> PostAsync(string endpoint, Dictionary<string, string> form) =>
        Http.PostAsync(provider.Endpoint(endpoint), new FormUrlEncodedContent(form));

    public Task<HttpResponseMessage> GetAsync(string url) => Http.GetAsync(url);

    public async Task<JsonElement> GetJsonAsync(string url) => await ReadAsync(await Http.GetAsync(url));

    public Task<HttpResponseMessage> UserInfoAsync(string accessToken) => Http.SendAsync(
        new(HttpMethod.Get, provider.Endpoint("userinfo")) { Headers = { Authorization = new("Bearer", accessToken) } });

    /// <summary>Sends the browser to the logout endpoint.</summary>
    public Task<HttpResponseMessage> LogOutAsync(params (string Name, string? Value)[] parameters) =>
        Http.GetAsync(QueryHelpers.AddQueryString(provider.Endpoint("logout"), Change([], parameters)!));

    /// <summary>The parameters that a redirect brings to Web.</summary>
    public NameValueCollection Callback(HttpResponseMessage response)
    {
        var location = response.Headers.Location;
        Assert.Equal((HttpStatusCode.Found, provider.Callback), (response.StatusCode, location?.GetLeftPart(UriPartial.Path)));
        return HttpUtility.ParseQueryString(location!.Query);
    }

    /// <summary>Holds that a JSON endpoint refuses, with 400 or 401 and one of these error codes (RFC 6749, section 5.2).</summary>
    public static async Task AssertRefusedAsync(HttpResponseMessage response, params string[] errors)
    {
        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.Contains((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString(), errors);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.RequestUri!.AbsolutePath} answered {response}: {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    public void Dispose() => Http.Dispose();

    private async Task<HttpResponseMessage> NavigateAsync(Dictionary<string, string> query) =>
        await FollowAsync(await Http.GetAsync(AddressOf(query)));

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

    private static Dictionary<string, string> Change(Dictionary<string, string> values, (string Name, string? Value)[] changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is null) values.Remove(name);
            else values[name] = value;
        }

        return values;
    }
}
