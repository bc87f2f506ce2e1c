using AuthDemo.StandIn.Realms;

namespace AuthDemo.StandIn.Sessions;

/// <summary>A login that waits for a password, a one-time code, or one after the other.</summary>
/// <param name="Id">What its address names it by.</param>
/// <param name="Browser">The cookie of the browser that may answer it.</param>
/// <param name="Request">The authorization request that led to it.</param>
/// <param name="Level">What it reaches once it is complete.</param>
internal sealed record PendingLogin(string Id, string Browser, DateTimeOffset Until, LoginRequest Request, Level Level)
{
    /// <summary>The browser's session: when the login began, and in the end the one that it has started or renewed.</summary>
    public Session? Session { get; set; }

    /// <summary>The owner of the session, or whose password was given.</summary>
    public User? User { get; set; }

    public required bool NeedsPassword { get; set; }

    public required bool NeedsCode { get; set; }

    public bool IsComplete => !NeedsPassword && !NeedsCode;
}

/// <summary>What a login has to know of an authorization request.</summary>
/// <param name="Query">All of it, to be made again after the login.</param>
internal sealed record LoginRequest(string ClientId, string Query, string? LoginHint);
