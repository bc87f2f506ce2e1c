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
    [InlineData("Bearer error=\"insufficient_user_authentication\", max_age=\"60\"", 60)]
    [InlineData("Bearer error=\"insufficient_user_authentication\"", 0)]
    [InlineData("Bearer error=\"insufficient_user_authentication\", max_age=soon", 0)]
    [InlineData("Bearer error=\"invalid_token\", max_age=60", null)]
    [InlineData("Bearer", null)]
    public void Step_up_says_how_old_the_login_may_be(string header, int? seconds) =>
        Assert.Equal(seconds, (int?)Challenge.Parse(header)[0].StepUpMaxAge?.TotalSeconds);

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
