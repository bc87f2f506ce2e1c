using AuthDemo.Web.Http;

namespace AuthDemo.Tests.Web;

public sealed class ChallengeTests
{
    [Fact]
    public void Challenges_are_told_apart_and_into_scheme_and_parameters()
    {
        var challenges = Challenge.Parse(
            """Bearer realm="a, b=c", error="insufficient_scope", scope="say \"no\" \\", max_age=60, Basic realm=x,Cookie""");
        Assert.Equal(["Bearer", "Basic", "Cookie"], challenges.Select(c => c.Scheme));
        Assert.Equal([new("realm", "a, b=c"), new("error", "insufficient_scope"), new("scope", "say \"no\" \\"), new("max_age", "60")],
            challenges[0].Parameters);
        Assert.All(challenges[0].Parameters, p => Assert.NotEmpty(p.Hint));
        Assert.Equal("60", challenges[0]["MAX_AGE"]);
        Assert.Equal("x", challenges[1]["realm"]);
        Assert.Empty(challenges[2].Parameters);
    }

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
    [InlineData("=;=")]
    [InlineData("Bearer realm=\"never closed")]
    [InlineData("Bearer ü=\u0001")]
    public void Header_that_breaks_the_rules_is_read_as_far_as_it_goes(string header) =>
        Assert.True(Challenge.Parse(header).Count <= 3);
}
