using System.Diagnostics;
using AuthDemo.Api.Authentication;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Tokens;

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
            tag => Assert.InRange($"{tag.Value}".Length, 1, 100));
    }

    [Theory]
    [InlineData("rubbish", "not a JWT", "three parts")]
    [InlineData("sub twice", "A name comes twice", "once")]
    [InlineData("unknown crit", "critical header", "without crit")]
    [InlineData("kid is a number", "kid is not text", "identity provider")]
    [InlineData("no exp", "has no exp", "lifetime")]
    [InlineData("exp is a string", "exp is not a time", "identity provider")]
    [InlineData("no sub", "has no sub", "client scope basic")]
    [InlineData("sub is a number", "sub is not a line", "identity provider")]
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

    /// <summary>The faults that can be combined, in the order in which they are looked for.</summary>
    private static readonly (string Reason, Action<Token> Break)[] InOrder =
    [
        (Reasons.MalformedToken, token => token.Header["crit"] = new System.Text.Json.Nodes.JsonArray("b64")),
        (Reasons.AlgorithmNotAllowed, token => token.Header["alg"] = "HS256"),
        (Reasons.WrongTokenType, token => token.Header["typ"] = "JWT"),
        (Reasons.WrongIssuer, token => token.Payload["iss"] = "http://localhost:8080/realms/neighbour"),
        (Reasons.WrongAudience, token => token.Payload["aud"] = "cafeteria"),
        (Reasons.TokenExpired, token => token.Payload["exp"] = 1_000_000_000),
        (Reasons.UnknownKey, token => token.Header["kid"] = "another"),
        (Reasons.BadSignature, token => token.Sign = _ => new byte[256]),
    ];

    public static TheoryData<int, int> Pairs =>
    [
        .. from first in Enumerable.Range(0, InOrder.Length)
           from second in Enumerable.Range(first + 1, InOrder.Length - first - 1)
           select new TheoryDataRow<int, int>(first, second),
    ];

    [Theory, MemberData(nameof(Pairs))]
    public async Task Token_with_two_faults_is_refused_for_the_first_in_order(int first, int second)
    {
        var answer = await api.SendAsync("GET /badge", api.TokenOf(Persona.Alice).With(InOrder[first].Break).With(InOrder[second].Break));
        answer.AssertRefused(401, InOrder[first].Reason);
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

/// <summary>
/// The proof that the inspection of tokens only names reasons: with it taken out, and where said all events too,
/// JwtBearer refuses every bad token by itself.
/// </summary>
public sealed class JwtBearerAloneTests(JwtBearerAloneTests.WithoutOurEvents alone, JwtBearerAloneTests.WithOurEvents reasoned)
    : IClassFixture<JwtBearerAloneTests.WithoutOurEvents>, IClassFixture<JwtBearerAloneTests.WithOurEvents>
{
    public static TheoryData<string> Names => BadToken.Names;

    [Theory, MemberData(nameof(Names))]
    public async Task Bad_token_is_refused_without_the_inspection_too(string name)
    {
        var answer = await alone.Api.SendAsync("GET /badge", "Bearer " + BadToken.Named(name).Write(alone.Api.Provider));
        Assert.Equal(401, answer.Status);
        Assert.Contains("invalid_token", answer.Challenge);
    }

    [Fact]
    public async Task Good_token_is_accepted_without_the_inspection_too() =>
        Assert.Equal(200, (await alone.Api.SendAsync("GET /badge", alone.Api.TokenOf(Persona.Alice))).Status);

    /// <summary>
    /// Where the inspection has passed a token on, for example one that expires in between, JwtBearer's refusal has its reason as well.
    /// </summary>
    [Theory]
    [InlineData("no typ", Reasons.WrongTokenType)]
    [InlineData("wrong issuer", Reasons.WrongIssuer)]
    [InlineData("wrong audience", Reasons.WrongAudience)]
    [InlineData("no exp", Reasons.MalformedToken)]
    [InlineData("unknown crit", Reasons.MalformedToken)]
    [InlineData("one part", Reasons.MalformedToken)]
    [InlineData("expired", Reasons.TokenExpired)]
    [InlineData("not yet valid", Reasons.TokenNotYetValid)]
    [InlineData("unknown kid", Reasons.UnknownKey)]
    [InlineData("tampered payload", Reasons.BadSignature)]
    public async Task JwtBearer_s_own_refusal_has_its_reason_too(string name, string reason)
    {
        var answer = await reasoned.Api.SendAsync("GET /badge", "Bearer " + BadToken.Named(name).Write(reasoned.Api.Provider));
        answer.AssertRefused(401, reason);
    }

    public abstract class Fixture(bool keepsEvents) : IDisposable
    {
        public RunningApi Api { get; } = RunningApi.Start(keepsEvents ? Environments.Development : Environments.Production, services =>
            services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
            {
                options.TokenHandlers.Clear();
                var issuer = (IssuerMetadata)options.ConfigurationManager!;
                options.TokenHandlers.Add(new UninspectedTokenHandler(issuer) { MapInboundClaims = false });
                if (keepsEvents) return;
                options.EventsType = null;
                options.Events = new JwtBearerEvents();
            }));

        public void Dispose()
        {
            Api.Dispose();
            GC.SuppressFinalize(this);
        }
    }

    public sealed class WithOurEvents() : Fixture(keepsEvents: true);

    public sealed class WithoutOurEvents() : Fixture(keepsEvents: false);

    private sealed class UninspectedTokenHandler(IssuerMetadata issuer) : AccessTokenHandler(issuer, TimeProvider.System)
    {
        protected override ValueTask<CredentialRefusedException?> FindFaultAsync(UnverifiedToken token, TokenValidationParameters rules) =>
            new((CredentialRefusedException?)null);
    }
}
