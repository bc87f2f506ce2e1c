using System.Text;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>
/// The credential of a scenario: how it is shown and how it is made. Bad tokens are real ones, or made from a real one (RFC 8725, section
/// 2).
/// </summary>
public sealed class Credential
{
    /// <summary>The optional scope for the visitors' list.</summary>
    public const string VisitorsScope = "visitors:read";

    private const string Device = "night-watch";
    private const string ShortLived = "short-lived";

    // The caller's own credentials. {0} is the caller's name.

    public static readonly Credential Session = new("session", "Authorization: Bearer ‹{0}’s access token›", "adds {0}’s token",
        (_, caller, _) => Task.FromResult(SentCredential.Bearer(caller.AccessToken)))
    { IsTheCallers = true };

    public static readonly Credential RenewedToken = new(
        "renewed token", "Authorization: Bearer ‹{0}’s brand-new access token›", "gets {0} a new token",
        async (_, caller, _) => SentCredential.Bearer(await caller.RenewAsync()))
    { IsTheCallers = true };

    public static readonly Credential IdToken = new("id token", "Authorization: Bearer ‹{0}’s ID token›", "adds the ID token",
        (_, caller, _) => Task.FromResult(SentCredential.Bearer(caller.IdToken)))
    { IsTheCallers = true };

    public static readonly Credential SessionCookie = new("session cookie", "Cookie: ‹{0}’s session›", "asks itself, with {0}’s cookie",
        (_, caller, _) => Task.FromResult(new SentCredential { Cookies = caller.Cookies }))
    {
        IsTheCallers = true,
        NoToken = "A session cookie. It names a session that is on the server, and says nothing by itself.",
    };

    // Real tokens of the last session and of the service accounts. The result is the same for every caller.

    public static readonly Credential EndedSession = new("ended session",
        "Authorization: Bearer ‹the token of the session that was logged out›", "adds the token of the ended session",
        (_, caller, _) => Task.FromResult(SentCredential.Bearer(caller.EndedSession?.AccessToken)));

    /// <summary>An access token of the device (client credentials, RFC 6749, section 4.4).</summary>
    public static readonly Credential NightWatch = Real("night watch", "‹night-watch’s access token›", "adds the device’s token", Device);

    public static readonly Credential NightWatchWithScope = Real("night watch with scope",
        $"‹night-watch’s access token, scope {VisitorsScope}›", "adds the device’s token", Device, VisitorsScope);

    public static readonly Credential Neighbour = Real("neighbour",
        "‹night-watch’s token from the realm neighbour›", "adds the neighbour’s token", "neighbour");

    public static readonly Credential Elsewhere = Real("elsewhere",
        "‹elsewhere’s token, \"aud\":\"cafeteria\"›", "adds the cafeteria’s token", "elsewhere");

    /// <summary>Expired for longer than the clock skew.</summary>
    public static readonly Credential Expired = new("expired",
        "Authorization: Bearer ‹short-lived’s token, expired›", "adds an expired token",
        async (sources, _, cancellation) =>
        {
            var token = await sources.GetOnceAsync(ShortLived, cancellation);
            return MadeUp(token.EncodedToken) with { SendAt = token.ValidTo + sources.ClockSkew + TimeSpan.FromSeconds(1) };
        });

    /// <summary>Expired, but within the clock skew.</summary>
    public static readonly Credential JustExpired = new("just expired",
        "Authorization: Bearer ‹short-lived’s token, expired a second ago›", "waits for a token to expire",
        async (sources, _, cancellation) =>
        {
            var token = await sources.RequestAsync(ShortLived, cancellation);
            return SentCredential.Bearer(token.EncodedToken) with { SendAt = token.ValidTo + TimeSpan.FromSeconds(1) };
        });

    public static readonly Credential QueryString = new("query string",
        "‹no Authorization header: the token stands in the address, and is real›", "writes a token into the address",
        async (sources, _, cancellation) => new() { QueryToken = (await sources.RequestAsync(ShortLived, cancellation)).EncodedToken });

    // No Bearer token, or several.

    public static readonly Credential Basic = new("basic", "Authorization: Basic ‹some name and password›", "adds another scheme",
        (_, _, _) => Task.FromResult(new SentCredential
        {
            Authorization = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("visitor:let me in")),
            OpensNothing = true,
        }))
    {
        NoToken = "A name and a password: another scheme, no token.",
    };

    public static readonly Credential Two = new("two", "Authorization: Bearer ‹a token›, Bearer ‹another token›", "adds two tokens",
        async (sources, _, cancellation) => SentCredential.Bearer(
            $"{(await sources.GetAsync(Device, cancellation)).EncodedToken}, "
            + $"Bearer {(await sources.GetAsync("elsewhere", cancellation)).EncodedToken}"));

    public static readonly Credential Malformed = new("malformed", "Authorization: Bearer library-card-4711", "adds something else",
        (_, _, _) => Task.FromResult(MadeUp("library-card-4711")))
    {
        NoToken = "A text that is no token: it has no header, no claims and no signature.",
    };

    /// <summary>Sent in the login form instead of the Authorization header.</summary>
    public static readonly Credential WrongPassword = new("wrong password",
        "username=alice&password=‹a wrong one›", "fills in the login form",
        (_, _, _) => Task.FromResult(SentCredential.Nothing))
    {
        NoToken = "A form with a name and a password: no token yet.",
    };

    // Forged from the device's real token.

    /// <summary>RFC 8725, section 3.2.</summary>
    public static readonly Credential WithoutSignature = Forged("without signature",
        "‹{\"alg\":\"none\"} . night-watch’s claims . nothing›", "adds an unsigned token", Forgery.Unsigned);

    /// <summary>RFC 8725, section 2.1.</summary>
    public static readonly Credential HmacWithPublicKey = new("hmac with public key",
        "Authorization: Bearer ‹{\"alg\":\"HS256\"} . night-watch’s claims . HMAC with the public key›", "adds a forged token",
        async (sources, _, cancellation) =>
        {
            var real = await sources.GetAsync(Device, cancellation);
            return MadeUp(Forgery.SignedWithPublicKey(real, await sources.GetIssuerKeyAsync(cancellation)), real);
        });

    public static readonly Credential Tampered = Forged("tampered",
        "‹night-watch’s token, \"roles\":[\"user\",\"admin\"]›", "adds a changed token", Forgery.AsAdmin,
        isHarmless: false); // with the original signature, which can be put back onto the real token

    public static readonly Credential ForeignKey = Forged("foreign key",
        "‹{\"kid\":\"home-made\"} . night-watch’s claims . our own signature›", "adds a forged token", Forgery.ForeignKey);

    public static readonly Credential BorrowedKeyId = Forged("borrowed key id",
        "‹the issuer’s kid . night-watch’s claims . our own signature›", "adds a forged token", Forgery.BorrowedKeyId);

    /// <summary>RFC 8725, section 3.8.</summary>
    public static readonly Credential EmbeddedKey = Forged("embedded key",
        "‹{\"jwk\":{our own key}} . night-watch’s claims . our own signature›", "adds a forged token", Forgery.EmbeddedKey);

    public static readonly Credential NotYetValid = Forged("not yet valid",
        "‹night-watch’s claims, \"nbf\":tomorrow . our own signature›", "adds tomorrow’s token", Forgery.ValidTomorrow);

    private const string Nothing = "No token, and no other proof of who asks.";

    private readonly string shown;
    private readonly string story;

    private Credential(string name, string shown, string story, Maker make) =>
        (Name, this.shown, this.story, MakeAsync) = (name, shown, story, make);

    internal delegate Task<SentCredential> Maker(CredentialSources sources, Caller caller, CancellationToken cancellation);

    /// <summary>The name in the table of scenarios.</summary>
    public string Name { get; }

    /// <summary>Whether it is the caller's own. Otherwise the result is the same for every caller.</summary>
    public bool IsTheCallers { get; private init; }

    /// <exception cref="ServiceUnavailableException">The identity provider did not provide what is needed.</exception>
    internal Maker MakeAsync { get; }

    /// <summary>The header line as the page shows it, never the credential itself; null if nothing is sent.</summary>
    internal string? ShownFor(string persona) => IsSentBy(persona) ? shown.Replace("{0}", persona) : null;

    /// <summary>The same without the header name.</summary>
    internal string? TitleFor(string persona) => ShownFor(persona)?.Split('‹', '›') is [_, var title, ..] ? title : null;

    /// <summary>The text to show if no token was sent.</summary>
    internal string NothingFor(string persona) => IsSentBy(persona) ? NoToken : Nothing;

    /// <summary>What Web adds to the request, for the page.</summary>
    internal string StoryFor(string persona) => IsSentBy(persona) ? story.Replace("{0}", persona) : "adds nothing";

    private string NoToken { get; init; } = Nothing;

    private bool IsSentBy(string persona) => !IsTheCallers || persona != Personas.Nobody;

    private static Credential Real(string name, string shown, string story, string account, string? scope = null) =>
        new(name, "Authorization: Bearer " + shown, story, async (sources, _, cancellation) =>
            SentCredential.Bearer((await sources.GetAsync(account, cancellation, scope)).EncodedToken));

    private static Credential Forged(
        string name, string shown, string story, Func<JsonWebToken, string> forge, bool isHarmless = true) =>
        new(name, "Authorization: Bearer " + shown, story, async (sources, _, cancellation) =>
        {
            var real = await sources.GetAsync(Device, cancellation);
            return MadeUp(forge(real), real) with { OpensNothing = isHarmless };
        });

    private static SentCredential MadeUp(string token, JsonWebToken? real = null) =>
        SentCredential.Bearer(token) with { OpensNothing = true, MadeFrom = real?.EncodedToken };
}

/// <summary>The credential itself. Never shown, logged or traced.</summary>
internal sealed record SentCredential
{
    public static readonly SentCredential Nothing = new() { OpensNothing = true };

    public string? Authorization { get; init; }

    public string? QueryToken { get; init; }

    public string? Cookies { get; init; }

    /// <summary>Whether it may be shown because it is forged or expired.</summary>
    public bool OpensNothing { get; init; }

    /// <summary>When to send it; null for immediately.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>The real token that was modified; null if none was.</summary>
    public string? MadeFrom { get; init; }

    /// <summary>A token in the Authorization header (RFC 6750, section 2.1); <see cref="Nothing"/> if null.</summary>
    public static SentCredential Bearer(string? token) => token is null ? Nothing : new() { Authorization = "Bearer " + token };

    /// <summary>Formats a request as a curl command. A usable credential is replaced with <c>$TOKEN</c> or <c>$SESSION</c>.</summary>
    public string ToCurl(HttpMethod method, Uri url, string? forwardedFor)
    {
        var address = QueryToken is null ? Quote(url.AbsoluteUri) : $"\"{url.GetLeftPart(UriPartial.Path)}?access_token=$TOKEN\"";
        List<string> parts = [$"curl -i{(method == HttpMethod.Get ? "" : $" -X {method}")} {address}"];
        if (forwardedFor is not null) parts.Add($"-H {Quote($"X-Forwarded-For: {forwardedFor}")}");
        if (Authorization is not null && OpensNothing) parts.Add($"-H {Quote($"Authorization: {Authorization}")}");
        else if (Authorization is not null)
            parts.Add($"-H \"Authorization: {string.Join(", ", Authorization.Split(", ").Select(_ => "Bearer $TOKEN"))}\"");
        if (Cookies is not null) parts.Add($"-b \"{NameOfSession(Cookies)}=$SESSION\"");
        return string.Join(" \\\n  ", parts);
    }

    public override string ToString() => nameof(SentCredential);

    private static string NameOfSession(string cookies) => cookies.Split(';', '=', ' ')
        .FirstOrDefault(name => name.EndsWith(LoginSetup.SessionCookie, StringComparison.Ordinal), LoginSetup.SessionCookie);

    // For a POSIX shell, where only the single quote is special within single quotes.
    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
