using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AuthDemo.StandIn.Realms;

/// <summary>
/// Reads Keycloak's realm files. A file with unsupported settings fails at startup, because a missing client or claim would be noticed much
/// later.
/// </summary>
public static partial class RealmFile
{
    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Settings for which only one value is supported.</summary>
    private static readonly Dictionary<string, string> KnownValues = new()
    {
        [".bruteForceProtected"] = "false",
        [".defaultSignatureAlgorithm"] = "RS256",
        [".duplicateEmailsAllowed"] = "false",
        [".enabled"] = "true",
        [".loginWithEmailAllowed"] = "true",
        [".otpPolicyCodeReusable"] = "false",
        [".otpPolicyLookAheadWindow"] = "1",
        [".refreshTokenMaxReuse"] = "0",
        [".registrationAllowed"] = "false",
        [".rememberMe"] = "false",
        [".resetPasswordAllowed"] = "false",
        [".ssoSessionIdleTimeout"] = "1800",
        [".ssoSessionMaxLifespan"] = "36000",
        [".attributes.acr.loa.map"] = """{"password":1,"mfa":2}""",
        [".roles.realm.composites.client"] = "{}",
        [".groups.subGroups"] = "[]",
        [".clients.authenticationFlowBindingOverrides"] = "{}",
        [".clients.authorizationServicesEnabled"] = "false",
        [".clients.clientAuthenticatorType"] = "client-secret",
        [".clients.consentRequired"] = "false",
        [".clients.directAccessGrantsEnabled"] = "false", // the password grant (RFC 9700, section 2.4)
        [".clients.fullScopeAllowed"] = "true",
        [".clients.implicitFlowEnabled"] = "false", // RFC 9700, section 2.1.2
        [".clients.protocol"] = "openid-connect",
        [".clients.publicClient"] = "false",
        [".clients.webOrigins"] = "[]", // there is no CORS
        [".clients.attributes.access.token.signed.response.alg"] = "RS256",
        [".clients.attributes.client.use.lightweight.access.token.enabled"] = "false",
        [".clients.attributes.client_credentials.use_refresh_token"] = "false",
        [".clients.attributes.default.acr.values"] = "",
        [".clients.attributes.dpop.bound.access.tokens"] = "false",
        [".clients.attributes.id.token.signed.response.alg"] = "RS256",
        [".clients.attributes.minimum.acr.value"] = "",
        [".clients.attributes.pkce.code.challenge.method"] = "S256",
        [".clients.attributes.require.pushed.authorization.requests"] = "false",
        [".clients.attributes.tls.client.certificate.bound.access.tokens"] = "false",
        [".clients.attributes.use.refresh.tokens"] = "true",
        [".users.requiredActions"] = "[]",
        [".users.credentials.temporary"] = "false",
        [".users.credentials.credentialData"] =
            """{"subType":"totp","digits":6,"period":30,"algorithm":"HmacSHA1","secretEncoding":"BASE32"}""",
    };

    /// <summary>Reads every <c>*-realm.json</c> of a folder.</summary>
    /// <exception cref="InvalidDataException">The folder or a file is invalid.</exception>
    public static IReadOnlyList<Realm> ReadAll(string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*-realm.json") : [];
        if (files.Length == 0)
            throw new InvalidDataException($"There is no *-realm.json file in {folder}: point REALMS at the folder that holds them.");

        return [.. files.Order(StringComparer.Ordinal).Select(Read)];
    }

    private static Realm Read(string path)
    {
        try
        {
            var json = JsonNode.Parse(ReplaceVariables(File.ReadAllText(path)));
            RequireKnownValues(json, "");
            var realm = json.Deserialize<Realm>(Options)!;
            realm = realm with
            {
                Clients = [.. realm.Clients.Where(client => client.Enabled)],
                Users = [.. realm.Users.Where(user => user.Enabled)
                    .Select(user => user with { Username = user.Username.ToLowerInvariant() })],
            };
            foreach (var user in realm.Users) realm.RolesOf(user);
            foreach (var client in realm.Clients) realm.ScopeText(client, []);
            return FindProblem(realm) is { } problem ? throw new InvalidDataException(problem) : realm;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} cannot be served by the stand-in: {e.Message}");
        }
    }

    /// <summary>
    /// Replaces <c>${NAME:default}</c> with environment variables, as Keycloak does at import. A name with neither a value nor a default is
    /// kept.
    /// </summary>
    private static string ReplaceVariables(string text) => Variable().Replace(text, match =>
        Environment.GetEnvironmentVariable(match.Groups["name"].Value) is { Length: > 0 } value ? JsonEncodedText.Encode(value).Value
        : match.Groups["default"].Success ? match.Groups["default"].Value
        : match.Value);

    private static void RequireKnownValues(JsonNode? json, string path)
    {
        if (json is not null && KnownValues.TryGetValue(path, out var known) && json.ToString().Replace(" ", "") != known)
            throw new InvalidDataException($"{json.GetPath()} is {json.ToJsonString()}, and only '{known}' is known.");
        foreach (var (name, value) in json as JsonObject ?? []) RequireKnownValues(value, $"{path}.{name}");
        foreach (var item in json as JsonArray ?? []) RequireKnownValues(item, path);
    }

    private static string? FindProblem(Realm realm)
    {
        string?[] problems =
        [
            realm.BrowserFlow is null or "browser" || LoginFlow.Describe(realm, realm.BrowserFlow) == LoginFlow.Known ? null
                : $"the browserFlow '{realm.BrowserFlow}' is not known, which would be {LoginFlow.Known}.",
            .. from mapper in realm.Clients.SelectMany(client => client.ProtocolMappers ?? [])
                   .Concat((realm.ClientScopes ?? []).SelectMany(scope => scope.ProtocolMappers ?? []))
               where mapper.Claim is null
               select $"the protocol mapper {mapper} is not known.",
            .. from client in realm.Clients
               where string.IsNullOrEmpty(client.Secret) && !client.BearerOnly
               select $"the client '{client.Id}' has no secret.",
            .. from client in realm.Clients
               where client.HasServiceAccount && realm.ServiceAccountOf(client) is null
               select $"the client '{client.Id}' has a service account, but no user with its serviceAccountClientId.",
            .. from client in realm.Clients
               where realm.AccessTokenLifespanOf(client) <= TimeSpan.Zero
               select $"accessTokenLifespan and access.token.lifespan have to be a number of seconds above 0.",
            .. from client in realm.Clients
               from address in client.Addresses
               where !Uri.TryCreate(address, UriKind.Absolute, out var uri) || !uri.Scheme.StartsWith("http") || address.Contains('*')
               select $"the client '{client.Id}' has the address '{address}', and has to have whole http addresses, without *.",
            .. from user in realm.Users
               where user.HasHashedPassword
               select $"'{user.Username}' has a password that is hashed, and it needs its \"value\".",
            .. from person in realm.People
               where (person.OtpSecret is null) != (realm.Levels.Code is null)
               select $"'{person.Username}' has one-time codes where the login flow does not ask for them, or the other way round.",
        ];
        return problems.FirstOrDefault(problem => problem is not null);
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:(?<default>[^}]*))?\}")]
    private static partial Regex Variable();
}
