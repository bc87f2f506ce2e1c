using System.Collections.Concurrent;
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
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting.Internal;
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
            Backchannel = new HttpClient(new ServiceUnavailableHandler(ServiceClients.Login) { InnerHandler = endpoint }),
            ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(
                new OpenIdConnectConfiguration { Issuer = "http://issuer.test", TokenEndpoint = "http://issuer.test/token" }),
        };
        var log = new LoginLog(NullLoggerFactory.Instance, new HostingEnvironment());
        refresh = new TokenRefresh(sessions, new RefreshGrant(new FixedOptions(options), time, log), time, log);
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

        await VisitAsync(key);
        await StoredAsync(key, properties => properties.GetTokenValue("access_token") == "access-1");
        var (context, _) = await VisitAsync(key);

        Assert.Equal("access-1", context.Properties.GetTokenValue("access_token"));
        Assert.Equal("refresh-1", (await sessions.RetrieveAsync(key))!.Properties.GetTokenValue("refresh_token"));
        Assert.Equal(["refresh-0"], endpoint.RefreshTokens);
    }

    [Fact]
    public async Task Answer_may_narrow_the_scope_and_leave_out_how_long_the_token_lives()
    {
        var key = await ExpiredSessionAsync();
        endpoint.Answer = (HttpStatusCode.OK, """{"access_token":"access-1","token_type":"Bearer","scope":"openid"}""");

        await VisitAsync(key);
        await VisitAsync(key);

        var properties = (await sessions.RetrieveAsync(key))!.Properties;
        Assert.Equal("openid", properties.Items[LoginSetup.ScopeItem]);
        Assert.Equal("access-1", properties.GetTokenValue("access_token"));
        Assert.Equal(1, endpoint.Asked);
    }

    [Fact]
    public async Task Requests_with_an_expired_token_share_one_refresh()
    {
        var key = await ExpiredSessionAsync();
        var answer = endpoint.Hang();

        var visits = Enumerable.Range(0, 10).Select(_ => VisitAsync(key)).ToArray();
        answer.SetResult();

        foreach (var visit in await Task.WhenAll(visits))
            Assert.Equal("access-1", visit.Context.Properties.GetTokenValue("access_token"));
        Assert.Equal(["refresh-0"], endpoint.RefreshTokens);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "down for maintenance")]
    [InlineData(HttpStatusCode.BadGateway, "{}")]
    [InlineData(HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""")]
    [InlineData(HttpStatusCode.OK, "<html>not a token</html>")]
    [InlineData(HttpStatusCode.OK, "{}")]
    [InlineData(HttpStatusCode.OK, """{"access_token":"","token_type":"Bearer","refresh_token":"refresh-9"}""")]
    [InlineData(HttpStatusCode.OK, """{"access_token":"access-9","refresh_token":"refresh-9"}""")]
    [InlineData(HttpStatusCode.OK, """{"access_token":"access-9","token_type":"mac","refresh_token":"refresh-9"}""")]
    [InlineData((HttpStatusCode)0, "connection refused")]
    public async Task Outage_logs_nobody_out_and_nothing_of_a_wrong_answer_is_kept(HttpStatusCode status, string body)
    {
        var key = await ExpiredSessionAsync();
        endpoint.Answer = (status, body);

        var (context, http) = await VisitAsync(key);

        Assert.Equal("alice", context.Principal?.Identity?.Name);
        Assert.False(http.SignedOut);
        Assert.Equal("access-0", context.Properties.GetTokenValue("access_token"));
        Assert.Equal("refresh-0", (await sessions.RetrieveAsync(key))!.Properties.GetTokenValue("refresh_token"));

        endpoint.Answer = null;
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("access-1", (await VisitAsync(key)).Context.Properties.GetTokenValue("access_token"));
    }

    [Fact]
    public async Task After_an_attempt_that_failed_there_is_a_pause()
    {
        var key = await ExpiredSessionAsync();
        endpoint.Answer = (0, "connection refused");
        for (var request = 0; request < 10; request++) await VisitAsync(key);
        Assert.Equal(1, endpoint.Asked);

        time.Advance(TimeSpan.FromSeconds(6));
        for (var request = 0; request < 10; request++) await VisitAsync(key);
        Assert.Equal(2, endpoint.Asked);
    }

    public void Dispose()
    {
        memory.Dispose();
        endpoint.Dispose();
    }

    private async Task<string> ExpiredSessionAsync()
    {
        var key = await LogInAsync(expiresIn: 10);
        time.Advance(TimeSpan.FromSeconds(11));
        return key;
    }

    /// <summary>Waits until what came of a refresh, for which no visit waited, is stored.</summary>
    private async Task StoredAsync(string key, Predicate<AuthenticationProperties> isThere)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!isThere((await sessions.RetrieveAsync(key))!.Properties)) await Task.Delay(5, timeout.Token);
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

    private async Task<(CookieValidatePrincipalContext Context, SignOuts SignOuts)> VisitAsync(string key, Endpoint? page = null)
    {
        var signOuts = new SignOuts();
        var http = new DefaultHttpContext { RequestServices = signOuts };
        http.SetEndpoint(page ?? new Endpoint(null, new EndpointMetadataCollection(new AuthorizeAttribute()), "protected"));
        var scheme = new AuthenticationScheme(CookieAuthenticationDefaults.AuthenticationScheme, null, typeof(CookieAuthenticationHandler));
        var ticket = await sessions.RetrieveAsync(key);
        var context = new CookieValidatePrincipalContext(http, scheme, new CookieAuthenticationOptions(), ticket!);
        await refresh.ValidateAsync(context);
        return (context, signOuts);
    }

    /// <summary>An identity provider's token endpoint that rotates refresh tokens, and fails where a test says so.</summary>
    private sealed class TokenEndpoint : HttpMessageHandler
    {
        private TaskCompletionSource? hanging;
        private int asked;

        /// <summary>How many requests came.</summary>
        public int Asked => asked;

        /// <summary>The refresh tokens that came, in their order.</summary>
        public ConcurrentQueue<string> RefreshTokens { get; } = [];

        /// <summary>What it answers instead of tokens.</summary>
        public (HttpStatusCode Status, string Body)? Answer { get; set; }

        /// <summary>Nobody gets an answer until the result is set.</summary>
        public TaskCompletionSource Hang() => hanging = new TaskCompletionSource();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref asked);
            var form = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (hanging is not null) await hanging.Task.WaitAsync(cancellationToken);
            if (Answer is { } answer)
            {
                return answer.Status == 0
                    ? throw new HttpRequestException(HttpRequestError.ConnectionError, answer.Body)
                    : Response(answer.Status, answer.Body);
            }

            RefreshTokens.Enqueue(QueryHelpers.ParseQuery(form)["refresh_token"].ToString());
            var number = RefreshTokens.Count;
            return Response(
                HttpStatusCode.OK,
                $$"""{"access_token":"access-{{number}}","token_type":"Bearer","refresh_token":"refresh-{{number}}","expires_in":300}""");
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
