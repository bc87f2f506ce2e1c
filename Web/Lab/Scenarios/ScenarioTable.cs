using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>
/// The table of scenarios, used by the lab, the documentation and the flow tests. Expected results are written by hand from the standards,
/// and only ever compared with the actual ones.
/// </summary>
public static class ScenarioTable
{
    private const string Start = "Start here";
    private const string Door = "At the door";
    private const string Rooms = "Rooms and roles";
    private const string Device = "A device";
    private const string StepUp = "Step-up";
    private const string Traps = "Traps";

    private const string Reset = "A deleted user is put back by POST /reset, with the same token, right after, in a trace of its own.";

    private static readonly Expectation Ok = new(200, null, null, "RFC 9110, section 15.3.1");
    private static readonly Expectation Created = new(201, null, null, "RFC 9110, section 15.3.2");
    private static readonly Expectation Gone = new(204, null, null, "RFC 9110, section 15.3.5");
    private static readonly Expectation NotFound = new(404, Reasons.NotFound, null, "RFC 9110, section 15.5.5");
    private static readonly Expectation NoBadge =
        new Expectation(401, Reasons.NoCredentials, "Bearer", "RFC 6750, section 3: no error code where no token came")
            .Because("You sent no token, so the API asks who you are. A login helps.");
    private static readonly Expectation NotAnAccessToken = Invalid(Reasons.WrongTokenType, "RFC 9068, section 4");
    private static readonly Expectation RoleMissing = Forbidden(Reasons.RoleMissing);
    private static readonly Expectation GroupMissing = Forbidden(Reasons.GroupMissing);
    private static readonly Expectation ScopeMissing =
        new(403, Reasons.ScopeMissing, $"Bearer error=\"insufficient_scope\", scope=\"{Credential.VisitorsScope}\"",
            "RFC 6750, section 3.1");
    private static readonly Expectation TooOld =
        new(401, Reasons.LoginTooOld, $"Bearer error=\"{Challenge.InsufficientUserAuthentication}\", max_age=*", "RFC 9470, section 3");

    private static readonly Expectation FactorMissing = new(
        401, Reasons.SecondFactorMissing, $"Bearer error=\"{Challenge.InsufficientUserAuthentication}\", acr_values=\"mfa\"",
        "RFC 9470, section 3");

    private static readonly Expectation HiddenSafe = NotFound.Because(
        "403 would say that it is there. So you get the very answer that you would get for a number that does not exist.");

    /// <summary>All scenarios, in teaching order.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new()
        {
            Id = "delete-user", Chapter = Start, Title = "Delete a user",
            Sends = "DELETE with the session’s access token",
            Teaches = "Only an admin may delete somebody from the directory. Send the same request as nobody, as alice and as "
                + "admin.",
            Request = new(HttpMethod.Delete, "/users/carol"),
            BestAs = Personas.Alice, PutsBack = Reset,
            Expected = new(
                NoBadge.Because("You sent no token, so the API asks who you are. A login helps."),
                RoleMissing.Because(
                    "The API knows you. Deleting needs the role admin, and you do not have it. Logging in again changes nothing."),
                Gone.Because("Both checks said yes, so the endpoint ran.")),
        },
        new()
        {
            Id = "lobby", Chapter = Start, Title = "Walk into the lobby",
            Sends = "GET of an endpoint that allows anonymous callers",
            Teaches = "The lobby is open to everybody. Does it matter who you are?",
            Request = new(HttpMethod.Get, "/lobby"),
            Expected = new(
                Ok.Because(
                    "An endpoint that allows anonymous callers does not even look at a token. There is nothing to prove and "
                        + "nothing to refuse.")),
        },
        new()
        {
            Id = "badge", Chapter = Start, Title = "Show your badge",
            Sends = "GET that asks for any valid access token",
            Teaches = "This endpoint wants any valid token and tells you what it reads in it. Try it without a login first.",
            Request = new(HttpMethod.Get, "/badge"),
            BestAs = Personas.Nobody,
            Expected = new(
                NoBadge.Because("Without a token the server does not know who asks: 401, and a challenge that says what to bring."),
                Ok.Because("The token is valid, and that is all this endpoint asks for. The answer is what the API reads in it.")),
        },

        new()
        {
            Id = "directory", Chapter = Door, Title = "Read the directory",
            Sends = "GET of a list with the session’s access token",
            Teaches = "Everybody who works here may read the list of people. What does the door ask for?",
            Request = new(HttpMethod.Get, "/users"),
            Expected = new(
                NoBadge.Because("Everybody who works here may read it, and without a token nobody can tell that you do."),
                Ok.Because("Authentication is all that this endpoint wants. No role is looked at.")),
        },
        new()
        {
            Id = "other-scheme", Chapter = Door, Title = "Bring a key instead of a badge",
            Sends = "Authorization: Basic instead of Bearer",
            Teaches = "The Authorization header carries Basic, and this API reads Bearer. (The header is called Authorization and "
                + "carries authentication: a historical accident.)",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Basic,
            Expected = new(
                new Expectation(401, Reasons.NoCredentials, "Bearer", "RFC 9110, section 11.6.2; RFC 6750, section 3").Because(
                    "A scheme that the API does not know is no credential to it. So it asks for one, without an error code.")),
        },
        new()
        {
            Id = "token-in-query", Chapter = Door, Title = "Write the badge into the address",
            Sends = "access_token in the query string",
            Teaches = "A valid token, but in the query string: addresses end up in logs, histories and referrers.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.QueryString,
            Expected = new(
                new Expectation(401, Reasons.NoCredentials, "Bearer", "RFC 9700, section 4.3.2").Because(
                    "The API does not look there at all, so nobody gets used to it.")),
        },
        new()
        {
            Id = "two-credentials", Chapter = Door, Title = "Show two badges at once",
            Sends = "two Bearer tokens in one request",
            Teaches = "Two Authorization headers. Which one counts? Two programs in a row may answer differently, and that is how "
                + "attacks begin.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Two,
            Expected = new(
                new Expectation(400, Reasons.MultipleCredentials, "Bearer error=\"invalid_request\"", "RFC 6750, section 3.1").Because(
                    "The request is wrong as such, so this is neither 401 nor 403. A better token would not help.")),
        },
        new()
        {
            Id = "malformed-token", Chapter = Door, Title = "Show a library card",
            Sends = "Bearer with a text that is no JWT",
            Teaches = "Something came with the word Bearer, but it is no token at all.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Malformed,
            Expected = new(
                Invalid(Reasons.MalformedToken, "RFC 7519, section 7.2").Because(
                    "A credential was tried and failed, so the challenge carries an error code. Compare it with the answer to no "
                        + "badge.")),
        },
        new()
        {
            Id = "unsigned-token", Chapter = Door, Title = "A badge without a seal",
            Sends = "JWT with alg: none",
            Teaches = "A real token's claims under the header “alg: none”: it claims to need no signature.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.WithoutSignature,
            Expected = new(
                Invalid(Reasons.UnsignedToken, "RFC 8725, section 3.2").Because(
                    "Whoever accepts this accepts whatever anybody writes. The API names the algorithms that it allows.")),
        },
        new()
        {
            Id = "algorithm-swap", Chapter = Door, Title = "A seal made from the public key",
            Sends = "JWT signed HS256 with the RSA public key",
            Teaches = "Signed with HMAC, and the secret is the issuer's public key, which everybody can have.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.HmacWithPublicKey,
            Expected = new(
                Invalid(Reasons.AlgorithmNotAllowed, "RFC 8725, sections 2.1 and 3.1").Because(
                    "A library that takes the algorithm from the token would check it with that very key, and it would fit. So "
                        + "the API decides the algorithm, not the token.")),
        },
        new()
        {
            Id = "tampered-token", Chapter = Door, Title = "Write “admin” onto your badge",
            Sends = "access token with a changed claim (roles)",
            Teaches = "The device's real token, with the role admin added by hand. The signature is the old one.",
            Request = new(HttpMethod.Delete, "/users/carol"), Credential = Credential.Tampered,
            Expected = new(
                Invalid(Reasons.BadSignature, "RFC 7515, section 5.2").Because(
                    "The signature covers the claims. A changed badge is no badge: 401, and nothing in it is believed, not even "
                        + "the name.")),
        },
        new()
        {
            Id = "foreign-key", Chapter = Door, Title = "A home-made badge",
            Sends = "JWT signed with a key of our own (kid)",
            Teaches = "Everything in it is right, but it is signed with a key that the issuer never had.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.ForeignKey,
            Expected = new(
                Invalid(Reasons.UnknownKey, "RFC 8725, section 3.8").Because(
                    "The token names a key that the issuer does not publish.")),
        },
        new()
        {
            Id = "borrowed-key-id", Chapter = Door, Title = "A home-made badge with a borrowed number",
            Sends = "JWT with the issuer’s kid and our own signature",
            Teaches = "The same, but its header names the issuer's real key.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.BorrowedKeyId,
            Expected = new(
                Invalid(Reasons.BadSignature, "RFC 7515, section 5.2").Because(
                    "The key is known, and the signature does not fit it. The name of a key proves nothing.")),
        },
        new()
        {
            Id = "embedded-key", Chapter = Door, Title = "A badge that brings its own key",
            Sends = "JWT with its key in the header (jwk)",
            Teaches = "The header contains the key with which to check the signature. It fits, of course.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.EmbeddedKey,
            Expected = new(
                Invalid(Reasons.UnknownKey, "RFC 8725, section 3.8").Because(
                    "The API takes keys from its issuer alone and never looks at keys in a header.")),
        },
        new()
        {
            Id = "wrong-issuer", Chapter = Door, Title = "The badge of the building next door",
            Sends = "access token of another issuer (iss)",
            Teaches = "A real, valid token, from another realm of the same identity provider.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Neighbour,
            Expected = new(
                Invalid(Reasons.WrongIssuer, "RFC 8725, section 3.8").Because(
                    "It proves who you are to them. This building trusts one issuer.")),
        },
        new()
        {
            Id = "wrong-audience", Chapter = Door, Title = "The cafeteria's badge",
            Sends = "access token for another API (aud)",
            Teaches = "A real token from the right issuer, meant for another service.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Elsewhere,
            Expected = new(
                Invalid(Reasons.WrongAudience, "RFC 9068, section 4; RFC 8725, section 3.9").Because(
                    "Otherwise the cafeteria could use your badge to walk into the building in your name.")),
        },
        new()
        {
            Id = "id-token", Chapter = Door, Title = "Show the visitor's receipt",
            Sends = "ID token instead of the access token (typ)",
            Teaches = "Your own ID token instead of your access token. Both are real, both are about you.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.IdToken, Needs = Prerequisite.Login,
            BestAs = Personas.Alice,
            Expected = new(
                null,
                NotAnAccessToken.Because(
                    "An ID token tells Web who logged in. It opens nothing: an API wants an access token, which says so in its "
                        + "type.")),
        },
        new()
        {
            Id = "expired-token", Chapter = Door, Title = "A badge that has expired",
            Sends = "access token after its exp",
            Teaches = "A real token that lived for two seconds. The first run waits until it is over.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.Expired,
            Expected = new(
                Invalid(Reasons.TokenExpired, "RFC 7519, section 4.1.4").Because(
                    "It was good. The description tells the client that a new token is all it needs.")),
        },
        new()
        {
            Id = "not-yet-valid", Chapter = Door, Title = "Tomorrow's badge",
            Sends = "JWT before its nbf",
            Teaches = "A token that says that it is not valid before tomorrow. No issuer gives those out, so it is home-made.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.NotYetValid,
            Expected = new(
                Invalid(Reasons.TokenNotYetValid, "RFC 7519, section 4.1.5").Because(
                    "Its time is checked before its signature, so that is the reason you read. It would not have passed either "
                        + "way.")),
        },

        new()
        {
            Id = "delete-unknown-user", Chapter = Rooms, Title = "Delete somebody who is not there",
            Sends = "DELETE of an id that does not exist",
            Teaches = "The same request for a name that is not in the directory. Who gets to know that?",
            Request = new(HttpMethod.Delete, "/users/nobody-of-that-name"),
            BestAs = Personas.Admin,
            Expected = new(
                NoBadge.Because("Who you are is asked first. Whether there is somebody of that name is nobody’s business yet."),
                RoleMissing.Because("Permission is checked before the directory is looked at. So you do not learn who exists."),
                NotFound.Because("You may delete, so you may know: there is nobody of that name.")),
        },
        new()
        {
            Id = "enter-workshop", Chapter = Rooms, Title = "Enter the workshop",
            Sends = "POST to a room of the group engineering",
            Teaches = "Each room opens for one group, and this one for engineering. Alice and bob have the same role.",
            Request = new(HttpMethod.Post, "/rooms/workshop/entries"),
            BestAs = Personas.Bob,
            Expected = new(
                NoBadge,
                Created.Because("You are in engineering, and the room opens for that group."),
                GroupMissing.Because("The same request and the same role as alice’s, but you are not in engineering."),
                Created.Because("You are in engineering, and the room opens for that group.")),
        },
        new()
        {
            Id = "enter-boiler-room", Chapter = Rooms, Title = "Enter the boiler room",
            Sends = "POST to a room of the group facilities",
            Teaches = "The boiler room is for the group facilities. Is anybody in every group?",
            Request = new(HttpMethod.Post, "/rooms/boiler-room/entries"),
            BestAs = Personas.Alice,
            Expected = new(
                NoBadge,
                GroupMissing.Because("You are not in facilities. Groups are not ranks: bob may do here what alice may not."),
                Created.Because("You are in facilities, and the room opens for that group."),
                Created.Because("You are in facilities, and the room opens for that group.")),
        },
        new()
        {
            Id = "enter-control-room", Chapter = Rooms, Title = "Enter the control room",
            Sends = "POST to a room of the group security",
            Teaches = "It is for the group security. What opens it: a role, or a group?",
            Request = new(HttpMethod.Post, "/rooms/control-room/entries"),
            BestAs = Personas.Alice,
            Expected = new(
                NoBadge,
                GroupMissing.Because("You are not in security. The role user opens no room."),
                Created.Because("You get in because of the group, not because of the role admin.")),
        },
        new()
        {
            Id = "locker", Chapter = Rooms, Title = "Open alice's locker",
            Sends = "GET of a resource that has an owner",
            Teaches = "Locker 1 belongs to alice. What does it look at: a role, a group, or the locker itself?",
            Request = new(HttpMethod.Get, "/lockers/1"),
            BestAs = Personas.Bob,
            Expected = new(
                NoBadge,
                Ok.Because("You own it. No role or group of yours was looked at for that."),
                Forbidden(Reasons.NotOwner).Because(
                    "Whether you may depends on the thing itself: the API looked the locker up, and it is not yours."),
                Ok.Because("It is not yours, but the role admin opens every locker.")),
        },
        new()
        {
            Id = "visitors", Chapter = Rooms, Title = "Read the visitors' list",
            Sends = "access token without the scope visitors:read",
            Teaches = "The list needs a scope. A scope limits what an application may do for you, whoever you are.",
            Request = new(HttpMethod.Get, "/visitors"), Needs = Prerequisite.NoScope,
            Expected = new(
                NoBadge,
                ScopeMissing.Because(
                    "A 403 that a new token can fix: the challenge names the scope to ask for. A scope limits what an "
                        + "application may do for you; even an admin’s token lacks it until Web asks.")),
        },
        new()
        {
            Id = "visitors-with-scope", Chapter = Rooms, Title = "Read it with the scope",
            Sends = "access token with the scope visitors:read",
            Teaches = "The same request with a token for which Web asked the scope visitors:read.",
            Request = new(HttpMethod.Get, "/visitors"), Needs = Prerequisite.Scope,
            BestAs = Personas.Alice,
            Expected = new(
                NoBadge,
                Ok.Because(
                    "Same person, same roles, another token: the 403 without the scope was about the token and not about you.")),
        },

        new()
        {
            Id = "device-badge", Chapter = Device, Title = "The night watch shows its badge",
            Sends = "client credentials token: no user at all",
            Teaches = "A robot walks the floors at night. It has a badge of its own: a client without a user.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.NightWatch,
            Expected = new(
                Ok.Because("To the API it is just another caller with a valid token. Who you are may be what you are.")),
        },
        new()
        {
            Id = "device-room", Chapter = Device, Title = "The night watch tries a door",
            Sends = "client credentials token to a room of a group",
            Teaches = "It has the role user and is in no group.",
            Request = new(HttpMethod.Post, "/rooms/workshop/entries"), Credential = Credential.NightWatch,
            Expected = new(
                GroupMissing.Because("A device is refused as a person is: known, and not allowed.")),
        },
        new()
        {
            Id = "device-visitors", Chapter = Device, Title = "The night watch reads the visitors' list",
            Sends = "client credentials token with a scope",
            Teaches = "It asked for the scope visitors:read when it got this token.",
            Request = new(HttpMethod.Get, "/visitors"), Credential = Credential.NightWatchWithScope,
            Expected = new(
                Ok.Because("Scopes are asked for and granted by token, to devices as well.")),
        },

        new()
        {
            Id = "disarm-fresh-login", Chapter = StepUp, Title = "Disarm the alarm, just logged in",
            Sends = "POST with a login of a moment ago (auth_time)",
            Teaches = "Only an admin who gave the password a moment ago may do this. In which order is that checked?",
            Request = new(HttpMethod.Post, "/alarm/disarm"), Needs = Prerequisite.FreshLogin,
            BestAs = Personas.Admin,
            Expected = new(
                NoBadge,
                RoleMissing.Because("The role was checked before the age of the login: a fresh one would not help you."),
                Ok.Because("You have the role, and your login is recent enough.")),
        },
        new()
        {
            Id = "disarm-old-login", Chapter = StepUp, Title = "Disarm the alarm, an old login",
            Sends = "POST with a login of a while ago (auth_time)",
            Teaches = "You are admin, your token is valid, and you logged in a while ago. Is this about who you are?",
            Request = new(HttpMethod.Post, "/alarm/disarm"), Needs = Prerequisite.OldLogin,
            AfterStepUp = "disarm-fresh-login",
            BestAs = Personas.Admin,
            Expected = new(
                NoBadge,
                RoleMissing.Because("The role was checked before the age of the login: a fresh one would not help you."),
                TooOld.Because(
                    "Step-up: a 401 although the server knows you. It asks for a fresher login, and the challenge says how fresh. "
                        + "The same person's older login was good for everything else.")),
        },
        new()
        {
            Id = "open-vault", Chapter = StepUp, Title = "Open the vault with a password",
            Sends = "POST with a login by password alone (acr)",
            Teaches = "Everybody who works here may open the vault, and it wants to be sure who it is: a password alone does not do. "
                + "Is that about who you are, or about what you may?",
            Request = new(HttpMethod.Post, "/vault/entries"), Needs = Prerequisite.PasswordOnly,
            AfterStepUp = "open-vault-with-code",
            BestAs = Personas.Alice,
            Expected = new(
                NoBadge,
                FactorMissing.Because(
                    "Nothing is missing that somebody would have to give you, so this is no 403: you have to prove better who you are. "
                        + "The challenge says how, and the same password once more would change nothing.")),
        },
        new()
        {
            Id = "open-vault-with-code", Chapter = StepUp, Title = "Open it with a one-time code",
            Sends = "POST with a login by password and code (acr)",
            Teaches = "The same request, after a login that asked for the code of an authenticator app as well.",
            Request = new(HttpMethod.Post, "/vault/entries"), Needs = Prerequisite.SecondFactor,
            BestAs = Personas.Alice,
            Expected = new(
                NoBadge,
                Created.Because("Same person, same rights: only the proof is better, and the token says so in acr.")),
        },

        new()
        {
            Id = "intercom-outside", Chapter = Traps, Title = "Press the intercom from the street",
            Sends = "GET from an address outside the office",
            Teaches = "The intercom asks for no badge. It answers callers on the office network.",
            Request = new(HttpMethod.Get, "/intercom"),
            Expected = new(
                Forbidden(Reasons.NetworkNotAllowed).Because(
                    "A 403 without any login: the server does not need to know who you are to say no, and logging in would not "
                        + "help.")),
        },
        new()
        {
            Id = "intercom-inside", Chapter = Traps, Title = "Press it from the office",
            Sends = "GET with X-Forwarded-For, set by a proxy",
            Teaches = "The same request as the proxy of the office network would hand it on.",
            Request = new(HttpMethod.Get, "/intercom") { ForwardedFor = "10.20.0.7" },
            Expected = new(
                Ok.Because(
                    "The API believes the proxy's word about the caller's address because it is configured to trust that proxy, "
                        + "and only that.")),
        },
        new()
        {
            Id = "safe", Chapter = Traps, Title = "Look for alice's safe",
            Sends = "GET of a resource whose existence is a secret",
            Teaches = "Safe 1 is alice’s, and nobody else must learn that it exists. How does one say no without saying so?",
            Request = new(HttpMethod.Get, "/safes/1"),
            BestAs = Personas.Bob,
            Expected = new(
                NoBadge,
                Ok.Because("It is yours."),
                HiddenSafe,
                HiddenSafe),
        },
        new()
        {
            Id = "safe-unknown", Chapter = Traps, Title = "Look for a safe that is not there",
            Sends = "GET of an id that does not exist",
            Teaches = "There is no safe 99. Compare the answer with the one for alice's safe.",
            Request = new(HttpMethod.Get, "/safes/99"),
            BestAs = Personas.Bob,
            Expected = new(
                NoBadge,
                NotFound.Because(
                    "But for its trace id this is the very answer that everybody but alice gets for alice’s safe. Only the trace in "
                        + "the dashboard knows the difference.")),
        },
        new()
        {
            Id = "unknown-address", Chapter = Traps, Title = "An address that nobody has",
            Sends = "GET of a route that does not exist",
            Teaches = "The API has no such route. Should it ask for a login first?",
            Request = new(HttpMethod.Get, "/basement"),
            Expected = new(
                NotFound.Because(
                    "A rule that protects everything by default would answer 401 and send people to log in for nothing.")),
        },
        new()
        {
            Id = "script-asks-page", Chapter = Traps, Title = "A script asks for a page",
            Sends = "GET of a page with the session cookie",
            Teaches = "Not the API this time: Web's own page /me, as a script would ask for it.",
            Request = new(HttpMethod.Get, "/me", Target.Web), Credential = Credential.SessionCookie,
            BestAs = Personas.Nobody,
            Expected = new(
                new Expectation(302, null, null, "RFC 9110, section 15.4.3").Because(
                    "A page redirects to the login, which is right for people. A script follows, gets 200 and a login form, and "
                        + "takes it for data."),
                Ok.Because("You have a session, so you get the page.")),
        },
        new()
        {
            Id = "script-asks-data", Chapter = Traps, Title = "A script asks for data",
            Sends = "GET of Web’s JSON with the session cookie",
            Teaches = "Web's /session is made for scripts.",
            Request = new(HttpMethod.Get, "/session", Target.Web), Credential = Credential.SessionCookie,
            BestAs = Personas.Nobody,
            Expected = new(
                new Expectation(401, Reasons.NoCredentials, "Cookie", "RFC 9110, section 15.5.2").Because(
                    "The challenge has a scheme that opens no browser’s password dialog. The script knows what happened and "
                        + "decides."),
                Ok.Because("You have a session, so the script gets its data.")),
        },
        new()
        {
            Id = "new-token", Chapter = Traps, Title = "Get a new token and try once more",
            Sends = "DELETE with a new access token (refresh)",
            Teaches = "Many programs send people to the login whenever they are refused. Web gets you a brand-new token and repeats "
                + "“Delete a user”.",
            Request = new(HttpMethod.Delete, "/users/carol"), Credential = Credential.RenewedToken,
            BestAs = Personas.Alice, PutsBack = Reset,
            Expected = new(
                NoBadge.Because("Nobody is logged in, so there is no token to renew: 401, and here a login does help."),
                RoleMissing.Because(
                    "A newer badge of the same person opens the same doors. A program that logs in on 403 does it for ever: the "
                        + "endless login loop."),
                Gone.Because("The new token opens what the old one opened.")),
        },
        new()
        {
            Id = "after-logout", Chapter = Traps, Title = "A badge that outlives the logout",
            Sends = "access token of a session that was logged out",
            Teaches = "The access token of the session that you logged out of a moment ago. Web kept it for this scenario only.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.EndedSession, Needs = Prerequisite.EndedSession,
            Expected = new(
                new Expectation(200, null, null, "RFC 7009, section 3").Because(
                    "The API checks a token by itself and asks nobody. Logging out ends the session, not the tokens that are "
                        + "about: they work until they expire. So they are short-lived.")),
        },
        new()
        {
            Id = "second-too-late", Chapter = Traps, Title = "A second too late",
            Sends = "access token a second after its exp",
            Teaches = "A real token that expired a moment ago. The first run waits for that moment.",
            Request = new(HttpMethod.Get, "/badge"), Credential = Credential.JustExpired,
            Expected = new(
                new Expectation(200, null, null, "RFC 7519, section 4.1.4").Because(
                    "Clocks differ, so the API allows five seconds. Tests that wait for an expiry must know that.")),
        },
        new()
        {
            Id = "wrong-password", Chapter = Traps, Title = "Type a wrong password",
            Sends = "POST of the login form, wrong password",
            Teaches = "Alice's name and a wrong password in the identity provider's login form. Surely that is a 401?",
            Request = new(HttpMethod.Post, "/login-form", Target.IdentityProvider), Credential = Credential.WrongPassword,
            Expected = new(
                new Expectation(200, null, null, "RFC 9110, section 15.5.2").Because(
                    "A login form is a page that worked: 200, and the page again. 401 belongs to HTTP authentication, with a "
                        + "challenge that a form does not have.")),
        },
        new()
        {
            Id = "two-views", Chapter = Traps, Title = "One answer, two colours",
            Sends = "GET, as client span and server span tell it",
            Teaches = "Ask without a badge, then open the trace: Web has a span of this call and the API has one. Do they agree "
                + "that it failed?",
            Request = new(HttpMethod.Get, "/rooms") { RefusalIsAnError = true },
            BestAs = Personas.Nobody,
            Expected = new(
                NoBadge.Because(
                    "To most callers a 4xx is an error, so here Web’s span has a red mark. (In the other scenarios Web asks for the "
                        + "refusal, and its span has none.) The server did its work, so the API’s span has none; inside it, the decision "
                        + "that refused has one."),
                Ok.Because("Nobody was refused, so both agree.")),
        },
    ];

    /// <summary>The eight most important scenarios, in teaching order.</summary>
    public static IReadOnlyList<Scenario> CorePath { get; } =
    [
        .. new[]
        {
            "delete-user", "badge", "expired-token", "wrong-audience", "enter-workshop", "visitors", "open-vault", "safe",
        }.Select(id => All.Single(scenario => scenario.Id == id)),
    ];

    /// <summary>The scenario of the home page, which is run by three personas.</summary>
    public static Scenario Story => All[0];

    /// <summary>The scenario with this id, or null.</summary>
    public static Scenario? Find(string? id) => All.FirstOrDefault(s => s.Id == id);

    private static Expectation Invalid(string reason, string clause) => new(401, reason, "Bearer error=\"invalid_token\"", clause);

    private static Expectation Forbidden(string reason) => new(403, reason, null, "RFC 9110, section 15.5.4");
}
