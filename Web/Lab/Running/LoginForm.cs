using System.Net;
using System.Text.RegularExpressions;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;

namespace AuthDemo.Web.Lab.Running;

/// <summary>Submits the identity provider's login form with a wrong password, as a browser would.</summary>
internal sealed partial class LoginForm(IHttpClientFactory clients, ProviderMetadata provider, IOptions<LoginSettings> settings)
{
    private const int MaxRedirects = 5;

    /// <exception cref="ServiceUnavailableException">There was no login form.</exception>
    public async Task<HttpResponseMessage> SendWrongPasswordAsync(Uri web, CancellationToken cancellation)
    {
        var cookies = new Dictionary<string, string>();
        var page = await SendAsync(HttpMethod.Get, new Uri(
            new RequestUrl((await provider.GetConfigurationAsync(cancellation)).AuthorizationEndpoint).CreateAuthorizeUrl(
                settings.Value.ClientId!, OidcConstants.ResponseTypes.Code, OidcConstants.StandardScopes.OpenId,
                new Uri(web, OpenIdConnectSetup.CallbackPath).ToString(),
                codeChallenge: CryptoRandom.CreateUniqueId(), // no code will be redeemed
                codeChallengeMethod: OidcConstants.CodeChallengeMethods.Sha256)));
        // The login page may be a redirect away.
        for (var redirects = 0; page.Headers.Location is { } location && redirects < MaxRedirects; redirects++)
            page = await SendAsync(HttpMethod.Get, new Uri(page.RequestMessage!.RequestUri!, location));

        var form = FormAction().Match(await page.Content.ReadAsStringAsync(cancellation));
        return form.Success
            ? await SendAsync(HttpMethod.Post, new Uri(page.RequestMessage!.RequestUri!, WebUtility.HtmlDecode(form.Groups[1].Value)),
                new FormUrlEncodedContent([new("username", "alice"), new("password", "wrong-password")]))
            : throw new ServiceUnavailableException(
                ServiceClients.Keycloak, "The identity provider did not show its login form to the lab.");

        // Not CookieContainer: Keycloak's cookies are Secure, and unlike browsers it does not send them over http to localhost.
        async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, HttpContent? content = null)
        {
            using var request = new HttpRequestMessage(method, address) { Content = content };
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            var response = await clients.CreateClient(ServiceClients.Keycloak).SendAsync(request, cancellation);
            foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var received) ? received : [])
                if (cookie.Split(';')[0].Split('=', 2) is [var name, var value]) cookies[name] = value;
            return response;
        }
    }

    [GeneratedRegex("""<form\b[^>]*\baction="([^"]*)""", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormAction();
}
