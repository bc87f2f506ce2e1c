namespace AuthDemo.Tests.Api;

public sealed class EndpointTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData("GET /lobby", 200, 200, 200, 200)]
    [InlineData("GET /badge", 401, 200, 200, 200)]
    [InlineData("GET /users", 401, 200, 200, 200)]
    [InlineData("DELETE /users/nobody", 401, 403, 403, 404)]
    [InlineData("GET /rooms", 401, 200, 200, 200)]
    [InlineData("POST /rooms/workshop/entries", 401, 201, 403, 201)]
    [InlineData("POST /rooms/boiler-room/entries", 401, 403, 201, 201)]
    [InlineData("POST /rooms/control-room/entries", 401, 403, 403, 201)]
    [InlineData("POST /rooms/attic/entries", 401, 404, 404, 404)]
    [InlineData("GET /lockers/1", 401, 200, 403, 200)]
    [InlineData("GET /lockers/2", 401, 403, 200, 200)]
    [InlineData("GET /lockers/3", 401, 403, 403, 200)]
    [InlineData("GET /lockers/99", 401, 404, 404, 404)]
    [InlineData("GET /safes/1", 401, 200, 404, 404)]
    [InlineData("GET /safes/2", 401, 404, 200, 404)]
    [InlineData("GET /safes/3", 401, 404, 404, 200)]
    [InlineData("GET /safes/99", 401, 404, 404, 404)]
    [InlineData("GET /visitors", 401, 403, 403, 403)]
    [InlineData("POST /alarm/disarm", 401, 403, 403, 200)]
    [InlineData("POST /vault/entries", 401, 401, 401, 401)]
    [InlineData("GET /intercom", 403, 403, 403, 403)]
    [InlineData("POST /reset", 401, 403, 403, 204)]
    [InlineData("GET /nowhere", 404, 404, 404, 404)]
    public async Task Each_caller_gets_the_answer_of_the_table(string request, int anonymous, int alice, int bob, int admin)
    {
        Assert.Equal(anonymous, (await api.SendAsync(request)).Status);
        Assert.Equal(alice, (await api.SendAsync(request, Persona.Alice)).Status);
        Assert.Equal(bob, (await api.SendAsync(request, Persona.Bob)).Status);
        Assert.Equal(admin, (await api.SendAsync(request, Persona.Admin)).Status);
    }

    [Fact]
    public async Task Admin_deletes_a_user_once_and_reset_brings_them_back()
    {
        Assert.Equal(204, (await api.SendAsync("DELETE /users/carol", Persona.Admin)).Status);
        (await api.SendAsync("DELETE /users/carol", Persona.Admin)).AssertError(404, Reasons.NotFound);
        Assert.DoesNotContain("carol", (await api.SendAsync("GET /users", Persona.Alice)).Body);
        Assert.Equal(204, (await api.SendAsync("POST /reset", Persona.Admin)).Status);
        Assert.Contains("\"carol\"", (await api.SendAsync("GET /users", Persona.Alice)).Body);
    }

    [Theory]
    [InlineData("mfa", 201)]
    [InlineData("password", 401)]
    [InlineData("MFA", 401)]
    [InlineData("", 401)]
    public async Task Second_factor_opens_the_vault_to_everybody(string acr, int status)
    {
        foreach (var persona in (Persona[])[Persona.Alice, Persona.Bob, Persona.Admin])
        {
            var answer = await api.SendAsync("POST /vault/entries", persona, $"\"acr\":\"{acr}\"");
            Assert.Equal(status, answer.Status);
            if (status == 201) Assert.Equal(persona.Subject, answer.Text("person"));
            else Assert.Equal("acr " + acr, (await answer.AssertRefusedAsync(Reasons.SecondFactorMissing)).GetTagItem("auth.actual"));
        }
    }

    [Fact]
    public async Task Badge_shows_the_token_as_the_api_sees_it() => Assert.Equal(
        $$"""
        {"subject":"{{Persona.Admin.Subject}}","name":"Admin Demo","client":"web","roles":["user","admin"],
        "groups":["/engineering","/facilities","/security"],"scopes":["profile"],"issuer":"{{FakeIssuer.Issuer}}","audience":"api",
        "expiresAt":"2100-01-01T00:00:00+00:00","authenticatedAt":"2020-01-01T00:00:00+00:00","acr":"mfa"}
        """.ReplaceLineEndings(""),
        (await api.SendAsync("GET /badge", Persona.Admin, """ "exp":4102444800,"auth_time":1577836800,"acr":"mfa" """)).Body);

    [Fact]
    public async Task Badge_of_a_device_has_no_groups_and_no_login()
    {
        var device = new Persona("night-watch", "the id of a device", ["user"], []);
        Assert.Equal(
            $$"""
            {"subject":"the id of a device","name":"service-account-night-watch","client":"night-watch","roles":["user"],
            "groups":[],"scopes":[],"issuer":"{{FakeIssuer.Issuer}}","audience":"api",
            "expiresAt":"2100-01-01T00:00:00+00:00","authenticatedAt":null,"acr":null}
            """.ReplaceLineEndings(""),
            (await api.SendAsync("GET /badge", device, """
            "preferred_username":"service-account-night-watch","client_id":"night-watch","exp":4102444800,
            "name":[],"scope":"","auth_time":[]
            """)).Body);
    }

    [Fact]
    public async Task Entering_a_room_says_who_and_when()
    {
        var before = DateTimeOffset.UtcNow;
        var entry = await api.SendAsync("POST /rooms/workshop/entries", Persona.Alice);
        Assert.Equal(("workshop", Persona.Alice.Subject), (entry.Text("room"), entry.Text("person")));
        Assert.InRange(entry.Json.GetProperty("at").GetDateTimeOffset(), before, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("10.20.30.40", 200)]
    [InlineData("203.0.113.7", 200)]
    [InlineData("::ffff:10.20.30.40", 200)]
    [InlineData("10.21.0.1", 403)]
    [InlineData("127.0.0.1", 403)]
    [InlineData("10.20.30.40, 192.0.2.1", 403)]
    [InlineData("192.0.2.1, 10.20.30.40", 200)]
    [InlineData("rubbish", 403)]
    public async Task Intercom_believes_the_last_hop_of_a_trusted_proxy_only(string forwardedFor, int status)
    {
        var answer = await api.SendAsync("GET /intercom", authorization: null,
            message => message.Headers.Add("X-Forwarded-For", forwardedFor));
        Assert.Equal(status, answer.Status);
    }
}
