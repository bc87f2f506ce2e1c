using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Tests.Web;

public sealed class TokenRefreshTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TokenEndpoint endpoint = new();
    private readonly MemoryStore memory;
    private readonly SessionStore sessions;
    private readonly TokenRefresh refresh;

    public TokenRefreshTests()
    {
        memory = new MemoryStore(time, capacity: 20);
        sessions = new SessionStore(memory, time);
        var options = new OpenIdConnectOptions
        {
            ClientId = "web",
            ClientSecret = "secret",
            Backchannel = new HttpClient(new ServiceUnavailableHandler("keycloak", TimeSpan.FromSeconds(5)) { InnerHandler = endpoint }),
            ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(
                new OpenIdConnectConfiguration { Issuer = "http://issuer.test", TokenEndpoint = "http://issuer.test/token" }),
        };
        refresh = new TokenRefresh(sessions, new FixedOptions(options), time, NullLogger<TokenRefresh>.Instance);
    }

    [Fact]
    public async Task Fresh_token_is_left_alone()
    {
        var (context, _) = await VisitAsync(await LogInAsync(expiresIn: 300));
        Assert.Equal("access-0", context.Properties.GetTokenValue("access_token"));
        Assert.Equal(0, endpoint.Asked);
    }

    [Fact]
    public async Task Token_is_renewed_shortly_before_it_expires_and_the_spent_refresh_token_is_replaced()
    {
        var key = await LogInAsync(expiresIn: 300);
        time.Advance(TimeSpan.FromSeconds(275));

        var (context, _) = await VisitAsync(key);

        Assert.Equal("access-1", context.Properties.GetTokenValue("access_token"));
        Assert.Equal("refresh-1", (await sessions.RetrieveAsync(key))!.Properties.GetTokenValue("refresh_token"));
        Assert.Equal(["refresh-0"], endpoint.RefreshTokens);
    }

    [Fact]
    public async Task Requests_of_one_session_at_the_same_time_refresh_once()
    {
        var key = await LogInAsync(expiresIn: 10);
        endpoint.Delay = TimeSpan.FromMilliseconds(100);

        var visits = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => VisitAsync(key)));

        Assert.Equal(1, endpoint.Asked);
        Assert.All(visits, visit => Assert.Equal("access-1", visit.Context.Properties.GetTokenValue("access_token")));
    }

    [Fact]
    public async Task Session_that_the_identity_provider_ended_ends_here()
    {
        var key = await LogInAsync(expiresIn: 10);
        endpoint.Answer = (HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""");

        var (context, http) = await VisitAsync(key);

        Assert.Null(context.Principal);
        Assert.True(http.SignedOut);
        Assert.Null(await sessions.RetrieveAsync(key));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "down for maintenance")]
    [InlineData(HttpStatusCode.BadGateway, "{}")]
    [InlineData(HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""")]
    [InlineData(HttpStatusCode.OK, "<html>not a token</html>")]
    [InlineData((HttpStatusCode)0, "connection refused")]
    public async Task Outage_logs_nobody_out(HttpStatusCode status, string body)
    {
        var key = await LogInAsync(expiresIn: 10);
        endpoint.Answer = (status, body);

        var (context, http) = await VisitAsync(key);

        Assert.Equal("alice", context.Principal?.Identity?.Name);
        Assert.False(http.SignedOut);
        Assert.Equal("access-0", context.Properties.GetTokenValue("access_token"));

        endpoint.Answer = null;
        Assert.Equal("access-1", (await VisitAsync(key)).Context.Properties.GetTokenValue("access_token"));
    }

    [Fact]
    public async Task ID_token_that_is_not_accepted_changes_neither_the_person_nor_the_kept_ID_token()
    {
        var key = await LogInAsync(expiresIn: 10);
        endpoint.Answer = (HttpStatusCode.OK, """{"access_token":"access-1","id_token":"made up","expires_in":300}""");

        var (context, _) = await VisitAsync(key);

        Assert.Equal("alice", context.Principal?.Identity?.Name);
        Assert.Equal("id-0", context.Properties.GetTokenValue("id_token"));
        Assert.Equal("access-1", context.Properties.GetTokenValue("access_token"));
    }

    public void Dispose()
    {
        memory.Dispose();
        endpoint.Dispose();
    }

    private Task<string> LogInAsync(int expiresIn)
    {
        var properties = new AuthenticationProperties();
        var expires = time.GetUtcNow().AddSeconds(expiresIn).ToString("o", CultureInfo.InvariantCulture);
        properties.StoreTokens([
            new AuthenticationToken { Name = "access_token", Value = "access-0" },
            new AuthenticationToken { Name = "refresh_token", Value = "refresh-0" },
            new AuthenticationToken { Name = "id_token", Value = "id-0" },
            new AuthenticationToken { Name = "expires_at", Value = expires },
        ]);
        Claim[] claims = [new("sub", "1"), new("preferred_username", "alice")];
        var user = new ClaimsPrincipal(new ClaimsIdentity(claims, "test", "preferred_username", "roles"));
        return sessions.StoreAsync(new AuthenticationTicket(user, properties, CookieAuthenticationDefaults.AuthenticationScheme));
    }

    private async Task<(CookieValidatePrincipalContext Context, SignOuts SignOuts)> VisitAsync(string key)
    {
        var signOuts = new SignOuts();
        var http = new DefaultHttpContext { RequestServices = signOuts };
        var scheme = new AuthenticationScheme(CookieAuthenticationDefaults.AuthenticationScheme, null, typeof(CookieAuthenticationHandler));
        var ticket = await sessions.RetrieveAsync(key);
        var context = new CookieValidatePrincipalContext(http, scheme, new CookieAuthenticationOptions(), ticket!);
        await refresh.ValidateAsync(context);
        return (context, signOuts);
    }

    /// <summary>An identity provider's token endpoint that rotates refresh tokens, and fails where a test says so.</summary>
    private sealed class TokenEndpoint : HttpMessageHandler
    {
        private int asked;

        public int Asked => asked;

        public List<string> RefreshTokens { get; } = [];

        public TimeSpan Delay { get; set; }

        public (HttpStatusCode Status, string Body)? Answer { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Delay, cancellationToken);
            if (Answer is { } answer)
            {
                return answer.Status == 0 ? throw new HttpRequestException(answer.Body) : Response(answer.Status, answer.Body);
            }

            var form = await request.Content!.ReadAsStringAsync(cancellationToken);
            RefreshTokens.Add(QueryHelpers.ParseQuery(form)["refresh_token"].ToString());
            var number = Interlocked.Increment(ref asked);
            return Response(
                HttpStatusCode.OK,
                $$"""{"access_token":"access-{{number}}","refresh_token":"refresh-{{number}}","expires_in":300}""");
        }

        private static HttpResponseMessage Response(HttpStatusCode status, string body) =>
            new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }

    private sealed class FixedOptions(OpenIdConnectOptions options) : IOptionsMonitor<OpenIdConnectOptions>
    {
        public OpenIdConnectOptions CurrentValue => options;

        public OpenIdConnectOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<OpenIdConnectOptions, string?> listener) => null;
    }

    /// <summary>Notes whether the session was signed out.</summary>
    private sealed class SignOuts : IServiceProvider, IAuthenticationService
    {
        public bool SignedOut { get; private set; }

        public object? GetService(Type serviceType) => serviceType == typeof(IAuthenticationService) ? this : null;

        public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties)
        {
            SignedOut = true;
            return Task.CompletedTask;
        }

        public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) => throw new NotSupportedException();

        public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
            throw new NotSupportedException();

        public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
            throw new NotSupportedException();

        public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) =>
            throw new NotSupportedException();
    }
}
