namespace AuthDemo.StandIn.Realms;

/// <summary>How strongly somebody has logged in (OpenID Connect Core, section 2).</summary>
/// <param name="Acr">Its name in <c>acr_values</c> and in the claim <c>acr</c>.</param>
/// <param name="Amr">What was given to reach it (RFC 8176).</param>
public sealed record Level(string Acr, params string[] Amr);

/// <summary>The levels of authentication of a realm: a password and, where its login flow asks for one, a code after it.</summary>
/// <param name="SingleSignOn">What a session is worth without being asked for either.</param>
public sealed record Levels(Level Password, Level? Code, Level SingleSignOn)
{
    /// <summary>Keycloak's own login flow, with the names that it gives.</summary>
    public static readonly Levels BuiltIn = new(new Level("1"), Code: null, new Level("0"));

    /// <summary>The login flow of <see cref="LoginFlow"/>.</summary>
    public static readonly Levels PasswordAndCode = new(Password: new("password", "pwd"), new("mfa", "pwd", "otp"), new("password", "pwd"));

    public IEnumerable<Level> All => new[] { Password, Code, SingleSignOn }.OfType<Level>().DistinctBy(level => level.Acr);

    public Level? Find(string? acr) => All.FirstOrDefault(level => level.Acr == acr);
}
