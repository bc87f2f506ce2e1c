using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>
/// What a login asks for besides the usual (OpenID Connect Core 1.0, section 3.1.2.1). It travels in the login's protected state, so that a
/// login that has to start again asks for the same.
/// </summary>
internal static class LoginRequest
{
    private const string Prefix = ".login.";
    private const string StartedAgainItem = ".login.started-again";

    private static readonly string[] Parameters =
    [
        OpenIdConnectParameterNames.LoginHint, OpenIdConnectParameterNames.MaxAge, OpenIdConnectParameterNames.AcrValues,
        OpenIdConnectParameterNames.Prompt, OpenIdConnectParameterNames.Scope,
    ];

    /// <summary>What the handler adds to the state of one attempt.</summary>
    private static readonly string[] ItemsOfOneAttempt =
        [".xsrf", "code_verifier", OpenIdConnectDefaults.RedirectUriForCodePropertiesKey, OpenIdConnectDefaults.UserstatePropertiesKey];

    /// <summary>Asks for something, unless the value is null.</summary>
    public static void Ask(this AuthenticationProperties login, string parameter, string? value)
    {
        if (value is not null) login.Items[Prefix + parameter] = value;
    }

    /// <summary>Puts what was asked for into the request to the identity provider.</summary>
    public static void Apply(AuthenticationProperties login, OpenIdConnectMessage request)
    {
        foreach (var parameter in Parameters)
            if (login.Items.TryGetValue(Prefix + parameter, out var value)) request.SetParameter(parameter, value);
    }

    /// <summary>
    /// Whether a login has one of the levels that it was asked for. A request for them is a wish: a provider may let somebody in without
    /// (OpenID Connect Core 1.0, sections 3.1.2.1 and 5.5.1.1), and then it is for the client to look (section 3.1.3.7 (12)).
    /// </summary>
    public static bool IsMet(AuthenticationProperties login, string? acr) =>
        !login.Items.TryGetValue(Prefix + OpenIdConnectParameterNames.AcrValues, out var asked)
        || asked!.Split(' ').Contains(acr, StringComparer.Ordinal);

    /// <summary>The same login once more; null when this was the second attempt.</summary>
    public static AuthenticationProperties? Again(AuthenticationProperties failed)
    {
        var again = new AuthenticationProperties(
            failed.Items.Where(item => !ItemsOfOneAttempt.Contains(item.Key)).ToDictionary(item => item.Key, item => item.Value));
        return again.Items.TryAdd(StartedAgainItem, "yes") ? again : null;
    }
}
