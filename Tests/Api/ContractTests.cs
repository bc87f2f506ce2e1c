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
    private IEnumerable<RouteEndpoint> Endpoints =>
        api.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

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
            Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods).OfType<IReadOnlyList<string>>()
                .Where(methods => methods.Contains("GET")),
            methods => Assert.Contains("HEAD", methods));

    public static TheoryData<string> Operations =>
    [
        "GET /.well-known/oauth-protected-resource", "GET /lobby", "GET /badge", "GET /users", "DELETE /users/{id}", "GET /rooms",
        "POST /rooms/{id}/entries", "GET /lockers/{number}", "GET /safes/{number}", "GET /visitors", "POST /alarm/disarm",
        "POST /vault/entries", "GET /intercom", "POST /reset",
    ];

    private static readonly string[] WithoutBadge = ["GET /.well-known/oauth-protected-resource", "GET /lobby", "GET /intercom"];

    [Fact]
    public void Every_operation_is_in_the_list_of_these_tests() => Assert.Equal(
        Operations.Select(row => row.Data).Order(),
        from endpoint in Endpoints
        let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace(":int", "")
        where !path.StartsWith("/openapi") && !path.StartsWith("/reference")
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method != "HEAD"
        orderby $"{method} {path}"
        select $"{method} {path}");

    [Theory, MemberData(nameof(Operations))]
    public async Task Document_says_which_operation_needs_a_badge_and_how_it_refuses_a_bad_one(string operation)
    {
        var needsBadge = !WithoutBadge.Contains(operation);
        foreach (var described in await DescriptionsOfAsync(operation))
        {
            Assert.Equal(needsBadge, described.TryGetProperty("security", out _));
            Assert.Equal(needsBadge, described.GetProperty("responses").TryGetProperty("401", out var refusal));
            if (!needsBadge) continue;
            Assert.Contains(Reasons.TokenExpired, refusal.GetProperty("description").GetString());
            var problem = refusal.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema");
            Assert.Equal("#/components/schemas/Problem", problem.GetProperty("$ref").GetString());
        }
    }

    [Theory]
    [InlineData("DELETE /users/{id}", "204", "")]
    [InlineData("DELETE /users/{id}", "400", Reasons.MultipleCredentials)]
    [InlineData("DELETE /users/{id}", "403", Reasons.RoleMissing)]
    [InlineData("DELETE /users/{id}", "404", Reasons.NotFound)]
    [InlineData("DELETE /users/{id}", "503", Reasons.IdentityProviderUnavailable)]
    [InlineData("POST /alarm/disarm", "200", "")]
    [InlineData("POST /alarm/disarm", "401", Reasons.LoginTooOld)]
    [InlineData("POST /alarm/disarm", "403", Reasons.RoleMissing)]
    [InlineData("POST /vault/entries", "401", Reasons.SecondFactorMissing)]
    [InlineData("POST /vault/entries", "201", "")]
    [InlineData("GET /visitors", "200", "")]
    [InlineData("GET /visitors", "403", Reasons.ScopeMissing)]
    [InlineData("GET /intercom", "200", "")]
    [InlineData("GET /intercom", "403", Reasons.NetworkNotAllowed)]
    [InlineData("GET /lockers/{number}", "200", "")]
    [InlineData("GET /lockers/{number}", "403", Reasons.NotOwner)]
    [InlineData("GET /lockers/{number}", "404", Reasons.NotFound)]
    public async Task Document_names_the_refusals_of_an_operation(string operation, string status, string reason) =>
        Assert.All(await DescriptionsOfAsync(operation), described => Assert.Contains(
            reason, described.GetProperty("responses").GetProperty(status).GetProperty("description").GetString()));

    [Fact]
    public async Task Document_describes_problems_and_the_scheme_and_hides_what_is_hidden()
    {
        var document = (await api.SendAsync("GET /openapi/v1.json")).Json;
        var components = document.GetProperty("components");
        Assert.Equal("bearer", components.GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString());
        var members = components.GetProperty("schemas").GetProperty("Problem").GetProperty("properties");
        Assert.All(
            (string[])["type", "title", "status", "detail", "reason", "traceId"],
            member => Assert.True(members.TryGetProperty(member, out _), member));
        Assert.DoesNotContain(Reasons.Hidden, document.ToString());
    }

    /// <summary>The operation, and for a GET its HEAD.</summary>
    private async Task<IReadOnlyList<JsonElement>> DescriptionsOfAsync(string operation)
    {
        var paths = (await api.SendAsync("GET /openapi/v1.json")).Json.GetProperty("paths");
        var (method, path) = operation.Split(' ') is [var first, var second] ? (first, second) : throw new ArgumentException(operation);
        return [.. (method == "GET" ? (string[])["get", "head"] : [method.ToLowerInvariant()]).Select(paths.GetProperty(path).GetProperty)];
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
        Assert.All(Seed.People.Select(person => person.Id).Concat(Seed.Rooms.Select(room => room.Id)),
            id => Assert.Matches("^[a-z]+(-[a-z]+)*$", id));

    [Fact]
    public async Task No_response_allows_another_origin_or_names_the_server()
    {
        var answer = await api.SendAsync("GET /lobby", null, message => message.Headers.Add("Origin", "http://localhost:5180"));
        Assert.DoesNotContain(answer.Headers.Keys,
            name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase) || name == "Server");
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
