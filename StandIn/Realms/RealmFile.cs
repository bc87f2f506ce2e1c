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
    /// <exception cref="SettingException">A file or the folder is not usable.</exception>
    public static IReadOnlyList<Realm> ReadAll(string folder)
    {
        try
        {
            var files = Directory.GetFiles(folder, "*-realm.json").Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0)
                throw new SettingException($"There is no *-realm.json file in {folder}: point REALMS at the folder that holds them.");

            var realms = files.Select(Read).ToList();
            if (realms.GroupBy(realm => realm.Name).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
                throw new SettingException($"Two files in {folder} define the realm '{twice}': keep one of them.");
            return realms;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(
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
            throw new SettingException($"{name} is not a usable realm file: {e.Message}");
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
        if (json is { RevokeRefreshToken: true, RefreshTokenMaxReuse: not 0 })
            throw Fail("refreshTokenMaxReuse above 0 is not known to the stand-in.");

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
        var roles = user.RealmRoles ?? [];
        if (roles.Except((json.Roles?.Realm ?? []).Select(role => role.Name)).FirstOrDefault() is { } role)
            throw Fail($"the user '{user.Username}' has the role '{role}', which the realm does not define.");

        var groups = user.Groups ?? [];
        if (groups.Except((json.Groups ?? []).Select(group => "/" + group.Name)).FirstOrDefault() is { } group)
            throw Fail($"the user '{user.Username}' is in the group '{group}', which the realm does not define.");

        return new(
            user.Id ?? ComputeId(user.Username),
            user.Username.ToLowerInvariant(),
            user.Email,
            user.FirstName,
            user.LastName,
            roles,
            groups,
            user.Credentials?.FirstOrDefault(credential => credential.Type == "password")?.Value,
            user.Credentials?.FirstOrDefault(credential => credential.Type == "otp") is { } otp ? ReadOtpSecret(otp, user.Username) : null,
            user.ServiceAccountClientId);
    }

    private byte[] ReadOtpSecret(CredentialJson credential, string owner)
    {
        if (Parse<OtpJson>(credential.CredentialData)
            is not { SubType: "totp", Digits: 6, Period: 30, Algorithm: "HmacSHA1", SecretEncoding: "BASE32" })
        {
            throw Fail($"the user '{owner}' has a one-time code other than totp, 6 digits, 30 seconds, HmacSHA1 and a BASE32 secret, "
                + "which the stand-in does not know.");
        }

        return Base32Encoding.ToBytes(Parse<SecretJson>(credential.SecretData)!.Value);

        static T? Parse<T>(string? json) => JsonSerializer.Deserialize<T>(json ?? "null", JsonSerializerOptions.Web);
    }

    private Client ReadClient(ClientJson client)
    {
        if (client.DirectAccessGrantsEnabled || client.ImplicitFlowEnabled)
        {
            throw Fail($"the client '{client.ClientId}' allows the password grant or the implicit flow, which the stand-in refuses "
                + "(RFC 9700, sections 2.1.2 and 2.4).");
        }

        if (client.WebOrigins is { Length: > 0 })
            throw Fail($"the client '{client.ClientId}' has webOrigins, but the stand-in does not know CORS.");
        if (client.PublicClient)
            throw Fail($"the client '{client.ClientId}' is public, but the stand-in knows clients with a secret only.");
        if (!client.BearerOnly && string.IsNullOrEmpty(client.Secret)) throw Fail($"the client '{client.ClientId}' has no secret.");

        return new(
            client.ClientId,
            client.Secret,
            CanLogIn: client.StandardFlowEnabled && !client.BearerOnly,
            client.ServiceAccountsEnabled,
            client.BaseUrl,
            client.RedirectUris ?? [],
            client.Attributes?.GetValueOrDefault("post.logout.redirect.uris")?.Split("##") ?? [],
            AccessTokenType: client.Attributes?.GetValueOrDefault("access.token.header.type.rfc9068") == "true" ? "at+jwt" : "JWT",
            SecondsIn(client.Attributes, "access.token.lifespan") ?? Seconds("accessTokenLifespan", json.AccessTokenLifespan),
            FindScopes(client, client.DefaultClientScopes ?? json.DefaultDefaultClientScopes),
            FindScopes(client, client.OptionalClientScopes ?? json.DefaultOptionalClientScopes),
            ReadMappers(client.ProtocolMappers, $"client '{client.ClientId}'"));
    }

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

    private TimeSpan? SecondsIn(Dictionary<string, string>? attributes, string setting) =>
        attributes?.GetValueOrDefault(setting) is { } text ? Seconds(setting, int.TryParse(text, out var seconds) ? seconds : 0) : null;

    private SettingException Fail(string problem) => new($"{name}: {problem}");

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:(?<default>[^}]*))?\}")]
    private static partial Regex Variable();
}
