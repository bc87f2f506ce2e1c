using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using StackExchange.Redis;

namespace AuthDemo.Tests.Storage;

public sealed class TwoWebs : IDisposable
{
    public TwoWebs() => (First, Second) = (NewWeb(Redis), NewWeb(Redis));

    public RedisServer Redis { get; } = new();
    public RunningWeb First { get; }
    public RunningWeb Second { get; }
    public FakeIssuer Provider => First.Provider;

    public async Task StartAsync()
    {
        First.Provider = Second.Provider = new FakeIssuer();
        First.Clock.Stopped = Second.Clock.Stopped = null;
        await StartRedisAsync();
    }

    public async Task StartRedisAsync()
    {
        await Redis.StartAsync();
        foreach (var web in new[] { First, Second })
        {
            var connection = web.Services.GetRequiredService<IConnectionMultiplexer>();
            await Wait.UntilAsync("Web has found Redis", () => Task.FromResult(connection.IsConnected));
        }
    }

    public static RunningWeb NewWeb(RedisServer redis) =>
        RunningWeb.With(Environments.Development, ("ConnectionStrings:sessions", redis.ConnectionString));

    public static HttpClient Browser(RunningWeb web, CookieContainer cookies) =>
        web.CreateDefaultClient(new CookieContainerHandler(cookies));

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        Redis.Dispose();
    }
}
