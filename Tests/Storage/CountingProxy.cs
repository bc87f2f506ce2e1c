using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Storage;

/// <summary>Stands before an identity provider, passes everything on, and counts the refreshes.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Transfer-Encoding", "Connection", "Keep-Alive", "Content-Length"];

    private readonly HttpClient provider;
    private readonly WebApplication app;
    private int refreshes;

    public CountingProxy(Uri provider)
    {
        this.provider = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = provider };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(ForwardAsync);
    }

    /// <summary>Called once, when the provider has answered a refresh and Web does not know it yet.</summary>
    public Action? Refreshed { get; set; }

    public int Refreshes => Volatile.Read(ref refreshes);

    public Uri Address => new($"http://localhost:{new Uri(app.Urls.First()).Port}");

    public Task StartAsync() => app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        provider.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        using var reader = new StringReader(System.Text.Encoding.UTF8.GetString(body.ToArray()));
        var isRefresh = (await reader.ReadToEndAsync()).Contains("grant_type=refresh_token", StringComparison.Ordinal);
        if (isRefresh) Interlocked.Increment(ref refreshes);

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path + http.Request.QueryString)
        {
            Content = body.Length > 0 ? new ByteArrayContent(body.ToArray()) : null,
        };
        foreach (var (name, values) in http.Request.Headers.Where(header => !OfTheConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        using var answer = await provider.SendAsync(request, http.RequestAborted);
        if (isRefresh && Refreshed is { } refreshed)
        {
            Refreshed = null;
            refreshed();
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key)))
            http.Response.Headers[name] = values.ToArray();
        if (answer.StatusCode != HttpStatusCode.NotModified) await answer.Content.CopyToAsync(http.Response.Body);
    }
}
