using AuthDemo.Web.Http;

namespace AuthDemo.Tests.Web;

public sealed class ChallengeTests
{
    [Fact]
    public void Challenge_is_taken_apart_into_scheme_and_parameters()
    {
        var challenge = Assert.Single(Challenge.Parse("Bearer realm=\"authdemo\", error=\"insufficient_scope\", scope=\"visitors:read\""));
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Equal([new("realm", "authdemo"), new("error", "insufficient_scope"), new("scope", "visitors:read")], challenge.Parameters);
        Assert.All(challenge.Parameters, p => Assert.NotEmpty(p.Hint));
    }

    [Fact]
    public void Several_challenges_in_one_header_are_told_apart()
    {
        var challenges = Challenge.Parse("Bearer realm=\"a, b=c\", max_age=60, Basic realm=x,Cookie");
        Assert.Equal(["Bearer", "Basic", "Cookie"], challenges.Select(c => c.Scheme));
        Assert.Equal("a, b=c", challenges[0]["realm"]);
        Assert.Equal("60", challenges[0]["MAX_AGE"]);
        Assert.Equal("x", challenges[1]["realm"]);
        Assert.Empty(challenges[2].Parameters);
    }

    [Fact]
    public void Quoted_characters_lose_their_backslash() =>
        Assert.Equal("say \"no\" \\", Challenge.Parse("""Bearer error_description="say \"no\" \\" """)[0]["error_description"]);

    [Theory]
    [InlineData("max_age=\"60\"", "60", null)]
    [InlineData("max_age=0, acr_values=\"mfa\"", "0", "mfa")]
    [InlineData("acr_values=\"gold mfa\"", null, "gold mfa")]
    [InlineData("max_age=soon, acr_values=\"\"", null, null)]
    [InlineData("realm=x", null, null)]
    public void Step_up_says_what_the_login_must_bring(string parameters, string? maxAge, string? acrValues)
    {
        var expected = maxAge is null && acrValues is null ? null : new LoginRequirements(maxAge, acrValues);
        Assert.Equal(expected, Challenge.Parse($"Bearer error=\"insufficient_user_authentication\", {parameters}")[0].StepUp);
        Assert.Null(Challenge.Parse($"Bearer error=\"invalid_token\", {parameters}")[0].StepUp);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ,")]
    [InlineData("\"")]
    [InlineData("=;=")]
    [InlineData("Bearer realm=\"never closed")]
    [InlineData("Bearer realm")]
    [InlineData("Bearer ü=\u0001")]
    public void Header_that_breaks_the_rules_is_read_as_far_as_it_goes(string header) =>
        Assert.True(Challenge.Parse(header).Count <= 3);
}
