using System.Diagnostics;

namespace AuthDemo.Tests.Api;

/// <summary>The record of who did what (OWASP ASVS 5.0, chapter 16).</summary>
public sealed class AuditTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData("DELETE /users/grace", "delete-user", "grace")]
    [InlineData("POST /reset", "reset", null)]
    [InlineData("POST /alarm/disarm", "disarm-alarm", null)]
    public async Task What_was_done_is_recorded_with_who_did_it(string request, string action, string? resource)
    {
        var answer = await api.SendAsync(request, api.TokenOf(Persona.Admin));
        Assert.InRange(answer.Status, 200, 299);
        var record = Assert.Single(answer.Logs, log => log.Event.Name == "ActionTaken");
        Assert.Equal(action, record.Fields["Action"]);
        Assert.Equal(resource, record.Fields["Resource"]);
        Assert.Equal(Persona.Admin.Subject, record.Fields["Subject"]);
        Assert.Equal("web", record.Fields["Client"]);
        Assert.Equal(answer.Trace.ToHexString(), record.Fields["TraceId"]);
    }

    [Theory]
    [InlineData("DELETE /users/nobody")]
    [InlineData("GET /users")]
    public async Task What_was_not_done_or_only_read_is_not_recorded(string request) =>
        Assert.DoesNotContain((await api.SendAsync(request, api.TokenOf(Persona.Admin))).Logs, log => log.Event.Name == "ActionTaken");

    [Theory]
    [InlineData("DELETE /users/carol")]
    [InlineData("GET /safes/2")]
    [InlineData("GET /lockers/2")]
    public async Task Refusal_says_who_was_refused(string request)
    {
        var answer = await api.SendAsync(request, api.TokenOf(Persona.Alice));
        var refusal = Assert.Single(answer.Logs, log => log.Event.Name == "RequestRefused");
        Assert.Equal(Persona.Alice.Subject, refusal.Fields["Subject"]);
        Assert.Equal("web", refusal.Fields["Client"]);
    }

    [Fact]
    public async Task Refused_token_names_nobody()
    {
        var token = api.TokenOf(Persona.Alice).With(token => token.Payload["aud"] = "cafeteria");
        var refusal = Assert.Single((await api.SendAsync("DELETE /users/carol", token)).Logs, log => log.Event.Name == "RequestRefused");
        Assert.Null(refusal.Fields["Subject"]);
        Assert.Null(refusal.Fields["Client"]);
    }

    [Fact]
    public async Task Caller_s_unsampled_flag_hides_neither_span_nor_record()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/reset");
        message.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-00");
        message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + api.TokenOf(Persona.Admin).Write());
        using var response = await api.Client.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.Contains(await api.Recording.SpansOfAsync(trace), span => span.OperationName == "authorize AdminsOnly");
        Assert.Contains(api.Recording.Logs, log => log.Event.Name == "ActionTaken" && log.Trace == trace);
    }
}
