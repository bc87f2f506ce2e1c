using System.Buffers.Text;
using System.Text;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Running;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Tests.Web;

public sealed class AnswerTests
{
    private const string Known = "authenticate;desc=\"Bearer\";outcome=succeeded";
    private const string Unknown = "authenticate;desc=\"Bearer\";outcome=none";
    private const string Allowed = ", authorize;desc=\"BadgeHolders\";outcome=allowed";
    private const string Denied = ", authorize;desc=\"AdminsOnly\";outcome=denied";
    private const string Ran = ", endpoint;desc=\"DELETE /users/{id}\"";
    private const string Through = "authentication passed, authorization passed, endpoint passed";
    private const string StoppedFirst = "authentication stopped, authorization notReached, endpoint notReached";
    private const string StoppedSecond = "authentication passed, authorization stopped, endpoint notReached";
    private const string Before = "authentication notReached, authorization notReached, endpoint notReached";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory, MemberData(nameof(ScenarioTableTests.Ids), MemberType = typeof(ScenarioTableTests))]
    public void Every_sentence_is_true_for_its_run(string id)
    {
        var scenario = ScenarioTable.Find(id)!;
        string[] untrue =
        [
            .. from persona in Personas.All
               let expected = scenario.Expected.For(persona)
               where expected is not null
               from guess in Guesses.All
               from status in (int[])[expected.Status, 408, 413, 429, 500, 503]
               from fault in Untruths(scenario, persona, Result(scenario, persona, guess, status))
               select $"as {persona}, guess {guess}, {status}: {fault}",
        ];
        Assert.Empty(untrue);
    }

    private static IEnumerable<string> Untruths(Scenario scenario, string persona, RunResult result)
    {
        var isCallers = scenario.Credential.IsTheCallers;
        var isNobody = persona == Personas.Nobody;
        string?[] sentences =
            [Sentences.Meaning(result), Sentences.Why(result), Sentences.WrongGuess(result)];
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
        if ((result.GuessedRight == true || result.IsFault) && wrong is not null) yield return $"nothing was wrong: {wrong}";
        if (result is { GuessedRight: false, IsFault: false, Guess: "401" or "403" } && wrong is null)
            yield return "no word on the guess";
        var statuses = Regex.Matches(wrong ?? "", @"\b[2-5]\d\d\b").Select(match => match.Value);
        if (statuses.Except([result.Guess!, $"{result.Status}"]).Any()) yield return $"another status: {wrong}";

        var clause = result.IsFault ? null : scenario.Expected.For(persona)!.Clause;
        if (result.Standard?.Clause != clause) yield return $"the clause of another answer: {clause}";
        if (result.IsFault && (result.Tone != "s4" || Lane.Of(result).All(step => step.Outcome != LaneStep.Failed)))
            yield return "a fault in the colour of a refusal";
    }

    [Fact]
    public void Fault_is_told_by_its_own_answer()
    {
        var outage = Result(ScenarioTable.Story, Personas.Alice, "403", 503) with
        {
            Problem = new()
            {
                Detail = "The identity provider cannot be reached.",
                Extensions = { ["hint"] = JsonElement.Parse("\"Try again later.\"") },
            },
            Headers = new Dictionary<string, string[]> { ["Retry-After"] = ["5"] },
        };

        Assert.Equal("The identity provider cannot be reached. Try again later. It says to wait 5 seconds.", Sentences.Why(outage));
    }

    [Fact]
    public void Explanation_belongs_to_the_answer_that_came_whoever_got_it()
    {
        var result = Result(ScenarioTable.Story, Personas.Alice) with { Persona = "carol" };
        Assert.Equal(ScenarioTable.Story.Expected.Alice!.Why, Sentences.Why(result));
        Assert.Equal("403 role_missing: delete-user as other", LabTraces.NameOf(403, result.Reason, result.Scenario, "carol"));
    }

    [Theory]
    [InlineData(204, null, null, Known + Allowed + Ran, Through)]
    [InlineData(403, "role_missing", "authorization", Known + Denied, StoppedSecond)]
    [InlineData(403, "group_missing", "authorization", Known + Allowed + Ran + Denied, StoppedSecond)]
    [InlineData(401, "no_credentials", "authentication", Unknown, StoppedFirst)]
    [InlineData(401, "token_expired", null, null, StoppedFirst)] // without explanations the status alone tells
    [InlineData(401, "login_too_old", "authorization", Known + Denied, StoppedSecond)]
    [InlineData(302, null, null, Unknown, StoppedFirst)]
    [InlineData(404, "not_found", "endpoint", Known + Allowed + Ran, "authentication passed, authorization passed, endpoint stopped")]
    [InlineData(200, null, null, "endpoint;desc=\"GET /lobby\"", "authentication skipped, authorization skipped, endpoint passed")]
    [InlineData(403, "network_not_allowed", "authorization", "authorize;desc=\"N\";outcome=denied",
        "authentication skipped, authorization stopped, endpoint notReached")]
    [InlineData(404, "not_found", null, null, "routing stopped, " + Before)]
    // A fault failed where it did, and stopped nobody.
    [InlineData(503, "identity_provider_unavailable", "authentication", Known,
        "authentication failed, authorization notReached, endpoint notReached")]
    [InlineData(500, null, null, Known + Ran, "authentication passed, authorization skipped, endpoint failed")]
    [InlineData(429, null, null, null, "server failed, " + Before)]
    [InlineData(200, null, null, null, "loginForm stopped", "wrong-password")] // though the page worked
    public void Lane_shows_how_far_the_response_says_it_got(
        int status, string? reason, string? decidedBy, string? serverTiming, string expected, string scenario = "device-badge")
    {
        var answer = AnswerOf(scenario, Personas.Nobody, status, reason, decidedBy, serverTiming?.Split(", ") ?? []);
        var lane = Lane.Of(answer);
        Assert.Equal($"browser passed, web passed, {expected}", string.Join(", ", lane.Select(step => $"{step.Step} {step.Outcome}")));
        Assert.Equal(expected.Contains("stopped") || expected.Contains("failed"), answer.Tone != "s2");
        if (lane.FirstOrDefault(step => step.Outcome == LaneStep.Stopped) is { } stopped)
            Assert.Contains(reason ?? (status == 302 ? "login" : "shows the page again"), stopped.Text);
    }

    [Fact]
    public void First_guess_counts_and_none_that_was_made_after_the_answer()
    {
        var notebook = new LabNotebook();
        var story = ScenarioTable.Story;
        (string, string?)[] runs = [("nobody", "403"), ("nobody", "401"), ("alice", null), ("alice", "403"), ("admin", "204")];
        foreach (var (persona, guess) in runs) notebook.Add(Result(story, persona, guess));
        Assert.Equal((false, null, true),
            (notebook.FirstGuess(story, "nobody"), notebook.FirstGuess(story, "alice"), notebook.FirstGuess(story, "admin")));
        notebook.StartOver();
        Assert.Empty(notebook.FirstGuesses);
        Assert.False(notebook.HasAnswer(story));
    }

    [Fact]
    public void Next_step_is_the_persona_with_another_answer_then_the_next_open_scenario()
    {
        var notebook = new LabNotebook();
        var workshop = ScenarioTable.Find("enter-workshop")!;
        notebook.Add(Result(workshop, Personas.Alice));
        Assert.Equal(Personas.Bob, notebook.NextPersona(workshop));
        notebook.Add(Result(workshop, Personas.Bob));
        Assert.Null(notebook.NextPersona(workshop));
        Assert.Equal(ScenarioTable.Find("visitors"), notebook.NextScenario(workshop));
        foreach (var scenario in ScenarioTable.All) notebook.Add(Result(scenario, Personas.Alice));
        Assert.Null(notebook.NextScenario(ScenarioTable.Find("lobby")!));
    }

    [Theory]
    [InlineData(Reasons.RoleMissing, """{"alg":"RS256","typ":"at+jwt"}""", """{"roles":["user"],"exp":1800000292}""", null,
        "typ at+jwt, alg RS256; roles [\"user\"] !needs admin, exp in 4 min 52 s")]
    [InlineData(Reasons.RoleMissing, "{}", """{"nbf":1799999940}""", null, "; roles ‹not there› !needs admin, nbf 1 min 0 s ago")]
    [InlineData(Reasons.GroupMissing, "{}", "{}", null, "; groups ‹not there› !needs another group")]
    [InlineData(Reasons.WrongTokenType, """{"typ":"JWT"}""", """{"typ":"ID"}""", null, "typ JWT !needs at+jwt; typ ID")]
    [InlineData(Reasons.BadSignature, "{}", """{"sub":"1","roles":["a"]}""", """{"sub":"1"}""",
        "; sub 1, roles [\"a\"] (not there); signature ‹not shown› !does not fit the rest")]
    // Claims of any kind are shown or left out, and break nothing.
    [InlineData(null, "{}", """{"exp":1e300,"nbf":-5,"iat":"soon","auth_time":{}}""", null, "; exp 1e300, nbf -5, auth_time {}, iat soon")]
    [InlineData(null, """{"typ":5}""", """{"roles":1,"roles":2}""", "{}", "typ 5 (not there); ")]
    [InlineData(null, "{}", "[]", null, "; ")]
    [InlineData(null, "{}", "\"\"", null, "; ")]
    public void Token_is_shown_with_what_decided_and_without_its_signature(
        string? reason, string header, string payload, string? real, string expected)
    {
        var result = AnswerOf("delete-user", Personas.Alice, 403, reason, required: new { role = "admin" });
        var shown = Assert.Single(DecodedToken.Read($"Bearer {Jwt(header, payload)}", real is null ? null : Jwt("{}", real), result));
        IReadOnlyList<TokenLine>[] parts = shown.Signature is { } signature
            ? [shown.Header, shown.Claims, [signature]]
            : [shown.Header, shown.Claims];
        Assert.Equal(expected, string.Join("; ", parts.Select(part => string.Join(", ", part.Select(line =>
            $"{line.Name} {line.Value}{(line.Note is null ? "" : $" !{line.Note}")}{(line.Was is null ? "" : $" ({line.Was})")}")))));
    }

    [Fact]
    public void What_is_no_token_has_no_claims() => Assert.All(
        DecodedToken.Read("Basic abc=, Bearer card-4711, a.b.c", null, AnswerOf("badge", Personas.Nobody, 401, Reasons.MalformedToken)),
        token => Assert.Empty(token.Claims));

    [Fact]
    public void Curl_is_complete_where_nothing_in_it_opens_anything_and_else_holds_none_of_it()
    {
        Assert.Equal("-X DELETE 'http://a/b' -H \"Authorization: Bearer $TOKEN\"",
            Command(SentCredential.Bearer("real"), HttpMethod.Delete));
        Assert.Equal("'http://a/b' -H \"Authorization: Bearer $TOKEN, Bearer $TOKEN\"",
            Command(SentCredential.Bearer("real, Bearer real")));
        Assert.Equal("\"http://a/b?access_token=$TOKEN\"", Command(new() { QueryToken = "real" }));
        Assert.Equal("'http://a/b' -b \"authdemo.session=$SESSION\"", Command(new() { Cookies = "a=b; authdemo.session=real" }));
        Assert.Equal("'http://a/b' -b \"__Host-authdemo.session=$SESSION\"", Command(new() { Cookies = "__Host-authdemo.session=real" }));
        Assert.Equal("'http://a/b' -H 'X-Forwarded-For: 10.20.0.7'", Command(SentCredential.Nothing, forwardedFor: "10.20.0.7"));
        Assert.Equal("'http://a/b' -H 'Authorization: Bearer it'\\''s made up'",
            Command(SentCredential.Bearer("it's made up") with { OpensNothing = true }));

        static string Command(SentCredential sent, HttpMethod? method = null, string? forwardedFor = null) =>
            sent.ToCurl(method ?? HttpMethod.Get, new Uri("http://a/b"), forwardedFor)["curl -i ".Length..].Replace("\\\n  ", "");
    }

    [Theory]
    [InlineData("""{"maxAge":60}""", "a login at most 60 s old")]
    [InlineData("""{"authenticatedAt":"2027-01-15T07:58:37+00:00"}""", "a login 83 s old")]
    [InlineData("""{"role":"admin"}""", "the role admin")]
    [InlineData("""{"roles":["user"]}""", "the role user")]
    [InlineData("""{"groups":[]}""", "no groups")]
    [InlineData("""{"owner":true,"role":null}""", "its owner")]
    public void What_was_asked_for_and_found_is_told_in_words(string json, string words) =>
        Assert.Equal(words, Sentences.InWords(JsonElement.Parse(json), Now));

    private static RunResult Result(Scenario scenario, string persona, string? guess = null, int? status = null)
    {
        var expected = scenario.Expected.For(persona)!;
        if (status is 408 or 413 or 429 or >= 500) return AnswerOf(scenario.Id, persona, status.Value, guess: guess);
        string[] steps = expected switch
        {
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
        return AnswerOf(scenario.Id, persona, expected.Status, expected.Reason, null, steps, expected.Challenge, guess);
    }

    private static RunResult AnswerOf(
        string scenario, string persona, int status, string? reason = null, string? decidedBy = null, string[]? serverTiming = null,
        string? challenge = null, string? guess = null, object? required = null) => new(
            scenario, persona, guess, status,
            new Dictionary<string, string[]>
            {
                ["Server-Timing"] = serverTiming ?? [],
                ["WWW-Authenticate"] = challenge is null ? [] : [challenge],
            },
            Body: "",
            JsonSerializer.SerializeToElement(new { reason, decidedBy, required }).Deserialize<ProblemDetails>(),
            Curl: null, TraceId: null, Now);

    private static string Jwt(string header, string payload) =>
        string.Join('.', from part in (string[])[header, payload, "secret-signature"]
                         select Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part)));
}
