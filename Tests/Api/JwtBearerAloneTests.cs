using AuthDemo.Api.Authentication;
using AuthDemo.Api.Refusals;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Tests.Api;

/// <summary>
/// The proof that the inspection of tokens only names reasons: with it taken out, and where said all events too,
/// JwtBearer refuses every bad token by itself.
/// </summary>
public sealed class JwtBearerAloneTests(JwtBearerAloneTests.WithoutOurEvents alone, JwtBearerAloneTests.WithOurEvents reasoned)
    : IClassFixture<JwtBearerAloneTests.WithoutOurEvents>, IClassFixture<JwtBearerAloneTests.WithOurEvents>
{
    [Theory, MemberData(nameof(BadToken.Names), MemberType = typeof(BadToken))]
    public async Task Bad_token_is_refused_without_the_inspection_too(string name)
    {
        var answer = await alone.SendAsync("GET /badge", "Bearer " + BadToken.Named(name).Write(alone.Provider));
        Assert.Equal(401, answer.Status);
        Assert.Contains("invalid_token", answer.Challenge);
    }

    [Fact]
    public async Task Good_token_is_accepted_without_the_inspection_too() =>
        Assert.Equal(200, (await alone.SendAsync("GET /badge", Persona.Alice)).Status);

    /// <summary>A token that the inspection has passed on, and that expires in between for example, has its reason as well.</summary>
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
        var answer = await reasoned.SendAsync("GET /badge", "Bearer " + BadToken.Named(name).Write(reasoned.Provider));
        await answer.AssertRefusedAsync(reason);
    }

    public abstract class Fixture(bool keepsEvents) : RunningApi(
        keepsEvents ? Environments.Development : Environments.Production,
        services => services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.TokenHandlers.Clear();
            var issuer = (IssuerMetadata)options.ConfigurationManager!;
            options.TokenHandlers.Add(new UninspectedTokenHandler(issuer) { MapInboundClaims = false });
            if (keepsEvents) return;
            options.EventsType = null;
            options.Events = new JwtBearerEvents();
        }));

    public sealed class WithOurEvents() : Fixture(keepsEvents: true);

    public sealed class WithoutOurEvents() : Fixture(keepsEvents: false);

    private sealed class UninspectedTokenHandler(IssuerMetadata issuer) : AccessTokenHandler(issuer, TimeProvider.System)
    {
        protected override ValueTask<Refusal?> FindFaultAsync(UnverifiedToken token, TokenValidationParameters rules) =>
            new((Refusal?)null);
    }
}
