namespace AuthDemo.Measurements;

/// <summary>Sends many requests, some at a time, and reads what they cost the server.</summary>
internal sealed class Load : IDisposable
{
    private const int Connections = 8;

    // No cookies, no traceparent, no redirects: what is sent is the same every time.
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = Connections,
    });

    public void Dispose() => http.Dispose();

    /// <exception cref="MeasurementException">An answer had another status than it should.</exception>
    public async Task<Cost> MeasureAsync(Server server, Sent sent, int requests, CancellationToken cancellation)
    {
        var before = await server.ReadUsageAsync(cancellation);
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => SendAsync()));
        return Cost.Between(before, await server.ReadUsageAsync(cancellation), requests);

        async Task SendAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < requests)
                await SendOneAsync(server, sent, number, cancellation);
        }
    }

    public async Task<string> ReadAsync(Server server, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        using var response = await http.SendAsync(request, cancellation);
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    private async Task SendOneAsync(Server server, Sent sent, int number, CancellationToken cancellation)
    {
        using var request = sent.To(server, number);
        using var response = await http.SendAsync(request, cancellation);
        if (response.StatusCode != sent.StatusOf(server))
        {
            throw new MeasurementException(
                $"{server.Name} answered {sent.Method} {sent.Path} with {(int)response.StatusCode}, not {(int)sent.StatusOf(server)}.");
        }

        await response.Content.CopyToAsync(Stream.Null, cancellation);
    }
}
