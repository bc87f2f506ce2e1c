using System.Diagnostics;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Tests.Api;

/// <summary>Every way in which a token can be bad, with the reason that the refusal gives.</summary>
public sealed class BadTokenTests(RunningApi api, ProductionApi production) : IClassFixture<RunningApi>, IClassFixture<ProductionApi>
{
    public static TheoryData<string> Names => BadToken.Names;

    [Theory, MemberData(nameof(Names))]
    public async Task Bad_token_is_refused_with_its_reason(string name)
    {
        var bad = BadToken.Named(name);
        var token = bad.Write(api.Provider);
        var answer = await api.SendAsync("GET /badge", "Bearer " + token);
        answer.AssertRefused(401, bad.Reason);
        Assert.StartsWith("Bearer realm=\"authdemo\", error=\"invalid_token\", error_description=\"", answer.Challenge);
        Assert.Equal("authentication", answer.Text("decidedBy"));
        Assert.DoesNotContain(Persona.Alice.Subject, answer.Body);
        Assert.All(api.Provider.Asked, asked => Assert.StartsWith(FakeIssuer.Issuer, asked.AbsoluteUri));

        var span = Assert.Single(await answer.SpansAsync(), span => span.Status == ActivityStatusCode.Error);
        Assert.Equal((bad.Reason, false), (span.GetTagItem("auth.reason"), span.GetTagItem("auth.token.verified")));
        Assert.Contains("unverified", span.StatusDescription);
        Assert.All(span.TagObjects, tag => Assert.DoesNotContain(token, tag.Value?.ToString()));
        Assert.All(span.TagObjects.Where(tag => tag.Key.StartsWith("auth.token.", StringComparison.Ordinal)),
            tag => Assert.InRange($"{tag.Value}".Length, 0, 100));
    }

    [Theory]
    [InlineData("rubbish", "not a JWT", "three parts")]
    [InlineData("sub twice", "A name comes twice", "once")]
    [InlineData("unknown crit", "critical header", "without crit")]
    [InlineData("kid is a number", "kid is not text", "identity provider")]
    [InlineData("no exp", "has no exp", "lifetime")]
    [InlineData("exp \"tomorrow\"", "exp is not a time", "identity provider")]
    [InlineData("no sub", "has no sub", "client scope basic")]
    [InlineData("sub 1", "sub is not a line", "identity provider")]
    [InlineData("ID token", "not an access token", "An ID token")]
    [InlineData("an access token of type JWT", "typ is not at+jwt", "access.token.header.type.rfc9068")]
    [InlineData("expired", "has expired", "clocks")]
    [InlineData("not yet valid", "not valid yet", "clocks")]
    public async Task Answer_says_what_is_wrong_and_what_to_change(string name, string detail, string hint)
    {
        var token = name == "rubbish" ? name : BadToken.Named(name).Write(api.Provider);
        var answer = await api.SendAsync("GET /badge", "Bearer " + token);
        Assert.Contains(detail, answer.Text("detail"));
        Assert.Contains(hint, answer.Text("hint"));
    }

    [Fact]
    public async Task Good_token_is_accepted_which_the_bad_ones_differ_from()
    {
        Assert.Equal(200, (await api.SendAsync("GET /badge", api.TokenOf(Persona.Alice))).Status);
        Assert.Equal(200, (await api.SendAsync("GET /badge",
            api.TokenOf(Persona.Alice).With(token => token.Header["typ"] = "application/at+jwt"))).Status);
        Assert.Equal(200, (await api.SendAsync("GET /badge", "bearer   " + api.TokenOf(Persona.Alice).Write())).Status);
    }

    [Fact]
    public async Task Clocks_may_differ_by_five_seconds()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.Equal(200, (await api.SendAsync("GET /badge",
            api.TokenOf(Persona.Alice).With(token => token.Payload["exp"] = now - 2))).Status);
        Assert.Equal(200, (await api.SendAsync("GET /badge",
            api.TokenOf(Persona.Alice).With(token => token.Payload["nbf"] = now + 4))).Status);
    }

    [Fact]
    public async Task Token_with_many_faults_is_refused_for_the_first_in_order()
    {
        (string Reason, string Header, string Payload)[] faults =
        [
            (Reasons.MalformedToken, """ "crit":["b64"] """, ""),
            (Reasons.AlgorithmNotAllowed, """ "alg":"HS256" """, ""),
            (Reasons.WrongTokenType, """ "typ":"JWT" """, ""),
            (Reasons.WrongIssuer, "", """ "iss":"http://localhost:8080/realms/neighbour" """),
            (Reasons.WrongAudience, "", """ "aud":"cafeteria" """),
            (Reasons.TokenExpired, "", """ "exp":1000000000 """),
            (Reasons.UnknownKey, """ "kid":"another" """, ""),
            (Reasons.BadSignature, "", ""),
        ];
        for (var first = 0; first < faults.Length; first++)
        {
            var header = string.Join(',', faults[first..].Select(fault => fault.Header).Where(fault => fault.Length > 0));
            var payload = string.Join(',', faults[first..].Select(fault => fault.Payload).Where(fault => fault.Length > 0));
            var token = new BadToken("", faults[first].Reason, header, payload, Signature.Absent);
            (await api.SendAsync("GET /badge", "Bearer " + token.Write(api.Provider))).AssertRefused(401, token.Reason);
        }
    }

    [Fact]
    public async Task Refused_token_reaches_no_log_and_no_answer_and_its_span_in_Development_only()
    {
        foreach (var running in (RunningApi[])[production.Api, api])
        {
            var answer = await running.SendAsync("GET /badge", running.TokenOf(Persona.Alice).With(token =>
            {
                token.Payload["iss"] = "http://canary-issuer.example";
                token.Payload["aud"] = "canary-audience";
                token.Payload["sub"] = "canary-subject";
                token.Header["kid"] = "canary-key";
            }));
            Assert.Equal(401, answer.Status);
            Assert.DoesNotContain("canary", answer.Body + answer.Challenge);
            Assert.All(answer.Logs, log => Assert.DoesNotContain("canary", log.Message));
            var repeated = (await answer.SpansAsync()).SelectMany(span => span.TagObjects)
                .Where(tag => tag.Value?.ToString()?.Contains("canary") == true).Select(tag => tag.Key).Order();
            Assert.Equal(running == api ? ["auth.token.audience", "auth.token.issuer", "auth.token.kid"] : [], repeated);
            Assert.All(await answer.SpansAsync(), span => Assert.DoesNotContain("canary", span.StatusDescription ?? ""));
        }
    }
}
