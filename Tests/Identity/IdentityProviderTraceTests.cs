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
        Span? caller = null;
        var spans = await application.Telemetry.WaitForSpansAsync($"a span has a '{name}' below it", spans =>
            (caller = spans.FirstOrDefault(one => spans.Any(call => call.ParentId == one.Id && call.Name == name))) is not null);
        Assert.Equal("web", caller!.Resource);
        var call = Assert.Single(spans, span => span.Resource == "keycloak" && span.ParentId == caller.Id);
        Assert.NotNull(call["http.response.status_code"]);
        Assert.DoesNotContain(spans, span => span is { Resource: "keycloak", ParentId: "" });
    }
}
