using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuthDemo.Tests.Application;

/// <summary>Somebody with a browser's cookies and a browser's patience for redirects, but no script: the flow tests' view of Web.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly HttpClient http;

    public Visitor(Uri web) => http = new HttpClient(new CookieJar()) { BaseAddress = web };

    /// <summary>Gets a page, following redirects over all hosts as a browser does.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path) => await FollowAsync(await http.GetAsync(path));

    /// <summary>Gets a page without following redirects.</summary>
    public Task<HttpResponseMessage> GetWithoutRedirectsAsync(string path) => http.GetAsync(path);

    /// <summary>Logs in through the identity provider's login page. Every seeded user's password is the user's name.</summary>
    /// <param name="persona">The user's name.</param>
    /// <param name="query">More parameters of the login, each with a leading ampersand.</param>
    public async Task LogInAsync(string persona, string query = "")
    {
        var loginPage = await GetAsync("/login?returnUrl=/" + query);
        var end = await AnswerLoginAsync(loginPage, persona);
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
        Assert.Equal(http.BaseAddress!.Authority, end.RequestMessage!.RequestUri!.Authority);
    }

    /// <summary>Logs out, at the identity provider too.</summary>
    public async Task LogOutAsync()
    {
        using var end = await PostFormAsync("/logout");
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
    }

    /// <summary>Fills in the login form of a page and follows where it leads.</summary>
    public async Task<HttpResponseMessage> AnswerLoginAsync(HttpResponseMessage loginPage, string persona)
    {
        var html = await loginPage.Content.ReadAsStringAsync();
        var action = LoginForm().Match(html);
        Assert.True(action.Success, $"No login form at {loginPage.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path)}.");
        var target = new Uri(loginPage.RequestMessage!.RequestUri!, WebUtility.HtmlDecode(action.Groups["action"].Value));
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = persona, ["password"] = persona });
        return await FollowAsync(await http.PostAsync(target, form));
    }

    /// <summary>Posts a form of Web's home page, with the page's anti-forgery token, and follows redirects.</summary>
    public async Task<HttpResponseMessage> PostFormAsync(string path, Dictionary<string, string>? fields = null) =>
        await FollowAsync(await SendFormAsync(path, fields, accept: "text/html"));

    /// <summary>Runs one scenario of the lab as who this visitor is now.</summary>
    /// <exception cref="NotReadyException">The scenario needs something first.</exception>
    public async Task<JsonElement> RunScenarioAsync(string id)
    {
        using var response = await SendFormAsync($"/lab/run/{id}", null, accept: "application/json");
        var body = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.Conflict) throw new NotReadyException(id, body);
        Assert.True(response.IsSuccessStatusCode, $"The lab answered {(int)response.StatusCode} to {id}: {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendFormAsync(string path, Dictionary<string, string>? fields, string accept)
    {
        var home = await http.GetStringAsync("/");
        var token = AntiforgeryToken().Match(home);
        Assert.True(token.Success, "Web's home page has no form with an anti-forgery token.");
        var form = new Dictionary<string, string>(fields ?? []) { ["__RequestVerificationToken"] = WebUtility.HtmlDecode(token.Groups["token"].Value) };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return await http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        for (var hop = 0; hop < 20; hop++)
        {
            if ((int)response.StatusCode is < 300 or >= 400 || response.Headers.Location is not { } location) return response;
            var next = new Uri(response.RequestMessage!.RequestUri!, location);
            response.Dispose();
            response = await http.GetAsync(next);
        }

        throw new InvalidOperationException($"Still redirected after 20 hops, at {response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path)}.");
    }

    [GeneratedRegex("""<form\b[^>]*\baction="(?<action>[^"]+)"[^>]*>(?=.*?name="password")""", RegexOptions.Singleline)]
    private static partial Regex LoginForm();

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*\bvalue="(?<token>[^"]+)""")]
    private static partial Regex AntiforgeryToken();

    /// <summary>
    /// Cookies as browsers keep them on loopback: shared by all ports, and sent back although they are marked Secure (Keycloak marks all of
    /// its cookies so), because loopback counts as trustworthy (W3C Secure Contexts 3.1).
    /// </summary>
    internal sealed class CookieJar : DelegatingHandler
    {
        private readonly CookieContainer cookies = new();

        public CookieJar() : base(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null })
        {
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!;
            Assert.True(uri.IsLoopback, $"A test tried to leave this machine: {uri.Host}.");
            if (cookies.GetCookieHeader(uri) is { Length: > 0 } header) request.Headers.Add("Cookie", header);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var received))
            {
                foreach (var cookie in received)
                    cookies.SetCookies(uri, cookie.Replace("; Secure", "", StringComparison.OrdinalIgnoreCase).Replace(";Secure", "", StringComparison.OrdinalIgnoreCase));
            }

            return response;
        }
    }
}

/// <summary>The lab says that a scenario needs something first.</summary>
public sealed class NotReadyException(string scenario, string answer) : Exception($"{scenario} is not ready to be run: {answer}");
