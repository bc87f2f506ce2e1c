using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What the lab says about an answer: each sentence is about this answer, and true for whoever got it.</summary>
internal static class Sentences
{
    /// <summary>What the status means, after its name.</summary>
    public static string Meaning(RunResult result) => result switch
    {
        { IsFault: true, Status: < 500 } => "this is about the request, and not about who sent it.",
        { IsFault: true } => "a service failed. This is not about who asks.",
        { StoppedAt.Step: Stations.LoginForm } => "a page that worked. The login did not succeed.",
        { StoppedAt.Step: Stations.Routing } => "there is no such address, for anybody.",
        { Status: 302 } => "go to the login page.",
        { Status: < 300 } => "allowed.",
        _ => Reasons.Find(result.Reason)?.Meaning ?? result.Explained?.Detail ?? "",
    };

    /// <summary>Why this answer came: never the explanation of another one. Null where nobody knows.</summary>
    public static string? Why(RunResult result, Scenario scenario)
    {
        if (!result.IsFault) return result.StandardIn(scenario)?.Why;
        var wait = result.Headers.TryGetValue("Retry-After", out var seconds) ? $" It says to wait {seconds} seconds." : "";
        var detail = result.Explained?.Detail ?? $"The answer is {result.Status}, and says no more.";
        return $"{detail} {result.Explained?.Hint}".TrimEnd() + wait;
    }

    /// <summary>
    /// What the status that was guessed would have meant. Null where nothing was guessed, where the guess was right, and where there is
    /// nothing to learn from it.
    /// </summary>
    public static string? WrongGuess(RunResult result) => (result.Predicted is "204" ? "2xx" : result.Predicted, result.Status) switch
    {
        _ when result.PredictedRight != false || result.IsFault => null,

        ("401", 200) when result.StoppedAt?.Step == Stations.LoginForm =>
            "401 needs a challenge in WWW-Authenticate. A login form has none: it is a page, and the page worked.",
        (_, 200) when result.StoppedAt?.Step == Stations.LoginForm => "A login form is a page. It worked, whatever was typed into it.",

        ("401", < 300) when Skipped(result, Stations.Authentication) => "401 would mean that it asks who you are. Nobody is asked here.",
        ("401", < 300) => "401 would mean that it does not accept the proof of who asks. It does.",
        ("403", < 300) when Skipped(result, Stations.Authorization) =>
            "403 would mean that a permission is missing. None is asked for here.",
        ("403", < 300) => "403 would mean that a permission is missing. What it asks for is there.",
        ("404", < 300) => "404 would mean that there is nothing, or nothing for whoever asks. There is.",
        (_, < 300) => "Nothing was wrong with it, and nothing was refused.",

        ("403", 401) or ("401", 403) when Reasons.Find(result.Reason)?.NotTheOther is { } sentence => sentence,
        ("2xx", 401) when result.Reason == Reasons.NoCredentials =>
            "A success would mean that anybody may. Here a caller has to say who it is.",
        ("2xx", 401) when result.StoppedAt?.Step == Stations.Authorization => "The login is good, but not good enough for this.",
        ("2xx", 401) => "A success would mean that the token passes every check. One check failed.",
        ("404", 401) when result.StoppedAt?.Step == Stations.Authentication =>
            "404 would tell a stranger what exists. Who asks is checked first.",
        ("302", 401) => "Pages redirect to the login. Data is answered with 401, and the client decides what to do next.",
        ("400", 401) => "400 would mean that the request itself is wrong. It is not: the proof of who asks is missing, or not good enough.",

        ("2xx", 403) when result.Reason == Reasons.NetworkNotAllowed => "No login is asked for, but a network is.",
        ("2xx", 403) => "It knows who asks, and that alone is not enough: this asks for a permission as well.",
        ("404", 403) => "404 would hide that it exists. This one says no openly.",
        ("302", 403) => "A redirect to the login would not help: the same caller would come back.",
        ("400", 403) => "400 would mean that the request itself is wrong. It is understood, and refused.",

        ("403", 404) => "403 would say that it is there, and not for whoever asks.",
        ("401", 404) when result.StoppedAt?.Step == Stations.Routing =>
            "401 would send people to log in for an address that does not exist.",
        ("401", 404) => "401 would mean that it does not know who asks. It does.",
        ("2xx", 404) => "A success would need something to answer with. There is nothing here to answer with.",

        ("401", 400) => "401 would mean that a better token helps. It does not: the request itself is wrong.",
        ("403", 400) when result.Reason == Reasons.MultipleCredentials =>
            "403 would mean that it knows who asks. It cannot tell which of two tokens to believe.",
        ("2xx", 400) when result.Reason == Reasons.MultipleCredentials =>
            "One of the two would have to count, and which one is anybody’s guess. So none does.",

        ("401", 302) => "401 is what a script needs. This is a page, and a page sends people to the login.",
        ("403", 302) => "403 would mean that it knows who asks. It does not, and a login can change that.",
        ("2xx", 302) => "The page is for people who are logged in. The others are sent to the login first.",
        _ => null,
    };

    private static bool Skipped(RunResult result, string station) =>
        result.Lane.Any(step => step.Step == station && step.Outcome == LaneStep.Skipped);
}
