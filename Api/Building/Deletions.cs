using System.Collections.Immutable;
using AuthDemo.ServiceDefaults;
using StackExchange.Redis;

namespace AuthDemo.Api.Building;

/// <summary>The people deleted from the directory: the only state of the Api that several processes share.</summary>
internal interface IDeletions
{
    ValueTask<ImmutableHashSet<string>> FindAsync();

    /// <summary>Returns false if the person was deleted before; of concurrent calls only one returns true.</summary>
    ValueTask<bool> AddAsync(string id);

    ValueTask ClearAsync();
}

internal static class BuildingSetup
{
    private const string ConnectionString = "building";

    /// <summary>Stores the state in memory, or in Redis if the connection string <c>building</c> is set.</summary>
    public static void AddBuilding(this WebApplicationBuilder builder)
    {
        if (builder.AddRedis(ConnectionString)) builder.Services.AddSingleton<IDeletions, RedisDeletions>();
        else builder.Services.AddSingleton<IDeletions, MemoryDeletions>();
        builder.Services.AddSingleton<Inventory>();
    }
}

internal sealed class MemoryDeletions : IDeletions
{
    private ImmutableHashSet<string> deleted = [];

    public ValueTask<ImmutableHashSet<string>> FindAsync() => new(Volatile.Read(ref deleted));

    public ValueTask<bool> AddAsync(string id) => new(ImmutableInterlocked.Update(ref deleted, (all, one) => all.Add(one), id));

    public ValueTask ClearAsync()
    {
        Volatile.Write(ref deleted, []);
        return ValueTask.CompletedTask;
    }
}

internal sealed class RedisDeletions(IConnectionMultiplexer redis) : IDeletions
{
    private static readonly RedisKey Key = "authdemo:building:deleted";

    public async ValueTask<ImmutableHashSet<string>> FindAsync() =>
        [.. (await redis.AskAsync(database => database.SetMembersAsync(Key))).Select(id => id.ToString())];

    public async ValueTask<bool> AddAsync(string id) => await redis.AskAsync(database => database.SetAddAsync(Key, id));

    public async ValueTask ClearAsync() => await redis.AskAsync(database => database.KeyDeleteAsync(Key));
}
