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
