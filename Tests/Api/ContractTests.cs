using AuthDemo.Api.Building;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Tests.Api;

/// <summary>What must hold for every endpoint, and between the Api and the files that it depends on.</summary>
public sealed class ContractTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Fact]
    public void Every_endpoint_names_its_policy_or_is_open_on_purpose_and_every_get_answers_head() => Assert.All(
        api.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints),
        endpoint =>
        {
            var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) Assert.Empty(policies);
            else Assert.NotNull(Assert.Single(policies).Policy);
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            Assert.Equal(methods.Contains("GET"), methods.Contains("HEAD"));
        });

    [Fact]
    public async Task Document_names_each_operation_and_how_it_refuses()
    {
        string[] expected =
        [
            "DELETE /users/{id}: 204, 400, 401, 403 role_missing, 404 not_found, 503",
            "GET /.well-known/oauth-protected-resource: 200",
            "GET /badge: 200, 400, 401, 503",
            "GET /intercom: 200, 403 network_not_allowed",
            "GET /lobby: 200",
            "GET /lockers/{number}: 200, 400, 401, 403 not_owner, 404 not_found, 503",
            "GET /rooms: 200, 400, 401, 503",
            "GET /safes/{number}: 200, 400, 401, 404 not_found, 503",
            "GET /users: 200, 400, 401, 503",
            "GET /visitors: 200, 400, 401, 403 scope_missing, 503",
            "POST /alarm/disarm: 200, 400, 401 login_too_old, 403 role_missing, 503",
            "POST /reset: 204, 400, 401, 403 role_missing, 503",
            "POST /rooms/{id}/entries: 201, 400, 401, 403 group_missing, 404 not_found, 503",
            "POST /vault/entries: 201, 400, 401 second_factor_missing, 503",
        ];
        var document = (await api.SendAsync("GET /openapi/v1.json")).Json;
        var operations =
            from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            let answers = string.Join(", ", operation.Value.GetProperty("responses").EnumerateObject().Select(Describe))
            select (Method: operation.Name, Text: $"{path.Name}: {answers}", NeedsToken: operation.Value.TryGetProperty("security", out _));
        Assert.Equal(expected, operations.Where(one => one.Method != "head").Select(one => $"{one.Method.ToUpperInvariant()} {one.Text}")
            .Order(StringComparer.Ordinal));
        Assert.Equal(operations.Where(one => one.Method == "get").Select(one => one.Text),
            operations.Where(one => one.Method == "head").Select(one => one.Text));
        Assert.All(operations, one => Assert.Equal(one.Text.Contains("401"), one.NeedsToken));

        var components = document.GetProperty("components");
        Assert.Equal("bearer", components.GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString());
        var members = components.GetProperty("schemas").GetProperty("Problem").GetProperty("properties").EnumerateObject();
        Assert.Equal("type, title, status, detail, instance, reason, traceId", string.Join(", ", members.Select(member => member.Name)));
        Assert.DoesNotContain(Reasons.Hidden, document.ToString());

        // What every operation with a token can say is left out.
        string Describe(JsonProperty answer)
        {
            if (answer.Name[0] is '2') return answer.Name;
            var problem = answer.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema");
            Assert.Equal("#/components/schemas/Problem", problem.GetProperty("$ref").GetString());
            var reasons = answer.Value.GetProperty("description").GetString()!.Split(": ")[1].Split(", ");
            var own = reasons.Where(reason => Reasons.Of(reason).DecidedBy != "authentication").ToList();
            Assert.True(reasons.Length == own.Count || answer.Name != "401" || reasons.Contains(Reasons.TokenExpired));
            return $"{answer.Name} {string.Join(", ", own)}".TrimEnd();
        }
    }

    [Fact]
    public void Owners_and_groups_are_those_of_the_realm()
    {
        (int, string)[] owners = [(1, Persona.Alice.Subject), (2, Persona.Bob.Subject), (3, Persona.Admin.Subject)];
        Assert.Equal(owners, Seed.Lockers.Select(locker => (locker.Number, locker.Owner)));
        Assert.Equal(owners, Seed.Safes.Select(safe => (safe.Number, safe.Owner)));
        Assert.Equal(Persona.Admin.Groups.Order(), Seed.Rooms.Select(room => room.Group).Order());
    }
}
