using System.Net.Http.Headers;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthDemo.Tests.Api;

/// <summary>Where a request may bring its token (RFC 6750, section 2): in the Authorization header, alone.</summary>
public sealed class CredentialTests(CredentialTests.ImpatientApi api, ProductionApi production)
    : IClassFixture<CredentialTests.ImpatientApi>, IClassFixture<ProductionApi>
{
    private string Admin => api.Bearer(Persona.Admin);
    private string Token => Admin["Bearer ".Length..];

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("bearer ")]
    [InlineData("Basic YWxpY2U6YWxpY2U=")]
    [InlineData("Bearerish abc")]
    public async Task Credentials_of_another_kind_count_as_none(string? authorization)
    {
        foreach (var running in (RunningApi[])[api, production])
            await (await running.SendAsync("GET /badge", authorization)).AssertRefusedAsync(Reasons.NoCredentials);
    }

    [Fact]
    public async Task Token_in_the_query_string_does_not_count_and_is_written_nowhere()
    {
        var token = Token;
        var answer = await api.SendAsync($"GET /badge?access_token={token}");
        await answer.AssertRefusedAsync(Reasons.NoCredentials);
        Assert.Contains("query string", answer.Text("detail"));
        Assert.All((await answer.SpansAsync()).SelectMany(span => span.TagObjects), tag => Assert.DoesNotContain(token, $"{tag.Value}"));
        Assert.All(answer.Logs, log => Assert.DoesNotContain(token, log.Message));
    }

    [Fact]
    public async Task Token_in_a_form_does_not_count_and_neither_does_a_form_with_too_many_fields()
    {
        var answer = await SendFormAsync(null, ("access_token", Token));
        await answer.AssertRefusedAsync(Reasons.NoCredentials);
        Assert.Contains("form", answer.Text("detail"));
        answer = await SendFormAsync(null, [.. Enumerable.Range(0, 2000).Select(index => ($"f{index}", "v"))]);
        await answer.AssertRefusedAsync(Reasons.NoCredentials);
    }

    [Fact]
    public async Task More_than_one_credential_is_a_bad_request_even_if_each_is_good()
    {
        Answer[] answers =
        [
            await api.SendAsync("POST /reset", $"{Admin}, {Admin}"),
            await api.SendAsync("POST /reset", $"{Admin},{Token}"),
            await api.SendAsync("POST /reset", $"Basic YWxpY2U6YWxpY2U=, {Admin}"),
            await api.SendAsync($"POST /reset?access_token={Token}", Admin),
            await api.SendAsync($"POST /reset?access_token={Token}&access_token={Token}"),
            await SendFormAsync(Admin, ("access_token", Token)),
            await SendFormAsync(null, ("access_token", Token), ("access_token", Token)),
            await production.SendAsync("POST /reset", $"{Admin}, {Admin}"),
        ];
        foreach (var answer in answers)
        {
            var span = await answer.AssertRefusedAsync(Reasons.MultipleCredentials);
            Assert.DoesNotContain(span.TagObjects, tag => tag.Key.StartsWith("auth.token.", StringComparison.Ordinal));
        }

        // A client of .NET joins its headers with a comma; others send two lines.
        var raw = await RawRequest.SendAsync(
            api, "POST /reset", "Authorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\nContent-Length: 0\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", raw);
        Assert.Contains($"\"reason\":\"{Reasons.MultipleCredentials}\"", raw);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Form_that_never_ends_is_408_and_one_that_is_too_large_413(bool withToken)
    {
        var raw = await RawRequest.SendAsync(api, "POST /reset", (withToken ? $"Authorization: {Admin}\r\n" : "")
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n", body: "a");
        Assert.StartsWith("HTTP/1.1 408 ", raw);
        Assert.Contains("\"reason\":\"request_timeout\"", raw);
        Assert.DoesNotContain("WWW-Authenticate", raw);
        Assert.DoesNotContain(api.Recording.Logs, log => log.Level >= LogLevel.Error);
        var answer = await SendFormAsync(withToken ? Admin : null, ("a", new string('a', 70_000)));
        answer.AssertError(413, "payload_too_large");
        Assert.Null(answer.Challenge);
        var span = (await answer.SpansAsync()).Single(span => span.OperationName == "authenticate Bearer");
        Assert.Equal(("payload_too_large", "The body could not be read."), (span.GetTagItem("auth.reason"), span.StatusDescription));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", 60_000)]
    [InlineData("application/json", 10)]
    [InlineData("multipart/form-data; boundary=x", 10)]
    public async Task Body_without_a_token_turns_no_good_token_bad(string contentType, int length) =>
        Assert.Equal(204, (await api.SendAsync("POST /reset", Admin, message =>
            message.Content = new StringContent(new string('a', length), MediaTypeHeaderValue.Parse(contentType)))).Status);

    private Task<Answer> SendFormAsync(string? authorization, params (string Name, string Value)[] fields) =>
        api.SendAsync("POST /reset", authorization, message =>
            message.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>Waits a second for a body, where Kestrel's default is five.</summary>
    public sealed class ImpatientApi() : RunningApi(Environments.Development, services =>
        services.Configure<KestrelServerOptions>(kestrel =>
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(1.1))));
}
