using System.Text.Json.Nodes;
using OtpNet;

namespace AuthDemo.StandIn.Realms;

/// <summary>A person, or the service account of a client.</summary>
public sealed record User(
    string Username,
    string? Id = null,
    string? Email = null,
    string? FirstName = null,
    string? LastName = null,
    UserCredential[]? Credentials = null,
    string[]? RealmRoles = null,
    string[]? Groups = null,
    string? ServiceAccountClientId = null,
    bool Enabled = false)
{
    /// <summary>The <c>sub</c> of its tokens: the same after a restart.</summary>
    public string Subject => Id ?? Username;

    public bool HasHashedPassword => Find("password") is { Value: null };

    public string? Password => Find("password")?.Value;

    /// <summary>What the one-time codes are made of; null where there are none.</summary>
    public byte[]? OtpSecret =>
        Find("otp")?.SecretData is { } secret ? Base32Encoding.ToBytes((string?)JsonNode.Parse(secret)!["value"]) : null;

    private UserCredential? Find(string type) => Credentials?.FirstOrDefault(credential => credential.Type == type);
}

/// <param name="SecretData">A JSON text of its own.</param>
public sealed record UserCredential(string Type, string? Value = null, string? SecretData = null);
