using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// The sessions of a realm, in memory: a restart logs everybody out. There are so many at most; the one that was not used for the longest
/// time makes room. Not safe for concurrent use: a realm serves one request at a time.
/// </summary>
internal sealed class RealmSessions(Realm realm, TimeProvider clock)
{
    private const int Capacity = 1000;
    private const string CookieName = "STAND_IN_SESSION";

    private readonly Dictionary<string, Session> sessions = [];

    public Session? Find(string? id) => id is not null && sessions.TryGetValue(id, out var session) && IsAlive(session) ? session : null;

    /// <summary>The session of the browser that sent a request.</summary>
    public Session? FindByCookie(HttpRequest request) =>
        request.Cookies[CookieName]?.Split('.') is [var id, var secret] && Find(id) is { } session
            && Secrets.AreEqual(session.CookieSecret, secret) ? session : null;

    public Session Start(HttpContext context, User user)
    {
        if (sessions.Count >= Capacity) sessions.Remove(sessions.Values.MinBy(session => session.LastUse)!.Id);
        var session = new Session(user, clock.GetUtcNow());
        sessions.Add(session.Id, session);
        context.Response.Cookies.Append(CookieName, $"{session.Id}.{session.CookieSecret}", LoopbackCookie.Options(context.Request));
        return session;
    }

    /// <summary>Notes that a session was used.</summary>
    public void Touch(Session session) => session.LastUse = clock.GetUtcNow();

    /// <summary>Notes that its owner gave a password, or a one-time code.</summary>
    public void Renew(Session session, bool byCode)
    {
        session.AuthTime = session.LastUse = clock.GetUtcNow();
        if (byCode) session.CodeTime = session.AuthTime;
    }

    /// <summary>How long ago its owner gave a password or a one-time code, in the whole seconds that <c>auth_time</c> has.</summary>
    public long AgeOf(Session session) => clock.GetUtcNow().ToUnixTimeSeconds() - session.AuthTime.ToUnixTimeSeconds();

    /// <summary>What a session is worth now.</summary>
    public Level LevelOf(Session session) =>
        realm.Levels.Code is { } code && clock.GetUtcNow() - session.CodeTime < code.MaxAge
            ? code
            : realm.Levels.SingleSignOn ?? realm.Levels.Password;

    public void End(Session session) => sessions.Remove(session.Id);

    /// <summary>How long a session, and so a refresh token, lives from now on if nobody uses it.</summary>
    public TimeSpan Remaining(Session session)
    {
        var left = session.Start + realm.SessionMax - clock.GetUtcNow();
        return left < realm.SessionIdle ? left : realm.SessionIdle;
    }

    public void RemoveExpired()
    {
        foreach (var session in sessions.Values.Where(session => !IsAlive(session)).ToList()) End(session);
    }

    private bool IsAlive(Session session)
    {
        var now = clock.GetUtcNow();
        return now - session.LastUse < realm.SessionIdle && now - session.Start < realm.SessionMax;
    }
}
