using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.ServiceDefaults;

/// <summary>Whether the key that a token names can be had.</summary>
public enum KeyLookup
{
    Found,

    /// <summary>The issuer was asked, and does not have it.</summary>
    Unknown,

    /// <summary>The issuer could not be asked.</summary>
    Unavailable,
}

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

    private readonly Lock starting = new();
    private volatile OpenIdConnectConfiguration? current;
    private volatile bool isStale;
    private Task<Exception?>? fetch;
    private Exception? lastFailure;
    private DateTimeOffset nextFetch;
    private DateTimeOffset expires;

    /// <summary>How long nothing is fetched again after an answer: made-up tokens ask no more often than this.</summary>
    public TimeSpan PauseAfterSuccess { get; init; }

    /// <summary>How long nothing is fetched again after a failure.</summary>
    public TimeSpan PauseAfterFailure { get; init; }

    /// <summary>Looks for a key, and asks the issuer where it is not known yet.</summary>
    public async ValueTask<KeyLookup> FindKeyAsync(string? id)
    {
        if (IsKnown(id))
        {
            // Keys that the issuer has withdrawn have to go some day; nobody waits for that.
            if (time.GetUtcNow() >= expires) _ = StartFetch();
            return KeyLookup.Found;
        }

        if (id is null) return KeyLookup.Unknown;
        var failure = await StartFetch();
        return IsKnown(id) ? KeyLookup.Found : failure is null ? KeyLookup.Unknown : KeyLookup.Unavailable;
    }

    /// <summary>Asks the issuer again, unless there is a pause. Returns whether anything was fetched.</summary>
    public async Task<bool> RefreshAsync()
    {
        var before = current;
        return await StartFetch() is null && current != before;
    }

    /// <exception cref="Exception">The issuer does not answer, or not as itself: see <see cref="Unavailable"/>.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (current is { } known && !isStale && time.GetUtcNow() < expires) return known;
        var fetching = StartFetch();
        if (current is { } old && !isStale) return old;
        return await fetching.WaitAsync(cancel) is { } failure ? throw Unavailable(failure) : current!;
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
    protected void Expire() => isStale = true;

    /// <summary>What is thrown where there is no configuration.</summary>
    protected virtual Exception Unavailable(Exception cause) =>
        new InvalidOperationException("The issuer's metadata could not be had.", cause);

    /// <exception cref="InvalidDataException">What the issuer says cannot be used.</exception>
    protected virtual void Check(OpenIdConnectConfiguration configuration)
    {
        // OpenID Connect Discovery 1.0, section 4.3
        if (configuration.Issuer != issuer)
            throw new InvalidDataException($"The discovery document is of another issuer: expected {issuer}, got {configuration.Issuer}.");
        if (configuration.SigningKeys.Count == 0) throw new InvalidDataException("The issuer has no usable keys.");
    }

    private bool IsKnown(string? id) => id is not null && current?.SigningKeys.Any(key => key.KeyId == id) == true;

    /// <summary>The failure of the fetch under way, or of a new one; within a pause that of the last one. Null after a success.</summary>
    private Task<Exception?> StartFetch()
    {
        lock (starting)
        {
            if (fetch is { IsCompleted: false }) return fetch;
            if (time.GetUtcNow() < nextFetch) return Task.FromResult(lastFailure);
            return fetch = FetchAsync(isFirst: current is null);
        }
    }

    private async Task<Exception?> FetchAsync(bool isFirst)
    {
        await Task.Yield(); // the lock is not held while connecting
        OpenIdConnectConfiguration? fetched = null;
        Exception? failure = null;
        using var deadline = new CancellationTokenSource(timeout, time); // no caller's cancellation: others wait for the same fetch
        try
        {
            fetched = await ReadAsync(deadline.Token).WaitAsync(deadline.Token);
            Check(fetched);
        }
        catch (Exception cause)
        {
            failure = deadline.IsCancellationRequested ? new TimeoutException("The issuer did not answer in time.", cause) : cause;
            LogFetchFailed(logger, issuer, failure.GetType().Name, failure.Message.ForLog());
        }

        lock (starting)
        {
            var now = time.GetUtcNow();
            lastFailure = failure;
            // The first success starts no pause: right after it the issuer may have new keys already.
            nextFetch = now + (failure is not null ? PauseAfterFailure : isFirst ? TimeSpan.Zero : PauseAfterSuccess);
            if (failure is null)
            {
                current = fetched;
                isStale = false;
                expires = now + AutomaticRefreshInterval;
            }
        }

        return failure;
    }

    // The library's HttpDocumentRetriever does not hand the deadline on, and its JsonWebKeySet takes one bad key for a bad set.
    private async Task<OpenIdConnectConfiguration> ReadAsync(CancellationToken deadline)
    {
        var address = $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";
        var read = OpenIdConnectConfiguration.Create(await client.GetStringAsync(address, deadline));
        var isHttps = new Uri(issuer).Scheme == Uri.UriSchemeHttps;
        if (!Uri.TryCreate(read.JwksUri, UriKind.Absolute, out var keys) || (isHttps && keys.Scheme != Uri.UriSchemeHttps))
            throw new InvalidDataException("The discovery document has no usable jwks_uri.");

        using var set = JsonDocument.Parse(await client.GetStringAsync(keys, deadline));
        foreach (var key in set.RootElement.GetProperty("keys").EnumerateArray().SelectMany(ReadKey)) read.SigningKeys.Add(key);
        return read;
    }

    private static IEnumerable<SecurityKey> ReadKey(JsonElement key)
    {
        try
        {
            return [.. new JsonWebKeySet($$"""{"keys":[{{key.GetRawText()}}]}""").GetSigningKeys().Where(IsLongEnough)];
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException)
        {
            return []; // RFC 7517, section 5: a key that is not understood is ignored
        }
    }

    private static bool IsLongEnough(SecurityKey key) =>
        key is not (RsaSecurityKey or X509SecurityKey) || key.KeySize >= MinRsaKeySize;

    [LoggerMessage(EventId = 2, EventName = "KeysUnavailable", Level = LogLevel.Warning,
        Message = "The keys of {Issuer} could not be fetched: {Error}: {Cause}")]
    private static partial void LogFetchFailed(ILogger logger, string issuer, string error, string cause);
}
