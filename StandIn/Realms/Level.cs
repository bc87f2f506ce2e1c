namespace AuthDemo.StandIn.Realms;

/// <summary>An authentication level (OpenID Connect Core, section 2).</summary>
/// <param name="Acr">The value of <c>acr_values</c> and of the claim <c>acr</c>.</param>
/// <param name="Amr">The authentication methods (RFC 8176).</param>
public sealed record Level(string Acr, params string[] Amr);

/// <summary>The authentication levels of a realm: a password and, if the login flow has one, a one-time code after it.</summary>
/// <param name="SingleSignOn">The level of an existing session, without entering either.</param>
public sealed record Levels(Level Password, Level? Code, Level SingleSignOn)
{
    /// <summary>Keycloak's default login flow and level names.</summary>
    public static readonly Levels BuiltIn = new(new Level("1"), Code: null, new Level("0"));

    /// <summary>The login flow of <see cref="LoginFlow"/>.</summary>
    public static readonly Levels PasswordAndCode = new(Password: new("password", "pwd"), new("mfa", "pwd", "otp"), new("password", "pwd"));

    public IEnumerable<Level> All => new[] { Password, Code, SingleSignOn }.OfType<Level>().DistinctBy(level => level.Acr);

    public Level? Find(string? acr) => All.FirstOrDefault(level => level.Acr == acr);
}
