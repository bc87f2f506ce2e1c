using AuthDemo.Tests.Application;

namespace AuthDemo.Tests.Traces;

[Collection(StandInApplication.Collection)]
public sealed class StandInTraceTests(StandInApplication application) : TraceTests(application);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakTraceTests(KeycloakApplication application) : TraceTests(application);

/// <summary>What the dashboard shows of one request must tell at a glance who decided.</summary>
[Trait("Needs", "Processes")]
public abstract class TraceTests(RunningApplication application)
{
    private const string Scenario = "delete-user";

    [Fact]
    public async Task Anonymous_deletion_shows_authenticate_as_the_refusing_span()
    {
        var trace = await RunAsync(persona: null);

        trace.AssertRequest("nobody", status: "401", reason: "no_credentials");
        var authenticate = trace.Single("authenticate Bearer: no_credentials");
        Assert.Equal("none", authenticate["auth.outcome"]);
        Assert.Equal("no_credentials", authenticate["auth.reason"]);
        trace.AssertRefusedBy(authenticate);
    }

    [Fact]
    public async Task Deletion_by_a_regular_user_shows_authorize_as_the_refusing_span()
    {
        var trace = await RunAsync("alice");

        trace.AssertRequest("alice", status: "403", reason: "role_missing");
        Assert.Equal("succeeded", trace.Single("authenticate Bearer: succeeded")["auth.outcome"]);
        var authorize = trace.Single("authorize AdminsOnly: role_missing");
        Assert.Equal("denied", authorize["auth.outcome"]);
        Assert.Equal("role_missing", authorize["auth.reason"]);
        Assert.Equal("role_missing", authorize["error.type"]);
        Assert.Equal("role admin", authorize["auth.required"]);
        Assert.Equal("alice", authorize["user.name"]);
        trace.AssertRefusedBy(authorize);
    }

    [Fact]
    public async Task Deletion_by_an_admin_shows_both_decisions_and_the_endpoint()
    {
        var trace = await RunAsync("admin");

        trace.AssertRequest("admin", status: "204", reason: null);
        trace.AssertNothingWasPutBackInIt();
        Assert.Equal("succeeded", trace.Single("authenticate Bearer: succeeded")["auth.outcome"]);
        Assert.Equal("allowed", trace.Single("authorize AdminsOnly: allowed")["auth.outcome"]);
        trace.AssertRefusedBy(null);
    }

    [Fact]
    public async Task Every_trace_starts_with_a_request_of_a_person()
    {
        await RunAsync("alice");

        var roots = (await application.Telemetry.GetSpansAsync(TestContext.Current.CancellationToken)).Where(s => s.ParentId == "");

        // Neither health checks nor pages on which nothing is decided, static files, key fetches nor the identity provider's own work.
        Assert.All(roots, root =>
        {
            Assert.Contains(root.Resource, (string[])["web", "api"]);
            Assert.True(root.IsServer);
            string[] housekeeping = ["/health", "/alive", "/app.css", "/app.js", "/", "/learn", "/lab/delete-user"];
            Assert.DoesNotContain(root["url.path"], housekeeping);
        });
    }

    private async Task<DeletionTrace> RunAsync(string? persona)
    {
        using var visitor = await application.VisitAsync(persona);
        var run = await visitor.RunScenarioAsync(Scenario);
        var traceId = run.GetProperty("traceId").GetString()!;
        var spans = await application.Telemetry.WaitForTraceAsync(traceId, spans =>
            spans.Any(s => s is { Resource: "web", ParentId: "" }) && spans.Any(s => s is { Resource: "api", Name: "DELETE /users/{id}" }));
        return new DeletionTrace(spans);
    }

    /// <summary>The spans of one <c>DELETE /users/{id}</c> from Web through Api.</summary>
    private sealed class DeletionTrace(IReadOnlyList<Span> spans)
    {
        private Span Server => spans.Single(s => s is { Resource: "api", Name: "DELETE /users/{id}" } && s.Source != "AuthDemo.Auth");

        public Span Single(string name) => Assert.Single(spans, s => s.Resource == "api" && s.Name == name && s.ParentId == Server.Id);

        public void AssertRequest(string persona, string status, string? reason)
        {
            var root = Assert.Single(spans, s => s.ParentId == "");
            Assert.Equal(("web", $"{$"{status} {reason}".TrimEnd()}: delete-user as {persona}"), (root.Resource, root.Name));

            var client = Assert.Single(spans, s => s.Id == Server.ParentId);
            Assert.Equal("web", client.Resource);
            Assert.Equal(status, client["http.response.status_code"]);

            Assert.Equal(status, Server["http.response.status_code"]);
            Assert.Equal("/users/{id}", Server["http.route"]);
            Assert.Equal(reason, Server["auth.reason"]);
            Assert.False(Server.IsError, "A 4xx is no error of the server (OpenTelemetry HTTP conventions).");
            Assert.False(client.IsError, "The lab asked for this answer.");
        }

        public void AssertNothingWasPutBackInIt() => Assert.DoesNotContain(spans, s => s.Name == "POST /reset");

        public void AssertRefusedBy(Span? refusing) =>
            Assert.Equal(refusing is null ? [] : [refusing], spans.Where(s => s is { Resource: "api", IsError: true }));
    }
}
