using System.Net;
using System.Text.RegularExpressions;
using AuthDemo.AppHost.Flows;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Storage;

/// <summary>Two Webs, one Redis, and an identity provider whose access tokens Web soon renews.</summary>
public sealed partial class SharedWebs : IAsyncDisposable
{
    /// <summary>How long after a login Web renews the access token: 30 s before its end.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder realms = new();
    private readonly Lazy<Task> start;
    private StandInProcess? standIn;
    private CountingProxy? provider;

    public SharedWebs() => start = new(StartCoreAsync);

    public RedisServer Redis { get; } = new();

    public WebProcess First { get; private set; } = null!;

    public WebProcess Second { get; private set; } = null!;

    public string Authority => new Uri(provider!.Address, "/realms/authdemo").AbsoluteUri;

    public int Refreshes => provider!.Refreshes;

    /// <inheritdoc cref="CountingProxy.Refreshed"/>
    public Action? Refreshed
    {
        set => provider!.Refreshed = value;
    }

    /// <summary>The first call starts all of them.</summary>
    public Task StartAsync() => start.Value;

    /// <summary>A browser that is logged in; the realm lets a login come back to the first Web only.</summary>
    public async Task<BrowserOfBoth> LogInAsync(string name)
    {
        var browser = new BrowserOfBoth();
        await browser.LogInAsync(First.Address, name);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        First?.Dispose();
        Second?.Dispose();
        if (provider is not null) await provider.DisposeAsync();
        standIn?.Dispose();
        Redis.Dispose();
        realms.Dispose();
    }

    private async Task StartCoreAsync()
    {
        await Redis.StartAsync();
        foreach (var file in Directory.GetFiles(Repository.PathOf("AppHost/Realms")))
        {
            var realm = await File.ReadAllTextAsync(file);
            realm = Lifespan().Replace(realm, $"\"accessTokenLifespan\": {30 + FreshFor.TotalSeconds:0}");
            await File.WriteAllTextAsync(Path.Combine(realms.Path, Path.GetFileName(file)), realm);
        }

        // The realm names the first Web's address, so that is chosen before the provider starts, and the provider's before the Webs do.
        var port = Ports.FindFree();
        standIn = new StandInProcess(("REALMS", realms.Path), ("WEB_URL", $"http://localhost:{port}"));
        provider = new CountingProxy((await standIn.StartAsync()).Address);
        await provider.StartAsync();
        First = new WebProcess(Authority, Redis.ConnectionString, port);
        Second = new WebProcess(Authority, Redis.ConnectionString);
        await Task.WhenAll(First.StartAsync(), Second.StartAsync());
    }

    [GeneratedRegex("\"accessTokenLifespan\": \\d+")]
    private static partial Regex Lifespan();
}

/// <summary>One browser at both Webs, which share its cookies as all ports of a host do. It follows a login's redirects only.</summary>
public sealed partial class BrowserOfBoth : IDisposable
{
    private readonly HttpClient http = new(new BrowserCookies()) { Timeout = TimeSpan.FromSeconds(30) };

    private string sessionCookie = "";

    public async Task LogInAsync(Uri web, string name)
    {
        using var page = await FollowAsync(await GetAsync(web, "/login?returnUrl=/"));
        var form = await LoginPage.FindAsync(page);
        Assert.NotNull(form);
        using var end = await FollowAsync(await http.PostAsync(form.Action, form.Fill(name, name)));
        Assert.Equal(web, new Uri(end.RequestMessage!.RequestUri!, "/"));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(web, "/session")).StatusCode);
    }

    public Task<HttpResponseMessage> GetAsync(Uri web, string path) => http.GetAsync(new Uri(web, path));

    /// <summary>Who the session belongs to, or the status of another answer than 200.</summary>
    public async Task<string> WhoAsync(Uri web)
    {
        using var answer = await GetAsync(web, "/session");
        return await NameInAsync(answer);
    }

    /// <summary>The same for whoever has copied the session's cookie: no browser forgets it there.</summary>
    public async Task<string> WhoHasCopyAsync(Uri web)
    {
        using var copy = new HttpClient();
        copy.DefaultRequestHeaders.Add("Cookie", sessionCookie);
        using var answer = await copy.GetAsync(new Uri(web, "/session"));
        return await NameInAsync(answer);
    }

    private static async Task<string> NameInAsync(HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.OK) return $"{(int)answer.StatusCode}";
        return System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("name").GetString()!;
    }

    /// <summary>The anti-forgery token of a page's forms.</summary>
    public async Task<string> ReadFormTokenAsync(Uri web, string path = "/learn")
    {
        using var page = await GetAsync(web, path);
        return WebUtility.HtmlDecode(AntiforgeryToken().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value);
    }

    public Task<HttpResponseMessage> SendFormAsync(Uri web, string path, string token) =>
        http.PostAsync(new Uri(web, path), new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        while (response.Headers.Location is { } location)
        {
            var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [];
            var session = cookies.FirstOrDefault(cookie => cookie.StartsWith("authdemo.session=", StringComparison.Ordinal));
            sessionCookie = session?.Split(';')[0] ?? sessionCookie;
            response = await http.GetAsync(new Uri(response.RequestMessage!.RequestUri!, location));
        }

        return response;
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*\bvalue="(?<token>[^"]+)""")]
    private static partial Regex AntiforgeryToken();
}
