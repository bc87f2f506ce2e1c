using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuthDemo.StandIn;

/// <summary>A problem of the person who starts the stand-in: shown as one sentence, without a stack.</summary>
internal sealed class StartException(string sentence) : Exception(sentence);

/// <summary>What a Keycloak realm file says, checked: the only place where users, roles, groups, clients and scopes are defined.</summary>
internal sealed partial class Realm
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required TimeSpan SessionIdle { get; init; }
    public required TimeSpan SessionMax { get; init; }
    public required bool RotateRefreshTokens { get; init; }
    public required IReadOnlyList<User> Users { get; init; }
    public required IReadOnlyDictionary<string, Scope> Scopes { get; init; }
    public required IReadOnlyDictionary<string, Client> Clients { get; init; }

    public User? FindUser(string? id) => Users.FirstOrDefault(u => u.Id == id);

#pragma warning disable CA1862
    public User? FindLogin(string name) => Users.FirstOrDefault(u => u.Password is not null && (u.Username == name.ToLowerInvariant() || u.Email == name.ToLowerInvariant()));
#pragma warning restore CA1862

    public User ServiceAccountOf(string client) => Users.First(u => u.ServiceAccountClientId == client);

    /// <summary>Every <c>*-realm.json</c> of a folder.</summary>
    public static IReadOnlyList<Realm> ReadAll(string folder)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(folder, "*-realm.json");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The folder of realm files, {folder}, cannot be read: point REALMS at the folder that holds the *-realm.json files.");
        }

        if (files.Length == 0) throw new StartException($"There is no *-realm.json file in {folder}: point REALMS at the folder that holds them.");
        var realms = files.Order(StringComparer.Ordinal).Select(Read).ToList();
        if (realms.GroupBy(r => r.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new StartException($"Two files in {folder} define the realm '{twice.Key}': keep one of them.");
        return realms;
    }

    private static Realm Read(string path)
    {
        var file = Path.GetFileName(path);
        RealmJson json;
        try
        {
            // Keycloak replaces ${NAME:default} at import. A name without a value and a default stays as it is.
            var text = Variable().Replace(File.ReadAllText(path), v => Environment.GetEnvironmentVariable(v.Groups[1].Value) is { Length: > 0 } set
                ? JsonEncodedText.Encode(set).Value : v.Groups[2].Success ? v.Groups[2].Value : v.Value);
            json = JsonSerializer.Deserialize<RealmJson>(text, JsonSerializerOptions.Web)!;
        }
        catch (JsonException e)
        {
            throw new StartException($"{file} is not a usable realm file: {e.Message}");
        }

        StartException Fail(string problem) => new($"{file}: {problem}");
        if (string.IsNullOrEmpty(json.Realm)) throw Fail("it has no \"realm\" name, so it is no Keycloak realm file.");
        TimeSpan Seconds(string name, int value) => value > 0 ? TimeSpan.FromSeconds(value) : throw Fail($"{name} has to be a number of seconds above 0.");
        if (json is { RevokeRefreshToken: true, RefreshTokenMaxReuse: not 0 }) throw Fail("refreshTokenMaxReuse above 0 is not known to the stand-in.");

        var roles = (json.Roles?.Realm ?? []).Select(r => r.Name).ToHashSet();
        var groups = (json.Groups ?? []).Select(g => "/" + g.Name).ToHashSet();
        var scopes = (json.ClientScopes ?? []).ToDictionary(s => s.Name, s => new Scope(
            s.Name,
            s.Attributes?.GetValueOrDefault("include.in.token.scope") != "false",
            [.. (s.ProtocolMappers ?? []).Select(m => Mapper.Compile(m, $"client scope '{s.Name}'", Fail))]));
        var users = (json.Users ?? []).Where(u => u.Enabled).Select(ReadUser).ToList();
        var lifespan = Seconds("accessTokenLifespan", json.AccessTokenLifespan);
        return new()
        {
            Name = json.Realm,
            Title = json.DisplayName ?? json.Realm,
            SessionIdle = Seconds("ssoSessionIdleTimeout", json.SsoSessionIdleTimeout),
            SessionMax = Seconds("ssoSessionMaxLifespan", json.SsoSessionMaxLifespan),
            RotateRefreshTokens = json.RevokeRefreshToken,
            Users = users,
            Scopes = scopes,
            Clients = (json.Clients ?? []).Where(c => c.Enabled).Select(ReadClient).ToDictionary(c => c.Id),
        };

        User ReadUser(UserJson user)
        {
            foreach (var role in user.RealmRoles ?? []) if (!roles.Contains(role)) throw Fail($"the user '{user.Username}' has the role '{role}', which the realm does not define.");
            foreach (var group in user.Groups ?? []) if (!groups.Contains(group)) throw Fail($"the user '{user.Username}' is in the group '{group}', which the realm does not define.");
            // A user without a fixed id gets one that every start computes anew from the names.
            var id = user.Id ?? new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{json.Realm}/{user.Username}")).AsSpan(0, 16)).ToString();
            return new(id, user.Username.ToLowerInvariant(), user.Email?.ToLowerInvariant(), user.FirstName, user.LastName, user.RealmRoles ?? [], user.Groups ?? [],
                user.Credentials?.FirstOrDefault(c => c.Type == "password")?.Value, user.ServiceAccountClientId);
        }

        Client ReadClient(ClientJson client)
        {
            if (client.DirectAccessGrantsEnabled || client.ImplicitFlowEnabled) throw Fail($"the client '{client.ClientId}' allows the password grant or the implicit flow, which the stand-in refuses (RFC 9700 2.1.2 and 2.4).");
            if (client.ServiceAccountsEnabled && users.All(u => u.ServiceAccountClientId != client.ClientId)) throw Fail($"the client '{client.ClientId}' has a service account, but no user with serviceAccountClientId '{client.ClientId}'.");
            Scope[] Named(string[]? names) => [.. (names ?? []).Select(n => scopes.GetValueOrDefault(n) ?? throw Fail($"the client '{client.ClientId}' uses the client scope '{n}', which the realm does not define."))];
            var own = client.Attributes?.GetValueOrDefault("access.token.lifespan");
            return new(
                client.ClientId, client.Secret, client.BearerOnly, client.StandardFlowEnabled, client.ServiceAccountsEnabled, client.RedirectUris ?? [],
                client.Attributes?.GetValueOrDefault("post.logout.redirect.uris")?.Split("##") ?? [],
                client.Attributes?.GetValueOrDefault("access.token.header.type.rfc9068") == "true" ? "at+jwt" : "JWT",
                own is null ? lifespan : Seconds($"access.token.lifespan of the client '{client.ClientId}'", int.TryParse(own, out var seconds) ? seconds : 0),
                Named(client.DefaultClientScopes ?? json.DefaultDefaultClientScopes), Named(client.OptionalClientScopes ?? json.DefaultOptionalClientScopes),
                [.. (client.ProtocolMappers ?? []).Select(m => Mapper.Compile(m, $"client '{client.ClientId}'", Fail))]);
        }
    }

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}")]
    private static partial Regex Variable();

    private sealed record RealmJson(
        string? Realm, string? DisplayName, bool RevokeRefreshToken, int RefreshTokenMaxReuse, RolesJson? Roles, NameJson[]? Groups, ScopeJson[]? ClientScopes, ClientJson[]? Clients,
        UserJson[]? Users, string[]? DefaultDefaultClientScopes, string[]? DefaultOptionalClientScopes,
        int AccessTokenLifespan = 300, int SsoSessionIdleTimeout = 1800, int SsoSessionMaxLifespan = 36000);

    private sealed record RolesJson(NameJson[]? Realm);

    private sealed record NameJson(string Name);

    private sealed record ScopeJson(string Name, Dictionary<string, string>? Attributes, MapperJson[]? ProtocolMappers);

    private sealed record ClientJson(
        string ClientId, string? Secret, Dictionary<string, string>? Attributes, string[]? RedirectUris, string[]? DefaultClientScopes, string[]? OptionalClientScopes, MapperJson[]? ProtocolMappers,
        bool BearerOnly, bool ServiceAccountsEnabled, bool DirectAccessGrantsEnabled, bool ImplicitFlowEnabled, bool Enabled = true, bool StandardFlowEnabled = true);

    private sealed record UserJson(
        string? Id, string Username, string? Email, string? FirstName, string? LastName, CredentialJson[]? Credentials, string[]? RealmRoles, string[]? Groups, string? ServiceAccountClientId, bool Enabled);

    private sealed record CredentialJson(string Type, string Value);
}

internal sealed record MapperJson(string ProtocolMapper, Dictionary<string, string>? Config);

internal sealed record User(
    string Id, string Username, string? Email, string? FirstName, string? LastName, string[] Roles, string[] Groups, string? Password, string? ServiceAccountClientId);

internal sealed record Scope(string Name, bool InToken, Mapper[] Mappers);

internal sealed record Client(
    string Id, string? Secret, bool BearerOnly, bool Login, bool ServiceAccount, string[] RedirectUris, string[] PostLogoutRedirectUris, string AccessTokenType, TimeSpan AccessTokenLifespan,
    Scope[] DefaultScopes, Scope[] OptionalScopes, Mapper[] Mappers)
{
    /// <summary>The client scopes that take part: all default ones, and of the optional ones those that were asked for.</summary>
    public IEnumerable<Scope> Granted(IEnumerable<string> requested) => [.. DefaultScopes, .. OptionalScopes.Where(s => requested.Contains(s.Name))];

    /// <summary>The <c>scope</c> of an answer: <c>openid</c> where asked for, then what shows itself there.</summary>
    public string ScopeText(IReadOnlyCollection<string> requested) =>
        string.Join(' ', [.. requested.Where(s => s == "openid"), .. Granted(requested).Where(s => s.InToken).Select(s => s.Name)]);

    public bool Knows(string scope) => scope == "openid" || DefaultScopes.Concat(OptionalScopes).Any(s => s.Name == scope);

    /// <summary>The claims that the mappers put into a kind of token: <c>access</c>, <c>id</c> or <c>userinfo</c>.</summary>
    public Dictionary<string, object> Claims(string kind, IEnumerable<string> requested, User user, long? authTime)
    {
        var claims = new Dictionary<string, object>();
        foreach (var mapper in Granted(requested).SelectMany(s => s.Mappers).Concat(Mappers).Where(m => m.In(kind)))
        {
            if (mapper.Value(user, authTime) is not { } value) continue;
            claims[mapper.Claim] = mapper.Claim == "aud" && claims.TryGetValue("aud", out var other) ? ((string[])other).Union((string[])value).ToArray() : value;
        }

        if (claims.GetValueOrDefault("aud") is string[] { Length: 1 } single) claims["aud"] = single[0];
        return claims;
    }
}
