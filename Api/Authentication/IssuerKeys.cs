using AuthDemo.Api.Refusals;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

/// <summary>Whether the key that a token names can be had.</summary>
internal enum KeyLookup
{
    Found,

    /// <summary>The issuer was asked, and does not have it.</summary>
    Unknown,

    /// <summary>The issuer could not be asked.</summary>
    Unavailable,
}

/// <summary>
/// The issuer's keys, for JwtBearer. Its own ConfigurationManager makes every request wait once one of them names an unknown key, so a
/// forged token a second would stop the API while the identity provider hangs. Here a known key never waits, fetches are shared, have a
/// deadline, and pause after each, and what is no answer of this issuer is not kept.
/// </summary>
internal sealed partial class IssuerKeys(
    string issuer,
    string metadataAddress,
    IDocumentRetriever retriever,
    TimeSpan timeout,
    TimeProvider time,
    ILogger<IssuerKeys> logger) : BaseConfigurationManager, IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>The pause after a fetch for an unknown key: forged ones ask no more often than this.</summary>
    private static readonly TimeSpan PauseAfterSuccess = TimeSpan.FromSeconds(1);

    private readonly Lock starting = new();
    private volatile OpenIdConnectConfiguration? current;
    private Task<bool>? fetch;
    private bool hasFailed;
    private DateTimeOffset nextFetch;
    private DateTimeOffset expires;

    /// <summary>Looks for a key, and asks the issuer where it is not known yet.</summary>
    public async ValueTask<KeyLookup> FindAsync(string? id, CancellationToken cancellationToken)
    {
        if (IsKnown(id))
        {
            // Keys that the issuer has withdrawn have to go some day; nobody waits for that.
            if (time.GetUtcNow() >= expires) _ = StartFetch();
            return KeyLookup.Found;
        }

        if (id is null) return KeyLookup.Unknown;
        var isFetched = await StartFetch().WaitAsync(cancellationToken);
        return IsKnown(id) ? KeyLookup.Found : isFetched ? KeyLookup.Unknown : KeyLookup.Unavailable;
    }

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (current is null) await StartFetch().WaitAsync(cancel);
        return current ?? throw new InvalidOperationException("The identity provider's keys could not be fetched.");
    }

    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) =>
        await GetConfigurationAsync(cancel);

    /// <summary>JwtBearer asks for this after an unknown key, when <see cref="FindAsync"/> has done it already.</summary>
    public override void RequestRefresh()
    {
    }

    private bool IsKnown(string? id) => id is not null && current?.SigningKeys.Any(key => key.KeyId == id) == true;

    /// <summary>The fetch under way, or a new one; within a pause the outcome of the last one.</summary>
    private Task<bool> StartFetch()
    {
        lock (starting)
        {
            if (fetch is { IsCompleted: false }) return fetch;
            if (time.GetUtcNow() < nextFetch) return Task.FromResult(!hasFailed);
            return fetch = FetchAsync(isFirst: current is null);
        }
    }

    private async Task<bool> FetchAsync(bool isFirst)
    {
        // No caller's cancellation: others wait for the same fetch.
        using var deadline = new CancellationTokenSource(timeout, time);
        OpenIdConnectConfiguration? fetched = null;
        try
        {
            await Task.Yield(); // the lock is not held while connecting
            fetched = await OpenIdConnectConfigurationRetriever.GetAsync(metadataAddress, retriever, deadline.Token)
                .WaitAsync(deadline.Token);
            // OpenID Connect Discovery 1.0, section 4.3: the issuer in the document is the one that it was asked from.
            if (fetched.Issuer != issuer) throw new InvalidOperationException("The metadata is not of this issuer.");
            if (fetched.SigningKeys.Count == 0) throw new InvalidOperationException("The issuer has no keys.");
        }
        catch (Exception exception)
        {
            fetched = null;
            var cause = exception is OperationCanceledException ? new TimeoutException("The answer took too long.") : exception;
            LogFetchFailed(logger, metadataAddress, cause.GetType().Name, cause.InnerException?.Message ?? cause.Message);
        }

        lock (starting)
        {
            var now = time.GetUtcNow();
            hasFailed = fetched is null;
            // The first success starts no pause: right after it the issuer may have new keys already.
            nextFetch = hasFailed ? now + ProblemWriter.RetryInterval : isFirst ? now : now + PauseAfterSuccess;
            if (fetched is not null)
            {
                current = fetched;
                expires = now + AutomaticRefreshInterval;
            }
        }

        return !hasFailed;
    }

    [LoggerMessage(EventId = 2, EventName = "KeysUnavailable", Level = LogLevel.Warning,
        Message = "The identity provider's keys could not be fetched from {Address}: {Error}: {Cause}")]
    private static partial void LogFetchFailed(ILogger logger, string address, string error, string cause);
}
