using System.Text.Json;
using System.Text.RegularExpressions;
using AuthDemo.Api.Building;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.Tests.Api;

/// <summary>What must hold for every endpoint, and between the Api and the files that it depends on.</summary>
public sealed class ContractTests(RunningApi api) : IClassFixture<RunningApi>
{
    private IEnumerable<RouteEndpoint> Endpoints => api.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    [Fact]
    public void Every_endpoint_names_its_policy_or_is_open_on_purpose()
    {
        Assert.InRange(Endpoints.Count(), 16, int.MaxValue);
        Assert.All(Endpoints, endpoint =>
        {
            var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) Assert.Empty(policies);
            else Assert.NotNull(Assert.Single(policies).Policy);
        });
    }

    [Fact]
    public void Every_get_route_answers_head() =>
        Assert.All(
            Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods).OfType<IReadOnlyList<string>>().Where(methods => methods.Contains("GET")),
            methods => Assert.Contains("HEAD", methods));

    [Fact]
    public async Task Document_describes_every_operation_with_its_security_and_its_refusals()
    {
        var document = (await api.SendAsync("GET /openapi/v1.json")).Json;
        var paths = document.GetProperty("paths");
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString());

        var described = Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null && !endpoint.RoutePattern.RawText!.Contains("openapi")).ToList();
        Assert.InRange(described.Count, 13, int.MaxValue);
        foreach (var endpoint in described)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace(":int", "");
                var operation = paths.GetProperty(path).GetProperty(method.ToLowerInvariant());
                var policy = endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
                var needsBadge = policy is not (null or "OfficeNetworkOnly");
                Assert.Equal(needsBadge, operation.TryGetProperty("security", out _));
                Assert.Equal(needsBadge, operation.GetProperty("responses").TryGetProperty("401", out var refusal));
                if (!needsBadge) continue;
                Assert.Contains(Reasons.TokenExpired, refusal.GetProperty("description").GetString());
                var problem = refusal.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema");
                Assert.Equal("#/components/schemas/Problem", problem.GetProperty("$ref").GetString());
            }
        }

        var members = document.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties");
        Assert.All((string[])["type", "title", "status", "detail", "reason", "traceId"], member => Assert.True(members.TryGetProperty(member, out _), member));
        Responses("/users/{id}", "delete", ("204", ""), ("400", Reasons.MultipleCredentials), ("403", Reasons.RoleMissing), ("404", Reasons.NotFound), ("503", Reasons.IdentityProviderUnavailable));
        Responses("/alarm/disarm", "post", ("200", ""), ("401", Reasons.LoginTooOld), ("403", Reasons.RoleMissing));
        Responses("/visitors", "get", ("200", ""), ("403", Reasons.ScopeMissing));
        Responses("/intercom", "get", ("200", ""), ("403", Reasons.NetworkNotAllowed));
        Responses("/lockers/{number}", "get", ("200", ""), ("403", Reasons.NotOwner), ("404", Reasons.NotFound));
        Assert.DoesNotContain(Reasons.Hidden, document.ToString());

        void Responses(string path, string method, params (string Status, string Reason)[] expected)
        {
            var responses = paths.GetProperty(path).GetProperty(method).GetProperty("responses");
            foreach (var (status, reason) in expected) Assert.Contains(reason, responses.GetProperty(status).GetProperty("description").GetString());
        }
    }

    [Fact]
    public void Owners_and_groups_in_the_building_are_those_of_the_realm()
    {
        using var realm = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json")));
        var users = realm.RootElement.GetProperty("users").EnumerateArray().Where(user => user.TryGetProperty("id", out _)).ToList();
        var names = users.ToDictionary(user => user.GetProperty("id").GetString()!, user => user.GetProperty("username").GetString()!);
        Assert.Equal([(1, "alice"), (2, "bob"), (3, "admin")], Seed.Lockers.Select(locker => (locker.Number, names[locker.Owner])));
        Assert.Equal([(1, "alice"), (2, "bob"), (3, "admin")], Seed.Safes.Select(safe => (safe.Number, names[safe.Owner])));

        var groups = realm.RootElement.GetProperty("groups").EnumerateArray().Select(group => "/" + group.GetProperty("name").GetString());
        Assert.Equal(groups.Order(), Seed.Rooms.Select(room => room.Group).Order());

        // The personas of these tests are the realm's users.
        foreach (var (id, name) in names)
        {
            var user = users.Single(user => user.GetProperty("id").GetString() == id);
            var persona = Persona.Named(name);
            Assert.Equal(id, persona.Subject);
            Assert.Equal(user.GetProperty("realmRoles").EnumerateArray().Select(role => role.GetString()), persona.Roles);
            Assert.Equal(user.GetProperty("groups").EnumerateArray().Select(group => group.GetString()), persona.Groups);
        }
    }

    [Fact]
    public void Ids_are_words_that_need_no_escaping() =>
        Assert.All(Seed.People.Select(person => person.Id).Concat(Seed.Rooms.Select(room => room.Id)), id => Assert.Matches("^[a-z]+(-[a-z]+)*$", id));

    [Fact]
    public async Task No_response_allows_another_origin_or_names_the_server()
    {
        var answer = await api.SendAsync("GET /lobby", null, message => message.Headers.Add("Origin", "http://localhost:5180"));
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase) || name == "Server");
    }

    [Fact]
    public void Http_file_asks_for_addresses_that_exist_with_the_secret_of_the_realm()
    {
        var lines = File.ReadAllLines(Repository.PathOf("Api/Api.http"));
        var requests = lines.Select(line => Regex.Match(line, @"^([A-Z]+) \{\{api\}\}/([^?]+)")).Where(match => match.Success).ToList();
        Assert.InRange(requests.Count, 15, int.MaxValue);
        foreach (var request in requests.Where(request => request.Groups[2].Value != "attic"))
        {
            var path = new PathString("/" + request.Groups[2].Value);
            Assert.Contains(Endpoints, endpoint =>
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(request.Groups[1].Value) == true
                && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []));
        }

        var realm = File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json"));
        var secret = Regex.Match(string.Join('\n', lines), "client_secret=([^&\\n]+)").Groups[1].Value;
        Assert.Contains($"\"{secret}\"", realm);
        Assert.DoesNotContain("grant_type=password", string.Join('\n', lines));
    }
}
