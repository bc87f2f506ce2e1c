using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Running;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Tests.Web;

/// <summary>What the lab makes of an answer.</summary>
public sealed class AnswerTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static TheoryData<string> Ids => [.. ScenarioTable.All.Select(scenario => scenario.Id)];

    /// <summary>Every scenario as everybody with every guess, and each as answered by a fault: all that the lab says of it.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_sentence_is_true_for_its_run(string id)
    {
        var scenario = ScenarioTable.Find(id)!;
        string[] untrue =
        [
            .. from persona in Personas.All
               let expected = scenario.Expected.For(persona)
               where expected is not null
               from guess in Predictions.All
               from status in (int[])[expected.Status, 408, 413, 429, 500, 503]
               from fault in Untruths(scenario, persona, Result(scenario, persona, guess, status))
               select $"as {persona}, guess {guess}, {status}: {fault}",
        ];
        Assert.Empty(untrue);
    }

    /// <summary>What each sentence says, held against who asked, what was sent and what came back.</summary>
    private static IEnumerable<string> Untruths(Scenario scenario, string persona, RunResult result)
    {
        var isCallers = scenario.Credential.IsTheCallers;
        var isNobody = persona == Personas.Nobody;
        string?[] sentences =
            [Sentences.Meaning(result), Sentences.Why(result, scenario), Sentences.WrongGuess(result)];
        var (all, wrong) = (string.Join(' ', sentences), sentences[2]);
        (bool Holds, string[] Phrases)[] forbidden =
        [
            (isNobody || !isCallers, ["you are logged in", "knows you", "you are in ", "you may", "you own"]),
            (!isCallers, ["no token came", "you sent no token", "your token"]),
            (isCallers && isNobody, ["this token", "your token", "your login", "the login is good"]),
            (isCallers && !isNobody, ["no token came", "you sent no token", "does not know you"]),
            (result.IsFault, ["401", "403", "may not", "knows", "standard"]),
        ];
        foreach (var phrase in forbidden.Where(f => f.Holds).SelectMany(f => f.Phrases))
            if (all.Contains(phrase, StringComparison.OrdinalIgnoreCase)) yield return $"\"{phrase}\" in: {all}";
        if (sentences[..2].Any(sentence => sentence?.EndsWith('.') != true)) yield return $"no meaning or no reason: {all}";

        // A wrong guess of 401 or 403 is what this is about. Its sentence speaks of that guess and of this answer, and of no other.
        if ((result.PredictedRight == true || result.IsFault) && wrong is not null) yield return $"nothing was wrong: {wrong}";
        if (result is { PredictedRight: false, IsFault: false, Predicted: "401" or "403" } && wrong is null)
            yield return "no word on the guess";
        var statuses = Regex.Matches(wrong ?? "", @"\b[2-5]\d\d\b").Select(match => match.Value);
        if (statuses.Except([result.Predicted!, $"{result.Status}"]).Any()) yield return $"another status: {wrong}";

        var clause = result.IsFault ? null : scenario.Expected.For(persona)!.Clause;
        if (result.StandardIn(scenario)?.Clause != clause) yield return $"the clause of another answer: {clause}";
        if (result.IsFault && (result.Tone() != "s4" || result.Lane.All(step => step.Outcome != LaneStep.Failed)))
            yield return "a fault in the colour of a refusal";
    }

    [Fact]
    public void Fault_is_told_by_its_own_answer()
    {
        var outage = Result(ScenarioTable.Story, Personas.Alice, "403", 503) with
        {
            Explained = new ProblemExplanation(
                null, "The identity provider cannot be reached.", "Try again later.", null, null, null, null),
            Headers = new Dictionary<string, string> { ["Retry-After"] = "5" },
        };

        Assert.Equal("The identity provider cannot be reached. Try again later. It says to wait 5 seconds.",
            Sentences.Why(outage, ScenarioTable.Story));
    }

    [Fact]
    public void Explanation_belongs_to_the_answer_that_came_whoever_got_it()
    {
        var story = ScenarioTable.Story;
        var result = Result(story, Personas.Alice) with { Persona = "carol" };
        Assert.Equal(story.Expected.Alice!.Why, Sentences.Why(result, story));
    }

    [Fact]
    public void First_guess_counts_and_none_that_was_made_after_the_answer()
    {
        var notebook = new LabNotebook();
        var story = ScenarioTable.Story;
        notebook.Add(story, Result(story, Personas.Nobody, "403"));
        notebook.Add(story, Result(story, Personas.Nobody, "401"));
        notebook.Add(story, Result(story, Personas.Alice));
        notebook.Add(story, Result(story, Personas.Alice, "403"));
        notebook.Add(story, Result(story, Personas.Admin, "204"));

        Assert.Equal((1, 2), notebook.Score());
        Assert.False(notebook.FirstGuess(story, Personas.Nobody));
        Assert.Null(notebook.FirstGuess(story, Personas.Alice));
        notebook.StartOver();
        Assert.Equal((0, 0), notebook.Score());
        Assert.False(notebook.HasAnswer(story));
    }

    [Fact]
    public void Notebook_that_was_saved_has_all_that_was_in_it()
    {
        var notebook = new LabNotebook
        {
            EndedSession = new EndedSession(Personas.Bob, "a token", DateTimeOffset.UnixEpoch),
            Problem = "The API does not answer.",
        };
        foreach (var scenario in ScenarioTable.All)
        {
            foreach (var persona in Personas.All.Where(persona => scenario.Expected.For(persona) is not null))
            {
                notebook.Add(scenario, Result(scenario, persona, "403") with
                {
                    Tokens = [new DecodedToken([new TokenLine("alg", "RS256")], [new TokenLine("sub", "1", "not the owner", "2")], null)],
                    Curl = $"curl {scenario.Id}",
                    Challenge = Challenge.Parse("Bearer realm=\"authdemo\", error=\"invalid_token\"")[0],
                });
            }
        }

        var read = JsonSerializer.Deserialize<LabNotebook>(JsonSerializer.Serialize(notebook))!;

        Assert.Equal(JsonSerializer.Serialize(notebook), JsonSerializer.Serialize(read));
        Assert.Equal(notebook.Score(), read.Score());
        var answer = read.Find(ScenarioTable.Story, Personas.Alice)!;
        Assert.Equal("invalid_token", answer.Challenge!["error"]);
        Assert.Equal("not the owner", answer.Tokens[0].Claims[0].Note);
        Assert.Equal("curl delete-user", answer.Curl);
    }

    [Fact]
    public void Next_step_is_the_persona_with_another_answer_then_the_next_open_scenario()
    {
        var notebook = new LabNotebook();
        var workshop = ScenarioTable.Find("enter-workshop")!;

        notebook.Add(workshop, Result(workshop, Personas.Alice));
        Assert.Equal(Personas.Bob, notebook.NextPersona(workshop));
        notebook.Add(workshop, Result(workshop, Personas.Bob));
        Assert.Null(notebook.NextPersona(workshop));
        Assert.Equal(ScenarioTable.Find("visitors"), notebook.NextScenario(workshop));

        foreach (var scenario in ScenarioTable.All) notebook.Add(scenario, Result(scenario, Personas.Alice));
        Assert.Null(notebook.NextScenario(ScenarioTable.Find("lobby")!));
    }

    [Fact]
    public void Token_is_shown_without_its_signature_and_with_the_claim_that_decided()
    {
        using var required = JsonDocument.Parse("""{"role":"admin"}""");
        var explained = new ProblemExplanation(null, null, null, "authorization", "AdminsOnly", required.RootElement, null);
        var token = Jwt("""{"alg":"RS256","typ":"at+jwt"}""", $$"""{"roles":["user"],"exp":{{Now.ToUnixTimeSeconds() + 292}}}""");

        var shown = Assert.Single(DecodedToken.Read($"Bearer {token}", null, Reasons.RoleMissing, explained, Now));

        Assert.Equal([("typ", "at+jwt"), ("alg", "RS256")], shown.Header.Select(line => (line.Name, line.Value)));
        Assert.Equal([("roles", "[\"user\"]", "needs admin"), ("exp", "in 4 min 52 s", null)],
            shown.Claims.Select(line => (line.Name, line.Value, line.Note)));
        Assert.DoesNotContain("secret-signature", JsonSerializer.Serialize(shown));
        Assert.DoesNotContain(Base64Url.EncodeToString("secret-signature"u8), JsonSerializer.Serialize(shown));
    }

    [Theory]
    [InlineData("""{"exp":1e300,"nbf":-5,"iat":"soon","auth_time":{}}""")]
    [InlineData("""{"exp":null,"roles":null,"groups":[[]]}""")]
    [InlineData("""{"roles":1,"roles":2}""")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    public void Claims_of_any_kind_are_shown_or_left_out_and_break_nothing(string payload) =>
        Assert.Single(DecodedToken.Read(Jwt("""{"typ":5}""", payload), Jwt("{}", "{}"), Reasons.RoleMissing, null, Now));

    [Fact]
    public void Type_in_the_header_decides_and_not_the_claim_of_that_name()
    {
        var shown = Assert.Single(DecodedToken.Read(Jwt("""{"typ":"JWT"}""", """{"typ":"ID"}"""), null, Reasons.WrongTokenType, null, Now));
        Assert.Equal(("needs at+jwt", null), (shown.Header[0].Note, shown.Claims[0].Note));
    }

    [Fact]
    public void Claim_that_is_missing_is_shown_as_what_decided()
    {
        var shown = Assert.Single(DecodedToken.Read(Jwt("{}", "{}"), null, Reasons.GroupMissing, null, Now));
        Assert.Equal([new TokenLine("groups", "‹not there›", "needs another group")], shown.Claims);
    }

    [Fact]
    public void Changed_token_shows_what_was_changed_and_that_the_signature_decided()
    {
        var real = Jwt("{}", """{"sub":"1","roles":["user"]}""");
        var changed = Jwt("{}", """{"sub":"1","roles":["user","admin"]}""");

        var shown = Assert.Single(DecodedToken.Read($"Bearer {changed}", real, Reasons.BadSignature, null, Now));

        Assert.Equal([null, "[\"user\"]"], shown.Claims.Select(line => line.Was));
        Assert.Equal(("‹not shown›", "does not fit the rest"), (shown.Signature!.Value, shown.Signature.Note));
    }

    [Theory]
    [InlineData("Bearer library-card-4711")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Basic dmlzaXRvcjpsZXQgbWUgaW4=")]
    [InlineData(null)]
    public void What_is_no_token_has_no_claims(string? sent) =>
        Assert.All(DecodedToken.Read(sent, null, Reasons.MalformedToken, null, Now), token => Assert.Empty(token.Claims));

    [Fact]
    public void Curl_never_holds_what_opens_something()
    {
        var url = new Uri("http://localhost:5181/users/carol");
        var session = SentRequest.CurlFor(HttpMethod.Delete, url, null, SentCredential.Bearer("real"));
        Assert.Equal("curl -i -X DELETE 'http://localhost:5181/users/carol' \\\n  -H \"Authorization: Bearer $TOKEN\"", session);

        var address = new SentCredential { QueryToken = "real" };
        Assert.DoesNotContain("real", SentRequest.CurlFor(HttpMethod.Get, new Uri(url, "/badge?access_token=real"), null, address));
        Assert.DoesNotContain("real", SentRequest.CurlFor(HttpMethod.Get, url, null, new SentCredential { Cookies = "a=real" }));
        Assert.DoesNotContain("real", SentRequest.CurlFor(HttpMethod.Get, url, null, SentCredential.Bearer("real, Bearer real")));
    }

    [Theory]
    [InlineData("authdemo.session")]
    [InlineData("__Host-authdemo.session")]
    public void Curl_names_the_session_cookie_that_was_sent(string cookie) =>
        Assert.EndsWith($"-b \"{cookie}=$SESSION\"", SentRequest.CurlFor(
            HttpMethod.Get, new Uri("https://localhost/session"), null, new SentCredential { Cookies = $"a=b; {cookie}=real" }));

    [Fact]
    public void Curl_is_complete_where_nothing_in_it_opens_anything()
    {
        var url = new Uri("http://localhost:5181/intercom");
        Assert.Equal("curl -i 'http://localhost:5181/intercom' \\\n  -H 'X-Forwarded-For: 10.20.0.7'",
            SentRequest.CurlFor(HttpMethod.Get, url, "10.20.0.7", SentCredential.Nothing));
        var forged = SentCredential.Bearer("it's made up") with { OpensNothing = true };
        Assert.EndsWith("-H 'Authorization: Bearer it'\\''s made up'", SentRequest.CurlFor(HttpMethod.Get, url, null, forged));
    }

    [Theory]
    [InlineData("""{"maxAge":60}""", "a login at most 60 s old")]
    [InlineData("""{"authenticatedAt":"2027-01-15T07:58:37+00:00"}""", "a login 83 s old")]
    [InlineData("""{"role":"admin"}""", "the role admin")]
    [InlineData("""{"roles":["user"]}""", "the role user")]
    [InlineData("""{"groups":[]}""", "no groups")]
    [InlineData("""{"owner":true,"role":null}""", "its owner")]
    public void What_was_asked_for_and_found_is_told_in_words(string json, string words)
    {
        using var value = JsonDocument.Parse(json);
        Assert.Equal(words, ProblemExplanation.InWords(value.RootElement, Now));
    }

    [Fact]
    public void Trace_is_named_after_what_happened()
    {
        var story = ScenarioTable.Story;
        Assert.Equal("403 role_missing: delete-user as alice", LabTraces.NameOf(403, Reasons.RoleMissing, story, Personas.Alice));
        Assert.Equal("403 role_missing: delete-user as other", LabTraces.NameOf(403, Reasons.RoleMissing, story, "carol"));
        Assert.Equal("204: delete-user as admin", LabTraces.NameOf(204, null, story, Personas.Admin));
    }

    [Fact]
    public void Page_that_worked_is_no_success_of_the_login()
    {
        var result = Result(ScenarioTable.Find("wrong-password")!, Personas.Nobody);
        Assert.Equal(("s4", ""), (result.Tone(), result.Word()));
        Assert.NotEqual("allowed", result.Outcome());
    }

    private static RunResult Result(Scenario scenario, string persona, string? guess = null, int? fault = null)
    {
        var expected = scenario.Expected.For(persona)!;
        var isFault = fault is { } status && Lane.IsFault(status);
        if (isFault) expected = new Expectation(fault!.Value, null, null, "");
        string[] steps = expected switch
        {
            _ when isFault => [],
            { Status: 401, Reason: not Reasons.LoginTooOld } or { Status: 302 } => ["authenticate;desc=\"Bearer\";outcome=none"],
            { Status: 401 or 403 } =>
                ["authenticate;desc=\"Bearer\";outcome=succeeded", "authorize;desc=\"SomePolicy\";outcome=denied"],
            { Status: 400 } => ["authenticate;desc=\"Bearer\";outcome=failed"],
            { Status: 404 } when scenario.Id == "unknown-address" => [],
            _ =>
            [
                "authenticate;desc=\"Bearer\";outcome=succeeded", "authorize;desc=\"SomePolicy\";outcome=allowed",
                "endpoint;desc=\"GET /there\"",
            ],
        };
        var target = isFault ? Target.Api : scenario.Request.Target;
        var lane = new Lane(expected.Status, expected.Reason, null, steps).Read(Caller.Nobody, scenario.Credential, target);
        return new RunResult
        {
            Scenario = scenario.Id,
            Persona = persona,
            Sent = SentRequest.Of(scenario.Request, credential: null),
            Predicted = guess,
            PredictedRight = Predictions.IsRight(guess, expected.Status),
            Status = expected.Status,
            StatusText = "",
            Reason = expected.Reason,
            Challenge = expected.Challenge is { } challenge ? AuthDemo.Web.Http.Challenge.Parse(challenge)[0] : null,
            Headers = new Dictionary<string, string>(),
            Body = "",
            Lane = lane,
            Expected = scenario.Expected.For(persona),
            At = Now,
        };
    }

    private static string Jwt(string header, string payload) =>
        string.Join('.', from part in (string[])[header, payload, "secret-signature"]
                         select Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part)));
}
