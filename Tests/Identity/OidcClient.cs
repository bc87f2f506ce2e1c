using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using AuthDemo.AppHost.Flows;

namespace AuthDemo.Tests.Identity;

/// <summary>
/// A browser and the client <c>web</c> in one: asks an identity provider what Web asks it, step by step, so that a test can do one step wrongly.
/// It never follows a redirect to Web.
/// </summary>
internal sealed partial class OidcClient(IdentityProviderUnderTest provider) : IDisposable
{
    private readonly HttpClient http = new(new BrowserCookies());

    /// <summary>The PKCE verifier of this client's requests (RFC 7636).</summary>
    public string Verifier { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public string Challenge => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>A right authorization request. A change to null leaves the parameter out.</summary>
    public Dictionary<string, string> Request(params (string Name, string? Value)[] changes) => Change(new()
    {
        ["client_id"] = "web",
        ["response_type"] = "code",
        ["scope"] = "openid profile",
        ["redirect_uri"] = provider.Callback,
        ["code_challenge"] = Challenge,
        ["code_challenge_method"] = "S256",
        ["state"] = "the state",
        ["nonce"] = "the nonce",
    }, changes);

    /// <summary>Sends the browser to the authorization endpoint, and on to the identity provider's own page.</summary>
    public Task<HttpResponseMessage> AuthorizeAsync(params (string Name, string? Value)[] changes) => NavigateAsync(Request(changes));

    public async Task<HttpResponseMessage> NavigateAsync(Dictionary<string, string> query) =>
        await FollowAsync(await http.GetAsync($"{provider.Endpoint("auth")}?{Encode(query)}"));

    /// <summary>Fills in the form of a login page.</summary>
    public async Task<HttpResponseMessage> SignInAsync(HttpResponseMessage page, string username, string password)
    {
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var html = await page.Content.ReadAsStringAsync();
        var form = Assert.Single(Form().Matches(html), f => f.Value.Contains("password", StringComparison.Ordinal));
        var fields = Field().Matches(form.Value).Select(f => f.Groups["name"].Value).ToHashSet();
        var values = new Dictionary<string, string> { ["password"] = password };
        if (fields.Contains("username")) values["username"] = username;
        var target = new Uri(page.RequestMessage!.RequestUri!, WebUtility.HtmlDecode(form.Groups["action"].Value));
        return await FollowAsync(await http.PostAsync(target, new FormUrlEncodedContent(values)));
    }

    /// <summary>The names of the fields of a login page that a person sees.</summary>
    public static async Task<string[]> FieldsAsync(HttpResponseMessage page)
    {
        var html = await page.Content.ReadAsStringAsync();
        return [.. Field().Matches(html).Where(f => !f.Value.Contains("hidden", StringComparison.Ordinal)).Select(f => f.Groups["name"].Value).Where(n => n is "username" or "password")];
    }

    /// <summary>A whole login, down to the tokens.</summary>
    public async Task<JsonElement> LogInAsync(string username, params (string Name, string? Value)[] changes)
    {
        var page = await AuthorizeAsync(changes);
        var end = page.StatusCode == HttpStatusCode.OK ? await SignInAsync(page, username, username) : page;
        return await RedeemAsync(Callback(end)["code"]!);
    }

    public async Task<JsonElement> RedeemAsync(string code) => await ReadAsync(await PostAsync("token", Redemption(code)));

    /// <summary>A right token request for a code.</summary>
    public Dictionary<string, string> Redemption(string code, params (string Name, string? Value)[] changes) => Change(new()
    {
        ["client_id"] = "web",
        ["client_secret"] = "web-development-secret",
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = provider.Callback,
        ["code_verifier"] = Verifier,
    }, changes);

    public Task<HttpResponseMessage> RefreshAsync(JsonElement tokens) => PostAsync("token", new()
    {
        ["client_id"] = "web",
        ["client_secret"] = "web-development-secret",
        ["grant_type"] = "refresh_token",
        ["refresh_token"] = tokens.GetProperty("refresh_token").GetString()!,
    });

    /// <summary>A token for a service account.</summary>
    public Task<HttpResponseMessage> RequestServiceTokenAsync(string client, string? secret = null, string? scope = null, string realm = "authdemo") => PostAsync("token", Change(new()
    {
        ["client_id"] = client,
        ["client_secret"] = secret ?? $"{client}-development-secret",
        ["grant_type"] = "client_credentials",
    }, [("scope", scope)]), realm);

    public Task<HttpResponseMessage> PostAsync(string endpoint, Dictionary<string, string> form, string realm = "authdemo") =>
        http.PostAsync(provider.Endpoint(endpoint, realm), new FormUrlEncodedContent(form));

    public Task<HttpResponseMessage> GetAsync(string url) => http.GetAsync(url);

    /// <summary>Asks userinfo, without a header where there is no token.</summary>
    public async Task<HttpResponseMessage> UserinfoAsync(string? accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.Endpoint("userinfo"));
        if (accessToken is not null) request.Headers.Authorization = new("Bearer", accessToken);
        return await http.SendAsync(request);
    }

    /// <summary>Sends the browser to the logout endpoint.</summary>
    public Task<HttpResponseMessage> LogOutAsync(params (string Name, string? Value)[] parameters) =>
        http.GetAsync($"{provider.Endpoint("logout")}?{Encode(Change([], parameters))}");

    /// <summary>The parameters that a redirect brings to Web, in the query or in the fragment.</summary>
    public System.Collections.Specialized.NameValueCollection Callback(HttpResponseMessage response, bool inFragment = false)
    {
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var location = response.Headers.Location!;
        Assert.Equal(provider.Callback, location.GetLeftPart(UriPartial.Path));
        return HttpUtility.ParseQueryString(inFragment ? location.Fragment.TrimStart('#') : location.Query);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.RequestUri!.AbsolutePath} answered {(int)response.StatusCode}: {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    /// <summary>Holds the status and the error code of a refusal by a JSON endpoint.</summary>
    public static async Task AssertRefusedAsync(HttpResponseMessage response, HttpStatusCode status, string error)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, error), (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(body).GetProperty("error").GetString()));
        Assert.Empty(response.Headers.WwwAuthenticate);
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        while (response.Headers.Location is { } location && new Uri(response.RequestMessage!.RequestUri!, location) is var next && next.Authority == provider.Address.Authority)
            response = await http.GetAsync(next);
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

    private static string Encode(Dictionary<string, string> values) => string.Join('&', values.Select(v => $"{v.Key}={Uri.EscapeDataString(v.Value)}"));

    [GeneratedRegex("""<form\b[^>]*\baction="(?<action>[^"]+)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input\b[^>]*\bname="(?<name>[^"]+)"[^>]*>""")]
    private static partial Regex Field();
}
