using System.Net.Http.Headers;
using NameValueHeaderValue = Microsoft.Net.Http.Headers.NameValueHeaderValue;

namespace AuthDemo.Web.Http;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1), taken apart.</summary>
/// <param name="Parameters">In the order in which they came.</param>
public sealed record Challenge(string Scheme, IReadOnlyList<ChallengeParameter> Parameters)
{
    /// <summary>The error code of a step-up: the login does not satisfy (RFC 9470, section 3).</summary>
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";

    /// <summary>The value of a parameter, or null. Names are compared without regard to case (RFC 9110, section 11.2).</summary>
    public string? this[string name] => Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>What a new login has to bring (RFC 9470, section 3); null where this challenge asks for none.</summary>
    public LoginRequirements? StepUp => this["error"] != InsufficientUserAuthentication
        ? null
        : LoginRequirements.Read(this["max_age"], this["acr_values"]);

    /// <summary>Reads a header value: one or more challenges. What cannot be read is left out.</summary>
    public static IReadOnlyList<Challenge> Parse(string header)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        return Of(response);
    }

    public static IReadOnlyList<Challenge> Of(HttpResponseMessage response) =>
        [.. response.Headers.WwwAuthenticate.Select(challenge => new Challenge(challenge.Scheme, ParametersOf(challenge)))];

    private static IReadOnlyList<ChallengeParameter> ParametersOf(AuthenticationHeaderValue challenge) =>
        NameValueHeaderValue.TryParseList([challenge.Parameter ?? ""], out var parameters)
            ? [.. parameters.Select(p => new ChallengeParameter(p.Name.ToString(), p.GetUnescapedValue().ToString()))]
            : [];
}
