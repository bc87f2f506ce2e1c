using System.Security.Cryptography;
using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// The pending logins of a realm. Their number is limited; the oldest is removed. Each is bound to the browser that started it, to prevent
/// login CSRF. Not thread-safe: requests of a realm are serialized.
/// </summary>
internal sealed class PendingLogins(TimeProvider clock)
{
    /// <summary>Keycloak's name for the parameter with the login's id.</summary>
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

    /// <summary>Finds the request's login.</summary>
    public PendingLogin? Find(HttpRequest request) =>
        logins.TryGetValue(request.Query[IdParameter].ToString(), out var login) && login.Until > clock.GetUtcNow()
            && Secrets.AreEqual(login.Browser, request.Cookies[CookieName]) ? login : null;

    /// <summary>Takes a completed login, once, and only for the session that it started or renewed.</summary>
    public PendingLogin? TakeComplete(HttpRequest request, Session? session)
    {
        var login = Find(request) is { IsComplete: true } found && found.Session == session ? found : null;
        if (login is not null) Remove(login);
        return login;
    }

    public void Remove(PendingLogin login) => logins.Remove(login.Id);
}
