namespace AuthDemo.Tests.Api;

/// <summary>Every way in which a token can be bad, with the reason that the refusal gives.</summary>
public sealed class BadTokenTests(RunningApi api, ProductionApi production) : IClassFixture<RunningApi>, IClassFixture<ProductionApi>
{
    [Theory, MemberData(nameof(BadToken.Names), MemberType = typeof(BadToken))]
    public async Task Bad_token_is_refused_with_its_reason(string name)
    {
        var bad = BadToken.Named(name);
        var token = bad.Write(api.Provider);
        var answer = await api.SendAsync("GET /badge", "Bearer " + token);
        var span = await answer.AssertRefusedAsync(bad.Reason);
        Assert.Equal("authentication", answer.Text("decidedBy"));
        Assert.DoesNotContain(Persona.Alice.Subject, answer.Body);
        Assert.All(api.Provider.Asked, asked => Assert.StartsWith(FakeIssuer.Issuer, asked.AbsoluteUri));
        Assert.Equal(("authenticate Bearer", false), (span.OperationName, span.GetTagItem("auth.token.verified")));
        Assert.EndsWith("What the token says of itself (auth.token) is unverified.", span.StatusDescription);
        Assert.All(span.TagObjects, tag => Assert.DoesNotContain(token, $"{tag.Value}"));
    }

    [Fact]
    public async Task Elsewhere_than_in_Development_nothing_is_explained()
    {
        foreach (var bad in BadToken.OfEachReason)
            await (await production.SendAsync("GET /badge", "Bearer " + bad.Write(production.Provider))).AssertRefusedAsync(bad.Reason);
    }

    [Theory]
    [InlineData("library-card", "verified False")]
    [InlineData("W10.MQ.", "verified False")] // [] and 1
    [InlineData("ew.eyJpc3MiOiJ4IiwiZXhwIjoic29vbiJ9.a", "verified False, issuer x")] // { and {"iss":"x","exp":"soon"}
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoxLCJraWQiOjd9.eyJhdWQiOlsiYSIsMV19.a.b.c",
        "verified False, alg none, audience [\"a\",1]")] // {"alg":"none","typ":1,"kid":7} and {"aud":["a",1]}
    public async Task Refused_token_is_shown_as_far_as_it_can_be_read(string token, string shown) =>
        Assert.Equal(shown, Shown(await (await api.SendAsync("GET /badge", "Bearer " + token)).AssertRefusedAsync(Reasons.MalformedToken)));

    [Fact]
    public async Task Refused_token_is_shown_to_100_characters_a_value()
    {
        var token = new BadToken("", Reasons.TokenExpired, $"\"kid\":\"{new string('k', 150)}\"", "\"exp\":1000000000").Write(api.Provider);
        Assert.Equal(
            $"verified False, alg RS256, typ at+jwt, kid {new string('k', 100)}, issuer {FakeIssuer.Issuer}, audience api, "
                + "expires 2001-09-09 01:46:40Z",
            Shown(await (await api.SendAsync("GET /badge", "Bearer " + token)).AssertRefusedAsync(Reasons.TokenExpired)));
    }

    private static string Shown(Activity span) => string.Join(", ",
        from tag in span.TagObjects where tag.Key.StartsWith("auth.token.") select $"{tag.Key["auth.token.".Length..]} {tag.Value}");

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

    [Theory]
    [InlineData("Bearer ", "", "")]
    [InlineData("bearer   ", "", "")]
    [InlineData("Bearer ", "\"typ\":\"application/at+jwt\"", "")]
    [InlineData("Bearer ", "", "\"aud\":[\"cafeteria\",\"api\"]")]
    [InlineData("Bearer ", "", "\"exp\":{now-2}")] // clocks may differ by five seconds
    [InlineData("Bearer ", "", "\"nbf\":{now+4}")]
    public async Task Good_token_is_accepted_which_the_bad_ones_differ_from(string scheme, string header, string payload)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        payload = payload.Replace("{now-2}", $"{now - 2}").Replace("{now+4}", $"{now + 4}");
        var token = new BadToken("", "", header, payload).Write(api.Provider);
        Assert.Equal(200, (await api.SendAsync("GET /badge", scheme + token)).Status);
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
            var token = new BadToken("", faults[first].Reason, header, payload, BadToken.Absent);
            await (await api.SendAsync("GET /badge", "Bearer " + token.Write(api.Provider))).AssertRefusedAsync(token.Reason);
        }
    }

    [Fact]
    public async Task Refused_token_reaches_no_log_and_no_answer_and_its_span_in_Development_only()
    {
        var canary = new BadToken("", Reasons.WrongIssuer, """ "kid":"canary-key" """,
            """ "iss":"http://canary-issuer.example","aud":"canary-audience","sub":"canary-subject" """);
        foreach (var running in (RunningApi[])[production, api])
        {
            var answer = await running.SendAsync("GET /badge", "Bearer " + canary.Write(running.Provider));
            await answer.AssertRefusedAsync(canary.Reason);
            Assert.DoesNotContain("canary", answer.Body + answer.Challenge);
            Assert.All(answer.Logs, log => Assert.DoesNotContain("canary", log.Message));
            var spans = await answer.SpansAsync();
            Assert.Equal(running == api ? ["auth.token.audience", "auth.token.issuer", "auth.token.kid"] : [], spans
                .SelectMany(span => span.TagObjects).Where(tag => $"{tag.Value}".Contains("canary")).Select(tag => tag.Key).Order());
            Assert.All(spans, span => Assert.DoesNotContain("canary", span.StatusDescription ?? ""));
        }
    }

    // Well-signed tokens of an issuer that writes odd claims: what they do not grant is refused, and nothing breaks.
    private static readonly string[] Requests =
    [
        "GET /badge", "POST /rooms/workshop/entries", "GET /lockers/2", "GET /safes/2", "GET /visitors", "POST /alarm/disarm",
        "DELETE /users/nobody",
    ];

    private static readonly (string Name, string Json)[] Values =
    [
        ("blank", "\" \""), ("null", "null"), ("negative", "-1"), ("huge number", "1e300"), ("true", "true"), ("array of nulls", "[null]"),
        ("nested array", "[[\"admin\"]]"), ("object", "{\"admin\":true}"), ("line break", "\"admin\\r\\nfaked log line\""),
        ("NUL", "\"admin\\u0000\""), ("half a character", "\"\\ud800\""), ("list", "\"user admin\""),
        ("long", $"\"{new string('a', 5000)}\""), ("many", $"[{string.Join(',', Enumerable.Repeat("\"a\"", 1000))}]"),
    ];

    [Fact]
    public async Task Odd_claim_breaks_nothing_and_grants_nothing()
    {
        string[] claims = ["sub", "name", "preferred_username", "client_id", "roles", "groups", "scope", "auth_time", "acr"];
        foreach (var (claim, (name, json), request) in
            from claim in claims from value in Values from request in Requests select (claim, value, request))
        {
            var answer = await api.SendAsync(request, Persona.Alice, $"\"{claim}\":{json}");
            Assert.True(answer.Status < 500, $"{claim} {name}, {request}: {answer.Status} {answer.Body}");
            if (request.StartsWith("DELETE")) Assert.True(answer.Status is 401 or 403, $"{claim} {name}, {request}: {answer.Status}");
            Assert.All(answer.Logs, log => Assert.DoesNotContain('\n', log.Message.TrimEnd()));
        }
    }

    [Theory]
    [InlineData("POST /reset", "\"roles\":[\"Admin\"]", Reasons.RoleMissing)]
    [InlineData("POST /reset", "\"roles\":[\"admin \"]", Reasons.RoleMissing)]
    [InlineData("POST /reset", "\"roles\":[\"user,admin\"]", Reasons.RoleMissing)]
    [InlineData("POST /reset", "\"roles\":[\"\u0430dmin\"]", Reasons.RoleMissing)] // Cyrillic
    [InlineData("GET /visitors", "\"scope\":\"Visitors:read\"", Reasons.ScopeMissing)]
    [InlineData("GET /visitors", "\"scope\":\"visitors:read:all\"", Reasons.ScopeMissing)]
    [InlineData("GET /visitors", "\"scope\":\"visitors:read,profile\"", Reasons.ScopeMissing)]
    public async Task Roles_and_scopes_are_compared_to_the_letter(string request, string payload, string reason) =>
        await (await api.SendAsync(request, Persona.Alice, payload)).AssertRefusedAsync(reason);
}
