using AuthDemo.Tests.Application;

namespace AuthDemo.Tests.Identity;

[Collection(StandInApplication.Collection)]
public sealed class StandInIdentityProviderTraceTests(StandInApplication application) : IdentityProviderTraceTests(application);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakIdentityProviderTraceTests(KeycloakApplication application) : IdentityProviderTraceTests(application);

/// <summary>The identity provider's part of a login stands inside the traces of Web, and nothing else of it in the list.</summary>
[Trait("Needs", "Processes")]
public abstract class IdentityProviderTraceTests(RunningApplication application)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("POST /realms/{realm}/protocol/{protocol}/token")]
    [InlineData("POST /realms/{realm}/protocol/{protocol}/ext/{extension}/request")]
    public async Task Call_from_Web_during_a_login_is_a_server_span_below_Web(string name)
    {
        using var visitor = await application.VisitAsync("bob");

        IReadOnlyList<Span> spans = [];
        Span? call = null, caller = null;
        for (var end = DateTime.UtcNow + Timeout; caller is null && DateTime.UtcNow < end;)
        {
            spans = await application.Telemetry.GetSpansAsync(TestContext.Current.CancellationToken);
            call = spans.FirstOrDefault(s => s.Resource == "keycloak" && s.Name == name);
            caller = spans.FirstOrDefault(s => s.Id == call?.ParentId); // each sends its spans when it likes to
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        var names = spans.Where(s => s.Resource == "keycloak").Select(s => s.Name).Distinct();
        Assert.True(call is not null, $"There is no span '{name}', only {string.Join(", ", names)}.");
        Assert.Equal("web", caller?.Resource);
        Assert.Single(spans, span => span.Resource == "keycloak" && span.ParentId == call.ParentId);
        Assert.NotNull(call["http.response.status_code"]);
        Assert.DoesNotContain(spans, s => s is { Resource: "keycloak", ParentId: "" });
    }
}
