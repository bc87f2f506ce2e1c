namespace AuthDemo.StandIn.Realms;

/// <summary>What a realm file says, checked: who there is, and what they get.</summary>
/// <param name="SessionIdle">How long a session lives while nobody uses it.</param>
/// <param name="SessionMax">How long a session lives at most.</param>
/// <param name="PushedRequestLifetime">How long a login may take whose request was pushed (RFC 9126).</param>
/// <param name="RotateRefreshTokens">Whether a refresh token can be used once only.</param>
public sealed record Realm(
    string Name,
    string Title,
    TimeSpan SessionIdle,
    TimeSpan SessionMax,
    TimeSpan PushedRequestLifetime,
    bool RotateRefreshTokens,
    Levels Levels,
    IReadOnlyList<User> Users,
    IReadOnlyDictionary<string, ClientScope> Scopes,
    IReadOnlyDictionary<string, Client> Clients)
{
    /// <summary>Those who can log in.</summary>
    public IEnumerable<User> People => Users.Where(user => user.Password is not null);

    public User? FindUser(string? id) => Users.FirstOrDefault(user => user.Id == id);

    /// <summary>The person with this user name or email address, without the blanks that keyboards add, as at Keycloak.</summary>
    public User? FindPerson(string? name) => People.FirstOrDefault(user =>
        new[] { user.Username, user.Email }.Contains(name?.Trim(' ') ?? "", StringComparer.OrdinalIgnoreCase));

    public Client? FindClient(string? id) => id is null ? null : Clients.GetValueOrDefault(id);

    public User ServiceAccountOf(Client client) => Users.First(user => user.ServiceAccountClientId == client.Id);
}

/// <summary>A person, or the service account of a client.</summary>
/// <param name="Id">The <c>sub</c> of its tokens.</param>
/// <param name="OtpSecret">What the one-time codes are made of; null where there are none.</param>
public sealed record User(
    string Id,
    string Username,
    string? Email,
    string? FirstName,
    string? LastName,
    string[] Roles,
    string[] Groups,
    string? Password,
    byte[]? OtpSecret,
    string? ServiceAccountClientId);

/// <summary>A named set of mappers, which a client has always (default) or on request (optional).</summary>
/// <param name="InToken">Whether the <c>scope</c> of a token names it.</param>
public sealed record ClientScope(string Name, bool InToken, IReadOnlyList<ProtocolMapper> Mappers);
