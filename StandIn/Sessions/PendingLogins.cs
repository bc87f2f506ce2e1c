using System.Security.Cryptography;
using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// The logins of a realm that wait for a password or a one-time code. There are so many at most; the oldest makes room. Each can be
/// answered only by the browser that it was shown to, so that nobody is logged in by a link or a form of somebody else (login CSRF).
/// Not safe for concurrent use: a realm serves one request at a time.
/// </summary>
internal sealed class PendingLogins(TimeProvider clock)
{
    /// <summary>Keycloak's name for the parameter that says which login a request belongs to.</summary>
    public const string IdParameter = "execution";

    private const int Capacity = 1000;
    private const string CookieName = "STAND_IN_LOGIN";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly OrderedDictionary<string, PendingLogin> logins = [];

    public PendingLogin Add(
        HttpContext context, LoginRequest request, Session? session, Level level, bool needsPassword, bool needsCode)
    {
        if (context.Request.Cookies[CookieName] is not { Length: 64 } browser)
            context.SetCookie(CookieName, browser = Secrets.Create());

        if (logins.Count >= Capacity) logins.RemoveAt(0);
        var login = new PendingLogin(
            RandomNumberGenerator.GetHexString(32, lowercase: true), browser, clock.GetUtcNow() + Lifetime, request, level)
        {
            Session = session,
            User = session?.User,
            NeedsPassword = needsPassword,
            NeedsCode = needsCode,
        };
        logins.Add(login.Id, login);
        return login;
    }

    /// <summary>The login that a request names.</summary>
    public PendingLogin? Find(HttpRequest request) =>
        logins.TryGetValue(request.Query[IdParameter].ToString(), out var login) && login.Until > clock.GetUtcNow()
            && Secrets.AreEqual(login.Browser, request.Cookies[CookieName]) ? login : null;

    /// <summary>Takes a login that is complete: once, and by the session that it started or renewed.</summary>
    public PendingLogin? TakeComplete(HttpRequest request, Session? session)
    {
        var login = Find(request) is { IsComplete: true } found && found.Session == session ? found : null;
        if (login is not null) Remove(login);
        return login;
    }

    public void Remove(PendingLogin login) => logins.Remove(login.Id);
}
