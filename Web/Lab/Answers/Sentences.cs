using System.Globalization;
using System.Text.Json;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>The sentences about a result. Each has to be true for this result, whoever the caller was.</summary>
internal static class Sentences
{
    private const string Any = "any";

    /// <summary>
    /// Explains a wrong guess. The first matching row is used: it matches the status, alone or with the station that stopped the request,
    /// the reason, or a station without a check.
    /// </summary>
    private static readonly (string Guess, string Answer, string Sentence)[] WrongGuesses =
    [
        ("401", "2xx loginForm",
            "401 needs a challenge in WWW-Authenticate. A login form has none: it is a page, and the page worked."),
        (Any, "2xx loginForm", "A login form is a page. It worked, whatever was typed into it."),
        ("401", "2xx without authentication", "401 would mean that it asks who you are. Nobody is asked here."),
        ("401", "2xx", "401 would mean that it does not accept the proof of who asks. It does."),
        ("403", "2xx without authorization", "403 would mean that a permission is missing. None is asked for here."),
        ("403", "2xx", "403 would mean that a permission is missing. What it asks for is there."),
        ("404", "2xx", "404 would mean that there is nothing, or nothing for whoever asks. There is."),
        (Any, "2xx", "Nothing was wrong with it, and nothing was refused."),

        ("2xx", "401 no_credentials", "A success would mean that anybody may. Here a caller has to say who it is."),
        ("2xx", "401 authorization", "The login is good, but not good enough for this."),
        ("2xx", "401", "A success would mean that the token passes every check. One check failed."),
        ("404", "401 authentication", "404 would tell a stranger what exists. Who asks is checked first."),
        ("302", "401", "Pages redirect to the login. Data is answered with 401, and the client decides what to do next."),
        ("400", "401",
            "400 would mean that the request itself is wrong. It is not: the proof of who asks is missing, or not good enough."),

        ("2xx", "403 network_not_allowed", "No login is asked for, but a network is."),
        ("2xx", "403", "It knows who asks, and that alone is not enough: this asks for a permission as well."),
        ("404", "403", "404 would hide that it exists. This one says no openly."),
        ("302", "403", "A redirect to the login would not help: the same caller would come back."),
        ("400", "403", "400 would mean that the request itself is wrong. It is understood, and refused."),

        ("403", "404", "403 would say that it is there, and not for whoever asks."),
        ("401", "404 routing", "401 would send people to log in for an address that does not exist."),
        ("401", "404", "401 would mean that it does not know who asks. It does."),
        ("2xx", "404", "A success would need something to answer with. There is nothing here to answer with."),

        ("401", "400", "401 would mean that a better token helps. It does not: the request itself is wrong."),
        ("403", "400", "403 would mean that it knows who asks. It cannot tell which of two tokens to believe."),
        ("2xx", "400", "One of the two would have to count, and which one is anybody’s guess. So none does."),

        ("401", "302", "401 is what a script needs. This is a page, and a page sends people to the login."),
        ("403", "302", "403 would mean that it knows who asks. It does not, and a login can change that."),
        ("2xx", "302", "The page is for people who are logged in. The others are sent to the login first."),
    ];

    /// <summary>The meaning of the status, shown after its name.</summary>
    public static string Meaning(RunResult result) => result switch
    {
        { IsFault: true, Status: < 500 } => "this is about the request, and not about who sent it.",
        { IsFault: true } => "a service failed. This is not about who asks.",
        { StoppedAt.Step: Stations.LoginForm } => "a page that worked. The login did not succeed.",
        { StoppedAt.Step: Stations.Routing } => "there is no such address, for anybody.",
        { Status: 302 } => "go to the login page.",
        { Status: < 300 } => "allowed.",
        _ => Reasons.Find(result.Reason)?.Meaning ?? "",
    };

    /// <summary>Why the response was this one; null if unknown.</summary>
    public static string? Why(RunResult result)
    {
        if (!result.IsFault) return result.Standard?.Why;
        var detail = result.Problem?.Detail ?? $"The answer is {result.Status}, and says no more.";
        var wait = result.Headers.TryGetValue("Retry-After", out var seconds) ? $"It says to wait {seconds[0]} seconds." : "";
        return string.Join(' ', new[] { detail, $"{result.Explanation("hint")}", wait }.Where(sentence => sentence.Length > 0));
    }

    /// <summary>Explains what the guessed status would have meant; null if the guess was right or there is nothing to explain.</summary>
    public static string? WrongGuess(RunResult result)
    {
        if (result.GuessedRight != false || result.IsFault) return null;
        if ((result.Guess, result.Status) is ("401", 403) or ("403", 401)) return Reasons.Find(result.Reason)?.NotTheOther;

        var guess = result.Guess == "204" ? "2xx" : result.Guess;
        var status = result.Status < 300 ? "2xx" : $"{result.Status}";
        string[] answers =
        [
            status, $"{status} {result.StoppedAt?.Step}", $"{status} {result.Reason}",
            .. Lane.Of(result).Where(step => step.Outcome == LaneStep.Skipped).Select(step => $"{status} without {step.Step}"),
        ];
        return WrongGuesses.FirstOrDefault(row => (row.Guess == guess || row.Guess == Any) && answers.Contains(row.Answer)).Sentence;
    }

    /// <summary>Formats a requirement or a fact: <c>{"role":"admin"}</c> becomes "the role admin".</summary>
    public static string? InWords(JsonElement? fact, DateTimeOffset at) => fact is not { ValueKind: JsonValueKind.Object } members
        ? fact?.ToString()
        : string.Join("; ", members.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null)
            .Select(member => InWords(member.Name, member.Value, at)));

    private static string InWords(string name, JsonElement value, DateTimeOffset at) => name switch
    {
        "owner" => value.ValueKind == JsonValueKind.True ? "its owner" : "somebody else",
        "network" => $"a caller on the {value} network",
        "address" => $"a caller at {value}",
        "maxAge" => $"a login at most {value} s old",
        "authenticatedAt" => string.Create(
            CultureInfo.InvariantCulture, $"a login {(at - value.GetDateTimeOffset()).TotalSeconds:0} s old"),
        _ when value.ValueKind != JsonValueKind.Array => $"the {name} {value}",
        _ when value.GetArrayLength() == 0 => $"no {name}",
        _ => $"the {(value.GetArrayLength() == 1 ? name.TrimEnd('s') : name)} {string.Join(", ", value.EnumerateArray())}",
    };
}
