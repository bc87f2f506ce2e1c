using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// Fetches an issuer's discovery document and keys. Unlike ConfigurationManager, it can tell an outage from an unknown key, and unknown
/// keys never delay requests with a known one. Each fetch has a timeout and is followed by a pause. Invalid responses are not kept.
/// </summary>
public partial class IssuerMetadata(string issuer, HttpClient client, TimeSpan timeout, TimeProvider time, ILogger logger)
    : BaseConfigurationManager, IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>RFC 7518, section 3.3.</summary>
    private const int MinRsaKeySize = 2048;

    private readonly HttpDocumentRetriever documents = new(client)
    {
        RequireHttps = issuer.StartsWith("https:", StringComparison.OrdinalIgnoreCase),
    };

    private readonly string address = $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";
    private readonly Lock starting = new();
    private volatile OpenIdConnectConfiguration? current;
    private Task<Exception?>? fetch;
    private long fetchedAt; // when the last fetch started

    /// <summary>The pause after a successful fetch, so that forged tokens cannot cause more fetches.</summary>
    public TimeSpan PauseAfterSuccess { get; init; }

    /// <summary>The pause after a failed fetch.</summary>
    public TimeSpan PauseAfterFailure { get; init; }

    /// <summary>The last configuration; null if there is none yet.</summary>
    public OpenIdConnectConfiguration? Current => current;

    /// <summary>Whether the last fetched keys include this one.</summary>
    public bool Knows(string keyId) => current?.SigningKeys.Any(key => key.KeyId == keyId) == true;

    /// <summary>Fetches again, or joins a fetch in progress; within a pause the last result is returned: null, or why it failed.</summary>
    public Task<Exception?> RefreshAsync() => StartFetch(PauseAfterSuccess);

    /// <summary>The known configuration, refreshed in the background from time to time, so that revoked keys are removed.</summary>
    /// <exception cref="Exception">The issuer is unavailable or its metadata invalid; see <see cref="Unavailable"/>.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        var fetching = StartFetch(current is null ? PauseAfterSuccess : AutomaticRefreshInterval);
        if (current is { } known) return known;
        if (await fetching.WaitAsync(cancel) is { } failure) throw Unavailable(failure);
        return current ?? await GetConfigurationAsync(cancel); // again, if it was forgotten meanwhile
    }

    /// <inheritdoc cref="GetConfigurationAsync"/>
    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) =>
        await GetConfigurationAsync(cancel);

    /// <summary>
    /// Ignored: JwtBearer calls this for every invalid signature, which anybody can cause. <see cref="RefreshAsync"/> was called before.
    /// </summary>
    public override void RequestRefresh()
    {
    }

    /// <summary>Makes the next caller wait for a new configuration.</summary>
    protected void Forget() => current = null;

    /// <summary>The exception to throw if there is no configuration.</summary>
    protected virtual Exception Unavailable(Exception cause) =>
        new InvalidOperationException("The issuer's metadata could not be had.", cause);

    /// <exception cref="InvalidDataException">The metadata is invalid.</exception>
    protected virtual void Check(OpenIdConnectConfiguration configuration)
    {
        // OpenID Connect Discovery 1.0, section 4.3
        if (configuration.Issuer != issuer)
            throw new InvalidDataException($"The discovery document is of another issuer: expected {issuer}, got {configuration.Issuer}.");
        foreach (var key in configuration.SigningKeys.Where(key => key.KeySize < MinRsaKeySize).ToList())
            configuration.SigningKeys.Remove(key);
        if (configuration.SigningKeys.Count == 0) throw new InvalidDataException("The issuer has no usable keys.");
    }

    private Task<Exception?> StartFetch(TimeSpan maxAge)
    {
        lock (starting)
        {
            if (fetch is { IsCompleted: false }) return fetch;
            if (fetch is not null && time.GetElapsedTime(fetchedAt) < (fetch.Result is null ? maxAge : PauseAfterFailure)) return fetch;
            fetchedAt = time.GetTimestamp();
            return fetch = Task.Run(FetchAsync);
        }
    }

    /// <summary>Returns null, or why it failed. Not canceled with a request, since others wait for the same fetch.</summary>
    private async Task<Exception?> FetchAsync()
    {
        try
        {
            var fetched = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, CancellationToken.None)
                .WaitAsync(timeout, time);
            Check(fetched);
            current = fetched;
            return null;
        }
        catch (Exception failure)
        {
            LogFetchFailed(logger, issuer, failure.GetType().Name, failure.GetBaseException().Message.ForLog());
            return failure;
        }
    }

    [LoggerMessage(EventId = 2, EventName = "KeysUnavailable", Level = LogLevel.Warning,
        Message = "The keys of {Issuer} could not be fetched: {Error}: {Cause}")]
    private static partial void LogFetchFailed(ILogger logger, string issuer, string error, string cause);
}
