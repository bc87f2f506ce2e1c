using System.Diagnostics;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Tests.Api;

/// <summary>The identity provider is away, comes back, changes its keys: the caller is never blamed for it.</summary>
public sealed class AvailabilityTests : IDisposable
{
    private readonly RunningApi api = new();

    private Task<Answer> AskAsync() => api.SendAsync("GET /badge", api.TokenOf(Persona.Alice));

    [Fact]
    public async Task Token_that_cannot_be_checked_is_answered_with_503_and_anonymous_callers_stay_401()
    {
        api.Provider.IsDown = true;
        var answer = await AskAsync();
        Assert.Equal((503, Reasons.IdentityProviderUnavailable), (answer.Status, answer.Reason));
        Assert.Equal("5", answer.Headers["Retry-After"]);
        Assert.Null(answer.Challenge);

        Assert.Equal((401, Reasons.NoCredentials), ((await api.SendAsync("GET /badge")).Status, (await api.SendAsync("GET /badge")).Reason));
        Assert.Equal(200, (await api.SendAsync("GET /lobby")).Status);
    }

    [Fact]
    public async Task What_is_wrong_without_a_key_is_said_without_one()
    {
        api.Provider.IsDown = true;
        var answer = await api.SendAsync("GET /badge", api.TokenOf(Persona.Alice).With(token => token.Payload["exp"] = 1_000_000_000));
        Assert.Equal((401, Reasons.TokenExpired), (answer.Status, answer.Reason));
        Assert.Empty(api.Provider.Asked);
    }

    [Fact]
    public async Task Api_recovers_within_the_time_that_Retry_After_says()
    {
        api.Provider.IsDown = true;
        Assert.Equal(503, (await AskAsync()).Status);
        api.Provider.IsDown = false;
        var wait = Stopwatch.StartNew();
        while ((await AskAsync()).Status == 503) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.InRange(wait.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Equal(200, (await AskAsync()).Status);
    }

    [Fact]
    public async Task Outage_does_not_matter_while_the_keys_are_known()
    {
        Assert.Equal(200, (await AskAsync()).Status);
        api.Provider.IsDown = true;
        Assert.Equal(200, (await AskAsync()).Status);
        var unknown = await api.SendAsync("GET /badge", api.TokenOf(Persona.Alice).With(token => token.Header["kid"] = "another"));
        Assert.Equal((401, Reasons.UnknownKey), (unknown.Status, unknown.Reason));
    }

    [Fact]
    public async Task Token_with_a_new_key_is_accepted_at_once()
    {
        Assert.Equal(200, (await AskAsync()).Status);
        api.Provider.ChangeKey();
        Assert.Equal(200, (await AskAsync()).Status);
    }

    [Fact]
    public async Task Unknown_keys_make_the_api_ask_the_identity_provider_no_more_than_once_an_interval()
    {
        Assert.Equal(200, (await AskAsync()).Status);
        var before = api.Provider.Asked.Count;
        for (var index = 0; index < 50; index++)
            Assert.Equal(401, (await api.SendAsync("GET /badge", api.TokenOf(Persona.Alice).With(token => token.Header["kid"] = $"key-{index}"))).Status);
        Assert.InRange(api.Provider.Asked.Count - before, 0, 4);
    }

    public void Dispose() => api.Dispose();
}
