using System.Text.Json.Nodes;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Tests.Api;

/// <summary>
/// A token with one thing wrong. Alice's, and otherwise good: without the fault it would be accepted. In the order in which the Api checks.
/// </summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Reason">The reason that the refusal must give.</param>
/// <param name="Write">Writes it, with the key of the identity provider at hand.</param>
public sealed record BadToken(string Name, string Reason, Func<FakeIssuer, string> Write)
{
    /// <summary>Every cause; <see cref="Named"/> finds one.</summary>
    public static readonly BadToken[] All =
    [
        new("one part", Reasons.MalformedToken, _ => "rubbish"),
        new("two parts", Reasons.MalformedToken, provider => string.Join('.', Good(provider).Write().Split('.')[..2])),
        new("four parts", Reasons.MalformedToken, provider => Good(provider).Write() + ".more"),
        new("padded", Reasons.MalformedToken, provider => Good(provider).Write() + "="),
        new("encrypted", Reasons.MalformedToken, provider => Good(provider).Write() + ".a.b"),
        new("header is no JSON", Reasons.MalformedToken, provider => Good(provider).Write("{", "{}")),
        new("header is an array", Reasons.MalformedToken, provider => Good(provider).Write("[]", "{}")),
        new("payload is no JSON", Reasons.MalformedToken, provider => Good(provider).Write(Good(provider).Header.ToJsonString(), "alice")),
        new("payload is a number", Reasons.MalformedToken, provider => Good(provider).Write(Good(provider).Header.ToJsonString(), "1")),
        new("alg twice", Reasons.MalformedToken,
            provider => Good(provider).Write(Twice(Good(provider).Header, "alg"), Good(provider).Payload.ToJsonString())),
        new("sub twice", Reasons.MalformedToken,
            provider => Good(provider).Write(Good(provider).Header.ToJsonString(), Twice(Good(provider).Payload, "sub"))),
        new("deep JSON", Reasons.MalformedToken,
            provider => Good(provider).Write(Good(provider).Header.ToJsonString(), new string('[', 200) + new string(']', 200))),
        new("unknown crit", Reasons.MalformedToken, provider => Changed(provider, token =>
        {
            token.Header["crit"] = new JsonArray("http://example.org/must-understand");
            token.Header["http://example.org/must-understand"] = true;
        })),
        new("no alg", Reasons.MalformedToken, provider => Changed(provider, token => token.Header.Remove("alg"))),
        new("alg is half a character", Reasons.MalformedToken,
            provider => Good(provider).Write("""{"alg":"\ud800","typ":"at+jwt"}""", Good(provider).Payload.ToJsonString())),
        new("a name is half a character", Reasons.MalformedToken, provider => Good(provider).Write("""{"\ud800":1,"alg":"RS256"}""", "{}")),
        new("audience is half a character", Reasons.MalformedToken, provider => Good(provider).Write(
            Good(provider).Header.ToJsonString(), $$"""{"iss":"{{FakeIssuer.Issuer}}","aud":["\ud800","\udc00"]}""")),
        new("kid is a number", Reasons.MalformedToken, provider => Changed(provider, token => token.Header["kid"] = 1)),
        .. Spellings("none", "None", "NONE", "nOnE"),
        new("HS256 with the public key", Reasons.AlgorithmNotAllowed, provider => Changed(provider, token =>
        {
            token.Header["alg"] = "HS256";
            token.Sign = Token.HmacWithPublicKey(provider.Key);
        })),
        .. OtherAlgorithms("HS384", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RSA-OAEP", "dir"),
        new("ID token", Reasons.WrongTokenType, provider => Changed(provider, token =>
        {
            token.Header["typ"] = "JWT";
            token.Payload["aud"] = "web";
            token.Payload["typ"] = "ID";
            token.Payload["nonce"] = "n-0S6_WzA2Mj";
        })),
        new("an access token of type JWT", Reasons.WrongTokenType, provider => Changed(provider, token => token.Header["typ"] = "JWT")),
        new("no typ", Reasons.WrongTokenType, provider => Changed(provider, token => token.Header.Remove("typ"))),
        new("wrong issuer", Reasons.WrongIssuer,
            provider => Changed(provider, token => token.Payload["iss"] = FakeIssuer.Address + "realms/neighbour")),
        new("no issuer", Reasons.WrongIssuer, provider => Changed(provider, token => token.Payload.Remove("iss"))),
        new("neighbour's issuer and key", Reasons.WrongIssuer, provider => Changed(provider, token =>
        {
            var neighbour = SigningKey.Create();
            token.Payload["iss"] = FakeIssuer.Address + "realms/neighbour";
            token.Header["kid"] = neighbour.Id;
            token.Sign = neighbour.Sign;
        })),
        new("wrong audience", Reasons.WrongAudience, provider => Changed(provider, token => token.Payload["aud"] = "cafeteria")),
        new("several audiences, none of them ours", Reasons.WrongAudience,
            provider => Changed(provider, token => token.Payload["aud"] = new JsonArray("cafeteria", "web"))),
        new("no audience", Reasons.WrongAudience, provider => Changed(provider, token => token.Payload.Remove("aud"))),
        new("audience is a number", Reasons.WrongAudience, provider => Changed(provider, token => token.Payload["aud"] = 1)),
        new("no exp", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload.Remove("exp"))),
        new("exp is a string", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload["exp"] = "tomorrow")),
        new("exp is huge", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload["exp"] = 1e300)),
        new("exp is negative", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload["exp"] = -1)),
        new("expired", Reasons.TokenExpired, provider => Changed(provider, token => token.Payload["exp"] = Now - 6)),
        new("not yet valid", Reasons.TokenNotYetValid, provider => Changed(provider, token => token.Payload["nbf"] = Now + 60)),
        new("nbf is a string", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload["nbf"] = "now")),
        new("no sub", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload.Remove("sub"))),
        .. Subjects(("null as", null), ("empty", ""), ("blank", " "), ("a line break in", "alice\nbob"), ("a huge", new string('a', 256))),
        new("sub is a number", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload["sub"] = 1)),
        new("sub is an array", Reasons.MalformedToken,
            provider => Changed(provider, token => token.Payload["sub"] = new JsonArray("alice"))),
        new("sub is an object", Reasons.MalformedToken, provider => Changed(provider, token => token.Payload["sub"] = new JsonObject())),
        new("unknown kid", Reasons.UnknownKey, provider => Changed(provider, token => token.Header["kid"] = "another")),
        new("no kid", Reasons.UnknownKey, provider => Changed(provider, token => token.Header.Remove("kid"))),
        new("embedded jwk", Reasons.UnknownKey, provider => Changed(provider, token =>
        {
            var own = SigningKey.Create();
            token.Header["kid"] = own.Id;
            token.Header["jwk"] = System.Text.Json.JsonSerializer.SerializeToNode(own.Public);
            token.Sign = own.Sign;
        })),
        .. KeysElsewhere("jku", "x5u"),
        new("foreign key under our kid", Reasons.BadSignature,
            provider => Changed(provider, token => token.Sign = SigningKey.Create().Sign)),
        new("tampered payload", Reasons.BadSignature, provider =>
        {
            var parts = Good(provider).Write().Split('.');
            var admin = Good(provider).With(token => token.Payload["roles"] = new JsonArray("user", "admin"));
            return $"{parts[0]}.{Token.Encode(admin.Payload.ToJsonString())}.{parts[2]}";
        }),
        new("tampered signature", Reasons.BadSignature, provider =>
        {
            var token = Good(provider).Write().ToCharArray();
            token[^10] = token[^10] == 'A' ? 'B' : 'A';
            return new string(token);
        }),
        new("one letter more", Reasons.BadSignature, provider => Good(provider).Write() + "A"),
        new("no signature", Reasons.BadSignature, provider => Changed(provider, token => token.Sign = _ => [])),
    ];

    public static TheoryData<string> Names => [.. All.Select(token => token.Name)];

    public static BadToken Named(string name) => All.Single(token => token.Name == name);

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static Token Good(FakeIssuer provider) => Token.Of(Persona.Alice, provider);

    private static string Changed(FakeIssuer provider, Action<Token> change) => Good(provider).With(change).Write();

    private static string Twice(JsonObject json, string name) => json.ToJsonString().Insert(1, $"\"{name}\":\"first\",");

    private static IEnumerable<BadToken> Spellings(params string[] spellings) => spellings.Select(none =>
        new BadToken("alg " + none, Reasons.UnsignedToken, provider => Changed(provider, token =>
        {
            token.Header["alg"] = none;
            token.Sign = _ => [];
        })));

    private static IEnumerable<BadToken> Subjects(params (string Name, string? Value)[] subjects) => subjects.Select(subject =>
        new BadToken(subject.Name + " sub", Reasons.MalformedToken,
            provider => Changed(provider, token => token.Payload["sub"] = subject.Value)));

    private static IEnumerable<BadToken> OtherAlgorithms(params string[] algorithms) => algorithms.Select(algorithm =>
        new BadToken("alg " + algorithm, Reasons.AlgorithmNotAllowed,
            provider => Changed(provider, token => token.Header["alg"] = algorithm)));

    private static IEnumerable<BadToken> KeysElsewhere(params string[] members) => members.Select(member =>
        new BadToken(member + " elsewhere", Reasons.UnknownKey, provider => Changed(provider, token =>
        {
            var own = SigningKey.Create();
            token.Header["kid"] = own.Id;
            token.Header[member] = "http://localhost:9/keys";
            token.Sign = own.Sign;
        })));
}
