using System.Globalization;
using System.Text.Json.Serialization;

namespace AuthDemo.StandIn.Realms;

/// <summary>A realm file, with Keycloak's names and defaults.</summary>
public sealed record Realm(
    [property: JsonPropertyName("realm")] string Name,
    Client[] Clients,
    User[] Users,
    string? DisplayName = null,
    RealmRoles? Roles = null,
    Group[]? Groups = null,
    ClientScope[]? ClientScopes = null,
    string[]? DefaultDefaultClientScopes = null,
    string[]? DefaultOptionalClientScopes = null,
    Dictionary<string, string>? Attributes = null,
    string? BrowserFlow = null,
    LoginFlow[]? AuthenticationFlows = null,
    LoginStepConfig[]? AuthenticatorConfig = null,
    bool RevokeRefreshToken = false,
    int AccessTokenLifespan = 300)
{
    public Levels Levels => BrowserFlow is null or "browser" ? Levels.BuiltIn : Levels.PasswordAndCode;

    /// <summary>How long a pushed authorization request is valid (RFC 9126).</summary>
    public TimeSpan PushedRequestLifetime => Seconds(Attributes?.GetValueOrDefault("parRequestUriLifespan") ?? "60");

    /// <summary>The users who can log in.</summary>
    public IEnumerable<User> People => Users.Where(user => user.Password is not null);

    /// <summary>Finds a user by user name or email address, ignoring surrounding spaces, as Keycloak does.</summary>
    public User? FindPerson(string? name) => People.FirstOrDefault(user =>
        new[] { user.Username, user.Email }.Contains(name?.Trim(' ') ?? "", StringComparer.OrdinalIgnoreCase));

    public Client? FindClient(string? id) => Clients.FirstOrDefault(client => client.Id == id);

    public User? ServiceAccountOf(Client client) => Users.FirstOrDefault(user => user.ServiceAccountClientId == client.Id);

    public TimeSpan AccessTokenLifespanOf(Client client) =>
        client["access.token.lifespan"] is { } own ? Seconds(own) : TimeSpan.FromSeconds(AccessTokenLifespan);

    /// <summary>The user's effective roles: direct roles, roles of groups, and composites.</summary>
    public string[] RolesOf(User user)
    {
        var groups = (user.Groups ?? []).Select(path => Groups?.FirstOrDefault(group => "/" + group.Name == path)
            ?? throw new InvalidDataException($"'{user.Username}' is in the group '{path}', which the realm does not define."));
        var roles = (user.RealmRoles ?? []).Concat(groups.SelectMany(group => group.RealmRoles ?? [])).Distinct().ToList();
        for (var i = 0; i < roles.Count; i++)
        {
            var role = Roles?.Realm?.FirstOrDefault(role => role.Name == roles[i])
                ?? throw new InvalidDataException($"'{user.Username}' has the role '{roles[i]}', which the realm does not define.");
            roles.AddRange((role.Composites?.Realm ?? []).Except(roles).ToList());
        }

        return [.. roles];
    }

    /// <summary>The client's default scopes.</summary>
    public IEnumerable<ClientScope> DefaultScopesOf(Client client) => Find(client.DefaultClientScopes ?? DefaultDefaultClientScopes);

    /// <summary>The client's optional scopes.</summary>
    public IEnumerable<ClientScope> OptionalScopesOf(Client client) => Find(client.OptionalClientScopes ?? DefaultOptionalClientScopes);

    /// <summary>The <c>scope</c> of a token: <c>openid</c> if requested, and the granted scopes that are included in tokens.</summary>
    public string ScopeText(Client client, IReadOnlyCollection<string> requested) => string.Join(' ',
        requested.Where(name => name == "openid")
            .Concat(Granted(client, requested).Where(scope => scope.InToken).Select(scope => scope.Name)));

    /// <summary>The claims from the mappers of the granted scopes and of the client.</summary>
    public Dictionary<string, object> MapClaims(string tokenKind, Client client, IReadOnlyCollection<string> requested, Subject subject)
    {
        var mappers = Granted(client, requested).SelectMany(scope => scope.ProtocolMappers ?? []).Concat(client.ProtocolMappers ?? []);
        var claims =
            from mapper in mappers
            where mapper.WritesInto(tokenKind)
            let value = mapper.ValueFor(subject)
            where value is not null
            group value by mapper.Claim;
        return claims.ToDictionary(claim => claim.Key, claim => claim.Key == "aud" && claim.Count() > 1 ? claim.ToArray() : claim.Last());
    }

    private IEnumerable<ClientScope> Granted(Client client, IReadOnlyCollection<string> requested) =>
        DefaultScopesOf(client).Concat(OptionalScopesOf(client).Where(scope => requested.Contains(scope.Name)));

    private IEnumerable<ClientScope> Find(string[]? scopes) =>
        (scopes ?? []).Select(name => ClientScopes?.FirstOrDefault(scope => scope.Name == name)
            ?? throw new InvalidDataException($"a client uses the client scope '{name}', which the realm does not define."));

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(int.Parse(text, CultureInfo.InvariantCulture));
}

public sealed record RealmRoles(Role[]? Realm = null);

public sealed record Role(string Name, CompositeRoles? Composites = null);

/// <summary>The roles that a composite role includes.</summary>
public sealed record CompositeRoles(string[]? Realm = null);

public sealed record Group(string Name, string[]? RealmRoles = null);

/// <summary>A client scope: a named set of mappers.</summary>
public sealed record ClientScope(string Name, Dictionary<string, string>? Attributes = null, ProtocolMapper[]? ProtocolMappers = null)
{
    /// <summary>Whether it is included in the <c>scope</c> of a token.</summary>
    public bool InToken => Attributes?.GetValueOrDefault("include.in.token.scope") != "false";
}
