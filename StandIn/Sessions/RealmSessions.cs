using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// The sessions of a realm, in memory. Their number is limited; the least recently used is removed. Not thread-safe: requests of a realm
/// are serialized.
/// </summary>
internal sealed class RealmSessions(Realm realm, TimeProvider clock)
{
    private const int Capacity = 1000;
    private const string CookieName = "STAND_IN_SESSION";

    // Keycloak's defaults; RealmFile accepts no others.
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(10);

    private readonly Dictionary<string, Session> sessions = [];

    public Session? Find(string? id) =>
        sessions.GetValueOrDefault(id ?? "") is { } session && Remaining(session) > TimeSpan.Zero ? session : null;

    /// <summary>Finds the browser's session.</summary>
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

    /// <summary>Updates the last use of a session.</summary>
    public void Touch(Session session) => session.LastUse = clock.GetUtcNow();

    /// <summary>Records that the user entered a password or a one-time code.</summary>
    public void Renew(Session session, bool byCode)
    {
        session.AuthTime = session.LastUse = clock.GetUtcNow();
        if (byCode) session.CodeTime = session.AuthTime;
    }

    /// <summary>The age of the login in whole seconds, like <c>auth_time</c>.</summary>
    public long AgeOf(Session session) => clock.GetUtcNow().ToUnixTimeSeconds() - session.AuthTime.ToUnixTimeSeconds();

    /// <summary>The current level of a session.</summary>
    public Level LevelOf(Session session) =>
        realm.Levels.Code is { } code && clock.GetUtcNow() - session.CodeTime < LoginFlow.MaxCodeAge ? code : realm.Levels.SingleSignOn;

    /// <summary>The remaining lifetime of a session, and of its refresh token, if it is not used.</summary>
    public TimeSpan Remaining(Session session) => new[] { session.Start + MaxAge, session.LastUse + MaxIdle }.Min() - clock.GetUtcNow();
}
