namespace AuthDemo.Web.Lab.Credentials;

/// <summary>What is really sent as proof of who asks. No page, log or span shows it.</summary>
internal sealed record SentCredential
{
    public static SentCredential Nothing { get; } = new();

    public string? Authorization { get; init; }

    public string? QueryToken { get; init; }

    public string? Cookies { get; init; }

    /// <summary>A token in the Authorization header (RFC 6750, section 2.1); nothing where there is no token.</summary>
    public static SentCredential Bearer(string? token) => token is null ? Nothing : new() { Authorization = "Bearer " + token };

    public override string ToString() => nameof(SentCredential);
}
