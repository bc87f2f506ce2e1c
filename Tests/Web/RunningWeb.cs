using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.AspNetCore.WebUtilities;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.Web;

/// <summary>
/// Web in this process, with the test's identity provider behind its back channel and the test's clock. Where the Api should be, nobody
/// answers. Nothing else is replaced.
/// </summary>
public sealed class RunningWeb : WebApplicationFactory<Scenario>
{
    public const string DashboardToken = "the-dashboards-token";

    private string environment = Environments.Development;

    private (string Name, string Value)[] settings =
        [("DASHBOARD_URL", "http://dashboard.example/"), ("DASHBOARD_TOKEN", DashboardToken)];

    public static RunningWeb With(string environment, params (string Name, string Value)[] settings) =>
        new() { environment = environment, settings = settings };

    /// <summary>A test that shares Web with others takes one of its own.</summary>
    public FakeIssuer Provider { get; set; } = new();
    public Recording Recording { get; } = new();
    public Clock Clock { get; } = new();

    public HttpClient Browser(string address = "http://localhost") =>
        CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new Uri(address) });

    /// <summary>A browser of its own in which alice has logged in, or whoever the identity provider knows instead.</summary>
    public async Task<HttpClient> LogInAsync(params string[] roles)
    {
        if (roles.Length > 0) Provider.Person["roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]);
        var browser = Browser();
        Assert.Equal("/me", (await browser.LogInAsync()).Target());
        return browser;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseEnvironment(environment)
        .UseSettings([.. RequiredSettings.OfWeb(FakeIssuer.Issuer), .. settings])
        .ConfigureLogging(logging => logging.ClearProviders().AddProvider(Recording.Logger))
        .ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(Recording));
            foreach (var client in new[] { ServiceClients.Login, ServiceClients.Keycloak })
                services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => new BackChannel(this));
        });

    private sealed class BackChannel(RunningWeb web) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            new HttpMessageInvoker(web.Provider).SendAsync(request, cancellationToken);
    }
}

public sealed class Clock : TimeProvider
{
    public DateTimeOffset? Stopped { get; set; }

    public int Waits { get; private set; }

    public override DateTimeOffset GetUtcNow() => Stopped ?? base.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits++;
        return base.CreateTimer(callback, state, dueTime, period);
    }
}

internal static class BrowserSteps
{
    public static async Task<HttpResponseMessage> LogInAsync(
        this HttpClient browser, string start = "/login?returnUrl=/me", Action<Dictionary<string, string?>>? change = null) =>
        await browser.FinishLoginAsync(await browser.GetAsync(start), change);

    public static Task<HttpResponseMessage> FinishLoginAsync(
        this HttpClient browser, HttpResponseMessage begun, Action<Dictionary<string, string?>>? change = null) =>
        browser.GetAsync(CallbackOf(begun, change));

    /// <summary>Where the identity provider to which a response leads would send the browser.</summary>
    /// <param name="change">What its answer says differently.</param>
    public static string CallbackOf(HttpResponseMessage begun, Action<Dictionary<string, string?>>? change = null)
    {
        var asked = QuestionOf(begun);
        var answer = new Dictionary<string, string?>
        {
            ["code"] = asked["nonce"],
            ["state"] = asked["state"],
            ["iss"] = FakeIssuer.Issuer,
        };
        change?.Invoke(answer);
        return QueryHelpers.AddQueryString("/signin-oidc", answer);
    }

    public static Task<HttpResponseMessage> FinishLogoutAsync(this HttpClient browser, HttpResponseMessage begun)
    {
        var asked = QuestionOf(begun);
        return browser.GetAsync($"{asked["post_logout_redirect_uri"]}?state={Uri.EscapeDataString(asked["state"])}");
    }

    public static Dictionary<string, string> QuestionOf(HttpResponseMessage begun)
    {
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        Assert.StartsWith(FakeIssuer.Issuer, begun.Target());
        return QueryHelpers.ParseQuery(begun.Headers.Location!.Query).ToDictionary(p => p.Key, p => p.Value.ToString());
    }

    public static string? Target(this HttpResponseMessage response) => response.Headers.Location?.OriginalString;

    /// <summary>Asserts that a login did not succeed, and gives the page that says why and leads to the trace.</summary>
    public static async Task<string> AssertFailedAsync(this HttpClient browser, HttpResponseMessage login, string reason, int status)
    {
        Assert.Matches($"^/login/failed\\?reason={reason}&(.+&)?trace=[0-9a-f]{{32}}$", login.Target());
        var page = await browser.AssertStatusAsync(login.Target()!, status);
        Assert.Contains($"href=\"/dashboard/traces/detail/{login.Target()![^32..]}\" target=\"authdemo-dashboard\"", page);
        Assert.DoesNotContain(RunningWeb.DashboardToken, page);
        return page;
    }

    public static async Task<string> AssertStatusAsync(this HttpClient browser, string page, int status)
    {
        using var response = await browser.GetAsync(page);
        Assert.Equal((page, status), (page, (int)response.StatusCode));
        return await response.Content.ReadAsStringAsync();
    }

    public static async Task<JsonElement> AssertProblemAsync(this HttpResponseMessage response, int status, string reason)
    {
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(reason, problem.GetProperty("reason").GetString());
        return problem;
    }

    /// <summary>What this browser sends from now on belongs to one new trace.</summary>
    public static (ActivityTraceId Trace, ActivitySpanId Caller) BeginTrace(this HttpClient browser)
    {
        var (trace, caller) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
        browser.DefaultRequestHeaders.Remove("traceparent");
        browser.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{caller}-01");
        return (trace, caller);
    }

    public static async Task<HttpResponseMessage> SendFormAsync(
        this HttpClient browser, string page, string action, params (string Name, string Value)[] fields) =>
        await browser.SendFormWithAsync(await browser.FormTokenAsync(page), page, action, fields);

    public static async Task<string> FormTokenAsync(this HttpClient browser, string page) =>
        (await browser.ReadPageAsync(page)).QuerySelector<IHtmlInputElement>("input[name=__RequestVerificationToken]")!.Value;

    public static async Task<IHtmlDocument> ReadPageAsync(this HttpClient browser, string page)
    {
        using var response = await browser.GetAsync(page);
        return await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStreamAsync());
    }

    public static async Task<HttpResponseMessage> SendFormWithAsync(
        this HttpClient browser, string token, string page, string action, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action);
        request.Headers.Referrer = new Uri(browser.BaseAddress!, page);
        request.Content = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
        return await browser.SendAsync(request);
    }

    /// <summary>Whose session it is: nobody's where the answer is 401.</summary>
    public static async Task<string> NameAsync(this HttpClient browser)
    {
        using var session = await browser.GetAsync("/session");
        if (session.StatusCode == HttpStatusCode.Unauthorized) return "nobody";
        Assert.Equal((HttpStatusCode.OK, true), (session.StatusCode, session.Headers.CacheControl?.NoStore));
        return JsonElement.Parse(await session.Content.ReadAsStringAsync()).GetProperty("name").GetString()!;
    }
}
