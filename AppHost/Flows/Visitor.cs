using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using OtpNet;

namespace AuthDemo.AppHost.Flows;

/// <summary>
/// A user of Web: keeps cookies, follows redirects, logs in on the identity provider's page and submits the lab's forms. Not thread-safe.
/// </summary>
/// <param name="web">The URL of Web.</param>
/// <param name="trust"><inheritdoc cref="BrowserCookies" path="/param"/></param>
public sealed class Visitor(Uri web, X509ChainPolicy? trust = null) : IDisposable
{
    private const int MaxRedirects = 20;

    private readonly HttpClient http = new(new BrowserCookies(trust)) { BaseAddress = web, Timeout = TimeSpan.FromSeconds(30) };
    private string? formToken;

    /// <summary>Logs in on the identity provider's login page.</summary>
    public async Task LogInAsync(string name, string password, CancellationToken cancellation = default)
    {
        var page = await GetAsync("/login?returnUrl=/", cancellation);
        var login = page.Login ?? throw new VisitException($"{name} cannot log in: instead of a login form there is {page}.");

        var form = login.Fill(("username", name), ("password", password));
        var end = await SendAsync(new(HttpMethod.Post, login.Action) { Content = form }, cancellation);
        if (IsOfWeb(end)) return;
        throw new VisitException($"{name} cannot log in: " + (end.Login is null
            ? $"the login ended with {end}."
            : $"the login page at {login.Action.GetLeftPart(UriPartial.Authority)} does not accept the password."));
    }

    /// <summary>Adds a one-time code to the current login.</summary>
    public async Task ConfirmAsync(string name, string authenticator, string scope, CancellationToken cancellation = default)
    {
        var totp = new Totp(Base32Encoding.ToBytes(authenticator));
        var page = await SendFormAsync("/login", "text/html", cancellation, new("acr_values", "mfa"), new("scope", scope));
        // A code of 30 s is accepted once and may be used already; the previous and the next one are, too (RFC 6238, section 5.2).
        foreach (var step in (int[])[0, 1, -1])
        {
            if (IsOfWeb(page)) return;
            var form = page.Login ?? throw new VisitException($"Instead of a form for {name}'s code there is {page}.");
            var code = totp.ComputeTotp(DateTime.UtcNow.AddSeconds(30 * step));
            page = await SendAsync(new(HttpMethod.Post, form.Action) { Content = form.Fill(("otp", code)) }, cancellation);
        }

        if (!IsOfWeb(page)) throw new VisitException($"{name}'s code was not taken: there is {page}.");
    }

    /// <summary>Logs out of Web and the identity provider.</summary>
    public async Task LogOutAsync(CancellationToken cancellation = default)
    {
        var end = await SendFormAsync("/logout", "text/html", cancellation);
        if (!IsOfWeb(end)) throw new VisitException($"The logout ended with {end}.");
    }

    /// <summary>Reads the lab's scenarios from the table on the home page.</summary>
    public async Task<IReadOnlyList<LabScenario>> FindScenariosAsync(CancellationToken cancellation = default)
    {
        var home = await GetAsync("/", cancellation);
        var scenarios = home.Html.QuerySelectorAll("tr[data-scenario]").Select(row => new LabScenario(
            row.GetAttribute("data-scenario")!, row.GetAttribute("data-needs")!, row.GetAttribute("data-same"))).ToArray();
        return scenarios.Length > 0
            ? scenarios
            : throw new VisitException($"Web's home page should have a table of the lab's scenarios, and was {home}.");
    }

    /// <summary>Runs a scenario of the lab as the current user.</summary>
    /// <exception cref="NotReadyException">A prerequisite of the scenario is not met.</exception>
    public async Task<JsonElement> RunScenarioAsync(string scenario, CancellationToken cancellation = default)
    {
        var page = await SendFormAsync($"/lab/run/{scenario}", "application/json", cancellation);
        if (page is { Status: HttpStatusCode.OK, MediaType: "application/json" }) return JsonElement.Parse(page.Body);

        var detail = page.MediaType == "application/problem+json" && JsonElement.Parse(page.Body).TryGetProperty("detail", out var text)
            ? $"{text}"
            : $"{page}";
        throw page.Status == HttpStatusCode.Conflict
            ? new NotReadyException($"The scenario {scenario} is not ready to be run: {detail}", page.RetryAfter)
            : new VisitException($"Web answered the scenario {scenario} with {(int)page.Status}: {detail}");
    }

    public void Dispose() => http.Dispose();

    private Task<Page> GetAsync(string path, CancellationToken cancellation) => SendAsync(new(HttpMethod.Get, path), cancellation);

    /// <summary>Submits a form with the anti-forgery token of the last page.</summary>
    private async Task<Page> SendFormAsync(
        string path, string accept, CancellationToken cancellation, params KeyValuePair<string, string>[] fields)
    {
        if (formToken is null) await GetAsync("/", cancellation);
        if (formToken is null) throw new VisitException("Web's home page has no form with an anti-forgery token.");

        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", formToken), .. fields]),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return await SendAsync(request, cancellation);
    }

    /// <summary>Sends a request and follows redirects across ports, as a browser does.</summary>
    private async Task<Page> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var response = await SendOnceAsync(request, cancellation);
            var address = response.RequestMessage!.RequestUri!;
            var isRedirect = (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is not null;
            if (isRedirect && redirects < MaxRedirects)
            {
                request = new(HttpMethod.Get, new Uri(address, response.Headers.Location!));
                continue;
            }

            var content = response.Content;
            var page = new Page(address, response.StatusCode, content.Headers.ContentType?.MediaType,
                response.Headers.RetryAfter?.Delta, await content.ReadAsStringAsync(cancellation));
            if (isRedirect) throw new VisitException($"Still redirected after {MaxRedirects} times: {page}.");
            if (IsOfWeb(page))
                formToken = page.Html.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? formToken;
            return page;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException
            || (failure is TaskCanceledException && !cancellation.IsCancellationRequested)) // timeout
        {
            var address = request.RequestUri!.GetLeftPart(UriPartial.Authority);
            var (who, resource) = request.RequestUri.Authority == web.Authority ? ("Web", "web") : ("The identity provider", "keycloak");
            throw new VisitException(
                $"{who} does not answer at {address}: see in the dashboard whether the resource {resource} is healthy.", failure);
        }
    }

    private bool IsOfWeb(Page page) =>
        page is { Status: HttpStatusCode.OK, MediaType: "text/html" } && page.Address.Authority == web.Authority;

    private sealed record Page(Uri Address, HttpStatusCode Status, string? MediaType, TimeSpan? RetryAfter, string Body)
    {
        public IHtmlDocument Html => field ??= new HtmlParser().ParseDocument(Body);

        public LoginPage? Login => LoginPage.Find(Address, Body);

        /// <summary>For messages. Omits the query, which can contain a code (RFC 6749, section 4.1.2).</summary>
        public override string ToString() =>
            (Html.QuerySelector("h1")?.TextContent.Trim() is { Length: > 0 } heading ? $"\"{heading}\", " : "")
            + $"status {(int)Status} at {Address.GetLeftPart(UriPartial.Path)}";
    }
}

/// <summary>A visitor cannot continue. The message is shown in the dashboard.</summary>
public class VisitException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A prerequisite of a scenario is not met.</summary>
/// <param name="wait">How long to wait; null if waiting does not help.</param>
public sealed class NotReadyException(string message, TimeSpan? wait) : VisitException(message)
{
    public TimeSpan? Wait => wait;
}

/// <summary>A scenario in the lab's table.</summary>
/// <param name="Needs">The name of its prerequisite.</param>
/// <param name="SameFor">Who gets the same result: <c>everybody</c>, <c>people</c> who are logged in, or null.</param>
public sealed record LabScenario(string Id, string Needs, string? SameFor);
