using System.Collections;

namespace AuthDemo.Measurements;

/// <summary>The servers of one part, all up at once and ended together.</summary>
internal sealed class Servers : IAsyncDisposable, IReadOnlyList<Server>
{
    private readonly List<Server> servers = [];

    public int Count => servers.Count;

    public Server this[int index] => servers[index];

    public static async Task<Servers> StartAsync(IEnumerable<Application> applications, CancellationToken cancellation)
    {
        var all = new Servers();
        try
        {
            foreach (var application in applications) await all.AddAsync(application, cancellation);
            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    public async Task<Server> AddAsync(Application application, CancellationToken cancellation)
    {
        servers.Add(await Server.StartAsync(application, cancellation));
        return servers[^1];
    }

    public IEnumerator<Server> GetEnumerator() => servers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers) await server.DisposeAsync();
    }
}
