namespace AuthDemo.Web.Login;

/// <summary>The users of the sample, as defined in the realm; a test compares them.</summary>
public static class Personas
{
    /// <summary>An anonymous visitor.</summary>
    public const string Nobody = "nobody";

    /// <summary>A regular user of engineering.</summary>
    public const string Alice = "alice";

    /// <summary>A regular user of facilities.</summary>
    public const string Bob = "bob";

    /// <summary>The administrator.</summary>
    public const string Admin = "admin";

    /// <summary>The personas that can log in.</summary>
    public static IReadOnlyList<string> People { get; } = [Alice, Bob, Admin];

    public static IReadOnlyList<string> All { get; } = [Nobody, .. People];

    /// <summary>The name for traces: low cardinality.</summary>
    public static string Known(string? name) => All.Contains(name) ? name! : "other";
}
