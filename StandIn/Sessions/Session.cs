using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>A person's session in one browser. Its id is the <c>sid</c> of the tokens.</summary>
internal sealed class Session(User user, DateTimeOffset now)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public User User { get; } = user;

    public DateTimeOffset Start { get; } = now;

    public DateTimeOffset LastUse { get; set; } = now;

    /// <summary>When a password or a one-time code was given last.</summary>
    public DateTimeOffset AuthTime { get; set; } = now;

    /// <summary>When a one-time code was given last.</summary>
    public DateTimeOffset? CodeTime { get; set; }

    /// <summary>What the browser's cookie has to bring: the id alone is no secret, tokens show it.</summary>
    public string CookieSecret { get; } = Secrets.Create();
}
