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

    // Keycloak's defaults, which are all that a realm file may ask for.
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(10);

    private readonly Dictionary<string, Session> sessions = [];

    public Session? Find(string? id) =>
        sessions.GetValueOrDefault(id ?? "") is { } session && Remaining(session) > TimeSpan.Zero ? session : null;

    /// <summary>The session of the browser that sent a request.</summary>
    public Session? FindByCookie(HttpRequest request) =>
        request.Cookies[CookieName]?.Split('.') is [var id, var secret] && Find(id) is { } session
            && Secrets.AreEqual(session.CookieSecret, secret) ? session : null;

    public Session Start(HttpContext context, User user)
    {
        if (sessions.Count >= Capacity) End(sessions.Values.MinBy(session => session.LastUse)!);
        var session = new Session(user, clock.GetUtcNow());
        sessions.Add(session.Id, session);
        context.SetCookie(CookieName, $"{session.Id}.{session.CookieSecret}");
        return session;
    }

    public void End(Session session) => sessions.Remove(session.Id);

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
        realm.Levels.Code is { } code && clock.GetUtcNow() - session.CodeTime < LoginFlow.MaxCodeAge ? code : realm.Levels.SingleSignOn;

    /// <summary>How long a session, and so a refresh token, lives from now on if nobody uses it.</summary>
    public TimeSpan Remaining(Session session) => new[] { session.Start + MaxAge, session.LastUse + MaxIdle }.Min() - clock.GetUtcNow();
}
