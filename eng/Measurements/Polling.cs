namespace AuthDemo.Measurements;

internal static class Polling
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // A proxy of the orchestrator accepts a connection before its service is there, and does not answer it.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null })
    {
        Timeout = TimeSpan.FromMilliseconds(500),
    };

    /// <summary>Asks until the address answers 200. How long that may take is up to the token.</summary>
    public static async Task UntilHealthyAsync(Uri address, CancellationToken cancellation)
    {
        while (!await IsHealthyAsync(address, cancellation)) await Task.Delay(Interval, cancellation);
    }

    private static async Task<bool> IsHealthyAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            using var response = await Http.GetAsync(address, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
