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

internal sealed record CredentialJson(string Type, string Value);
