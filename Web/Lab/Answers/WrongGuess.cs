using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>One sentence about a wrong guess: what that status would have meant, and why it is not so.</summary>
internal static class WrongGuess
{
    private const string LoginForm = "A login form is a page. It worked, whatever was typed into it.";

    /// <summary>Null where nothing was guessed, and where the guess was right.</summary>
    public static string? Explain(RunResult result) => result.PredictedRight == false ? Explain(Kind(result.Predicted), result) : null;

    private static string Explain(string guess, RunResult result) => (guess, result.Status) switch
    {
        ("401", 200) when result.StoppedAt?.Step == Stations.LoginForm =>
            "401 needs a challenge in WWW-Authenticate. A login form has none: it is a page, and the page worked.",
        (_, 200) when result.StoppedAt?.Step == Stations.LoginForm => LoginForm,

        ("401", >= 200 and < 300) when Skipped(result, Stations.Authentication) =>
            "401 would mean that it asks who you are. Nobody is asked here.",
        ("401", >= 200 and < 300) => "401 would mean that it does not accept the proof of who asks. It does.",
        ("403", >= 200 and < 300) when Skipped(result, Stations.Authorization) =>
            "403 would mean that a permission is missing. None is asked for here.",
        ("403", >= 200 and < 300) => "403 would mean that a permission is missing. What it asks for is there.",
        ("404", >= 200 and < 300) => "404 would mean that there is nothing, or nothing for you. There is.",

        ("403", 401) or ("401", 403) when Reasons.Find(result.Reason)?.NotTheOther is { } sentence => sentence,
        ("2xx", 401) when result.Reason == Reasons.LoginTooOld => "You may do this, but not with a login of that age.",
        ("2xx", 401) when result.Reason == Reasons.NoCredentials =>
            "A success would mean that anybody may. Here you have to say who you are.",
        ("2xx", 401) => "A success would mean that the token passes every check. One check failed.",
        ("404", 401) => "404 would tell a stranger what exists. Who you are is asked first.",
        ("302", 401) => "A page redirects to the login. An API says 401 and leaves the next step to the client.",
        ("400", 401) => "400 would mean that the request itself is wrong. It is well-formed: what is missing is a good proof of who asks.",

        ("2xx", 403) when result.Reason == Reasons.NetworkNotAllowed => "No login is asked for, but a network is.",
        ("2xx", 403) => "It knows you, and that alone is not enough: this asks for a permission as well.",
        ("404", 403) => "404 would hide that it exists. This one says no openly.",
        ("302", 403) => "A redirect to the login would start the endless login loop: the same person comes back.",
        ("400", 403) => "400 would mean that the request itself is wrong. It is understood, and refused.",

        ("403", 404) => "403 would say that it is there, and only not for you.",
        ("401", 404) when result.StoppedAt?.Step == Stations.Routing =>
            "401 would send people to log in for an address that does not exist.",
        ("401", 404) => "401 would mean that it does not know you. It does.",
        ("2xx", 404) => "A success would need something to answer with. There is nothing here for you.",

        ("401", 400) => "401 would mean that a better token helps. It does not: the request itself is wrong.",
        ("403", 400) => "403 would mean that it knows you. It cannot tell which of two tokens to believe.",
        ("2xx", 400) => "One of the two would have to count, and which one is anybody’s guess. So none does.",

        ("401", 302) => "401 is what a script needs. This is a page, and a page sends people to the login.",
        ("403", 302) => "403 would mean that it knows you. It does not, and a login can change that.",
        ("2xx", 302) => "The page is for people who are logged in. The others are sent to the login first.",

        (_, >= 200 and < 300) => "Nothing was wrong with it, and nothing was refused.",
        _ => $"{guess} would be another story: this {result.Status} tells who decided, and why.",
    };

    private static string Kind(string? predicted) => predicted is "204" ? "2xx" : predicted ?? "";

    private static bool Skipped(RunResult result, string station) =>
        result.Lane.Any(step => step.Step == station && step.Outcome == LaneStep.Skipped);
}
