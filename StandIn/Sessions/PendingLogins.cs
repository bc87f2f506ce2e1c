using System.Security.Cryptography;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// The login pages of a realm that wait for a password. There are so many at most; the oldest makes room. Each can be answered only by the
/// browser that it was shown to, so that nobody is logged in by a link or a form of somebody else (login CSRF).
/// Not safe for concurrent use: a realm serves one request at a time.
/// </summary>
internal sealed class PendingLogins
{
    private const int Capacity = 1000;
    private const string CookieName = "STAND_IN_LOGIN";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly OrderedDictionary<string, PendingLogin> logins = [];

    public PendingLogin Add(HttpContext context, string query)
    {
        if (context.Request.Cookies[CookieName] is not { Length: 64 } browser)
        {
            browser = Secrets.Create();
            context.Response.Cookies.Append(CookieName, browser, LoopbackCookie.Options(context.Request));
        }

        if (logins.Count >= Capacity) logins.RemoveAt(0);
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var login = new PendingLogin(id, query, browser, DateTimeOffset.UtcNow + Patience);
        logins.Add(login.Id, login);
        return login;
    }

    public PendingLogin? Find(HttpRequest request, string? id) =>
        id is not null && logins.TryGetValue(id, out var login) && login.Until > DateTimeOffset.UtcNow
            && Secrets.AreEqual(login.Browser, request.Cookies[CookieName]) ? login : null;

    /// <summary>Takes a login whose password was given. It can be taken once.</summary>
    public bool TryTakeSucceeded(HttpRequest request, string? id) =>
        Find(request, id) is { Succeeded: true } login && logins.Remove(login.Id);

    public void RemoveExpired()
    {
        while (logins.Count > 0 && logins.GetAt(0).Value.Until <= DateTimeOffset.UtcNow) logins.RemoveAt(0);
    }
}
