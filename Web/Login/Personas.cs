namespace AuthDemo.Web.Login;

/// <summary>The people between whom one switches. Who they are is defined in the realm; a test holds these names against it.</summary>
public static class Personas
{
    /// <summary>Nobody is logged in.</summary>
    public const string Nobody = "nobody";

    /// <summary>A regular user of engineering.</summary>
    public const string Alice = "alice";

    /// <summary>A regular user of facilities.</summary>
    public const string Bob = "bob";

    /// <summary>The administrator.</summary>
    public const string Admin = "admin";

    /// <summary>Those who can log in.</summary>
    public static IReadOnlyList<string> People { get; } = [Alice, Bob, Admin];

    public static IReadOnlyList<string> All { get; } = [Nobody, .. People];

    /// <summary>A name for traces, of which there shall be few different ones.</summary>
    public static string Known(string? name) => All.Contains(name) ? name! : "other";
}
