using System.Globalization;
using System.Security.Claims;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthDemo.Tests.Web;

/// <summary>A session of Web's own store, for tests without an identity provider at which to log in.</summary>
internal static class WebSession
{
    /// <summary>A browser that has the session's cookie and follows no redirects.</summary>
    public static async Task<HttpClient> StartAsync(
        WebApplicationFactory<Scenario> web,
        DateTimeOffset expires,
        string name,
        Claim[] claims,
        string? scope = null,
        string? token = null)
    {
        const string scheme = CookieAuthenticationDefaults.AuthenticationScheme;
        var user = new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, "preferred_username", "roles"));
        var properties = new AuthenticationProperties { Items = { [LoginSetup.ScopeItem] = scope } };
        var ticket = new AuthenticationTicket(user, properties, scheme);
        ticket.Properties.StoreTokens([
            new AuthenticationToken { Name = "access_token", Value = token ?? $"the token of {name}" },
            new AuthenticationToken { Name = "refresh_token", Value = "spent" },
            new AuthenticationToken { Name = "expires_at", Value = expires.ToString("o", CultureInfo.InvariantCulture) },
        ]);
        var key = await web.Services.GetRequiredService<SessionStore>().StoreAsync(ticket);
        var session = new Claim("Microsoft.AspNetCore.Authentication.Cookies-SessionId", key);
        var named = new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([session], scheme)), scheme);
        var options = web.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(scheme);
        var browser = web.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        browser.DefaultRequestHeaders.Add("Cookie", $"{options.Cookie.Name}={options.TicketDataFormat.Protect(named)}");
        return browser;
    }
}
