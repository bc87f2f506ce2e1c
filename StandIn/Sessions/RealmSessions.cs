using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// The sessions of a realm, in memory: a restart logs everybody out. There are so many at most; the one that was not used for the longest
/// time makes room. Not safe for concurrent use: a realm serves one request at a time.
/// </summary>
internal sealed class RealmSessions(Realm realm)
{
    private const int Capacity = 1000;
    private const string CookieName = "STAND_IN_SESSION";

    private readonly Dictionary<string, Session> sessions = [];

    public Session? Find(string? id) => id is not null && sessions.TryGetValue(id, out var session) && IsAlive(session) ? session : null;

    /// <summary>The session of the browser that sent a request.</summary>
    public Session? FindByCookie(HttpRequest request) =>
        request.Cookies[CookieName]?.Split('.') is [var id, var secret] && Find(id) is { } session
            && Secrets.AreEqual(session.CookieSecret, secret) ? session : null;

    public void Start(HttpContext context, User user)
    {
        if (sessions.Count >= Capacity) sessions.Remove(sessions.Values.MinBy(session => session.LastUse)!.Id);
        var session = new Session(user, DateTimeOffset.UtcNow);
        sessions.Add(session.Id, session);
        context.Response.Cookies.Append(CookieName, $"{session.Id}.{session.CookieSecret}", LoopbackCookie.Options(context.Request));
    }

    public void End(Session session) => sessions.Remove(session.Id);

    /// <summary>How long a session, and so a refresh token, lives from now on if nobody uses it.</summary>
    public TimeSpan Remaining(Session session)
    {
        var left = session.Start + realm.SessionMax - DateTimeOffset.UtcNow;
        return left < realm.SessionIdle ? left : realm.SessionIdle;
    }

    public void RemoveExpired()
    {
        foreach (var session in sessions.Values.Where(session => !IsAlive(session)).ToList()) End(session);
    }

    private bool IsAlive(Session session)
    {
        var now = DateTimeOffset.UtcNow;
        return now - session.LastUse < realm.SessionIdle && now - session.Start < realm.SessionMax;
    }
}
