using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>A login that is waiting for a password, a one-time code, or both in turn.</summary>
/// <param name="Id">The id in its URL.</param>
/// <param name="Browser">The cookie of the browser that started it.</param>
/// <param name="Request">The authorization request.</param>
/// <param name="Level">The level that it reaches.</param>
internal sealed record PendingLogin(string Id, string Browser, DateTimeOffset Until, LoginRequest Request, Level Level)
{
    /// <summary>The browser's session when the login started; after completion, the session that was started or renewed.</summary>
    public Session? Session { get; set; }

    /// <summary>The user of the session, or the user who has entered the password.</summary>
    public User? User { get; set; }

    public required bool NeedsPassword { get; set; }

    public required bool NeedsCode { get; set; }

    public bool IsComplete => !NeedsPassword && !NeedsCode;
}

/// <summary>The authorization request of a login.</summary>
/// <param name="Query">The query string, to repeat the request after the login.</param>
internal sealed record LoginRequest(string ClientId, string Query, string? LoginHint);
