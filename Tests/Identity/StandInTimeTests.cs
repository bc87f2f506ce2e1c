using Microsoft.Extensions.Time.Testing;

namespace AuthDemo.Tests.Identity;

public sealed class StandInTimeTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
    private readonly StandInHost standIn;
    private readonly OidcClient client;

    public StandInTimeTests()
    {
        standIn = new StandInHost(clock);
        client = new OidcClient(standIn.Provider);
    }

    public void Dispose()
    {
        client.Dispose();
        standIn.Dispose();
    }

    [Fact]
    public async Task Login_and_step_up_may_take_as_long_as_people_take()
    {
        var page = await client.AuthorizeAsync(("acr_values", "mfa"));
        clock.Advance(TimeSpan.FromMinutes(10));
        page = await client.SignInAsync(page, "alice", "alice");
        clock.Advance(TimeSpan.FromMinutes(10));
        var end = await client.EnterCodeAsync(page, OidcClient.CodeOf("alice", clock));
        Assert.Equal("mfa", (await client.RedeemAsync(end)).Access["acr"]);
    }

    [Fact]
    public async Task Login_page_that_waited_for_half_an_hour_leads_back_to_the_application()
    {
        var page = await client.AuthorizeAsync();
        clock.Advance(TimeSpan.FromMinutes(31));
        var end = await client.SignInAsync(page, "alice", "alice");
        Assert.Equal(HttpStatusCode.BadRequest, end.StatusCode);
        var html = await end.Content.ReadAsStringAsync();
        Assert.Contains("This login has expired", html);
        Assert.Contains($"href=\"{client.Provider.Web}\"", html);
    }

    [Fact]
    public async Task Session_lives_while_it_is_used_and_ends_when_it_was_idle_too_long()
    {
        var tokens = await client.LogInAsync("alice");
        clock.Advance(TimeSpan.FromMinutes(29));
        tokens = await client.RefreshAsync(tokens);
        clock.Advance(TimeSpan.FromMinutes(29));
        tokens = await client.RefreshAsync(tokens);
        clock.Advance(TimeSpan.FromMinutes(30));
        await OidcClient.AssertRefusedAsync(await client.TryRefreshAsync(tokens), "invalid_grant");
        Assert.Equal("login_required", client.Callback(await client.AuthorizeAsync(("prompt", "none")))["error"]);
    }

    [Fact]
    public async Task Login_older_than_max_age_and_second_factor_older_than_five_minutes_are_asked_for_again()
    {
        var page = await client.SignInAsync(await client.AuthorizeAsync(("acr_values", "mfa")), "bob", "bob");
        client.Callback(await client.EnterCodeAsync(page, OidcClient.CodeOf("bob", clock)));
        clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal("mfa", (await client.LogInAsync("bob", ("max_age", "299"))).Access["acr"]);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("password", (await client.LogInAsync("bob")).Access["acr"]);
        Assert.Equal(["password"], await OidcClient.FieldsOfAsync(await client.AuthorizeAsync(("max_age", "299"))));
        Assert.Equal(["otp"], await OidcClient.FieldsOfAsync(await client.AuthorizeAsync(("acr_values", "mfa"))));
    }

    [Fact]
    public async Task Ten_wrong_codes_close_the_form_until_the_next_code() // RFC 4226, section 7.3
    {
        var page = await client.SignInAsync(await client.AuthorizeAsync(("acr_values", "mfa")), "admin", "admin");
        for (var i = 0; i < 10; i++) page = await client.EnterCodeAsync(page, "no code");
        page = await client.EnterCodeAsync(page, OidcClient.CodeOf("admin", clock));
        Assert.Contains("Too many wrong codes.", await page.Content.ReadAsStringAsync());
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull(client.Callback(await client.EnterCodeAsync(page, OidcClient.CodeOf("admin", clock)))["code"]);
    }
}
