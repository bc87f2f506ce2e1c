using System.Text.Json;

namespace AuthDemo.StandIn.Realms;

/// <summary>Settings of Keycloak's that change what a realm does, and that the stand-in knows with one value only.</summary>
internal static class KnownSettings
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["realm.bruteForceProtected"] = "false",
        ["realm.defaultSignatureAlgorithm"] = "RS256",
        ["realm.duplicateEmailsAllowed"] = "false",
        ["realm.loginWithEmailAllowed"] = "true",
        ["realm.otpPolicyCodeReusable"] = "false",
        ["realm.otpPolicyLookAheadWindow"] = "1",
        ["realm.refreshTokenMaxReuse"] = "0",
        ["realm.registrationAllowed"] = "false",
        ["realm.rememberMe"] = "false",
        ["realm.resetPasswordAllowed"] = "false",
        ["composites.client"] = "{}",
        ["group.subGroups"] = "[]",
        ["client.authenticationFlowBindingOverrides"] = "{}",
        ["client.authorizationServicesEnabled"] = "false",
        ["client.clientAuthenticatorType"] = "client-secret",
        ["client.consentRequired"] = "false",
        ["client.directAccessGrantsEnabled"] = "false", // the password grant (RFC 9700, section 2.4)
        ["client.fullScopeAllowed"] = "true",
        ["client.implicitFlowEnabled"] = "false", // RFC 9700, section 2.1.2
        ["client.protocol"] = "openid-connect",
        ["client.publicClient"] = "false",
        ["client.webOrigins"] = "[]", // there is no CORS
        ["client attribute.access.token.signed.response.alg"] = "RS256",
        ["client attribute.client.use.lightweight.access.token.enabled"] = "false",
        ["client attribute.client_credentials.use_refresh_token"] = "false",
        ["client attribute.default.acr.values"] = "",
        ["client attribute.dpop.bound.access.tokens"] = "false",
        ["client attribute.id.token.signed.response.alg"] = "RS256",
        ["client attribute.minimum.acr.value"] = "",
        ["client attribute.pkce.code.challenge.method"] = "S256",
        ["client attribute.require.pushed.authorization.requests"] = "false",
        ["client attribute.tls.client.certificate.bound.access.tokens"] = "false",
        ["client attribute.use.refresh.tokens"] = "true",
        ["user.requiredActions"] = "[]",
        ["credential.temporary"] = "false",
    };

    /// <returns>What is wrong with one of them, or null.</returns>
    public static string? FindProblem(string kind, PartJson part) => FindProblem(kind, part.Others.Select(setting => KeyValuePair.Create(
        setting.Key, setting.Value.ValueKind == JsonValueKind.String ? setting.Value.GetString()! : setting.Value.GetRawText())));

    /// <inheritdoc cref="FindProblem(string, PartJson)"/>
    public static string? FindProblem(string kind, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var (name, value) = settings.FirstOrDefault(setting =>
            Values.TryGetValue($"{kind}.{setting.Key}", out var known) && known != setting.Value.Replace(" ", ""));
        return name is null ? null : $"has {name} = {value}, and the stand-in knows '{Values[$"{kind}.{name}"]}' only";
    }
}
