using System.Net;
using System.Text.RegularExpressions;

namespace AuthDemo.AppHost.Flows;

/// <summary>The login form of an identity provider's page, as somebody with a browser but without script sees it.</summary>
/// <param name="Action">Where the form is posted to.</param>
/// <param name="Fields">
/// The names of the fields that can be seen: <c>username</c> and <c>password</c>, the latter alone, or <c>otp</c> for a one-time code.
/// </param>
/// <param name="Values">What the form is filled in with, hidden fields included.</param>
public sealed partial record LoginPage(Uri Action, IReadOnlyList<string> Fields, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Finds the form of a page that has exactly one for a password or a code; null where it has none, or several.</summary>
    public static async Task<LoginPage?> FindAsync(HttpResponseMessage page, CancellationToken cancellation = default)
    {
        var html = await page.Content.ReadAsStringAsync(cancellation);
        string[] forms =
        [
            .. Form().Matches(html).Select(match => match.Value)
                .Where(form => form.Contains("type=\"password\"") || form.Contains("name=\"otp\"")),
        ];
        if (forms is not [var form]) return null;

        string[] inputs = [.. Input().Matches(form).Select(match => match.Value).Where(input => Attribute(input, "name").Length > 0)];
        return new(
            new Uri(page.RequestMessage!.RequestUri!, Attribute(form, "action")),
            [.. inputs.Select(input => Attribute(input, "name")).Where(name => name is "username" or "password" or "otp")],
            inputs.ToDictionary(input => Attribute(input, "name"), input => Attribute(input, "value")));
    }

    /// <summary>The filled-in form. A page that asks for a password only gets no user name.</summary>
    public FormUrlEncodedContent Fill(string username, string password)
    {
        var values = new Dictionary<string, string>(Values) { ["password"] = password };
        if (Fields.Contains("username")) values["username"] = username;
        return new FormUrlEncodedContent(values);
    }

    /// <summary>The form that asks for a one-time code, filled in.</summary>
    public FormUrlEncodedContent FillCode(string code) => new(new Dictionary<string, string>(Values) { ["otp"] = code });

    private static string Attribute(string element, string name) =>
        WebUtility.HtmlDecode(Regex.Match(element, $"\\b{name}=\"(?<value>[^\"]*)\"").Groups["value"].Value);

    [GeneratedRegex("<form\\b.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input\\b[^>]*>")]
    private static partial Regex Input();
}
