namespace AuthDemo.Web.Http;

/// <summary>
/// The one place that decides what "a service is away" means: its answer did not come, or not in time, or not to its end. A caller who
/// gives up is no outage.
/// </summary>
internal sealed class ServiceUnavailableHandler(string service, TimeSpan timeout) : DelegatingHandler
{
    private const int MaxAnswerSize = 10 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, deadline.Token);
            await response.Content.LoadIntoBufferAsync(MaxAnswerSize, deadline.Token);
            return response;
        }
        catch (Exception e) when (
            e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            response?.Dispose();
            throw new ServiceUnavailableException(service, e);
        }
    }
}
