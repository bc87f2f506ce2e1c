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
    [Theory]
    [InlineData("POST /realms/{realm}/protocol/{protocol}/token")]
    [InlineData("POST /realms/{realm}/protocol/{protocol}/ext/{extension}/request")]
    public async Task Call_from_Web_during_a_login_is_a_server_span_below_Web(string name)
    {
        using var visitor = await application.VisitAsync("bob");

        Span[] spans = [], calls = [], callers = [];
        for (var end = DateTime.UtcNow.AddMinutes(2); callers.Length == 0; await Task.Delay(500, TestContext.Current.CancellationToken))
        {
            var names = spans.Select(span => span.Name).Distinct();
            Assert.True(DateTime.UtcNow < end, $"There is no '{name}' below another span, only {string.Join(", ", names)}.");
            spans = [.. await application.Telemetry.GetSpansAsync(TestContext.Current.CancellationToken)];
            calls = [.. spans.Where(span => span.Resource == "keycloak" && span.Name == name)];
            callers = [.. spans.Where(span => calls.Any(call => call.ParentId == span.Id))]; // each sends its spans when it likes to
        }

        Assert.All(callers, caller => Assert.Equal("web", caller.Resource));
        Assert.Single(spans, span => span.Resource == "keycloak" && span.ParentId == callers[0].Id);
        Assert.All(calls, call => Assert.NotNull(call["http.response.status_code"]));
        Assert.DoesNotContain(spans, span => span is { Resource: "keycloak", ParentId: "" });
    }
}
