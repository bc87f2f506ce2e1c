using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OtpNet;

namespace AuthDemo.StandIn.Realms;

/// <summary>
/// Reads Keycloak's realm files. A file that cannot be served in full is refused at the start, in one sentence: a client or a claim that
/// is silently missing would be found much later.
/// </summary>
internal sealed partial class RealmFile
{
    private readonly string name;
    private readonly RealmJson json;
    private readonly Dictionary<string, ClientScope> scopes;
    private readonly List<User> users;

    private RealmFile(string name, RealmJson json)
    {
        this.name = name;
        this.json = json;
        scopes = (json.ClientScopes ?? []).Select(ReadScope).ToDictionary(scope => scope.Name);
        users = [.. (json.Users ?? []).Where(user => user.Enabled).Select(ReadUser)];
    }

    /// <summary>Reads every <c>*-realm.json</c> of a folder.</summary>
    /// <exception cref="InvalidDataException">A file or the folder is not usable.</exception>
    public static IReadOnlyList<Realm> ReadAll(string folder)
    {
        try
        {
            var files = Directory.GetFiles(folder, "*-realm.json").Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0)
                throw new InvalidDataException($"There is no *-realm.json file in {folder}: point REALMS at the folder that holds them.");

            var realms = files.Select(Read).ToList();
            if (realms.GroupBy(realm => realm.Name).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
                throw new InvalidDataException($"Two files in {folder} define the realm '{twice}': keep one of them.");
            return realms;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"The realm files in {folder} cannot be read ({e.Message}): point REALMS at the folder that holds the *-realm.json files.");
        }
    }

    private static Realm Read(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            var json = JsonSerializer.Deserialize<RealmJson>(ReplaceVariables(File.ReadAllText(path)), JsonSerializerOptions.Web);
            return new RealmFile(name, json ?? throw new JsonException("it holds nothing.")).ToRealm();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{name} is not a usable realm file: {e.Message}");
        }
    }

    /// <summary>
    /// Puts environment variables in the place of <c>${NAME:default}</c>, as Keycloak does at import. A name that has neither a value nor a
    /// default stays as it is.
    /// </summary>
    private static string ReplaceVariables(string text) => Variable().Replace(text, match =>
    {
        if (Environment.GetEnvironmentVariable(match.Groups["name"].Value) is { Length: > 0 } value)
            return JsonEncodedText.Encode(value).Value;
        return match.Groups["default"].Success ? match.Groups["default"].Value : match.Value;
    });

    private Realm ToRealm()
    {
        if (string.IsNullOrEmpty(json.Realm)) throw Fail("it has no \"realm\" name, so it is no Keycloak realm file.");
        if (!json.Enabled) throw Fail("the realm is not enabled: Keycloak would not serve it.");
        Check("realm", "the realm", json);

        var clients = (json.Clients ?? []).Where(client => client.Enabled).Select(ReadClient).ToDictionary(client => client.Id);
        foreach (var client in clients.Values.Where(client => client.HasServiceAccount))
        {
            if (users.All(user => user.ServiceAccountClientId != client.Id))
                throw Fail($"the client '{client.Id}' has a service account, but no user with serviceAccountClientId '{client.Id}'.");
        }

        var levels = new LoginFlow(json, name).ReadLevels();
        if (users.FirstOrDefault(user => user.Password is not null && (user.OtpSecret is null) == (levels.Code is not null)) is { } person)
        {
            throw Fail($"the login flow asks for one-time codes, and the user '{person.Username}' has none (or the other way round): the "
                + "stand-in has no page to set them up.");
        }

        return new(
            json.Realm,
            json.DisplayName ?? json.Realm,
            Seconds("ssoSessionIdleTimeout", json.SsoSessionIdleTimeout),
            Seconds("ssoSessionMaxLifespan", json.SsoSessionMaxLifespan),
            SecondsIn(json.Attributes, "parRequestUriLifespan") ?? TimeSpan.FromMinutes(1),
            json.RevokeRefreshToken,
            levels,
            users,
            scopes,
            clients);
    }

    private ClientScope ReadScope(ScopeJson scope) => new(
        scope.Name,
        InToken: scope.Attributes?.GetValueOrDefault("include.in.token.scope") != "false",
        ReadMappers(scope.ProtocolMappers, $"client scope '{scope.Name}'"));

    private User ReadUser(UserJson user)
    {
        var owner = $"the user '{user.Username}'";
        Check("user", owner, user);
        foreach (var credential in user.Credentials ?? []) Check("credential", owner, credential);
        var groups = (user.Groups ?? []).Select(path => FindGroup(path, owner)).ToList();
        var password = user.Credentials?.FirstOrDefault(credential => credential.Type == "password");
        if (password is { Value: null }) throw Fail($"{owner} has a password that is hashed, and the stand-in needs its \"value\".");

        return new(
            user.Id ?? ComputeId(user.Username),
            user.Username.ToLowerInvariant(),
            user.Email,
            user.FirstName,
            user.LastName,
            Expand((user.RealmRoles ?? []).Concat(groups.SelectMany(group => group.RealmRoles ?? [])), owner),
            user.Groups ?? [],
            password?.Value,
            user.Credentials?.FirstOrDefault(credential => credential.Type == "otp") is { } otp ? ReadOtpSecret(otp, owner) : null,
            user.ServiceAccountClientId);
    }

    private GroupJson FindGroup(string path, string owner)
    {
        var group = json.Groups?.FirstOrDefault(group => "/" + group.Name == path)
            ?? throw Fail($"{owner} is in the group '{path}', which the realm does not define.");
        Check("group", $"the group '{path}'", group);
        return group;
    }

    /// <summary>The roles, and those that they bring with them.</summary>
    private string[] Expand(IEnumerable<string> roles, string owner)
    {
        var all = new HashSet<string>();
        foreach (var role in roles) Add(role);
        return [.. all];

        void Add(string name)
        {
            var role = json.Roles?.Realm?.FirstOrDefault(role => role.Name == name)
                ?? throw Fail($"{owner} has the role '{name}', which the realm does not define.");
            if (role.Composites is not null) Check("composites", $"the role '{name}'", role.Composites);
            if (!all.Add(name)) return;
            foreach (var included in role.Composites?.Realm ?? []) Add(included);
        }
    }

    private byte[] ReadOtpSecret(CredentialJson credential, string owner)
    {
        if (Parse<OtpJson>(credential.CredentialData)
            is not { SubType: "totp", Digits: 6, Period: 30, Algorithm: "HmacSHA1", SecretEncoding: "BASE32" })
        {
            throw Fail($"{owner} has a one-time code other than totp, 6 digits, 30 seconds, HmacSHA1 and a BASE32 secret, "
                + "which the stand-in does not know.");
        }

        return Base32Encoding.ToBytes(Parse<SecretJson>(credential.SecretData)!.Value);

        static T? Parse<T>(string? json) => JsonSerializer.Deserialize<T>(json ?? "null", JsonSerializerOptions.Web);
    }

    private Client ReadClient(ClientJson client)
    {
        var owner = $"the client '{client.ClientId}'";
        Check("client", owner, client);
        var attributes = client.Attributes ?? [];
        if (KnownSettings.FindProblem("client attribute", attributes) is { } problem) throw Fail($"{owner} {problem}.");
        if (!client.BearerOnly && string.IsNullOrEmpty(client.Secret)) throw Fail($"{owner} has no secret.");

        return new(
            client.ClientId,
            client.Secret,
            CanLogIn: client.StandardFlowEnabled && !client.BearerOnly,
            client.ServiceAccountsEnabled,
            client.BaseUrl is null ? null : RequireAddress(client.BaseUrl, owner),
            [.. (client.RedirectUris ?? []).Select(uri => RequireAddress(uri, owner))],
            [.. (attributes.GetValueOrDefault("post.logout.redirect.uris")?.Split("##") ?? []).Select(uri => RequireAddress(uri, owner))],
            AccessTokenType: attributes.GetValueOrDefault("access.token.header.type.rfc9068") == "true" ? "at+jwt" : "JWT",
            SecondsIn(attributes, "access.token.lifespan") ?? Seconds("accessTokenLifespan", json.AccessTokenLifespan),
            FindScopes(client, client.DefaultClientScopes ?? json.DefaultDefaultClientScopes),
            FindScopes(client, client.OptionalClientScopes ?? json.DefaultOptionalClientScopes),
            ReadMappers(client.ProtocolMappers, $"client '{client.ClientId}'"));
    }

    private string RequireAddress(string uri, string owner) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !uri.Contains('*')
            ? uri
            : throw Fail($"{owner} has the address '{uri}', and the stand-in knows whole http addresses only, without *.");

    private List<ClientScope> FindScopes(ClientJson client, string[]? names) =>
        [.. (names ?? []).Select(scope => scopes.GetValueOrDefault(scope)
            ?? throw Fail($"the client '{client.ClientId}' uses the client scope '{scope}', which the realm does not define."))];

    private List<ProtocolMapper> ReadMappers(MapperJson[]? mappers, string owner) =>
        [.. (mappers ?? []).Select(mapper => ProtocolMapper.Read(mapper, $"{name}: {owner}"))];

    /// <summary>The id of a user that the file gives none: the same at every start.</summary>
    private string ComputeId(string username) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{json.Realm}/{username}")).AsSpan(0, 16)).ToString();

    private TimeSpan Seconds(string setting, int value) =>
        value > 0 ? TimeSpan.FromSeconds(value) : throw Fail($"{setting} has to be a number of seconds above 0.");

    private void Check(string kind, string owner, PartJson part)
    {
        if (KnownSettings.FindProblem(kind, part) is { } problem) throw Fail($"{owner} {problem}.");
    }

    private TimeSpan? SecondsIn(Dictionary<string, string>? attributes, string setting) =>
        attributes?.GetValueOrDefault(setting) is { } text ? Seconds(setting, int.TryParse(text, out var seconds) ? seconds : 0) : null;

    private InvalidDataException Fail(string problem) => new($"{name}: {problem}");

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:(?<default>[^}]*))?\}")]
    private static partial Regex Variable();
}
