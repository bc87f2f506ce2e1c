namespace AuthDemo.StandIn.Realms;

// The parts of Keycloak's realm files that the stand-in reads, with Keycloak's names and defaults.

internal sealed record RealmJson(
    string? Realm,
    string? DisplayName,
    RolesJson? Roles,
    NamedJson[]? Groups,
    ScopeJson[]? ClientScopes,
    string[]? DefaultDefaultClientScopes,
    string[]? DefaultOptionalClientScopes,
    ClientJson[]? Clients,
    UserJson[]? Users,
    Dictionary<string, string>? Attributes,
    string? BrowserFlow,
    FlowJson[]? AuthenticationFlows,
    AuthenticatorConfigJson[]? AuthenticatorConfig,
    bool RevokeRefreshToken,
    int RefreshTokenMaxReuse,
    int AccessTokenLifespan = 300,
    int SsoSessionIdleTimeout = 1800,
    int SsoSessionMaxLifespan = 36000);

internal sealed record RolesJson(NamedJson[]? Realm);

internal sealed record NamedJson(string Name);

internal sealed record ScopeJson(string Name, Dictionary<string, string>? Attributes, MapperJson[]? ProtocolMappers);

internal sealed record MapperJson(string ProtocolMapper, Dictionary<string, string>? Config);

internal sealed record ClientJson(
    string ClientId,
    string? Secret,
    string? BaseUrl,
    Dictionary<string, string>? Attributes,
    string[]? RedirectUris,
    string[]? WebOrigins,
    string[]? DefaultClientScopes,
    string[]? OptionalClientScopes,
    MapperJson[]? ProtocolMappers,
    bool BearerOnly,
    bool PublicClient,
    bool ServiceAccountsEnabled,
    bool DirectAccessGrantsEnabled,
    bool ImplicitFlowEnabled,
    bool Enabled = true,
    bool StandardFlowEnabled = true);

internal sealed record UserJson(
    string? Id,
    string Username,
    string? Email,
    string? FirstName,
    string? LastName,
    CredentialJson[]? Credentials,
    string[]? RealmRoles,
    string[]? Groups,
    string? ServiceAccountClientId,
    bool Enabled);

internal sealed record CredentialJson(string Type, string? Value, string? SecretData, string? CredentialData);

/// <summary>The <c>credentialData</c> of a one-time code, a JSON text of its own.</summary>
internal sealed record OtpJson(string? SubType, int Digits, int Period, string? Algorithm, string? SecretEncoding);

/// <summary>The <c>secretData</c> of a credential, likewise.</summary>
internal sealed record SecretJson(string Value);

internal sealed record FlowJson(string Alias, ExecutionJson[] AuthenticationExecutions);

/// <summary>A step of a flow: a form or a condition with its settings, or a flow within it.</summary>
internal sealed record ExecutionJson(
    int Priority, string Requirement, string? Authenticator, string? AuthenticatorConfig, string? FlowAlias);

internal sealed record AuthenticatorConfigJson(string Alias, Dictionary<string, string> Config);
