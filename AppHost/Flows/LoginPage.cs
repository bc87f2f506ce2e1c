using AngleSharp.Html.Parser;

namespace AuthDemo.AppHost.Flows;

/// <summary>The login form of an identity provider's page, as a browser without JavaScript sees it.</summary>
/// <param name="Action">The URL that the form is posted to.</param>
/// <param name="Values">The field values, including hidden fields.</param>
public sealed record LoginPage(Uri Action, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Finds the form for a password or a code; null if there is not exactly one.</summary>
    public static LoginPage? Find(Uri address, string html)
    {
        using var page = new HtmlParser().ParseDocument(html);
        return page.Forms.Where(form => form.QuerySelector("input[type=password], input[name=otp]") is not null).ToArray() is [var form]
            ? new LoginPage(new Uri(address, form.GetAttribute("action")), form.QuerySelectorAll("input[name]").ToDictionary(
                input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? ""))
            : null;
    }

    /// <summary>Fills in the form. A page that asks for the password only gets no user name.</summary>
    public FormUrlEncodedContent Fill(params (string Name, string Value)[] fields)
    {
        var values = new Dictionary<string, string>(Values);
        foreach (var (name, value) in fields.Where(field => values.ContainsKey(field.Name))) values[name] = value;
        return new FormUrlEncodedContent(values);
    }
}
