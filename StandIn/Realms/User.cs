using System.Text.Json.Nodes;
using OtpNet;

namespace AuthDemo.StandIn.Realms;

/// <summary>A user, or the service account of a client.</summary>
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
    /// <summary>The <c>sub</c> of the user's tokens, which does not change at a restart.</summary>
    public string Subject => Id ?? Username;

    public bool HasHashedPassword => Find("password") is { Value: null };

    public string? Password => Find("password")?.Value;

    /// <summary>The secret of the one-time codes; null if there is none.</summary>
    public byte[]? OtpSecret =>
        Find("otp")?.SecretData is { } secret ? Base32Encoding.ToBytes((string?)JsonNode.Parse(secret)!["value"]) : null;

    private UserCredential? Find(string type) => Credentials?.FirstOrDefault(credential => credential.Type == type);
}

/// <param name="SecretData">JSON in a string.</param>
public sealed record UserCredential(string Type, string? Value = null, string? SecretData = null);
