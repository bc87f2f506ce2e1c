namespace AuthDemo.Web.Lab;

/// <summary>One request of the denial lab, with what must come back.</summary>
public sealed record Scenario
{
    /// <summary>Names the scenario in addresses and results: a URL-safe slug that never changes.</summary>
    public required string Id { get; init; }

    /// <summary>The chapter of the lab in which it stands.</summary>
    public required string Chapter { get; init; }

    /// <summary>A few words that say what is tried.</summary>
    public required string Title { get; init; }

    /// <summary>What it teaches, without giving the answer away.</summary>
    public required string Teaches { get; init; }

    /// <summary>Why the answer is what it is; shown once the answer is there.</summary>
    public required string Because { get; init; }

    /// <summary>The request.</summary>
    public required LabRequest Request { get; init; }

    /// <summary>What proves, or does not prove, who asks.</summary>
    public Credential Credential { get; init; } = Credential.Session;

    /// <summary>What must be so before the scenario tells what it should.</summary>
    public Need Need { get; init; }

    /// <summary>The persona as whom it is most telling, if there is one.</summary>
    public string? BestAs { get; init; }

    /// <summary>What it changes and how that is put back; null where it changes nothing.</summary>
    public string? PutsBack { get; init; }

    /// <summary>What must come back, written by hand from the standards.</summary>
    public required Expectations Expected { get; init; }

    /// <summary>Whether the answer depends on who is logged in. Where not, the credential is made for the scenario and everybody gets the same answer.</summary>
    public bool DependsOnPersona =>
        Credential is Credential.Session or Credential.RenewedToken or Credential.IdToken or Credential.SessionCookie;
}

/// <summary>A request as the lab sends it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below the target's address.</param>
/// <param name="Target">Who is asked.</param>
public sealed record LabRequest(HttpMethod Method, string Path, Target Target = Target.Api)
{
    /// <summary>The address that a proxy in front of the Api would report as the caller's; null without one.</summary>
    public string? ForwardedFor { get; init; }
}

/// <summary>Who answers a scenario's request.</summary>
public enum Target
{
    /// <summary>The protected API.</summary>
    Api,

    /// <summary>This web frontend itself.</summary>
    Web,

    /// <summary>The login form of the identity provider.</summary>
    IdentityProvider,
}

/// <summary>What a scenario sends as proof of who asks. Bad tokens are real ones, or made from a real one.</summary>
public enum Credential
{
    /// <summary>The access token of whoever is logged in; nothing where nobody is.</summary>
    Session,

    /// <summary>The same, renewed a moment before.</summary>
    RenewedToken,

    /// <summary>The ID token of whoever is logged in.</summary>
    IdToken,

    /// <summary>The browser's session cookie, for requests to Web itself.</summary>
    SessionCookie,

    /// <summary>The access token of the session that was logged out last in this browser.</summary>
    EndedSession,

    /// <summary>The device's access token (client credentials, RFC 6749 4.4).</summary>
    NightWatch,

    /// <summary>The device's access token with the scope <c>visitors:read</c>.</summary>
    NightWatchWithScope,

    /// <summary>A valid access token in the query string.</summary>
    QueryString,

    /// <summary>A scheme other than Bearer.</summary>
    Basic,

    /// <summary>Two Authorization headers.</summary>
    Two,

    /// <summary>A text that is no token.</summary>
    Malformed,

    /// <summary>A token that claims to need no signature (RFC 8725 3.2).</summary>
    WithoutSignature,

    /// <summary>A token signed with HMAC, the issuer's public key as its secret (RFC 8725 2.1).</summary>
    HmacWithPublicKey,

    /// <summary>A real token whose claims were changed.</summary>
    Tampered,

    /// <summary>A token signed with a key that the issuer does not have, under a key id that it does not know.</summary>
    ForeignKey,

    /// <summary>The same, under the issuer's own key id.</summary>
    BorrowedKeyId,

    /// <summary>A token that brings its own key in its header (RFC 8725 3.5).</summary>
    EmbeddedKey,

    /// <summary>A token that is valid tomorrow.</summary>
    NotYetValid,

    /// <summary>A real token of the realm next door.</summary>
    Neighbour,

    /// <summary>A real token meant for another service.</summary>
    Elsewhere,

    /// <summary>A real token that ended longer ago than the clock skew.</summary>
    Expired,

    /// <summary>A real token that ended less long ago than the clock skew.</summary>
    JustExpired,

    /// <summary>A user name with a wrong password, in a login form.</summary>
    WrongPassword,
}

/// <summary>What must be so before a scenario is run.</summary>
public enum Need
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Somebody is logged in.</summary>
    Login,

    /// <summary>An admin is logged in who gave the password less than a minute ago; others need nothing.</summary>
    FreshLoginOfAdmin,

    /// <summary>An admin is logged in who gave the password more than a minute ago; others need nothing.</summary>
    OldLoginOfAdmin,

    /// <summary>The session's token, if there is one, has the scope <c>visitors:read</c>.</summary>
    VisitorsScope,

    /// <summary>The session's token, if there is one, lacks that scope.</summary>
    NoVisitorsScope,

    /// <summary>Somebody logged out in this browser and that session's access token has not expired.</summary>
    EndedSession,
}

/// <summary>An answer as the standards want it.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Reason">The word for the refusal; null for a success.</param>
/// <param name="Challenge">What <c>WWW-Authenticate</c> must say at least: the scheme, then each parameter that matters; null when there must be none.</param>
/// <param name="Clause">The clause that says so.</param>
public sealed record Expectation(int Status, string? Reason, string? Challenge, string Clause)
{
    /// <summary>Whether an answer is the expected one.</summary>
    /// <param name="status">The status that came back.</param>
    /// <param name="reason">The problem's reason, if any.</param>
    /// <param name="challenge">The challenge that came back, if any.</param>
    public bool Fits(int status, string? reason, Challenge? challenge)
    {
        if (status != Status || reason != Reason) return false;
        if (Challenge is null || challenge is null) return Challenge is null && challenge is null;
        var wanted = Lab.Challenge.Parse(Challenge)[0];
        // An error code must not appear where none is expected (RFC 6750 3.1).
        return wanted.Scheme == challenge.Scheme
            && wanted["error"] == challenge["error"]
            && wanted.Parameters.All(p => challenge[p.Name] == p.Value);
    }
}

/// <summary>The expected answers of one scenario, by persona.</summary>
/// <param name="Nobody">Without a login; null when it cannot be run so.</param>
/// <param name="Alice">As alice; null when it cannot be run so.</param>
/// <param name="Bob">As bob; null when it cannot be run so.</param>
/// <param name="Admin">As admin; null when it cannot be run so.</param>
public sealed record Expectations(Expectation? Nobody, Expectation? Alice, Expectation? Bob, Expectation? Admin)
{
    /// <summary>The same answer for everybody.</summary>
    public Expectations(Expectation everybody) : this(everybody, everybody, everybody, everybody)
    {
    }

    /// <summary>The expected answer for a persona; null for one that is not in the table.</summary>
    /// <param name="persona">A name of <see cref="Personas"/>.</param>
    public Expectation? For(string persona) => persona switch
    {
        Personas.Nobody => Nobody,
        Personas.Alice => Alice,
        Personas.Bob => Bob,
        Personas.Admin => Admin,
        _ => null,
    };
}

/// <summary>The people of the lab. Who they are is defined in the realm; a test holds these names against it.</summary>
public static class Personas
{
    /// <summary>Nobody is logged in.</summary>
    public const string Nobody = "nobody";

    /// <summary>A regular user of engineering.</summary>
    public const string Alice = "alice";

    /// <summary>A regular user of facilities.</summary>
    public const string Bob = "bob";

    /// <summary>The one who may do everything.</summary>
    public const string Admin = "admin";

    /// <summary>Those who can log in.</summary>
    public static IReadOnlyList<string> People { get; } = [Alice, Bob, Admin];

    /// <summary>The columns of the matrix.</summary>
    public static IReadOnlyList<string> All { get; } = [Nobody, .. People];
}
