using AuthDemo.Api.Building;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Tests.Api;

/// <summary>The table of the building: who gets what answer where.</summary>
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
        Assert.Equal(alice, (await api.SendAsync(request, api.TokenOf(Persona.Alice))).Status);
        Assert.Equal(bob, (await api.SendAsync(request, api.TokenOf(Persona.Bob))).Status);
        Assert.Equal(admin, (await api.SendAsync(request, api.TokenOf(Persona.Admin))).Status);
    }

    [Theory]
    [InlineData("GET /badge")]
    [InlineData("GET /lockers/1")]
    [InlineData("GET /safes/1")]
    public async Task Nobody_keeps_an_answer_that_depends_on_a_token(string request) =>
        Assert.Equal("no-store", (await api.SendAsync(request, api.TokenOf(Persona.Alice))).Headers["Cache-Control"]);

    [Fact]
    public async Task Admin_deletes_a_user_once_and_reset_brings_them_back()
    {
        Assert.Equal(204, (await api.SendAsync("DELETE /users/carol", api.TokenOf(Persona.Admin))).Status);
        var again = await api.SendAsync("DELETE /users/carol", api.TokenOf(Persona.Admin));
        again.AssertRefused(404, Reasons.NotFound);
        Assert.DoesNotContain("carol", (await api.SendAsync("GET /users", api.TokenOf(Persona.Alice))).Body);

        Assert.Equal(204, (await api.SendAsync("POST /reset", api.TokenOf(Persona.Admin))).Status);
        Assert.Contains("\"carol\"", (await api.SendAsync("GET /users", api.TokenOf(Persona.Alice))).Body);
    }

    [Theory]
    [InlineData("mfa", 201)]
    [InlineData("password", 401)]
    [InlineData("MFA", 401)]
    [InlineData("1", 401)]
    public async Task Second_factor_opens_the_vault_to_everybody(string acr, int status)
    {
        foreach (var persona in (Persona[])[Persona.Alice, Persona.Bob, Persona.Admin])
        {
            var answer = await api.SendAsync("POST /vault/entries", api.TokenOf(persona).With(token => token.Payload["acr"] = acr));
            Assert.Equal(status, answer.Status);
            if (status == 201)
            {
                Assert.Equal(persona.Subject, answer.Text("person"));
                continue;
            }

            // RFC 9470, section 3.
            answer.AssertRefused(401, Reasons.SecondFactorMissing);
            Assert.Contains("error=\"insufficient_user_authentication\"", answer.Challenge);
            Assert.Contains("acr_values=\"mfa\"", answer.Challenge);
            var span = (await answer.SpansAsync()).Single(span => span.OperationName == "authorize SecondFactor");
            Assert.Equal(("acr mfa", "acr " + acr), (span.GetTagItem("auth.required"), span.GetTagItem("auth.actual")));
        }
    }

    [Fact]
    public async Task Scope_opens_the_visitors_list_to_whoever_was_granted_it()
    {
        var answer = await api.SendAsync("GET /visitors",
            api.TokenOf(Persona.Alice).With(token => token.Payload["scope"] = "profile visitors:read"));
        Assert.Equal(200, answer.Status);
        Assert.Equal(2, answer.Json.GetArrayLength());
    }

    [Fact]
    public async Task Badge_shows_the_token_as_the_api_sees_it()
    {
        var token = api.TokenOf(Persona.Admin);
        var badge = (await api.SendAsync("GET /badge", token)).Json;
        Assert.Equal(
            ["subject", "name", "client", "roles", "groups", "scopes", "issuer", "audience", "expiresAt", "authenticatedAt", "acr"],
            badge.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Persona.Admin.Subject, badge.GetProperty("subject").GetString());
        Assert.Equal("Admin Demo", badge.GetProperty("name").GetString());
        Assert.Equal("web", badge.GetProperty("client").GetString());
        Assert.Equal(Persona.Admin.Roles, badge.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(Persona.Admin.Groups, badge.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        Assert.Equal(FakeIssuer.Issuer, badge.GetProperty("issuer").GetString());
        Assert.Equal("api", badge.GetProperty("audience").GetString());
        Assert.Equal(token.Payload["exp"]!.GetValue<long>(), badge.GetProperty("expiresAt").GetDateTimeOffset().ToUnixTimeSeconds());
        Assert.Equal(token.Payload["auth_time"]!.GetValue<long>(),
            badge.GetProperty("authenticatedAt").GetDateTimeOffset().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Badge_of_a_device_has_no_groups_and_no_login()
    {
        var badge = (await api.SendAsync("GET /badge", api.TokenOf(Persona.Alice).With(token =>
        {
            foreach (var claim in (string[])["groups", "auth_time", "name", "scope"]) token.Payload.Remove(claim);
            token.Payload["preferred_username"] = "service-account-night-watch";
            token.Payload["client_id"] = "night-watch";
        }))).Json;
        Assert.Equal("service-account-night-watch", badge.GetProperty("name").GetString());
        Assert.Equal(0, badge.GetProperty("groups").GetArrayLength());
        Assert.Equal(0, badge.GetProperty("scopes").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, badge.GetProperty("authenticatedAt").ValueKind);
    }

    [Fact]
    public async Task Entering_a_room_says_who_and_when()
    {
        var entry = (await api.SendAsync("POST /rooms/workshop/entries", api.TokenOf(Persona.Alice))).Json;
        Assert.Equal("workshop", entry.GetProperty("room").GetString());
        Assert.Equal(Persona.Alice.Subject, entry.GetProperty("person").GetString());
        Assert.InRange(DateTimeOffset.UtcNow - entry.GetProperty("at").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Lobby_does_not_look_at_a_bad_token()
    {
        var answer = await api.SendAsync("GET /lobby", "Bearer rubbish");
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(await answer.SpansAsync(), span => span.DisplayName.StartsWith("authenticate"));
    }

    [Theory]
    [InlineData("10.20.30.40", 200)]
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
        Assert.Null(answer.Challenge);
    }

    [Fact]
    public async Task Concurrent_deletions_remove_each_person_exactly_once()
    {
        var inventory = new Inventory(new MemoryDeletions());
        var removed = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), TestContext.Current.CancellationToken, async (index, _) =>
        {
            if (await inventory.RemoveAsync(Seed.People[index % Seed.People.Length].Id)) Interlocked.Increment(ref removed);
        });
        Assert.Equal(Seed.People.Length, removed);
        Assert.Empty(await inventory.FindPeopleAsync());
        await inventory.ResetAsync();
        Assert.Equal(Seed.People, await inventory.FindPeopleAsync());
    }
}
