using System.Text;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>
/// What a scenario sends as proof of who asks: how the page shows it, and how it is made. Bad tokens are real ones, or made from a real one
/// (RFC 8725, section 2). A new one is one entry of this table.
/// </summary>
public sealed record Credential
{
    /// <summary>The optional scope that reading the visitors' list needs.</summary>
    public const string VisitorsScope = "visitors:read";

    private const string Device = "night-watch";
    private const string ShortLived = "short-lived";

    private readonly string? shown;
    private readonly string story;
    private readonly MakeCredential make;

    private Credential(string name, string? shown, string story, MakeCredential make) =>
        (Name, this.shown, this.story, this.make) = (name, shown, story, make);

    private delegate Task<SentCredential> MakeCredential(CredentialSources sources, Caller caller, CancellationToken cancellation);

    // The caller's own. {0} is the caller's name.

    public static Credential Session { get; } = OfCaller("session", "Authorization: Bearer ‹{0}’s access token›", "adds {0}’s token",
        caller => SentCredential.Bearer(caller.AccessToken));

    public static Credential RenewedToken { get; } = new("renewed token",
        "Authorization: Bearer ‹{0}’s brand-new access token›", "gets {0} a new token",
        async (_, caller, _) => caller.IsNobody ? SentCredential.Nothing : SentCredential.Bearer(await caller.RenewAsync()))
    {
        IsTheCallers = true,
    };

    public static Credential IdToken { get; } = OfCaller("id token", "Authorization: Bearer ‹{0}’s ID token›", "adds the ID token",
        caller => SentCredential.Bearer(caller.IdToken));

    public static Credential SessionCookie { get; } = OfCaller("session cookie",
        "Cookie: ‹{0}’s session›", "asks itself, with {0}’s cookie",
        caller => new SentCredential { Cookies = caller.Cookies }) with
    {
        StoryOfNobody = "asks itself, without a cookie",
    };

    // Real ones, of this browser's last session and of the devices: everybody gets the same answer.

    public static Credential EndedSession { get; } = new("ended session",
        "Authorization: Bearer ‹the token of the session that was logged out›", "adds the token of the ended session",
        (_, caller, _) => Task.FromResult(SentCredential.Bearer(caller.EndedSession?.AccessToken)));

    /// <summary>The device's access token (client credentials, RFC 6749, section 4.4).</summary>
    public static Credential NightWatch { get; } = Token("night watch", "‹night-watch’s access token›", "adds the device’s token",
        (accounts, cancellation) => accounts.GetAsync(Device, cancellation));

    public static Credential NightWatchWithScope { get; } = Token("night watch with scope",
        $"‹night-watch’s access token, scope {VisitorsScope}›", "adds the device’s token",
        (accounts, cancellation) => accounts.GetAsync(Device, cancellation, VisitorsScope));

    public static Credential Neighbour { get; } = Token("neighbour",
        "‹night-watch’s token from the realm neighbour›", "adds the neighbour’s token",
        (accounts, cancellation) => accounts.GetAsync("neighbour", cancellation));

    public static Credential Elsewhere { get; } = Token("elsewhere",
        "‹elsewhere’s token, \"aud\":\"cafeteria\"›", "adds the cafeteria’s token",
        (accounts, cancellation) => accounts.GetAsync("elsewhere", cancellation));

    /// <summary>Ended longer ago than the clock skew.</summary>
    public static Credential Expired { get; } = new("expired",
        "Authorization: Bearer ‹short-lived’s token, expired›", "adds an expired token",
        async (sources, _, cancellation) =>
        {
            var token = await sources.Accounts.GetOnceAsync(ShortLived, cancellation);
            return MadeUp(token.Text) with { SendAt = token.Expires + sources.ClockSkew + TimeSpan.FromSeconds(1) };
        });

    /// <summary>Ended less long ago than the clock skew.</summary>
    public static Credential JustExpired { get; } = new("just expired",
        "Authorization: Bearer ‹short-lived’s token, expired a second ago›", "waits for a token to expire",
        async (sources, _, cancellation) =>
        {
            var token = await sources.Accounts.RequestAsync(ShortLived, cancellation);
            return SentCredential.Bearer(token.Text) with { SendAt = token.Expires + TimeSpan.FromSeconds(1) };
        });

    public static Credential QueryString { get; } = new("query string",
        "‹no Authorization header: the token stands in the address, and is real›", "writes a token into the address",
        async (sources, _, cancellation) => new() { QueryToken = (await sources.Accounts.RequestAsync(ShortLived, cancellation)).Text });

    // What is no Bearer token, or more than one.

    public static Credential Basic { get; } = new("basic", "Authorization: Basic ‹some name and password›", "adds another scheme",
        (_, _, _) => Task.FromResult(new SentCredential
        {
            Authorization = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("visitor:let me in")),
            OpensNothing = true,
        }));

    public static Credential Two { get; } = new("two", "Authorization: Bearer ‹a token›, Bearer ‹another token›", "adds two tokens",
        async (sources, _, cancellation) => SentCredential.Bearer(
            $"{(await sources.Accounts.GetAsync(Device, cancellation)).Text}, "
            + $"Bearer {(await sources.Accounts.GetAsync("elsewhere", cancellation)).Text}"));

    public static Credential Malformed { get; } = new("malformed", "Authorization: Bearer library-card-4711", "adds something else",
        (_, _, _) => Task.FromResult(MadeUp("library-card-4711")));

    /// <summary>The login form sends it, not the Authorization header.</summary>
    public static Credential WrongPassword { get; } = new("wrong password",
        "username=alice&password=‹a wrong one›", "fills in the login form",
        (_, _, _) => Task.FromResult(SentCredential.Nothing));

    // Made from the device's real token.

    /// <summary>RFC 8725, section 3.2.</summary>
    public static Credential WithoutSignature { get; } = Forged("without signature",
        "‹{\"alg\":\"none\"} . night-watch’s claims . nothing›", "adds an unsigned token", Forgery.Unsigned);

    /// <summary>RFC 8725, section 2.1.</summary>
    public static Credential HmacWithPublicKey { get; } = new("hmac with public key",
        "Authorization: Bearer ‹{\"alg\":\"HS256\"} . night-watch’s claims . HMAC with the public key›", "adds a forged token",
        async (sources, _, cancellation) =>
        {
            var real = await sources.Accounts.GetAsync(Device, cancellation);
            return MadeUp(Forgery.SignedWithPublicKey(real, await sources.GetIssuerKeyAsync(cancellation)), real);
        });

    public static Credential Tampered { get; } = Forged("tampered",
        "‹night-watch’s token, \"roles\":[\"user\",\"admin\"]›", "adds a changed token", real => Forgery.WithRole(real, "admin"),
        isHarmless: false); // its signature is the real one: put back together it is the real token

    public static Credential ForeignKey { get; } = Forged("foreign key",
        "‹{\"kid\":\"home-made\"} . night-watch’s claims . our own signature›", "adds a forged token", Forgery.ForeignKey);

    public static Credential BorrowedKeyId { get; } = Forged("borrowed key id",
        "‹the issuer’s kid . night-watch’s claims . our own signature›", "adds a forged token", Forgery.BorrowedKeyId);

    /// <summary>RFC 8725, section 3.8.</summary>
    public static Credential EmbeddedKey { get; } = Forged("embedded key",
        "‹{\"jwk\":{our own key}} . night-watch’s claims . our own signature›", "adds a forged token", Forgery.EmbeddedKey);

    public static Credential NotYetValid { get; } = new("not yet valid",
        "Authorization: Bearer ‹night-watch’s claims, \"nbf\":tomorrow . our own signature›", "adds tomorrow’s token",
        async (sources, _, cancellation) =>
        {
            var real = await sources.Accounts.GetAsync(Device, cancellation);
            return MadeUp(Forgery.ValidFrom(real, sources.Now.AddDays(1)), real);
        });

    /// <summary>As the table of scenarios calls it.</summary>
    public string Name { get; }

    /// <summary>Whether it is the caller's own. Else it is made for the scenario, and everybody gets the same answer.</summary>
    public bool IsTheCallers { get; private init; }

    private string StoryOfNobody { get; init; } = "adds nothing";

    /// <summary>
    /// The header line, or what stands in its place, as the page shows it: never the credential itself. Null where nothing is sent.
    /// </summary>
    internal string? ShownFor(string persona) =>
        IsTheCallers && persona == Personas.Nobody ? null : shown?.Replace("{0}", persona);

    /// <summary>What is sent, without the header's name.</summary>
    internal string? TitleFor(string persona) => ShownFor(persona)?.Split('‹', '›') is [_, var title, ..] ? title : null;

    /// <summary>What Web does with the request, in a few words.</summary>
    internal string StoryFor(string persona) =>
        IsTheCallers && persona == Personas.Nobody ? StoryOfNobody : story.Replace("{0}", persona);

    /// <exception cref="ServiceUnavailableException">The identity provider did not give what is needed.</exception>
    internal Task<SentCredential> MakeAsync(CredentialSources sources, Caller caller, CancellationToken cancellation) =>
        make(sources, caller, cancellation);

    private static Credential OfCaller(string name, string shown, string story, Func<Caller, SentCredential> make) =>
        new(name, shown, story, (_, caller, _) => Task.FromResult(make(caller))) { IsTheCallers = true };

    private static Credential Token(
        string name, string shown, string story, Func<ServiceAccounts, CancellationToken, Task<ServiceToken>> get) =>
        new(name, "Authorization: Bearer " + shown, story,
            async (sources, _, cancellation) => SentCredential.Bearer((await get(sources.Accounts, cancellation)).Text));

    private static Credential Forged(
        string name, string shown, string story, Func<ServiceToken, string> forge, bool isHarmless = true) =>
        new(name, "Authorization: Bearer " + shown, story, async (sources, _, cancellation) =>
        {
            var real = await sources.Accounts.GetAsync(Device, cancellation);
            return MadeUp(forge(real), real) with { OpensNothing = isHarmless };
        });

    private static SentCredential MadeUp(string token, ServiceToken? real = null) =>
        SentCredential.Bearer(token) with { OpensNothing = true, MadeFrom = real?.Text };
}

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
