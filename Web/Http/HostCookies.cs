using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AuthDemo.Web.Http;

/// <summary>
/// Binds every cookie to this very host on https, by a name that begins with <c>__Host-</c> (RFC 6265bis, section 4.1.3.2; OWASP ASVS 5.0,
/// 3.3.3): no other server of the same domain can plant one. Only the lab's curl commands know of that name. Outside Development that
/// is so on http too: browsers then refuse the cookies, and a forgotten proxy setting is noticed. On http a browser cannot bind a cookie,
/// so in Development any server on another port of localhost can read and plant this one's.
/// </summary>
internal static class HostCookies
{
    public const string Prefix = "__Host-";

    public static void UseHostCookies(this WebApplication app) => app.Use((context, next) =>
    {
        if (app.Environment.IsDevelopment() && !context.Request.IsHttps) return next(context);
        context.Features.Set<IRequestCookiesFeature>(new RequestCookiesFeature(new BoundCookies(context.Request.Cookies)));
        context.Response.OnStarting(BindAsync, context.Response.Headers);
        return next(context);
    });

    private static Task BindAsync(object headers)
    {
        var response = (IHeaderDictionary)headers;
        if (response.SetCookie is not { Count: > 0 } cookies) return Task.CompletedTask;
        response.SetCookie = SetCookieHeaderValue.ParseList([.. cookies!]).Select(cookie =>
        {
            cookie.Name = Prefix + cookie.Name;
            cookie.Path = "/";
            cookie.Secure = true;
            return cookie.ToString();
        }).ToArray();
        return Task.CompletedTask;
    }

    private sealed class BoundCookies(IRequestCookieCollection all) : IRequestCookieCollection
    {
        private readonly Dictionary<string, string> cookies = all
            .Where(cookie => cookie.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(cookie => cookie.Key[Prefix.Length..], cookie => cookie.Value);

        public string? this[string key] => cookies.GetValueOrDefault(key);

        public int Count => cookies.Count;

        public ICollection<string> Keys => cookies.Keys;

        public bool ContainsKey(string key) => cookies.ContainsKey(key);

        public bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => cookies.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => cookies.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
