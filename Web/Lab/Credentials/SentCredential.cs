namespace AuthDemo.Web.Lab.Credentials;

/// <summary>What is really sent as proof of who asks. No page, log or span shows it.</summary>
internal sealed record SentCredential
{
    public static SentCredential Nothing { get; } = new() { OpensNothing = true };

    public string? Authorization { get; init; }

    public string? QueryToken { get; init; }

    public string? Cookies { get; init; }

    /// <summary>Whether it may be shown: made up, or over, so that nobody can do anything with it.</summary>
    public bool OpensNothing { get; init; }

    /// <summary>When to send it; null for at once.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>The real token of which a changed one was made; null where nothing was changed.</summary>
    public string? MadeFrom { get; init; }

    /// <summary>A token in the Authorization header (RFC 6750, section 2.1); nothing where there is no token.</summary>
    public static SentCredential Bearer(string? token) => token is null ? Nothing : new() { Authorization = "Bearer " + token };

    public override string ToString() => nameof(SentCredential);
}
