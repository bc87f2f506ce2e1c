using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuthDemo.Tests.Api;

/// <summary>Alice's access token with one thing wrong, without which it is accepted. Changes: see <see cref="Token.Write"/>.</summary>
public sealed record BadToken(
    string Name,
    string Reason,
    string Header = "",
    string Payload = "",
    Func<FakeIssuer, string, byte[]>? Sign = null,
    string Shape = "{0}.{1}.{2}")
{
    private static readonly SigningKey Stranger = SigningKey.Create();
    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static readonly BadToken[] All =
    [
        new("one part", Reasons.MalformedToken, Shape: "rubbish"),
        new("two parts", Reasons.MalformedToken, Shape: "{0}.{1}"),
        new("four parts", Reasons.MalformedToken, Shape: "{0}.{1}.{2}.more"),
        new("encrypted", Reasons.MalformedToken, Shape: "{0}.{1}.{2}.a.b"),
        new("padded", Reasons.MalformedToken, Shape: "{0}.{1}.{2}="),
        .. from json in (string[])["[]", "null", "1", "{", "{}{}", "{}", "// {}", "{'alg':'RS256'}", """{"alg":"RS256",}""", "\uFEFF{}"]
           select new BadToken("header " + json, Reasons.MalformedToken, Header: json),
        new("payload is no JSON", Reasons.MalformedToken, Payload: "alice"),
        new("payload is a number", Reasons.MalformedToken, Payload: "1"),
        new("alg twice", Reasons.MalformedToken, Header: """ "alg":"none","alg":"RS256" """),
        new("sub twice", Reasons.MalformedToken, Payload: """ "sub":"alice","sub":"bob" """),
        new("deep JSON", Reasons.MalformedToken, Payload: new string('[', 200) + new string(']', 200)),
        new("unknown crit", Reasons.MalformedToken,
            Header: """ "crit":["http://example.org/must-understand"],"http://example.org/must-understand":true """),
        new("empty crit", Reasons.MalformedToken, Header: """ "crit":[] """),
        new("no alg", Reasons.MalformedToken, Header: "-alg"),
        new("alg is half a character", Reasons.MalformedToken, Header: """ "alg":"\ud800" """),
        new("a name is half a character", Reasons.MalformedToken, Header: """{"\ud800":1,"alg":"RS256"}""", Payload: "{}"),
        new("alg is no UTF-8", Reasons.MalformedToken, Shape: "eyJhbGciOiL_In0.{1}.{2}"),
        new("kid is a number", Reasons.MalformedToken, Header: """ "kid":1 """),
        .. from none in (string[])["none", "None", "NONE", "nOnE"]
           select new BadToken("alg " + none, Reasons.UnsignedToken, Header: $"\"alg\":\"{none}\"", Sign: Absent),
        new("HS256 with the public key", Reasons.AlgorithmNotAllowed, """ "alg":"HS256" """, Sign: WithPublicKey),
        .. from algorithm in (string[])
               ["", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RS256 ", "RSA-OAEP", "dir", "ML-DSA-44"]
           select new BadToken("alg " + algorithm, Reasons.AlgorithmNotAllowed, Header: $"\"alg\":\"{algorithm}\""),
        new("ID token", Reasons.WrongTokenType, """ "typ":"JWT" """, """ "aud":"web","typ":"ID","nonce":"n-0S6_WzA2Mj" """),
        new("an access token of type JWT", Reasons.WrongTokenType, Header: """ "typ":"JWT" """),
        new("no typ", Reasons.WrongTokenType, Header: "-typ"),
        new("wrong issuer", Reasons.WrongIssuer, Payload: """ "iss":"http://localhost:8080/realms/neighbour" """),
        new("no issuer", Reasons.WrongIssuer, Payload: "-iss"),
        new("neighbour's issuer and key", Reasons.WrongIssuer,
            $"\"kid\":\"{Stranger.Id}\"", """ "iss":"http://localhost:8080/realms/neighbour" """, ByStranger),
        new("wrong audience", Reasons.WrongAudience, Payload: """ "aud":"cafeteria" """),
        new("several audiences, none of them ours", Reasons.WrongAudience, Payload: """ "aud":["cafeteria","web"] """),
        new("no audience", Reasons.WrongAudience, Payload: "-aud"),
        new("audience is a number", Reasons.WrongAudience, Payload: """ "aud":1 """),
        new("audience is half a character", Reasons.MalformedToken, Payload: """ "aud":["\ud800","\udc00"] """),
        new("no exp", Reasons.MalformedToken, Payload: "-exp"),
        .. from time in (string[])["null", "true", "\"tomorrow\"", "[1]", "{}", "-1", "1e300", "1e1000", "99999999999999999999"]
           select new BadToken("exp " + time, Reasons.MalformedToken, Payload: $"\"exp\":{time}"),
        new("expired", Reasons.TokenExpired, Payload: $"\"exp\":{Now - 6}"),
        new("expired long ago", Reasons.TokenExpired, Payload: """ "exp":0.5 """),
        new("not yet valid", Reasons.TokenNotYetValid, Payload: $"\"nbf\":{Now + 3600},\"exp\":{Now + 7200}"),
        new("nbf is a string", Reasons.MalformedToken, Payload: """ "nbf":"now" """),
        new("no sub", Reasons.MalformedToken, Payload: "-sub"),
        .. from subject in (string[])["null", "\"\"", "\" \"", "\"alice\\nbob\"", $"\"{new string('a', 256)}\"", "1", "[\"alice\"]", "{}"]
           select new BadToken("sub " + subject, Reasons.MalformedToken, Payload: $"\"sub\":{subject}"),
        new("unknown kid", Reasons.UnknownKey, Header: """ "kid":"another" """),
        new("no kid", Reasons.UnknownKey, Header: "-kid"),
        new("embedded jwk", Reasons.UnknownKey, Sign: ByStranger,
            Header: $"\"alg\":\"RS256\",\"kid\":\"{Stranger.Id}\",\"jwk\":{JsonSerializer.Serialize(Stranger.Public)}"),
        .. from member in (string[])["jku", "x5u"]
           select new BadToken(member + " elsewhere", Reasons.UnknownKey, Sign: ByStranger,
               Header: $"\"kid\":\"{Stranger.Id}\",\"{member}\":\"http://localhost:9/keys\""),
        new("foreign key under our kid", Reasons.BadSignature, Sign: ByStranger),
        new("tampered payload", Reasons.BadSignature, Payload: """ "roles":["user","admin"] """,
            Sign: (issuer, _) => issuer.Key.Sign("another.token")),
        new("one letter more", Reasons.BadSignature, Shape: "{0}.{1}.{2}A"),
        new("no signature", Reasons.BadSignature, Sign: Absent),
    ];

    public static TheoryData<string> Names => [.. All.Select(token => token.Name)];

    public static BadToken Named(string name) => All.Single(token => token.Name == name);

    public static IEnumerable<BadToken> OfEachReason => All.DistinctBy(token => token.Reason);

    public string Write(FakeIssuer issuer)
    {
        var token = Token.Of(Persona.Alice, issuer);
        if (Sign is not null) token.Sign = input => Sign(issuer, input);
        return string.Format(CultureInfo.InvariantCulture, Shape, token.Write(Header, Payload).Split('.'));
    }

    public static byte[] Absent(FakeIssuer issuer, string input) => [];

    private static byte[] ByStranger(FakeIssuer issuer, string input) => Stranger.Sign(input);

    /// <summary>The classic forgery: HS256, with the public key of the issuer as the secret.</summary>
    private static byte[] WithPublicKey(FakeIssuer issuer, string input) => HMACSHA256.HashData(
        Encoding.ASCII.GetBytes(issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(input));
}
