using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>The expected answers of one scenario, by persona; null for one who cannot run it.</summary>
public sealed record Expectations(Expectation? Nobody, Expectation? Alice, Expectation? Bob, Expectation? Admin)
{
    /// <summary>The same answer for everybody.</summary>
    public Expectations(Expectation everybody) : this(everybody, everybody, everybody, everybody)
    {
    }

    /// <summary>The same answer for everybody who is logged in.</summary>
    public Expectations(Expectation? nobody, Expectation? people) : this(nobody, people, people, people)
    {
    }

    /// <summary>The same answer for alice and bob.</summary>
    public Expectations(Expectation? nobody, Expectation? users, Expectation? admin) : this(nobody, users, users, admin)
    {
    }

    /// <summary>The expected answers that differ from each other.</summary>
    public IEnumerable<Expectation> Different() => Personas.All.Select(For).OfType<Expectation>().Distinct();

    /// <summary>The expected answer for a persona; null for one that is not in the table.</summary>
    public Expectation? For(string persona) => persona switch
    {
        Personas.Nobody => Nobody,
        Personas.Alice => Alice,
        Personas.Bob => Bob,
        Personas.Admin => Admin,
        _ => null,
    };
}

/// <summary>An answer as the standards want it.</summary>
/// <param name="Reason">The word for the refusal; null for a success.</param>
/// <param name="Challenge">
/// What <c>WWW-Authenticate</c> must say at least: the scheme, then each parameter that matters, with <c>*</c> for a value that is a
/// setting; null when there must be none.
/// </param>
/// <param name="Clause">The clause that says so.</param>
public sealed record Expectation(int Status, string? Reason, string? Challenge, string Clause)
{
    /// <summary>Why this is the answer; shown once it is there.</summary>
    public string Why { get; init; } = "";

    public Expectation Because(string why) => this with { Why = why };

    /// <summary>Whether an answer is the expected one.</summary>
    public bool Fits(int status, string? reason, Http.Challenge? challenge)
    {
        if (status != Status || reason != Reason) return false;
        if (Challenge is null || challenge is null) return Challenge is null && challenge is null;
        var wanted = Http.Challenge.Parse(Challenge)[0];
        // An error code must not appear where none is expected (RFC 6750, section 3.1).
        return wanted.Scheme == challenge.Scheme
            && wanted["error"] == challenge["error"]
            && wanted.Parameters.All(p => p.Value == "*" ? challenge[p.Name] is { Length: > 0 } : challenge[p.Name] == p.Value);
    }
}
