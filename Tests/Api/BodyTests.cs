using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Api;

/// <summary>Bodies that are too large or never end: the request is at fault, not the token.</summary>
public sealed class BodyTests(BodyTests.ImpatientApi impatient) : IClassFixture<BodyTests.ImpatientApi>
{
    private RunningApi Api => impatient.Api;

    private string? Authorization(bool withToken) => withToken ? "Bearer " + Api.TokenOf(Persona.Admin).Write() : null;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Form_that_never_ends_is_408(bool withToken)
    {
        var authorization = Authorization(withToken) is { } value ? $"Authorization: {value}\r\n" : "";
        var answer = await RawRequest.ReadAsync(Api, $"POST /reset HTTP/1.1\r\nHost: {Api.Client.BaseAddress!.Authority}\r\n{authorization}"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\nConnection: close\r\n\r\na");
        Assert.StartsWith("HTTP/1.1 408 ", answer);
        Assert.Contains("\"reason\":\"request_timeout\"", answer);
        Assert.DoesNotContain("WWW-Authenticate", answer);
        Assert.DoesNotContain(Api.Recording.Logs, log => log.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Form_that_is_too_large_is_413(bool withToken)
    {
        var answer = await Api.SendAsync("POST /reset", Authorization(withToken), message =>
            message.Content = new FormUrlEncodedContent([KeyValuePair.Create("a", new string('a', 70_000))]));
        answer.AssertRefused(413, "payload_too_large");
        Assert.Null(answer.Challenge);
        var span = (await answer.SpansAsync()).Single(span => span.OperationName == "authenticate Bearer");
        Assert.Equal("payload_too_large", span.GetTagItem("auth.reason"));
        Assert.Equal("The body could not be read.", span.StatusDescription);
    }

    [Fact]
    public async Task Form_within_the_limit_does_not_matter() =>
        Assert.Equal(204, (await Api.SendAsync("POST /reset", Authorization(withToken: true), message =>
            message.Content = new FormUrlEncodedContent([KeyValuePair.Create("a", new string('a', 60_000))]))).Status);

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Other_bodies_are_not_read_and_turn_no_good_token_bad(string contentType) =>
        Assert.Equal(204, (await Api.SendAsync("POST /reset", Authorization(withToken: true), message =>
        {
            message.Content = new StringContent("{\"access_token\":\"a\"}");
            message.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
        })).Status);

    /// <summary>Waits a second for a body, where Kestrel's default is five.</summary>
    public sealed class ImpatientApi : IDisposable
    {
        public RunningApi Api { get; } = RunningApi.Start(Environments.Development, services =>
            services.Configure<KestrelServerOptions>(kestrel =>
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(1.1))));

        public void Dispose() => Api.Dispose();
    }
}
