using System.Text;

namespace AuthDemo.Web.Lab;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110 11.6.1), taken apart.</summary>
/// <param name="Scheme">The authentication scheme.</param>
/// <param name="Parameters">Its parameters in the order in which they came.</param>
public sealed record Challenge(string Scheme, IReadOnlyList<ChallengeParameter> Parameters)
{
    /// <summary>The value of a parameter, or null. Names are compared without regard to case (RFC 9110 11.2).</summary>
    /// <param name="name">The parameter's name.</param>
    public string? this[string name] => Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>Reads a header value: one or more challenges, separated by commas as their parameters are. What cannot be read is left out.</summary>
    /// <param name="header">The header's value.</param>
    public static IReadOnlyList<Challenge> Parse(string header)
    {
        var challenges = new List<(string Scheme, List<ChallengeParameter> Parameters)>();
        var at = 0;
        while (at < header.Length)
        {
            Skip(header, ref at, ' ', '\t', ',');
            var word = Token(header, ref at);
            if (word.Length == 0)
            {
                at++;
                continue;
            }

            var afterWord = at;
            Skip(header, ref at, ' ', '\t');
            // A word before "=" is a parameter of the challenge before it; any other word starts a challenge.
            if (at < header.Length && header[at] == '=' && challenges.Count > 0)
            {
                at++;
                Skip(header, ref at, ' ', '\t');
                challenges[^1].Parameters.Add(new ChallengeParameter(word, Value(header, ref at)));
            }
            else
            {
                at = afterWord;
                challenges.Add((word, []));
            }
        }

        return [.. challenges.Select(c => new Challenge(c.Scheme, c.Parameters))];
    }

    private static void Skip(string text, ref int at, params ReadOnlySpan<char> what)
    {
        while (at < text.Length && what.Contains(text[at])) at++;
    }

    private static string Token(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || "!#$%&'*+-.^_`|~".Contains(text[at]))) at++;
        return text[start..at];
    }

    private static string Value(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '"') return Token(text, ref at);
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }
}

/// <summary>A parameter of a challenge.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, without quotes.</param>
public sealed record ChallengeParameter(string Name, string Value)
{
    /// <summary>What the parameter means to whoever reads the answer; empty for one that is not known here.</summary>
    public string Hint => Name.ToLowerInvariant() switch
    {
        "realm" => "The protected space: which badge is wanted (RFC 9110 11.5).",
        "error" => Value switch
        {
            "invalid_token" => "A token came, and it is no good: get a new one (RFC 6750 3.1).",
            "insufficient_scope" => "The token is good and not enough: ask for one with the scope below (RFC 6750 3.1).",
            "invalid_request" => "The request itself is wrong: mend it, no other token helps (RFC 6750 3.1).",
            "insufficient_user_authentication" => "The login does not satisfy: log in again as the parameters below say (RFC 9470 3).",
            _ => "What is wrong, as a code.",
        },
        "error_description" => "For the developer who reads it; never shown to users (RFC 6750 3).",
        "scope" => "What the token must be allowed to do (RFC 6750 3).",
        "max_age" => "How many seconds ago the login may be (RFC 9470 3).",
        "resource_metadata" => "Where to read who issues badges for this building (RFC 9728 5.1).",
        _ => "",
    };
}
