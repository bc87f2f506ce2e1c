using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;
using Microsoft.Extensions.Options;

namespace AuthDemo.Web.Lab.Running;

/// <summary>Fills the identity provider's login form with a wrong password, as a browser would.</summary>
internal sealed partial class LoginForm(
    IHttpClientFactory clients, ProviderMetadata provider, IOptions<LoginSettings> settings)
{
    /// <exception cref="ServiceUnavailableException">There was no login form to fill in.</exception>
    public async Task<HttpResponseMessage> SendWrongPasswordAsync(Uri web, CancellationToken cancellation)
    {
        var http = clients.CreateClient(ServiceClients.Keycloak);
        var cookies = new Dictionary<string, string>();
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var redirect = new Uri(web, OpenIdConnectSetup.CallbackPath);
        var next = new Uri($"{(await provider.GetConfigurationAsync(cancellation)).AuthorizationEndpoint}?response_type=code&scope=openid"
            + $"&client_id={settings.Value.ClientId}&redirect_uri={Uri.EscapeDataString(redirect.ToString())}"
            + $"&code_challenge={challenge}&code_challenge_method=S256");

        // The identity provider may send the browser to its login page by a redirect, or show it at once.
        for (var hops = 0; hops < 5; hops++)
        {
            var page = await SendAsync(new HttpRequestMessage(HttpMethod.Get, next));
            if (page.Headers.Location is { } location)
            {
                next = new Uri(next, location);
                page.Dispose();
                continue;
            }

            using (page)
            {
                var action = FormAction().Match(await page.Content.ReadAsStringAsync(cancellation));
                if (!action.Success) break;
                return await SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(next, WebUtility.HtmlDecode(action.Groups[1].Value)))
                {
                    Content = new FormUrlEncodedContent([new("username", "alice"), new("password", "wrong-password")]),
                });
            }
        }

        throw new ServiceUnavailableException(ServiceClients.Keycloak, "The identity provider did not show its login form to the lab.");

        // By hand, because Keycloak's cookies are Secure and this may be http on localhost: browsers send them there, CookieContainer does
        // not.
        async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
        {
            using (request)
            {
                request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}")));
                var response = await http.SendAsync(request, cancellation);
                foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
                {
                    var pair = cookie.Split(';')[0].Split('=', 2);
                    if (pair.Length == 2) cookies[pair[0]] = pair[1];
                }

                return response;
            }
        }
    }

    [GeneratedRegex("""<form\b[^>]*\baction="([^"]*)""", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormAction();
}
