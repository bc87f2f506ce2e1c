using Microsoft.Extensions.Time.Testing;

namespace AuthDemo.Tests.Api;

/// <summary>The identity provider is away, hangs, comes back, changes its keys: the caller is never blamed for it.</summary>
public sealed class AvailabilityTests : IDisposable
{
    private const string Metadata = "openid-configuration";
    private const string Keys = "certs";
    private const string Page = "<p>A page of many lines, of which the log repeats the first 200 characters on one line.</p>\n";

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly RunningApi api;

    public AvailabilityTests() => api = new(Environments.Development, services => services.AddSingleton<TimeProvider>(time));

    public void Dispose() => api.Dispose();

    private Task<Answer> AskAsync() => api.SendAsync("GET /badge", Persona.Alice);

    private Task<Answer> ForgeAsync(string reason = Reasons.UnknownKey) => api.SendAsync("GET /badge",
        "Bearer " + BadToken.OfEachReason.First(token => token.Reason == reason).Write(api.Provider));

    private async Task AssertAcceptedAsync() => Assert.Equal(200, (await AskAsync()).Status);

    private async Task LearnKeysAsync()
    {
        await AssertAcceptedAsync();
        time.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task AssertUnavailableAsync(Answer answer)
    {
        await answer.AssertRefusedAsync(Reasons.IdentityProviderUnavailable);
        Assert.Equal("5", answer.Headers["Retry-After"]);
    }

    [Fact]
    public async Task Outage_is_503_until_Retry_After_is_over_and_one_warning_for_all_who_meet_it()
    {
        api.Provider.IsDown = true;
        for (var index = 0; index < 5; index++) await AssertUnavailableAsync(await AskAsync());
        var warning = Assert.Single(api.Recording.Logs, log => log.Event.Name == "KeysUnavailable");
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("Connection refused", warning.Message);

        api.Provider.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(4));
        await AssertUnavailableAsync(await AskAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        await AssertAcceptedAsync();
    }

    [Fact]
    public async Task Outage_does_not_matter_to_whom_the_keys_say_nothing()
    {
        api.Provider.IsDown = true;
        await (await api.SendAsync("GET /badge")).AssertRefusedAsync(Reasons.NoCredentials);
        await (await ForgeAsync(Reasons.TokenExpired)).AssertRefusedAsync(Reasons.TokenExpired);
        Assert.Equal(200, (await api.SendAsync("GET /lobby")).Status);
        Assert.Empty(api.Provider.Asked);
    }

    [Fact]
    public async Task Token_with_a_new_key_is_accepted_at_once_however_often_keys_change()
    {
        for (var change = 0; change < 5; change++)
        {
            await LearnKeysAsync();
            api.Provider.ChangeKey();
        }
    }

    [Theory]
    [InlineData(Reasons.UnknownKey)]
    [InlineData(Reasons.BadSignature)]
    public async Task Forged_tokens_make_the_api_ask_the_identity_provider_no_more_than_once_an_interval(string reason)
    {
        await LearnKeysAsync();
        var before = api.Provider.Asked.Count;
        for (var index = 0; index < 20; index++) await (await ForgeAsync(reason)).AssertRefusedAsync(reason);
        Assert.InRange(api.Provider.Asked.Count - before, 1, 2);
    }

    [Fact]
    public async Task Known_key_never_waits_for_a_fetch_that_a_forged_token_has_caused()
    {
        await LearnKeysAsync();
        var before = api.Provider.Asked.Count;
        api.Provider.Hanging[Metadata] = new TaskCompletionSource().Task;
        var forged = Enumerable.Range(0, 10).Select(_ => ForgeAsync()).ToList();
        await Wait.UntilAsync("a question to the identity provider", () => api.Provider.Asked.Count > before);
        for (var index = 0; index < 20; index++) await AssertAcceptedAsync();
        Assert.All(forged, task => Assert.False(task.IsCompleted));
        Assert.Equal(before + 1, api.Provider.Asked.Count);

        time.Advance(TimeSpan.FromSeconds(5)); // BackchannelTimeout
        foreach (var answer in await Task.WhenAll(forged)) await AssertUnavailableAsync(answer);
        await AssertAcceptedAsync();
    }

    [Fact]
    public async Task First_keys_are_fetched_once_for_all_and_are_given_five_seconds()
    {
        var hang = new TaskCompletionSource();
        api.Provider.Hanging[Metadata] = hang.Task;
        var waiting = Enumerable.Range(0, 10).Select(_ => AskAsync()).ToList();
        await Wait.UntilAsync("a question to the identity provider", () => api.Provider.Asked.Count > 0);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        hang.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(2, api.Provider.Asked.Count);
    }

    [Theory]
    [InlineData(Metadata, "null")]
    [InlineData(Metadata, Page + Page + Page + Page + Page + Page + Page)]
    [InlineData(Metadata,
        """{"issuer":"http://localhost:8080/realms/neighbour","jwks_uri":"http://localhost:8080/realms/authdemo/certs"}""")]
    [InlineData(Keys, """{"keys":[]}""")]
    [InlineData(Keys, "rubbish")]
    public async Task Wrong_answer_of_the_provider_is_an_outage_and_is_not_kept(string endpoint, string body)
    {
        // At first, and in place of keys that are there.
        for (var round = 0; round < 2; round++)
        {
            api.Provider.ChangeKey();
            api.Provider.Instead[endpoint] = () => FakeIssuer.Json(HttpStatusCode.OK, body);
            await AssertUnavailableAsync(await AskAsync());
            api.Provider.Instead.Clear();
            time.Advance(TimeSpan.FromSeconds(5));
            await LearnKeysAsync();
        }

        Assert.All(api.Recording.Logs.Where(log => log.Event.Name == "KeysUnavailable"),
            log => Assert.True(log.Message.Length < 500 && !log.Message.TrimEnd().Contains('\n'), log.Message));
    }

    [Theory]
    [InlineData(1024, 503)]
    [InlineData(2048, 200)]
    public async Task Short_keys_are_not_used_and_one_that_cannot_be_read_spoils_no_other(int bits, int status)
    {
        var key = SigningKey.Create(bits);
        var keys = JsonSerializer.Serialize(new { keys = new object[] { new { kty = "RSA", kid = "7", n = "?" }, key.Public } });
        api.Provider.Instead[Keys] = () => FakeIssuer.Json(HttpStatusCode.OK, keys);
        var token = new BadToken("", "", $"\"kid\":\"{key.Id}\"", Sign: (_, input) => key.Sign(input)).Write(api.Provider);
        Assert.Equal(status, (await api.SendAsync("GET /badge", "Bearer " + token)).Status);
    }

    [Fact]
    public async Task Key_that_was_replaced_by_another_of_the_same_id_is_fetched_and_the_old_one_is_good_for_nothing()
    {
        var old = api.Bearer(Persona.Alice);
        await LearnKeysAsync();
        api.Provider.Key = SigningKey.Create() with { Id = api.Provider.Key.Id };
        await AssertAcceptedAsync();
        await (await api.SendAsync("GET /badge", old)).AssertRefusedAsync(Reasons.BadSignature);
        await AssertAcceptedAsync();
    }

    [Fact]
    public async Task Key_that_the_provider_has_withdrawn_is_forgotten_within_a_day()
    {
        var old = api.Bearer(Persona.Alice, $"\"exp\":{DateTimeOffset.UtcNow.AddDays(3).ToUnixTimeSeconds()}");
        Assert.Equal(200, (await api.SendAsync("GET /badge", old)).Status);
        api.Provider.ChangeKey();
        time.Advance(TimeSpan.FromDays(1));
        var answer = await api.SendAsync("GET /badge", old);
        Assert.Equal(200, answer.Status); // and nobody waits for the new keys
        await Wait.UntilAsync("the old key's end", async () => (answer = await api.SendAsync("GET /badge", old)).Status != 200);
        await answer.AssertRefusedAsync(Reasons.UnknownKey);
    }
}
