using System.Text.Json;
using AuthDemo.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AuthDemo.Tests.Api;

/// <summary>The identity provider is away, hangs, comes back, changes its keys: the caller is never blamed for it.</summary>
public sealed class AvailabilityTests : IDisposable
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly RunningApi api;

    public AvailabilityTests() => api = RunningApi.Start(Environments.Development, services => services.AddSingleton<TimeProvider>(time));

    public void Dispose() => api.Dispose();

    private Task<Answer> AskAsync() => api.SendAsync("GET /badge", api.TokenOf(Persona.Alice));

    private Task<Answer> ForgeAsync(string key = "another") =>
        api.SendAsync("GET /badge", api.TokenOf(Persona.Alice).With(token => token.Header["kid"] = key));

    private async Task AssertAcceptedAsync() => Assert.Equal(200, (await AskAsync()).Status);

    /// <summary>Waits until the provider was asked once more than so many times.</summary>
    private async Task WaitForQuestionAsync(int before)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (api.Provider.Asked.Count <= before) await Task.Delay(10, patience.Token);
    }

    [Fact]
    public async Task Token_that_cannot_be_checked_is_answered_with_503_and_anonymous_callers_stay_401()
    {
        api.Provider.IsDown = true;
        var answer = await AskAsync();
        answer.AssertRefused(503, Reasons.IdentityProviderUnavailable);
        Assert.Equal("5", answer.Headers["Retry-After"]);
        Assert.Null(answer.Challenge);

        (await api.SendAsync("GET /badge")).AssertRefused(401, Reasons.NoCredentials);
        Assert.Equal(200, (await api.SendAsync("GET /lobby")).Status);
    }

    [Fact]
    public async Task Outage_is_logged_as_a_warning_with_its_cause_once_for_all_who_meet_it()
    {
        api.Provider.IsDown = true;
        for (var index = 0; index < 5; index++) (await AskAsync()).AssertRefused(503, Reasons.IdentityProviderUnavailable);
        var warning = Assert.Single(api.Recording.Logs, log => log.Event.Name == "KeysUnavailable");
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("Connection refused", warning.Message);
    }

    [Fact]
    public async Task What_is_wrong_without_a_key_is_said_without_one()
    {
        api.Provider.IsDown = true;
        (await api.SendAsync("GET /badge", api.TokenOf(Persona.Alice).With(token => token.Payload["exp"] = 1_000_000_000)))
            .AssertRefused(401, Reasons.TokenExpired);
        Assert.Empty(api.Provider.Asked);
    }

    [Fact]
    public async Task Api_recovers_within_the_time_that_Retry_After_says()
    {
        api.Provider.IsDown = true;
        (await AskAsync()).AssertRefused(503, Reasons.IdentityProviderUnavailable);
        api.Provider.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(4));
        (await AskAsync()).AssertRefused(503, Reasons.IdentityProviderUnavailable);
        time.Advance(TimeSpan.FromSeconds(1));
        await AssertAcceptedAsync();
    }

    [Fact]
    public async Task Outage_does_not_matter_while_the_keys_are_known_and_a_token_that_needs_another_is_503()
    {
        await AssertAcceptedAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        api.Provider.IsDown = true;
        await AssertAcceptedAsync();
        (await ForgeAsync()).AssertRefused(503, Reasons.IdentityProviderUnavailable);
        await AssertAcceptedAsync();
    }

    [Fact]
    public async Task Token_with_a_new_key_is_accepted_at_once_however_often_keys_change()
    {
        await AssertAcceptedAsync();
        for (var change = 0; change < 5; change++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            api.Provider.ChangeKey();
            await AssertAcceptedAsync();
        }
    }

    [Fact]
    public async Task Unknown_keys_make_the_api_ask_the_identity_provider_no_more_than_once_an_interval()
    {
        await AssertAcceptedAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        var before = api.Provider.Asked.Count;
        for (var index = 0; index < 50; index++) (await ForgeAsync($"key-{index}")).AssertRefused(401, Reasons.UnknownKey);
        Assert.InRange(api.Provider.Asked.Count - before, 1, 2);
    }

    [Fact]
    public async Task Known_key_never_waits_for_a_fetch_that_a_forged_token_has_caused()
    {
        await AssertAcceptedAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        var before = api.Provider.Asked.Count;
        api.Provider.Hang = new TaskCompletionSource();
        var forged = Enumerable.Range(0, 10).Select(index => ForgeAsync($"key-{index}")).ToList();
        await WaitForQuestionAsync(before);
        for (var index = 0; index < 20; index++) await AssertAcceptedAsync();
        Assert.All(forged, task => Assert.False(task.IsCompleted));
        Assert.Equal(before + 1, api.Provider.Asked.Count);

        time.Advance(TimeSpan.FromSeconds(5)); // BackchannelTimeout
        Assert.All(await Task.WhenAll(forged), answer => answer.AssertRefused(503, Reasons.IdentityProviderUnavailable));
    }

    [Fact]
    public async Task First_keys_are_fetched_once_for_all_and_are_given_five_seconds()
    {
        api.Provider.Hang = new TaskCompletionSource();
        var waiting = Enumerable.Range(0, 10).Select(_ => AskAsync()).ToList();
        await WaitForQuestionAsync(before: 0);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        api.Provider.Hang.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(2, api.Provider.Asked.Count);
    }

    [Fact]
    public async Task Provider_that_never_answers_is_given_up_at_the_deadline()
    {
        api.Provider.Hang = new TaskCompletionSource();
        var waiting = AskAsync();
        await WaitForQuestionAsync(before: 0);
        time.Advance(TimeSpan.FromSeconds(5)); // BackchannelTimeout
        (await waiting).AssertRefused(503, Reasons.IdentityProviderUnavailable);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    [InlineData("""{"issuer":"http://localhost:8080/realms/neighbour","jwks_uri":"http://localhost:8080/realms/authdemo/certs"}""", null)]
    [InlineData(null, "{}")]
    [InlineData(null, """{"keys":[]}""")]
    [InlineData(null, "null")]
    [InlineData(null, "rubbish")]
    public async Task Wrong_answer_of_the_provider_is_an_outage_and_is_not_kept(string? metadata, string? keys)
    {
        (api.Provider.Metadata, api.Provider.Keys) = (metadata, keys);
        (await AskAsync()).AssertRefused(503, Reasons.IdentityProviderUnavailable);
        (api.Provider.Metadata, api.Provider.Keys) = (null, null);
        time.Advance(TimeSpan.FromSeconds(5));
        await AssertAcceptedAsync();

        // And it does not take the place of keys that are there.
        time.Advance(TimeSpan.FromSeconds(1));
        api.Provider.ChangeKey();
        (api.Provider.Metadata, api.Provider.Keys) = (metadata, keys);
        (await AskAsync()).AssertRefused(503, Reasons.IdentityProviderUnavailable);
        (api.Provider.Metadata, api.Provider.Keys) = (null, null);
        time.Advance(TimeSpan.FromSeconds(5));
        await AssertAcceptedAsync();
    }

    [Fact]
    public async Task Key_that_was_replaced_by_another_of_the_same_id_is_fetched_and_the_old_one_is_good_for_nothing()
    {
        var old = api.TokenOf(Persona.Alice);
        Assert.Equal(200, (await api.SendAsync("GET /badge", old)).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        api.Provider.ChangeKeyKeepingItsId();
        await AssertAcceptedAsync();
        (await api.SendAsync("GET /badge", old)).AssertRefused(401, Reasons.BadSignature);
        await AssertAcceptedAsync();
    }

    [Fact]
    public async Task Bad_signatures_make_the_api_ask_the_identity_provider_no_more_than_once_an_interval()
    {
        await AssertAcceptedAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        var before = api.Provider.Asked.Count;
        for (var index = 0; index < 20; index++)
        {
            var forged = api.TokenOf(Persona.Alice).With(token => token.Payload["name"] = "mallory").Write();
            var real = api.TokenOf(Persona.Alice).Write();
            var answer = await api.SendAsync("GET /badge", $"Bearer {forged[..forged.LastIndexOf('.')]}{real[real.LastIndexOf('.')..]}");
            answer.AssertRefused(401, Reasons.BadSignature);
        }

        Assert.InRange(api.Provider.Asked.Count - before, 1, 2);
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(2048, true)]
    public async Task Short_keys_are_not_used_and_one_that_cannot_be_read_spoils_no_other(int bits, bool isUsed)
    {
        var key = SigningKey.Create(bits);
        api.Provider.Keys = JsonSerializer.Serialize(new { keys = new object[] { new { kty = "RSA", kid = "7", n = "?" }, key.Public } });
        var token = api.TokenOf(Persona.Alice).With(token => (token.Header["kid"], token.Sign) = (key.Id, key.Sign));
        Assert.Equal(isUsed ? 200 : 503, (await api.SendAsync("GET /badge", token)).Status);
    }

    [Fact]
    public async Task What_the_provider_answers_is_logged_to_200_characters_on_one_line()
    {
        api.Provider.Metadata = "<html>\n" + new string('x', 100_000);
        (await AskAsync()).AssertRefused(503, Reasons.IdentityProviderUnavailable);
        var message = Assert.Single(api.Recording.Logs, log => log.Event.Name == "KeysUnavailable").Message;
        Assert.InRange(message.Length, 1, 500);
        Assert.DoesNotContain('\n', message.TrimEnd());
    }

    [Fact]
    public async Task Key_that_the_provider_has_withdrawn_is_forgotten_within_a_day()
    {
        var old = api.TokenOf(Persona.Alice).With(token => token.Payload["exp"] = DateTimeOffset.UtcNow.AddDays(3).ToUnixTimeSeconds());
        Assert.Equal(200, (await api.SendAsync("GET /badge", old)).Status);
        api.Provider.ChangeKey();
        time.Advance(TimeSpan.FromDays(1));
        var before = api.Provider.Asked.Count;
        Assert.Equal(200, (await api.SendAsync("GET /badge", old)).Status);
        await WaitForQuestionAsync(before + 1);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        Answer answer;
        while ((answer = await api.SendAsync("GET /badge", old)).Status == 200) await Task.Delay(10, patience.Token);
        answer.AssertRefused(401, Reasons.UnknownKey);
    }
}
