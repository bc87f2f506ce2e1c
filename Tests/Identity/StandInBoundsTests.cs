using System.Net;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in keeps a bounded number of everything: the oldest makes room.</summary>
[Trait("Needs", "Processes")]
public sealed class StandInBoundsTests(StandInProcess standIn) : IClassFixture<StandInProcess>
{
    /// <summary>As many sessions, and as many login pages, as a realm keeps at once: see StandIn/README.md.</summary>
    private const int Capacity = 1000;

    [Fact]
    public async Task Oldest_of_too_many_sessions_is_logged_out_and_its_tokens_with_it()
    {
        var provider = await standIn.StartAsync();
        using var oldest = new OidcClient(provider);
        using var newest = new OidcClient(provider);
        var tokens = await oldest.LogInAsync("alice");

        for (var i = 0; i < Capacity; i++) await LogInSomebodyAsync(provider);

        await OidcClient.AssertRefusedAsync(await oldest.TryRefreshAsync(tokens), "invalid_grant");
        Assert.Equal(HttpStatusCode.Unauthorized, (await oldest.UserInfoAsync(tokens.AccessToken)).StatusCode);
        Assert.Equal("login_required", oldest.Callback(await oldest.AuthorizeAsync(("prompt", "none")))["error"]);
        Assert.NotNull((await newest.LogInAsync("bob")).RefreshToken);
    }

    [Fact]
    public async Task Oldest_of_too_many_login_pages_can_no_longer_be_answered()
    {
        var provider = await standIn.StartAsync();
        using var browser = new OidcClient(provider);
        var oldest = await browser.AuthorizeAsync();

        for (var i = 0; i < Capacity; i++) (await browser.AuthorizeAsync()).Dispose();
        var newest = await browser.AuthorizeAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync(oldest, "alice", "alice")).StatusCode);
        Assert.NotNull(browser.Callback(await browser.SignInAsync(newest, "alice", "alice"))["code"]);
    }

    private static async Task LogInSomebodyAsync(IdentityProviderUnderTest provider)
    {
        using var browser = new OidcClient(provider);
        await browser.GetCodeAsync("bob");
    }
}
