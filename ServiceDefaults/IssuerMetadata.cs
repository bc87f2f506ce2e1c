using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// An issuer's discovery document and keys, fetched once for all who need them. The library's own ConfigurationManager cannot tell an
/// outage from an unknown key, and makes every request wait once a token names an unknown key. Here a known key never waits, each fetch has
/// a deadline and a pause after it, and what is no answer of this issuer is not kept.
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
    private long fetchedAt; // when the last fetch began

    /// <summary>How long nothing is fetched again after an answer: made-up tokens ask no more often than this.</summary>
    public TimeSpan PauseAfterSuccess { get; init; }

    /// <summary>How long nothing is fetched again after a failure.</summary>
    public TimeSpan PauseAfterFailure { get; init; }

    /// <summary>What the issuer said last; null for nothing yet.</summary>
    public OpenIdConnectConfiguration? Current => current;

    /// <summary>Whether the issuer had this key when it was asked last.</summary>
    public bool Knows(string keyId) => current?.SigningKeys.Any(key => key.KeyId == keyId) == true;

    /// <summary>Asks the issuer again, or waits for whoever does; within a pause the last answer stands. Null, or why it failed.</summary>
    public Task<Exception?> RefreshAsync() => StartFetch(PauseAfterSuccess);

    /// <exception cref="Exception">The issuer does not answer, or not as itself: see <see cref="Unavailable"/>.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        // Keys that the issuer has withdrawn have to go some day; nobody waits for that.
        var known = current;
        var fetching = StartFetch(known is null ? PauseAfterSuccess : AutomaticRefreshInterval);
        return known ?? (await fetching.WaitAsync(cancel) is { } failure ? throw Unavailable(failure) : current!);
    }

    /// <inheritdoc cref="GetConfigurationAsync"/>
    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) =>
        await GetConfigurationAsync(cancel);

    /// <summary>
    /// JwtBearer asks for this whenever a signature fails, which any stranger can bring about: <see cref="RefreshAsync"/> has done it then.
    /// </summary>
    public override void RequestRefresh()
    {
    }

    /// <summary>Who asks for the configuration next waits for a new one.</summary>
    protected void Forget() => current = null;

    /// <summary>What is thrown where there is no configuration.</summary>
    protected virtual Exception Unavailable(Exception cause) =>
        new InvalidOperationException("The issuer's metadata could not be had.", cause);

    /// <exception cref="InvalidDataException">What the issuer says cannot be used.</exception>
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

    /// <summary>Null, or why it failed. No caller's cancellation ends it: others wait for the same fetch.</summary>
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
