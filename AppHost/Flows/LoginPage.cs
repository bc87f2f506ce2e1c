using AngleSharp.Html.Parser;

namespace AuthDemo.AppHost.Flows;

/// <summary>The login form of an identity provider's page, as somebody with a browser but without script sees it.</summary>
/// <param name="Action">Where the form is posted to.</param>
/// <param name="Values">What the form is filled in with, hidden fields included.</param>
public sealed record LoginPage(Uri Action, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>
    /// The names of the fields that can be seen: <c>username</c> and <c>password</c>, the latter alone, or <c>otp</c> for a one-time code.
    /// </summary>
    public IEnumerable<string> Fields => Values.Keys.Where(name => name is "username" or "password" or "otp");

    /// <summary>Finds the form of a page that has exactly one for a password or a code; null where it has none, or several.</summary>
    public static LoginPage? Find(Uri address, string html)
    {
        using var page = new HtmlParser().ParseDocument(html);
        return page.Forms.Where(form => form.QuerySelector("input[type=password], input[name=otp]") is not null).ToArray() is [var form]
            ? new LoginPage(new Uri(address, form.GetAttribute("action")), form.QuerySelectorAll("input[name]").ToDictionary(
                input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? ""))
            : null;
    }

    /// <summary>The filled-in form. A page that asks for a password only gets no user name.</summary>
    public FormUrlEncodedContent Fill(params (string Name, string Value)[] fields)
    {
        var values = new Dictionary<string, string>(Values);
        foreach (var (name, value) in fields.Where(field => values.ContainsKey(field.Name))) values[name] = value;
        return new FormUrlEncodedContent(values);
    }
}
