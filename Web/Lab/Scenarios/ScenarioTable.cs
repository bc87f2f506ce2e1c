using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>
/// The one table of scenarios. The lab shows it, the README's table is made from it, and the flow tests run it.
/// Expected answers are written by hand from the standards and only compared with what comes back, never shown in its place.
/// </summary>
public static class ScenarioTable
{
    /// <summary>The scenario that a step-up leads to.</summary>
    public const string AfterStepUp = "disarm-fresh-login";

    private const string Start = "Start here";
    private const string Door = "At the door";
    private const string Rooms = "Rooms you may not enter";
    private const string Device = "A device";
    private const string Traps = "Traps";

    private const string Reset = "A deleted user is put back by POST /reset, with the same token, right after.";

    private static readonly Expectation Ok = new(200, null, null, "RFC 9110, section 15.3.1");
    private static readonly Expectation Created = new(201, null, null, "RFC 9110, section 15.3.2");
    private static readonly Expectation Gone = new(204, null, null, "RFC 9110, section 15.3.5");
    private static readonly Expectation NotFound = new(404, Reasons.NotFound, null, "RFC 9110, section 15.5.5");
    private static readonly Expectation NoBadge =
        new(401, Reasons.NoCredentials, "Bearer", "RFC 6750, section 3: no error code where no token came");
    private static readonly Expectation NotAnAccessToken = Invalid(Reasons.WrongTokenType, "RFC 9068, section 4");
    private static readonly Expectation RoleMissing = Forbidden(Reasons.RoleMissing);
    private static readonly Expectation GroupMissing = Forbidden(Reasons.GroupMissing);
    private static readonly Expectation ScopeMissing =
        new(403, Reasons.ScopeMissing, $"Bearer error=\"insufficient_scope\", scope=\"{Credential.VisitorsScope}\"",
            "RFC 6750, section 3.1");

    /// <summary>All scenarios, in the order in which to walk through them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new()
        {
            Id = "delete-user", Chapter = Start, Title = "Delete a user",
            Teaches = "Only an admin may delete somebody from the directory. Try it as nobody, as alice and as admin: three different "
                + "answers.",
            Because = "Without a login: 401, which asks for one. Alice is known and may not: 403, and logging in again changes "
                + "nothing. Admin may.",
            Request = new(HttpMethod.Delete, "/users/carol"),
            BestAs = Personas.Alice, PutsBack = Reset,
            Expected = new(NoBadge, RoleMissing, RoleMissing, Gone),
        },
        new()
        {
            Id = "lobby", Chapter = Start, Title = "Walk into the lobby",
            Teaches = "The lobby is open to everybody. Does it matter who you are?",
            Because = "An endpoint that allows anonymous callers does not even look at a token. There is nothing to prove and nothing "
                + "to refuse.",
            Request = new(HttpMethod.Get, "/lobby"),
            Expected = new(Ok),
        },
        new()
        {
            Id = "badge", Chapter = Start, Title = "Show your badge",
            Teaches = "This endpoint wants any valid token and tells you what it reads in it. Try it without a login first.",
            Because = "Without a token the server does not know who asks: 401, and a challenge that says what to bring. Any valid "
                + "token is enough here.",
            Request = new(HttpMethod.Get, "/badge"),
            BestAs = Personas.Nobody,
            Expected = new(NoBadge, Ok, Ok, Ok),
        },

        new()
        {
            Id = "directory", Chapter = Door, Title = "Read the directory",
            Teaches = "Everybody who works here may read the list of people. What does the door ask for?",
            Because = "Authentication is all that this endpoint wants. No role is looked at.",
            Request = new(HttpMethod.Get, "/users"),
            Expected = new(NoBadge, Ok, Ok, Ok),
        },
        new()
        {
            Id = "other-scheme", Chapter = Door, Title = "Bring a key instead of a badge",
            Teaches = "The Authorization header carries Basic, and this API reads Bearer. (The header is called Authorization and "
                + "carries authentication: a historical accident.)",
            Because = "A scheme that the API does not know is no credential to it. So it asks for one, without an error code.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Basic,
            Expected = new(new Expectation(401, Reasons.NoCredentials, "Bearer", "RFC 9110, section 11.6.2; RFC 6750, section 3")),
        },
        new()
        {
            Id = "token-in-query", Chapter = Door, Title = "Write the badge into the address",
            Teaches = "A valid token, but in the query string: addresses end up in logs, histories and referrers.",
            Because = "The API does not look there at all, so nobody gets used to it.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.QueryString,
            Expected = new(new Expectation(401, Reasons.NoCredentials, "Bearer", "RFC 9700, section 4.3.2")),
        },
        new()
        {
            Id = "two-credentials", Chapter = Door, Title = "Show two badges at once",
            Teaches = "Two Authorization headers. Which one counts? Two programs in a row may answer differently, and that is how "
                + "attacks begin.",
            Because = "The request is wrong as such, so this is neither 401 nor 403. A better token would not help.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Two,
            Expected = new(new Expectation(400, Reasons.MultipleCredentials, "Bearer error=\"invalid_request\"", "RFC 6750, section 3.1")),
        },
        new()
        {
            Id = "malformed-token", Chapter = Door, Title = "Show a library card",
            Teaches = "Something came with the word Bearer, but it is no token at all.",
            Because = "A credential was tried and failed, so the challenge carries an error code. Compare it with the answer to no "
                + "badge.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Malformed,
            Expected = new(Invalid(Reasons.MalformedToken, "RFC 7519, section 7.2")),
        },
        new()
        {
            Id = "unsigned-token", Chapter = Door, Title = "A badge without a seal",
            Teaches = "A real token's claims under the header “alg: none”: it claims to need no signature.",
            Because = "Whoever accepts this accepts whatever anybody writes. The API names the algorithms that it allows.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.WithoutSignature,
            Expected = new(Invalid(Reasons.UnsignedToken, "RFC 8725, section 3.2")),
        },
        new()
        {
            Id = "algorithm-swap", Chapter = Door, Title = "A seal made from the public key",
            Teaches = "Signed with HMAC, and the secret is the issuer's public key, which everybody can have.",
            Because = "A library that takes the algorithm from the token would check it with that very key, and it would fit. So the "
                + "API decides the algorithm, not the token.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.HmacWithPublicKey,
            Expected = new(Invalid(Reasons.AlgorithmNotAllowed, "RFC 8725, sections 2.1 and 3.1")),
        },
        new()
        {
            Id = "tampered-token", Chapter = Door, Title = "Write “admin” onto your badge",
            Teaches = "The device's real token, with the role admin added by hand. The signature is the old one.",
            Because = "The signature covers the claims. A changed badge is no badge: 401, and nothing in it is believed, not even the "
                + "name.",
            Request = new(HttpMethod.Delete, "/users/carol"), Credential = Credential.Tampered,
            Expected = new(Invalid(Reasons.BadSignature, "RFC 7515, section 5.2")),
        },
        new()
        {
            Id = "foreign-key", Chapter = Door, Title = "A home-made badge",
            Teaches = "Everything in it is right, but it is signed with a key that the issuer never had.",
            Because = "The token names a key that the issuer does not publish.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.ForeignKey,
            Expected = new(Invalid(Reasons.UnknownKey, "RFC 8725, section 3.5")),
        },
        new()
        {
            Id = "borrowed-key-id", Chapter = Door, Title = "A home-made badge with a borrowed number",
            Teaches = "The same, but its header names the issuer's real key.",
            Because = "The key is known, and the signature does not fit it. The name of a key proves nothing.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.BorrowedKeyId,
            Expected = new(Invalid(Reasons.BadSignature, "RFC 7515, section 5.2")),
        },
        new()
        {
            Id = "embedded-key", Chapter = Door, Title = "A badge that brings its own key",
            Teaches = "The header contains the key with which to check the signature. It fits, of course.",
            Because = "The API takes keys from its issuer alone and never looks at keys in a header.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.EmbeddedKey,
            Expected = new(Invalid(Reasons.UnknownKey, "RFC 8725, section 3.5")),
        },
        new()
        {
            Id = "wrong-issuer", Chapter = Door, Title = "The badge of the building next door",
            Teaches = "A real, valid token, from another realm of the same identity provider.",
            Because = "It proves who you are to them. This building trusts one issuer.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Neighbour,
            Expected = new(Invalid(Reasons.WrongIssuer, "RFC 8725, section 3.8")),
        },
        new()
        {
            Id = "wrong-audience", Chapter = Door, Title = "The cafeteria's badge",
            Teaches = "A real token from the right issuer, meant for another service.",
            Because = "Otherwise the cafeteria could use your badge to walk into the building in your name.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Elsewhere,
            Expected = new(Invalid(Reasons.WrongAudience, "RFC 9068, section 4; RFC 8725, section 3.9")),
        },
        new()
        {
            Id = "id-token", Chapter = Door, Title = "Show the visitor's receipt",
            Teaches = "Your own ID token instead of your access token. Both are real, both are about you.",
            Because = "An ID token tells Web who logged in. It opens nothing: an API wants an access token, which says so in its type.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.IdToken, Need = Need.Login,
            BestAs = Personas.Alice,
            Expected = new(null, NotAnAccessToken, NotAnAccessToken, NotAnAccessToken),
        },
        new()
        {
            Id = "expired-token", Chapter = Door, Title = "A badge that has expired",
            Teaches = "A real token that lived for two seconds. The first run waits until it is over.",
            Because = "It was good. The description tells the client that a new token is all it needs.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Expired,
            Expected = new(Invalid(Reasons.TokenExpired, "RFC 7519, section 4.1.4")),
        },
        new()
        {
            Id = "not-yet-valid", Chapter = Door, Title = "Tomorrow's badge",
            Teaches = "A token that says that it is not valid before tomorrow. No issuer gives those out, so it is home-made.",
            Because = "Its time is checked before its signature, so that is the reason you read. It would not have passed either way.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.NotYetValid,
            Expected = new(Invalid(Reasons.TokenNotYetValid, "RFC 7519, section 4.1.5")),
        },

        new()
        {
            Id = "delete-unknown-user", Chapter = Rooms, Title = "Delete somebody who is not there",
            Teaches = "The same request for a name that is not in the directory. Who gets to know that?",
            Because = "Permission is checked first. Only who may delete learns who exists.",
            Request = new(HttpMethod.Delete, "/users/nobody-of-that-name"),
            BestAs = Personas.Admin,
            Expected = new(NoBadge, RoleMissing, RoleMissing, NotFound),
        },
        new()
        {
            Id = "enter-workshop", Chapter = Rooms, Title = "Enter the workshop",
            Teaches = "Each room opens for one group. The workshop is engineering’s: alice’s group, not bob’s.",
            Because = "The same request, the same role, another group: one gets in, the other gets 403.",
            Request = new(HttpMethod.Post, "/rooms/workshop/entries"),
            BestAs = Personas.Bob,
            Expected = new(NoBadge, Created, GroupMissing, Created),
        },
        new()
        {
            Id = "enter-boiler-room", Chapter = Rooms, Title = "Enter the boiler room",
            Teaches = "And the other way round: the boiler room is for the group facilities, which is bob’s.",
            Because = "Groups are not ranks: bob may do here what alice may not.",
            Request = new(HttpMethod.Post, "/rooms/boiler-room/entries"),
            BestAs = Personas.Alice,
            Expected = new(NoBadge, GroupMissing, Created, Created),
        },
        new()
        {
            Id = "enter-control-room", Chapter = Rooms, Title = "Enter the control room",
            Teaches = "It is for the group security. Neither alice nor bob is in it.",
            Because = "Admin gets in because of the group, not because of the role.",
            Request = new(HttpMethod.Post, "/rooms/control-room/entries"),
            BestAs = Personas.Alice,
            Expected = new(NoBadge, GroupMissing, GroupMissing, Created),
        },
        new()
        {
            Id = "locker", Chapter = Rooms, Title = "Open alice's locker",
            Teaches = "Locker 1 belongs to alice. No role or group of hers opens it: being its owner does.",
            Because = "Whether you may depends on the thing itself, so the API looks it up before it can decide.",
            Request = new(HttpMethod.Get, "/lockers/1"),
            BestAs = Personas.Bob,
            Expected = new(NoBadge, Ok, Forbidden(Reasons.NotOwner), Ok),
        },
        new()
        {
            Id = "visitors", Chapter = Rooms, Title = "Read the visitors' list",
            Teaches = "The list needs a scope. A scope limits what an application may do for you, whoever you are.",
            Because = "A 403 that a new token can mend: the challenge names the scope to ask for. Even admin lacks it until Web asks.",
            Request = new(HttpMethod.Get, "/visitors"), Need = Need.NoVisitorsScope,
            Expected = new(NoBadge, ScopeMissing, ScopeMissing, ScopeMissing),
        },
        new()
        {
            Id = "visitors-with-scope", Chapter = Rooms, Title = "Read it with the scope",
            Teaches = "The same request with a token for which Web asked the scope visitors:read.",
            Because = "Same person, same roles, another token: this 403 was about the token and not about you.",
            Request = new(HttpMethod.Get, "/visitors"), Need = Need.VisitorsScope,
            BestAs = Personas.Alice,
            Expected = new(NoBadge, Ok, Ok, Ok),
        },
        new()
        {
            Id = AfterStepUp, Chapter = Rooms, Title = "Disarm the alarm, just logged in",
            Teaches = "Only an admin who gave the password less than a minute ago may do this.",
            Because = "The role was checked first, then the age of the login.",
            Request = new(HttpMethod.Post, "/alarm/disarm"), Need = Need.FreshLoginOfAdmin,
            BestAs = Personas.Admin,
            Expected = new(NoBadge, RoleMissing, RoleMissing, Ok),
        },

        new()
        {
            Id = "device-badge", Chapter = Device, Title = "The night watch shows its badge",
            Teaches = "A robot walks the floors at night. It has a badge of its own: a client without a user.",
            Because = "To the API it is just another caller with a valid token. Who you are may be what you are.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.NightWatch,
            Expected = new(Ok),
        },
        new()
        {
            Id = "device-room", Chapter = Device, Title = "The night watch tries a door",
            Teaches = "It has the role user and is in no group.",
            Because = "A device is refused as a person is: known, and not allowed.",
            Request = new(HttpMethod.Post, "/rooms/workshop/entries"), Credential = Credential.NightWatch,
            Expected = new(GroupMissing),
        },
        new()
        {
            Id = "device-visitors", Chapter = Device, Title = "The night watch reads the visitors' list",
            Teaches = "It asked for the scope visitors:read when it got this token.",
            Because = "Scopes are asked for and granted by token, to devices as well.",
            Request = new(HttpMethod.Get, "/visitors"), Credential = Credential.NightWatchWithScope,
            Expected = new(Ok),
        },

        new()
        {
            Id = "disarm-old-login", Chapter = Traps, Title = "Disarm the alarm, an old login",
            Teaches = "You are admin, your token is valid, and your login is more than a minute old. Is this about who you are?",
            Because = "Step-up: a 401 although the server knows you. It asks for a fresher login, and the challenge says how fresh. "
                + "(It is not a second factor.)",
            Request = new(HttpMethod.Post, "/alarm/disarm"), Need = Need.OldLoginOfAdmin,
            BestAs = Personas.Admin,
            Expected = new(NoBadge, RoleMissing, RoleMissing,
                new Expectation(
                    401, Reasons.LoginTooOld, $"Bearer error=\"{Challenge.InsufficientUserAuthentication}\", max_age=*",
                    "RFC 9470, section 3")),
        },
        new()
        {
            Id = "intercom-outside", Chapter = Traps, Title = "Press the intercom from the street",
            Teaches = "The intercom asks for no badge. It answers callers on the office network.",
            Because = "A 403 without any login: the server does not need to know who you are to say no, and logging in would not help.",
            Request = new(HttpMethod.Get, "/intercom"),
            Expected = new(Forbidden(Reasons.NetworkNotAllowed)),
        },
        new()
        {
            Id = "intercom-inside", Chapter = Traps, Title = "Press it from the office",
            Teaches = "The same request as the proxy of the office network would hand it on.",
            Because = "The API believes the proxy's word about the caller's address because it is configured to trust that proxy, and "
                + "only that.",
            Request = new(HttpMethod.Get, "/intercom") { ForwardedFor = "10.20.0.7" },
            Expected = new(Ok),
        },
        new()
        {
            Id = "safe", Chapter = Traps, Title = "Look for alice's safe",
            Teaches = "Safe 1 is alice's, and nobody else must learn that it exists. Not even admin.",
            Because = "403 would say that it is there. So others get the very answer that they get for a number that does not exist.",
            Request = new(HttpMethod.Get, "/safes/1"),
            BestAs = Personas.Bob,
            Expected = new(NoBadge, Ok, NotFound, NotFound),
        },
        new()
        {
            Id = "safe-unknown", Chapter = Traps, Title = "Look for a safe that is not there",
            Teaches = "There is no safe 99. Compare the answer with the one for alice's safe.",
            Because = "Status, headers and body are the same. Only the trace in the dashboard knows the difference.",
            Request = new(HttpMethod.Get, "/safes/99"),
            BestAs = Personas.Bob,
            Expected = new(NoBadge, NotFound, NotFound, NotFound),
        },
        new()
        {
            Id = "unknown-address", Chapter = Traps, Title = "An address that nobody has",
            Teaches = "The API has no such route. Should it ask for a login first?",
            Because = "A rule that protects everything by default would answer 401 and send people to log in for nothing.",
            Request = new(HttpMethod.Get, "/basement"),
            Expected = new(NotFound),
        },
        new()
        {
            Id = "page-redirects", Chapter = Traps, Title = "A script asks for a page",
            Teaches = "Not the API this time: Web's own page /me, as a script would ask for it.",
            Because = "A page redirects to the login, which is right for people. A script follows, gets 200 and a login form, and "
                + "takes it for data.",
            Request = new(HttpMethod.Get, "/me", Target.Web), Credential = Credential.SessionCookie,
            BestAs = Personas.Nobody,
            Expected = new(new Expectation(302, null, null, "RFC 9110, section 15.4.3"), Ok, Ok, Ok),
        },
        new()
        {
            Id = "script-gets-401", Chapter = Traps, Title = "A script asks for data",
            Teaches = "Web's /session is made for scripts.",
            Because = "It answers 401 with a challenge of a scheme that opens no browser's password dialog. The script knows what "
                + "happened and decides.",
            Request = new(HttpMethod.Get, "/session", Target.Web), Credential = Credential.SessionCookie,
            BestAs = Personas.Nobody,
            Expected = new(new Expectation(401, Reasons.NoCredentials, "Cookie", "RFC 9110, section 15.5.2"), Ok, Ok, Ok),
        },
        new()
        {
            Id = "log-in-again", Chapter = Traps, Title = "Log in again and try once more",
            Teaches = "Many programs send people to the login on every 403. Web gets you a brand-new token and repeats “Delete a user”.",
            Because = "A newer badge of the same person opens the same doors. A program that logs in on 403 does it for ever: the "
                + "endless login loop.",
            Request = new(HttpMethod.Delete, "/users/carol"), Credential = Credential.RenewedToken,
            BestAs = Personas.Alice, PutsBack = Reset,
            Expected = new(NoBadge, RoleMissing, RoleMissing, Gone),
        },
        new()
        {
            Id = "after-logout", Chapter = Traps, Title = "A badge that outlives the logout",
            Teaches = "The access token of the session that you logged out of a moment ago. Web kept it for this scenario only.",
            Because = "The API checks a token by itself and asks nobody. Logging out ends the session, not the tokens that are about: "
                + "they work until they expire. So they are short-lived.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.EndedSession, Need = Need.EndedSession,
            Expected = new(new Expectation(200, null, null, "RFC 9068, section 5; RFC 7009, section 3")),
        },
        new()
        {
            Id = "clock-skew", Chapter = Traps, Title = "A second too late",
            Teaches = "A real token that expired a moment ago. The first run waits for that moment.",
            Because = "Clocks differ, so the API allows five seconds. Tests that wait for an expiry must know that.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.JustExpired,
            Expected = new(new Expectation(200, null, null, "RFC 7519, section 4.1.4")),
        },
        new()
        {
            Id = "wrong-password", Chapter = Traps, Title = "Type a wrong password",
            Teaches = "Alice's name and a wrong password in the identity provider's login form. Surely that is a 401?",
            Because = "A login form is a page that worked: 200, and the page again. 401 belongs to HTTP authentication, with a "
                + "challenge that a form does not have.",
            Request = new(HttpMethod.Post, "/login-form", Target.IdentityProvider), Credential = Credential.WrongPassword,
            Expected = new(new Expectation(200, null, null, "RFC 9110, section 15.5.2")),
        },
        new()
        {
            Id = "two-views", Chapter = Traps, Title = "One answer, two colours",
            Teaches = "Ask without a badge, then open the trace: Web's span is red, the API's span is not. Which one is wrong?",
            Because = "Neither. To the caller a 4xx is an error; the server did its work. Inside the API the red span is the decision "
                + "that refused.",
            Request = new(HttpMethod.Get, "/rooms"),
            BestAs = Personas.Nobody,
            Expected = new(NoBadge, Ok, Ok, Ok),
        },
    ];

    /// <summary>The scenario with this id, or null.</summary>
    public static Scenario? Find(string? id) => All.FirstOrDefault(s => s.Id == id);

    private static Expectation Invalid(string reason, string clause) => new(401, reason, "Bearer error=\"invalid_token\"", clause);

    private static Expectation Forbidden(string reason) => new(403, reason, null, "RFC 9110, section 15.5.4");
}
