using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>A person's session in one browser. Its id is the <c>sid</c> of the tokens.</summary>
internal sealed class Session(User user, DateTimeOffset now)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public User User { get; } = user;

    public DateTimeOffset Start { get; } = now;

    public DateTimeOffset LastUse { get; set; } = now;

    /// <summary>When the password was given last.</summary>
    public DateTimeOffset AuthTime { get; set; } = now;

    /// <summary>What the browser's cookie has to bring: the id alone is no secret, tokens show it.</summary>
    public string CookieSecret { get; } = Secrets.Create();

    /// <summary>What the form that confirms a logout has to bring, so that no other site can post it.</summary>
    public string LogoutToken { get; } = Secrets.Create();
}

/// <summary>A login page that waits for a password.</summary>
/// <param name="Query">The authorization request that led to it.</param>
/// <param name="Browser">The cookie of the browser that may answer it.</param>
internal sealed record PendingLogin(string Id, string Query, string Browser, DateTimeOffset Until)
{
    /// <summary>Whether the right password was given.</summary>
    public bool Succeeded { get; set; }
}
