using System.Text.Json;
using System.Text.RegularExpressions;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Tests.Web;

public sealed partial class ScenarioTableTests
{
    public static TheoryData<string> Ids => [.. ScenarioTable.All.Select(s => s.Id)];

    [Fact]
    public void Ids_are_unique_and_fit_into_an_address()
    {
        Assert.Equal(ScenarioTable.All.Count, ScenarioTable.All.Select(s => s.Id).Distinct().Count());
        Assert.All(ScenarioTable.All, s => Assert.Matches(Slug(), s.Id));
    }

    [Fact]
    public void Chapters_stand_together()
    {
        var chapters = ScenarioTable.All.Select(s => s.Chapter).ToArray();
        var changes = chapters.Zip(chapters.Skip(1)).Count(pair => pair.First != pair.Second);
        Assert.Equal(chapters.Distinct().Count(), changes + 1);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Expectations_keep_the_rules_of_the_standards(string id)
    {
        foreach (var expected in Expectations(ScenarioTable.Find(id)!))
        {
            Assert.StartsWith("RFC ", expected.Clause);
            Assert.Equal(expected.Status < 400, expected.Reason is null);
            if (expected.Reason is not null) Assert.Contains(expected.Reason, Reasons.All.Append(Reasons.NotFound));
            // RFC 9110, section 15.5.2: a challenge comes with every 401. A 403 has one only where another token would help.
            if (expected.Status == 401) Assert.NotNull(expected.Challenge);
            if (expected.Status == 403) Assert.Equal(expected.Reason == Reasons.ScopeMissing, expected.Challenge is not null);
            if (expected.Status < 400) Assert.Null(expected.Challenge);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Answer_is_the_same_for_everybody_where_the_credential_is_not_the_callers(string id)
    {
        var scenario = ScenarioTable.Find(id)!;
        if (!scenario.DependsOnPersona) Assert.Single(Expectations(scenario).Distinct());
    }

    [Fact]
    public void Every_reason_that_a_caller_can_be_told_has_a_scenario()
    {
        var shown = ScenarioTable.All.SelectMany(Expectations).Select(e => e.Reason).ToHashSet();
        // A hidden thing answers not_found, and an outage cannot be asked for.
        Assert.Equal([Reasons.Hidden, Reasons.IdentityProviderUnavailable], Reasons.All.Except(shown.OfType<string>()));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Scenario_gives_no_answer_away_and_explains_each_one(string id)
    {
        var scenario = ScenarioTable.Find(id)!;
        foreach (var expected in Expectations(scenario))
        {
            Assert.DoesNotContain($"{expected.Status}", $"{scenario.Title} {scenario.Sends} {scenario.Teaches}");
            if (expected.Reason is not null)
                Assert.DoesNotContain(expected.Reason, $"{scenario.Title} {scenario.Sends} {scenario.Teaches}");
            Assert.NotEqual("", expected.Why);
        }

        // An explanation tells of its own answer alone.
        Assert.Equal(Expectations(scenario).Distinct().Count(), Expectations(scenario).Select(e => e.Why).Distinct().Count());
    }

    [Fact]
    public void Second_lines_tell_the_scenarios_apart() =>
        Assert.Equal(ScenarioTable.All.Count, ScenarioTable.All.Select(s => s.Sends).Where(sends => sends.Length > 10).Distinct().Count());

    [Fact]
    public void Core_path_has_eight_scenarios_and_begins_with_the_story()
    {
        Assert.Equal(8, ScenarioTable.CorePath.Distinct().Count());
        Assert.Equal(ScenarioTable.Story, ScenarioTable.CorePath[0]);
    }

    [Fact]
    public void Personas_are_the_people_of_the_realm()
    {
        using var realm = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json")));
        var people = realm.RootElement.GetProperty("users").EnumerateArray()
            .Where(user => !user.TryGetProperty("serviceAccountClientId", out _))
            .Select(user => user.GetProperty("username").GetString());
        Assert.Equal(people, Personas.People);
    }

    [Fact]
    public void Scenarios_that_change_something_say_how_it_is_put_back() =>
        Assert.All(ScenarioTable.All.Where(s => Expectations(s).Any(e => e.Status == 204)), s => Assert.NotNull(s.PutsBack));

    [Fact]
    public void Answer_with_another_error_code_does_not_fit()
    {
        var expected = new Expectation(401, Reasons.NoCredentials, "Bearer", "RFC 6750, section 3");
        Assert.True(expected.Fits(401, Reasons.NoCredentials, Parse("Bearer realm=\"authdemo\"")));
        Assert.False(expected.Fits(401, Reasons.NoCredentials, Parse("Bearer error=\"invalid_token\"")));
        Assert.False(expected.Fits(401, Reasons.NoCredentials, Parse("Basic")));
        Assert.False(expected.Fits(401, Reasons.NoCredentials, challenge: null));
        Assert.False(expected.Fits(403, Reasons.NoCredentials, Parse("Bearer")));
        Assert.False(expected.Fits(401, Reasons.TokenExpired, Parse("Bearer")));
    }

    [Theory]
    [InlineData("max_age=60", true)]
    [InlineData("max_age=\"5\"", true)]
    [InlineData("max_age=\"\"", false)]
    [InlineData("acr_values=\"2\"", false)]
    public void Parameter_whose_value_is_a_setting_must_be_there_with_some_value(string parameter, bool fits)
    {
        var expected = Assert.Single(Expectations(ScenarioTable.Find("disarm-old-login")!), e => e.Reason == Reasons.LoginTooOld);
        var challenge = Parse($"Bearer error=\"insufficient_user_authentication\", {parameter}");
        Assert.Equal(fits, expected.Fits(401, Reasons.LoginTooOld, challenge));
    }

    private static Challenge Parse(string header) => Challenge.Parse(header)[0];

    private static IEnumerable<Expectation> Expectations(Scenario scenario) =>
        Personas.All.Select(scenario.Expected.For).OfType<Expectation>();

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Slug();
}
