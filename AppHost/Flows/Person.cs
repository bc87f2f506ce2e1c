namespace AuthDemo.AppHost.Flows;

/// <summary>Somebody who runs the scenarios.</summary>
/// <param name="Name">The user's name, or nobody's.</param>
/// <param name="Password">The password; null where nobody logs in.</param>
/// <param name="Authenticator">The secret of the authenticator, in Base32; null without one.</param>
internal sealed record Person(string Name, string? Password, string? Authenticator = null)
{
    public static Person Nobody { get; } = new("nobody", null);

    // Never the password, wherever this may be written.
    public override string ToString() => Name;
}
