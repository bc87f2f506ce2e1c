using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Tests.Web;

public sealed class ScenarioTableTests
{
    public static TheoryData<string> Ids => [.. ScenarioTable.All.Select(s => s.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Expectations_keep_the_rules_of_the_standards_and_explain_themselves(string id)
    {
        var scenario = ScenarioTable.Find(id)!;
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", scenario.Id);
        foreach (var expected in Expectations(scenario))
        {
            Assert.StartsWith("RFC ", expected.Clause);
            Assert.Equal(expected.Status < 400, expected.Reason is null);
            if (expected.Reason is not null) Assert.Contains(expected.Reason, Reasons.All.Append(Reasons.NotFound));
            // RFC 9110, section 15.5.2: a challenge comes with every 401. A 403 has one only where another token would help.
            if (expected.Status == 401) Assert.NotNull(expected.Challenge);
            if (expected.Status == 403) Assert.Equal(expected.Reason == Reasons.ScopeMissing, expected.Challenge is not null);
            if (expected.Status < 400) Assert.Null(expected.Challenge);
            if (expected.Status == 204) Assert.NotNull(scenario.PutsBack);

            // The page gives no answer away before it is there.
            Assert.DoesNotContain($"{expected.Status}", $"{scenario.Title} {scenario.Sends} {scenario.Teaches}");
            Assert.DoesNotContain(expected.Reason ?? "‹none›", $"{scenario.Title} {scenario.Sends} {scenario.Teaches}");
            Assert.NotEqual("", expected.Why);
        }

        // An explanation tells of its own answer alone, and what is not the caller's own is answered alike for everybody.
        var answers = Expectations(scenario).Distinct().ToArray();
        Assert.Equal(answers.Length, answers.Select(e => e.Why).Distinct().Count());
        if (!scenario.DependsOnPersona) Assert.Single(answers);
    }

    [Fact]
    public void Scenarios_are_told_apart_and_chapters_stand_together()
    {
        var chapters = ScenarioTable.All.Select(s => s.Chapter).ToArray();
        Assert.Equal(chapters.Distinct().Count(), chapters.Zip(chapters.Skip(1)).Count(pair => pair.First != pair.Second) + 1);
        Assert.Distinct(ScenarioTable.All.Select(s => s.Id));
        Assert.Distinct(ScenarioTable.All.Select(s => s.Sends));
        Assert.Equal(8, ScenarioTable.CorePath.Distinct().Count());
        Assert.Equal(ScenarioTable.Story, ScenarioTable.CorePath[0]);
    }

    [Fact]
    public void Every_reason_that_a_caller_can_be_told_has_a_scenario()
    {
        var shown = ScenarioTable.All.SelectMany(Expectations).Select(e => e.Reason).ToHashSet();
        // A hidden thing answers not_found, and an outage cannot be asked for.
        Assert.Equal([Reasons.Hidden, Reasons.IdentityProviderUnavailable], Reasons.All.Except(shown.OfType<string>()));
    }

    [Fact]
    public void Workshop_calls_its_scenarios_as_they_are_called()
    {
        var workshop = File.ReadAllText(Repository.PathOf("docs/workshop.md"));
        Assert.Equal(11, ScenarioTable.All.Count(scenario => workshop.Contains($"**{scenario.Title}**")));
    }

    [Theory]
    [InlineData("badge", 401, Reasons.NoCredentials, "Bearer realm=\"authdemo\"", true)]
    [InlineData("badge", 401, Reasons.NoCredentials, "Bearer error=\"invalid_token\"", false)]
    [InlineData("badge", 401, Reasons.NoCredentials, "Basic", false)]
    [InlineData("badge", 401, Reasons.NoCredentials, null, false)]
    [InlineData("badge", 403, Reasons.NoCredentials, "Bearer", false)]
    [InlineData("badge", 401, Reasons.TokenExpired, "Bearer", false)]
    // A parameter whose value is a setting must be there with some value.
    [InlineData("disarm-old-login", 401, Reasons.LoginTooOld, "Bearer error=\"insufficient_user_authentication\", max_age=60", true)]
    [InlineData("disarm-old-login", 401, Reasons.LoginTooOld, "Bearer error=\"insufficient_user_authentication\", max_age=\"5\"", true)]
    [InlineData("disarm-old-login", 401, Reasons.LoginTooOld, "Bearer error=\"insufficient_user_authentication\", max_age=\"\"", false)]
    [InlineData("disarm-old-login", 401, Reasons.LoginTooOld, "Bearer error=\"insufficient_user_authentication\"", false)]
    public void Answer_fits_with_its_status_reason_and_challenge(
        string scenario, int status, string reason, string? challenge, bool fits) =>
        Assert.Equal(fits, Expectations(ScenarioTable.Find(scenario)!).Any(expected => expected.Status == 401
            && expected.Fits(status, reason, challenge is null ? null : Challenge.Parse(challenge)[0])));

    private static IEnumerable<Expectation> Expectations(Scenario scenario) =>
        Personas.All.Select(scenario.Expected.For).OfType<Expectation>();
}
