using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>The expected results of a scenario by persona; null if the persona cannot run it.</summary>
public sealed record Expectations(Expectation? Nobody, Expectation? Alice, Expectation? Bob, Expectation? Admin)
{
    /// <summary>The same result for everybody.</summary>
    public Expectations(Expectation everybody) : this(everybody, everybody, everybody, everybody)
    {
    }

    /// <summary>The same result for everybody who is logged in.</summary>
    public Expectations(Expectation? nobody, Expectation? people) : this(nobody, people, people, people)
    {
    }

    /// <summary>The same result for alice and bob.</summary>
    public Expectations(Expectation? nobody, Expectation? users, Expectation? admin) : this(nobody, users, users, admin)
    {
    }

    /// <summary>The distinct expectations.</summary>
    public IEnumerable<Expectation> Different() => Personas.All.Select(For).OfType<Expectation>().Distinct();

    /// <summary>The expectation for a persona; null if there is none.</summary>
    public Expectation? For(string persona) => persona switch
    {
        Personas.Nobody => Nobody,
        Personas.Alice => Alice,
        Personas.Bob => Bob,
        Personas.Admin => Admin,
        _ => null,
    };
}

/// <summary>An expected response.</summary>
/// <param name="Reason">The reason of the rejection; null for a success.</param>
/// <param name="Challenge">
/// The required parts of <c>WWW-Authenticate</c>: the scheme and parameters, with <c>*</c> for any value; null if there must be no
/// challenge.
/// </param>
/// <param name="Clause">The clause of the standard.</param>
public sealed record Expectation(int Status, string? Reason, string? Challenge, string Clause)
{
    /// <summary>The explanation, shown with the result.</summary>
    public string Why { get; init; } = "";

    public Expectation Because(string why) => this with { Why = why };

    /// <summary>Whether a response is as expected.</summary>
    public bool Fits(int status, string? reason, Http.Challenge? challenge)
    {
        if (status != Status || reason != Reason) return false;
        if (Challenge is null || challenge is null) return Challenge is null && challenge is null;
        var wanted = Http.Challenge.Parse(Challenge)[0];
        // There must be no unexpected error code (RFC 6750, section 3.1).
        return wanted.Scheme == challenge.Scheme
            && wanted["error"] == challenge["error"]
            && wanted.Parameters.All(p => p.Value == "*" ? challenge[p.Name] is { Length: > 0 } : challenge[p.Name] == p.Value);
    }
}
