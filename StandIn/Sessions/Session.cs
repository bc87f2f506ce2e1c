using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>A user's session in one browser. The id is the claim <c>sid</c>.</summary>
internal sealed class Session(User user, DateTimeOffset now)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public User User { get; } = user;

    public DateTimeOffset Start { get; } = now;

    public DateTimeOffset LastUse { get; set; } = now;

    /// <summary>When a password or a one-time code was last entered.</summary>
    public DateTimeOffset AuthTime { get; set; } = now;

    /// <summary>When a one-time code was last entered.</summary>
    public DateTimeOffset? CodeTime { get; set; }

    /// <summary>The secret in the cookie. The id alone is not secret, since tokens contain it.</summary>
    public string CookieSecret { get; } = Secrets.Create();
}
