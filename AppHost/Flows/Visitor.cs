using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using OtpNet;

namespace AuthDemo.AppHost.Flows;

/// <summary>
/// Somebody at Web with a browser's cookies, who follows redirects, logs in on the identity provider's own page and sends the lab's forms.
/// One thing at a time, as a person does it.
/// </summary>
public sealed partial class Visitor : IDisposable
{
    private const int MostRedirects = 20;

    /// <summary>In seconds (RFC 6238, section 5.2).</summary>
    private const int CodeLifetime = 30;

    private readonly Uri web;
    private readonly HttpClient http;
    private string? formToken;

    /// <param name="web">The address of Web.</param>
    public Visitor(Uri web)
    {
        this.web = web;
        http = new HttpClient(new BrowserCookies()) { BaseAddress = web, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Logs in on the identity provider's login page.</summary>
    /// <param name="name">The user's name.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="VisitException">There was no login page, or it did not let the user in.</exception>
    public async Task LogInAsync(string name, string password, CancellationToken cancellation = default)
    {
        using var page = await GetAsync("/login?returnUrl=/", cancellation);
        var login = await LoginPage.FindAsync(page, cancellation)
            ?? throw new VisitException(
                $"{name} cannot log in: instead of a login form there is {await DescribeAsync(page, cancellation)}.");

        var answer = new HttpRequestMessage(HttpMethod.Post, login.Action) { Content = login.Fill(name, password) };
        using var end = await SendAsync(answer, cancellation);
        if (await LoginPage.FindAsync(end, cancellation) is not null)
        {
            throw new VisitException(
                $"{name} cannot log in: the login page at {login.Action.GetLeftPart(UriPartial.Authority)} does not accept the password.");
        }

        if (!IsPageOfWeb(end))
            throw new VisitException($"{name} cannot log in: the login ended with {await DescribeAsync(end, cancellation)}.");
    }

    /// <summary>Logs in once more, in the session that there is, with a one-time code.</summary>
    /// <param name="name">The user's name.</param>
    /// <param name="authenticator">The secret of the user's authenticator, in Base32.</param>
    /// <param name="scope">A scope to ask for besides the usual ones.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="VisitException">There was no form for the code, or it was refused.</exception>
    public async Task ConfirmAsync(string name, string authenticator, string scope, CancellationToken cancellation = default)
    {
        var totp = new Totp(Base32Encoding.ToBytes(authenticator));
        var page = await SendFormAsync("/login", "text/html", cancellation, new("acr_values", "mfa"), new("scope", scope));
        // Each code is taken once, so one may be spent; those before and after it are taken as well (RFC 6238, section 5.2).
        foreach (var step in (int[])[0, 1, -1])
        {
            if (IsPageOfWeb(page)) break;
            var form = await LoginPage.FindAsync(page, cancellation)
                ?? throw new VisitException($"Instead of a form for {name}'s code there is {await DescribeAsync(page, cancellation)}.");
            var code = totp.ComputeTotp(DateTime.UtcNow.AddSeconds(step * CodeLifetime));
            page.Dispose();
            page = await SendAsync(new HttpRequestMessage(HttpMethod.Post, form.Action) { Content = form.FillCode(code) }, cancellation);
        }

        using (page)
        {
            if (!IsPageOfWeb(page))
                throw new VisitException($"{name}'s code was not taken: there is {await DescribeAsync(page, cancellation)}.");
        }
    }

    /// <summary>Logs out, at the identity provider too.</summary>
    /// <exception cref="VisitException">The logout did not come back to Web.</exception>
    public async Task LogOutAsync(CancellationToken cancellation = default)
    {
        using var end = await SendFormAsync("/logout", "text/html", cancellation);
        if (!IsPageOfWeb(end)) throw new VisitException($"The logout ended with {await DescribeAsync(end, cancellation)}.");
    }

    /// <summary>The lab's scenarios, in the order in which the home page's table lists them.</summary>
    /// <exception cref="VisitException">The home page has no such table.</exception>
    public async Task<IReadOnlyList<LabScenario>> FindScenariosAsync(CancellationToken cancellation = default)
    {
        using var home = await GetAsync("/", cancellation);
        var rows = ScenarioRow().Matches(await home.Content.ReadAsStringAsync(cancellation));
        LabScenario[] scenarios =
            [.. rows.Select(row => new LabScenario(row.Groups["id"].Value, row.Groups["needs"].Value, row.Groups["same"].Success))];
        return scenarios.Length > 0
            ? scenarios
            : throw new VisitException(
                $"Web's home page should have a table of the lab's scenarios, and was {await DescribeAsync(home, cancellation)}.");
    }

    /// <summary>Runs a scenario of the lab as who the visitor is now.</summary>
    /// <param name="scenario">The scenario's id.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What the lab tells about the answer.</returns>
    /// <exception cref="NotReadyException">The scenario needs something first.</exception>
    /// <exception cref="VisitException">It could not be run.</exception>
    public async Task<JsonElement> RunScenarioAsync(string scenario, CancellationToken cancellation = default)
    {
        using var response = await SendFormAsync($"/lab/run/{scenario}", "application/json", cancellation);
        if (response.Content.Headers.ContentType?.MediaType is not ("application/json" or "application/problem+json"))
            throw new VisitException($"Web answered the scenario {scenario} with {await DescribeAsync(response, cancellation)}.");

        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellation));
        if (response.IsSuccessStatusCode) return answer;

        var detail = Text(answer, "detail") ?? Text(answer, "title") ?? "no explanation came with it";
        throw response.StatusCode == HttpStatusCode.Conflict
            ? new NotReadyException($"The scenario {scenario} is not ready to be run: {detail}", response.Headers.RetryAfter?.Delta)
            : new VisitException($"Web answered the scenario {scenario} with {(int)response.StatusCode}: {detail}");
    }

    public void Dispose() => http.Dispose();

    private Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    /// <summary>Sends a form with the anti-forgery token of the page that was seen last.</summary>
    private async Task<HttpResponseMessage> SendFormAsync(
        string path, string accept, CancellationToken cancellation, params KeyValuePair<string, string>[] fields)
    {
        if (formToken is null) (await GetAsync("/", cancellation)).Dispose();
        if (formToken is null) throw new VisitException("Web's home page has no form with an anti-forgery token.");

        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", formToken), .. fields]),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return await SendAsync(request, cancellation);
    }

    /// <summary>Sends a request and follows redirects over all ports, as a browser does.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var response = await SendOnceAsync(request, cancellation);
        for (var redirects = 0; redirects < MostRedirects; redirects++)
        {
            if ((int)response.StatusCode is < 300 or >= 400 || response.Headers.Location is not { } location)
            {
                await RememberFormTokenAsync(response, cancellation);
                return response;
            }

            var next = new Uri(response.RequestMessage!.RequestUri!, location);
            response.Dispose();
            response = await SendOnceAsync(new HttpRequestMessage(HttpMethod.Get, next), cancellation);
        }

        using (response)
            throw new VisitException($"Still redirected after {MostRedirects} times: {await DescribeAsync(response, cancellation)}.");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException
            || (failure is TaskCanceledException && !cancellation.IsCancellationRequested)) // it took too long
        {
            var address = request.RequestUri!.GetLeftPart(UriPartial.Authority);
            var (who, resource) = IsOfWeb(request.RequestUri) ? ("Web", "web") : ("The identity provider", "keycloak");
            throw new VisitException(
                $"{who} does not answer at {address}: see in the dashboard whether the resource {resource} is healthy.", failure);
        }
    }

    private async Task RememberFormTokenAsync(HttpResponseMessage page, CancellationToken cancellation)
    {
        if (!IsPageOfWeb(page)) return;
        var field = AntiforgeryToken().Match(await page.Content.ReadAsStringAsync(cancellation));
        if (field.Success) formToken = WebUtility.HtmlDecode(field.Groups["token"].Value);
    }

    // Without the query, which may hold a code (RFC 6749, section 4.1.2).
    private static async Task<string> DescribeAsync(HttpResponseMessage page, CancellationToken cancellation)
    {
        var title = Title().Match(await page.Content.ReadAsStringAsync(cancellation)).Groups["title"].Value;
        var heading = WebUtility.HtmlDecode(title).Trim();
        var address = page.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path);
        return (heading.Length > 0 ? $"\"{heading}\", " : "") + $"status {(int)page.StatusCode} at {address}";
    }

    private bool IsOfWeb(Uri address) => address.Authority == web.Authority;

    private bool IsPageOfWeb(HttpResponseMessage response) =>
        response is { StatusCode: HttpStatusCode.OK, Content.Headers.ContentType.MediaType: "text/html" }
        && IsOfWeb(response.RequestMessage!.RequestUri!);

    private static string? Text(JsonElement answer, string member) =>
        answer.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*\bvalue="(?<token>[^"]+)""")]
    private static partial Regex AntiforgeryToken();

    [GeneratedRegex("""<tr data-scenario="(?<id>[a-z0-9-]+)" data-needs="(?<needs>\w+)"(?<same> data-same)?""")]
    private static partial Regex ScenarioRow();

    [GeneratedRegex("<h1[^>]*>(?<title>[^<]*)</h1>")]
    private static partial Regex Title();
}
