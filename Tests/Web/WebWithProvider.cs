using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AuthDemo.ServiceDefaults;
using AuthDemo.Tests.Api;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.Web;

/// <summary>Web in this process, with an identity provider that a test can change, and nothing else replaced.</summary>
public sealed class WebWithProvider(string environment, params (string Name, string Value)[] settings) : WebApplicationFactory<Scenario>
{
    public WebWithProvider() : this(Environments.Development)
    {
    }

    public FakeIssuer Provider { get; } = new();

    public Recording Recording { get; } = new();

    /// <summary>A browser of its own, which keeps cookies and shows redirects instead of following them.</summary>
    public HttpClient Browser(string address = "http://localhost") =>
        CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new Uri(address) });

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder
            .UseEnvironment(environment)
            .UseSettings([.. RequiredSettings.OfWeb(FakeIssuer.Issuer), .. settings])
            .ConfigureLogging(logging => logging.ClearProviders().AddProvider(Recording))
            .ConfigureTestServices(services =>
            {
                services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddRequestTracing().AddProcessor(Recording));
                foreach (var client in new[] { ServiceClients.Login, ServiceClients.Keycloak })
                    services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => Provider);
            });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Recording.Dispose();
    }
}

/// <summary>What a person does in a browser.</summary>
internal static class BrowserSteps
{
    /// <summary>Begins a login, types the right password, and comes back.</summary>
    /// <param name="change">What the identity provider's answer says differently.</param>
    public static async Task<HttpResponseMessage> LogInAsync(
        this HttpClient browser, string start = "/login?returnUrl=/me", Action<Dictionary<string, string?>>? change = null)
    {
        using var begun = await browser.GetAsync(start);
        return await browser.FinishLoginAsync(begun, change);
    }

    /// <summary>Comes back from the identity provider to which a response leads.</summary>
    public static async Task<HttpResponseMessage> FinishLoginAsync(
        this HttpClient browser, HttpResponseMessage begun, Action<Dictionary<string, string?>>? change = null)
    {
        var asked = QuestionOf(begun);
        var answer = new Dictionary<string, string?>
        {
            ["code"] = asked["nonce"],
            ["state"] = asked["state"],
            ["iss"] = FakeIssuer.Issuer,
        };
        change?.Invoke(answer);
        return await browser.GetAsync(QueryHelpers.AddQueryString("/signin-oidc", answer));
    }

    /// <summary>What a response asks the identity provider for.</summary>
    public static Dictionary<string, string> QuestionOf(HttpResponseMessage begun)
    {
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        Assert.StartsWith(FakeIssuer.Issuer, begun.Headers.Location!.OriginalString);
        return QueryHelpers.ParseQuery(begun.Headers.Location.Query).ToDictionary(p => p.Key, p => p.Value.ToString());
    }

    /// <summary>Sends a form that stands on a page, as a browser does.</summary>
    public static async Task<HttpResponseMessage> SendFormAsync(
        this HttpClient browser, string page, string action, params (string Name, string Value)[] fields)
    {
        var token = await browser.FormTokenAsync(page);
        return await browser.SendFormWithAsync(token, page, action, fields);
    }

    public static async Task<string> FormTokenAsync(this HttpClient browser, string page) =>
        (await browser.ReadPageAsync(page)).QuerySelector<IHtmlInputElement>("input[name=__RequestVerificationToken]")!.Value;

    /// <summary>A page as a browser understands it, for questions by CSS selectors.</summary>
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

    public static async Task<string> NameAsync(this HttpClient browser)
    {
        using var session = await browser.GetAsync("/session");
        if (session.StatusCode == HttpStatusCode.Unauthorized) return "nobody";
        Assert.Equal(HttpStatusCode.OK, session.StatusCode);
        return (await session.Content.ReadAsStringAsync()).Split("\"name\":\"")[1].Split('"')[0];
    }
}
