using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuthDemo.StandIn.Realms;

// The parts of Keycloak's realm files that the stand-in reads, with Keycloak's names and defaults.

/// <summary>A part of a realm file. What the stand-in has no property for is among the others.</summary>
internal abstract record PartJson
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Others { get; init; } = [];
}

internal sealed record RealmJson(
    string? Realm,
    string? DisplayName,
    RolesJson? Roles,
    GroupJson[]? Groups,
    ScopeJson[]? ClientScopes,
    string[]? DefaultDefaultClientScopes,
    string[]? DefaultOptionalClientScopes,
    ClientJson[]? Clients,
    UserJson[]? Users,
    Dictionary<string, string>? Attributes,
    string? BrowserFlow,
    FlowJson[]? AuthenticationFlows,
    AuthenticatorConfigJson[]? AuthenticatorConfig,
    bool Enabled,
    bool RevokeRefreshToken,
    int AccessTokenLifespan = 300,
    int SsoSessionIdleTimeout = 1800,
    int SsoSessionMaxLifespan = 36000) : PartJson;

internal sealed record RolesJson(RoleJson[]? Realm);

internal sealed record RoleJson(string Name, CompositesJson? Composites) : PartJson;

/// <summary>The roles that a role brings with it.</summary>
internal sealed record CompositesJson(string[]? Realm) : PartJson;

internal sealed record GroupJson(string Name, string[]? RealmRoles) : PartJson;

internal sealed record ScopeJson(string Name, Dictionary<string, string>? Attributes, MapperJson[]? ProtocolMappers) : PartJson;

internal sealed record MapperJson(string ProtocolMapper, Dictionary<string, string>? Config);

internal sealed record ClientJson(
    string ClientId,
    string? Secret,
    string? BaseUrl,
    Dictionary<string, string>? Attributes,
    string[]? RedirectUris,
    string[]? DefaultClientScopes,
    string[]? OptionalClientScopes,
    MapperJson[]? ProtocolMappers,
    bool BearerOnly,
    bool ServiceAccountsEnabled,
    bool Enabled = true,
    bool StandardFlowEnabled = true) : PartJson;

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
    bool Enabled) : PartJson;

internal sealed record CredentialJson(string Type, string? Value, string? SecretData, string? CredentialData) : PartJson;

/// <summary>The <c>credentialData</c> of a one-time code, a JSON text of its own.</summary>
internal sealed record OtpJson(string? SubType, int Digits, int Period, string? Algorithm, string? SecretEncoding);

/// <summary>The <c>secretData</c> of a credential, likewise.</summary>
internal sealed record SecretJson(string Value);

internal sealed record FlowJson(string Alias, ExecutionJson[] AuthenticationExecutions);

/// <summary>A step of a flow: a form or a condition with its settings, or a flow within it.</summary>
internal sealed record ExecutionJson(
    int Priority, string Requirement, string? Authenticator, string? AuthenticatorConfig, string? FlowAlias);

internal sealed record AuthenticatorConfigJson(string Alias, Dictionary<string, string> Config);
