using System.Net;

namespace AuthDemo.Tests.Identity;

/// <summary>What only the stand-in has to do: keep its keys, stay on this computer, and say clearly why it does not start.</summary>
public sealed class StandInTests(StandInProcess standIn) : IClassFixture<StandInProcess>
{
    private static readonly string RealmFile = File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json"));

    [Fact]
    public async Task Login_page_says_what_it_is_and_has_one_form()
    {
        var address = await standIn.StartAsync();
        using var client = new OidcClient(new(address, new Uri("http://localhost:5180")));

        var html = await (await client.AuthorizeAsync()).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("A development stand-in for Keycloak.", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("<form").Length);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.BadRequest)]
    public async Task Answers_under_loopback_names_only(string host, HttpStatusCode expected)
    {
        var address = await standIn.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/realms/authdemo/.well-known/openid-configuration"));
        request.Headers.Host = $"{host}:{address.Port}";

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        if (expected != HttpStatusCode.OK) return;
        var discovery = await OidcClient.ReadAsync(response);
        Assert.Equal($"http://{host}:{address.Port}/realms/authdemo", discovery.GetProperty("issuer").GetString());
    }

    [Fact]
    public async Task Keys_outlive_a_restart_and_are_readable_by_their_owner_only()
    {
        using var folder = new TemporaryFolder();

        var before = await StartAndReadKeysAsync(folder.Path);
        var after = await StartAndReadKeysAsync(folder.Path);

        Assert.Equal(before, after);
        if (OperatingSystem.IsWindows()) return; // files have no such modes there
        foreach (var file in Directory.GetFiles(folder.Path)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        static async Task<string> StartAndReadKeysAsync(string keys)
        {
            using var process = new StandInProcess(("KEYS", keys));
            using var http = new HttpClient { BaseAddress = await process.StartAsync() };
            return await http.GetStringAsync("/realms/authdemo/protocol/openid-connect/certs", TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Session_lives_while_it_is_used_and_ends_when_it_was_idle_too_long()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder.Path, "authdemo-realm.json"), RealmFile.Replace("\"ssoSessionIdleTimeout\": 1800", "\"ssoSessionIdleTimeout\": 4", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        using var process = new StandInProcess(("REALMS", folder.Path));
        using var client = new OidcClient(new(await process.StartAsync(), new Uri("http://localhost:5180")));
        var tokens = await client.LogInAsync("alice");
        Assert.Equal(4, tokens.GetProperty("refresh_expires_in").GetInt32());

        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        tokens = await OidcClient.ReadAsync(await client.RefreshAsync(tokens));
        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await client.UserinfoAsync(tokens.GetProperty("access_token").GetString())).StatusCode); // 5 s after the login

        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await OidcClient.AssertRefusedAsync(await client.RefreshAsync(tokens), HttpStatusCode.BadRequest, "invalid_grant");
        Assert.Equal("login_required", client.Callback(await client.AuthorizeAsync(("prompt", "none")))["error"]);
    }

    [Fact]
    public async Task Traced_call_leaves_one_server_span_without_query_and_form()
    {
        await using var collector = await SpanCollector.StartAsync();
        using var process = new StandInProcess(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_HEADERS", "x-otlp-api-key=secret"), ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=abc"));
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = await process.StartAsync() };
        const string TraceId = "0af7651916cd43dd8448eb211c80319c", ParentId = "b7ad6b7169203331";

        await http.GetAsync("/realms/authdemo/.well-known/openid-configuration", TestContext.Current.CancellationToken); // not traced
        using var request = new HttpRequestMessage(HttpMethod.Post, "/realms/authdemo/protocol/openid-connect/token?hint=private")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "night-watch"), new("client_secret", "wrong-one")]),
            Headers = { { "traceparent", $"00-{TraceId}-{ParentId}-01" } },
        };
        await http.SendAsync(request, TestContext.Current.CancellationToken);
        var (headers, body) = await collector.ReceiveAsync();

        Assert.Equal("secret", headers);
        var resourceSpans = Assert.Single(body.GetProperty("resourceSpans").EnumerateArray());
        Assert.Contains("keycloak", resourceSpans.GetProperty("resource").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("abc", resourceSpans.GetProperty("resource").GetRawText(), StringComparison.Ordinal);
        var span = Assert.Single(resourceSpans.GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray());
        Assert.Equal((TraceId, ParentId), (span.GetProperty("traceId").GetString(), span.GetProperty("parentSpanId").GetString()));
        Assert.Equal(("POST /realms/{realm}/protocol/{protocol}/token", 2), (span.GetProperty("name").GetString(), span.GetProperty("kind").GetInt32()));
        Assert.Contains("401", span.GetProperty("attributes").GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("private", body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_in_use_is_said_in_one_sentence()
    {
        var address = await standIn.StartAsync();

        await AssertDoesNotStartAsync($"Port {address.Port} is in use", ("PORT", $"{address.Port}"));
    }

    [Theory]
    [InlineData("oidc-full-name-mapper", "oidc-unheard-of-mapper", "uses the protocol mapper 'oidc-unheard-of-mapper', which the stand-in does not know")]
    [InlineData("\"directAccessGrantsEnabled\": false", "\"directAccessGrantsEnabled\": true", "allows the password grant")]
    [InlineData("\"realm\": \"authdemo\"", "\"name\": \"authdemo\"", "no Keycloak realm file")]
    [InlineData("\"/engineering\"", "\"/unheard-of\"", "is in the group '/unheard-of', which the realm does not define")]
    [InlineData("\"accessTokenLifespan\": 300", "\"accessTokenLifespan\": -1", "accessTokenLifespan has to be a number of seconds above 0")]
    [InlineData("{", "", "is not a usable realm file")]
    public async Task Unusable_realm_file_is_said_in_one_sentence(string text, string replacement, string sentence)
    {
        using var folder = new TemporaryFolder();
        var at = RealmFile.IndexOf(text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder.Path, "authdemo-realm.json"), RealmFile[..at] + replacement + RealmFile[(at + text.Length)..], TestContext.Current.CancellationToken);

        await AssertDoesNotStartAsync(sentence, ("REALMS", folder.Path), ("PORT", $"{StandInProcess.FindFreePort()}"));
    }

    [Fact]
    public Task Missing_realm_files_are_said_in_one_sentence() =>
        AssertDoesNotStartAsync("cannot be read: point REALMS at the folder", ("REALMS", "/nowhere"), ("PORT", $"{StandInProcess.FindFreePort()}"));

    private static async Task AssertDoesNotStartAsync(string sentence, params (string Name, string Value)[] environment)
    {
        var (exitCode, error) = await StandInProcess.RunToEndAsync(environment);

        Assert.Equal(1, exitCode);
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("oidc-provider WARNING", StringComparison.Ordinal));
        Assert.Contains(sentence, Assert.Single(lines), StringComparison.Ordinal);
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("authdemo-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
