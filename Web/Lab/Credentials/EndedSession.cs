namespace AuthDemo.Web.Lab.Credentials;

/// <summary>
/// The access token of a session that was logged out. An ordinary application forgets it; the lab shows that it still works.
/// </summary>
internal sealed record EndedSession(string Persona, string AccessToken, DateTimeOffset Expires)
{
    public override string ToString() => $"the ended session of {Persona}";
}
