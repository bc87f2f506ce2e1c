using System.Text;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Lab;

/// <summary>Gets or makes what a scenario sends as proof of who asks.</summary>
internal sealed class Credentials(
    ServiceAccounts accounts, IOptionsMonitor<OpenIdConnectOptions> oidc, IOptions<LabOptions> lab, TimeProvider time)
{
    private const string NightWatch = "night-watch";
    private const string ShortLived = "short-lived";

    /// <exception cref="IdentityProviderException">The identity provider did not give what is needed.</exception>
    public async Task<Proof> GetAsync(Credential credential, Caller caller, LabNotebook? notebook, CancellationToken cancellation)
    {
        var description = Proof.Describe(credential, caller.Persona);
        return credential switch
        {
            Credential.Session => Bearer(caller.AccessToken),
            Credential.RenewedToken => Bearer(caller.IsNobody ? null : await RenewedAsync()),
            Credential.IdToken => Bearer(caller.IdToken),
            Credential.EndedSession => Bearer(notebook?.EndedSession?.AccessToken),
            Credential.SessionCookie => description with { Cookies = caller.Cookies },
            Credential.NightWatch => Bearer(await RealAsync(NightWatch)),
            Credential.NightWatchWithScope => Bearer((await accounts.GetAsync(NightWatch, cancellation, Scenarios.VisitorsScope)).Text),
            Credential.Neighbour => Bearer(await RealAsync("neighbour")),
            Credential.Elsewhere => Bearer(await RealAsync("elsewhere")),
            Credential.QueryString => description with { QueryToken = (await accounts.RequestAsync(ShortLived, cancellation)).Text },
            Credential.Expired => Bearer((await accounts.GetExpiredAsync(ShortLived, lab.Value.ClockSkew + TimeSpan.FromSeconds(1), cancellation)).Text),
            Credential.JustExpired => Bearer((await accounts.GetJustExpiredAsync(ShortLived, cancellation)).Text),
            Credential.Basic => description with { Authorization = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("visitor:let me in")) },
            Credential.Two => description with { Authorization = $"Bearer {await RealAsync(NightWatch)}, Bearer {await RealAsync("elsewhere")}" },
            Credential.Malformed => Bearer("library-card-4711"),
            Credential.WithoutSignature => Bearer(Forgery.Unsigned(await NightWatchTokenAsync())),
            Credential.HmacWithPublicKey => Bearer(Forgery.SignedWithPublicKey(await NightWatchTokenAsync(), await IssuerKeyAsync())),
            Credential.Tampered => Bearer(Forgery.WithRole(await NightWatchTokenAsync(), "admin")),
            Credential.ForeignKey => Bearer(Forgery.ForeignKey(await NightWatchTokenAsync())),
            Credential.BorrowedKeyId => Bearer(Forgery.BorrowedKeyId(await NightWatchTokenAsync())),
            Credential.EmbeddedKey => Bearer(Forgery.EmbeddedKey(await NightWatchTokenAsync())),
            Credential.NotYetValid => Bearer(Forgery.ValidFrom(await NightWatchTokenAsync(), time.GetUtcNow().AddDays(1))),
            _ => description,
        };

        // In an outage the session keeps its old token: that would not be what this scenario says it sends.
        async Task<string> RenewedAsync() => await caller.RenewAsync() is { } token && token != caller.AccessToken
            ? token
            : throw new IdentityProviderException("The identity provider gave no new token: it does not answer, or the session has ended there.");

        Proof Bearer(string? token) => description with { Authorization = token is null ? null : "Bearer " + token };
        async Task<string> RealAsync(string account) => (await accounts.GetAsync(account, cancellation)).Text;
        Task<ServiceToken> NightWatchTokenAsync() => accounts.GetAsync(NightWatch, cancellation);
    }

    private async Task<SecurityKey> IssuerKeyAsync()
    {
        try
        {
            var provider = await oidc.Get(OpenIdConnectDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
            return provider.SigningKeys.First();
        }
        catch (InvalidOperationException e)
        {
            throw new IdentityProviderException(IdentityProviderException.NoAnswer, e);
        }
    }
}

/// <summary>What is sent, and how the page names it: never the thing itself.</summary>
/// <param name="Shown">The header lines, or what stands in their place, as the page shows them.</param>
/// <param name="Story">What Web does with the request, in a few words.</param>
internal sealed record Proof(string? Shown, string Story)
{
    public string? Authorization { get; init; }

    public string? QueryToken { get; init; }

    public string? Cookies { get; init; }

    public override string ToString() => Story;

    /// <summary>What the page says before anything is sent.</summary>
    public static Proof Describe(Credential credential, string persona)
    {
        var nobody = persona == Personas.Nobody;
        return credential switch
        {
            Credential.Session when nobody => new(null, "adds nothing"),
            Credential.Session => new($"Authorization: Bearer ‹{persona}’s access token›", $"adds {persona}’s token"),
            Credential.RenewedToken when nobody => new(null, "adds nothing"),
            Credential.RenewedToken => new($"Authorization: Bearer ‹{persona}’s brand-new access token›", $"gets {persona} a new token"),
            Credential.IdToken => new($"Authorization: Bearer ‹{persona}’s ID token›", "adds the ID token"),
            Credential.SessionCookie when nobody => new(null, "asks itself, without a cookie"),
            Credential.SessionCookie => new($"Cookie: ‹{persona}’s session›", $"asks itself, with {persona}’s cookie"),
            Credential.EndedSession => new("Authorization: Bearer ‹the token of the session that was logged out›", "adds the token of the ended session"),
            Credential.NightWatch => new("Authorization: Bearer ‹night-watch’s access token›", "adds the device’s token"),
            Credential.NightWatchWithScope => new("Authorization: Bearer ‹night-watch’s access token, scope visitors:read›", "adds the device’s token"),
            Credential.QueryString => new("‹no Authorization header: the token stands in the address, and is real›", "writes a token into the address"),
            Credential.Basic => new("Authorization: Basic ‹some name and password›", "adds another scheme"),
            Credential.Two => new("Authorization: Bearer ‹a token›, Bearer ‹another token›", "adds two tokens"),
            Credential.Malformed => new("Authorization: Bearer library-card-4711", "adds something else"),
            Credential.WithoutSignature => new("Authorization: Bearer ‹{\"alg\":\"none\"} . night-watch’s claims . nothing›", "adds an unsigned token"),
            Credential.HmacWithPublicKey => new("Authorization: Bearer ‹{\"alg\":\"HS256\"} . night-watch’s claims . HMAC with the public key›", "adds a forged token"),
            Credential.Tampered => new("Authorization: Bearer ‹night-watch’s token, \"roles\":[\"user\",\"admin\"]›", "adds a changed token"),
            Credential.ForeignKey => new("Authorization: Bearer ‹{\"kid\":\"home-made\"} . night-watch’s claims . our own signature›", "adds a forged token"),
            Credential.BorrowedKeyId => new("Authorization: Bearer ‹the issuer’s kid . night-watch’s claims . our own signature›", "adds a forged token"),
            Credential.EmbeddedKey => new("Authorization: Bearer ‹{\"jwk\":{our own key}} . night-watch’s claims . our own signature›", "adds a forged token"),
            Credential.NotYetValid => new("Authorization: Bearer ‹night-watch’s claims, \"nbf\":tomorrow . our own signature›", "adds tomorrow’s token"),
            Credential.Neighbour => new("Authorization: Bearer ‹night-watch’s token from the realm neighbour›", "adds the neighbour’s token"),
            Credential.Elsewhere => new("Authorization: Bearer ‹elsewhere’s token, \"aud\":\"cafeteria\"›", "adds the cafeteria’s token"),
            Credential.Expired => new("Authorization: Bearer ‹short-lived’s token, expired›", "adds an expired token"),
            Credential.JustExpired => new("Authorization: Bearer ‹short-lived’s token, expired a second ago›", "waits for a token to expire"),
            Credential.WrongPassword => new("username=alice&password=‹a wrong one›", "fills in the login form"),
            _ => throw new ArgumentOutOfRangeException(nameof(credential), credential, null),
        };
    }
}
