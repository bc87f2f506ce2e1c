namespace AuthDemo.Web.Http;

/// <summary>A parameter of a challenge; the value stands without its quotes.</summary>
public sealed record ChallengeParameter(string Name, string Value)
{
    /// <summary>What the parameter means to whoever reads the answer; empty for one that is not known here.</summary>
    public string Hint => Name.ToLowerInvariant() switch
    {
        "realm" => "The protected space: which badge is wanted (RFC 9110, section 11.5).",
        "error" => Value switch
        {
            "invalid_token" => "A token came, and it is no good: get a new one (RFC 6750, section 3.1).",
            "insufficient_scope" => "The token is good and not enough: ask for one with the scope below (RFC 6750, section 3.1).",
            "invalid_request" => "The request itself is wrong: fix it, no other token helps (RFC 6750, section 3.1).",
            Challenge.InsufficientUserAuthentication =>
                "The login does not satisfy: log in again as the parameters below say (RFC 9470, section 3).",
            _ => "What is wrong, as a code.",
        },
        "error_description" => "For the developer who reads it; never shown to users (RFC 6750, section 3).",
        "scope" => "What the token must be allowed to do (RFC 6750, section 3).",
        "max_age" => "How many seconds ago the login may be (RFC 9470, section 3).",
        "acr_values" => "How the login must have been made: a level that the identity provider knows (RFC 9470, section 3).",
        "resource_metadata" => "Where to read who issues badges for this building (RFC 9728, section 5.1).",
        _ => "",
    };
}
