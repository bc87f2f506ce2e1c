namespace AuthDemo.StandIn.Realms;

/// <summary>The levels of authentication of a realm: a password and, where its login flow asks for one, a code after it.</summary>
/// <param name="SingleSignOn">What a session is worth without being asked for either, where that is less than a password.</param>
public sealed record Levels(Level Password, Level? Code, Level? SingleSignOn)
{
    public IEnumerable<Level> All => new[] { Password, Code, SingleSignOn }.OfType<Level>();
}

/// <summary>How strongly somebody has logged in (OpenID Connect Core, section 2).</summary>
/// <param name="Acr">Its name in <c>acr_values</c> and in the claim <c>acr</c>.</param>
/// <param name="Amr">What was given to reach it (RFC 8176).</param>
/// <param name="MaxAge">How long a request that asks for this level is content with it.</param>
public sealed record Level(string Acr, string[] Amr, TimeSpan MaxAge);
