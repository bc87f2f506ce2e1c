using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthDemo.Tests.Api;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Tests.Web;

/// <summary>
/// An identity provider as Web's back channel sees it, in process and with keys of its own. Its authorization endpoint is the test: a code
/// is the nonce of the login that it belongs to.
/// </summary>
public sealed class LoginProvider : HttpMessageHandler
{
    public const string Issuer = "http://localhost:8080/realms/authdemo";

    /// <summary>The key that it signs with and publishes.</summary>
    public SigningKey Key { get; private set; } = SigningKey.Create();

    public string Algorithm { get; set; } = "RS256";

    /// <summary>The discovery document.</summary>
    public JsonObject Discovery { get; set; } = new()
    {
        ["issuer"] = Issuer,
        ["jwks_uri"] = Issuer + "/certs",
        ["authorization_endpoint"] = Issuer + "/auth",
        ["token_endpoint"] = Issuer + "/token",
        ["end_session_endpoint"] = Issuer + "/logout",
        ["authorization_response_iss_parameter_supported"] = true,
    };

    /// <summary>Whoever logs in.</summary>
    public JsonObject Person { get; set; } = new()
    {
        ["sub"] = "the id of alice",
        ["preferred_username"] = "alice",
        ["roles"] = new JsonArray("user"),
        ["groups"] = new JsonArray("/engineering"),
    };

    /// <summary>What else the ID token says, or says differently.</summary>
    public JsonObject IdToken { get; } = [];

    /// <summary>What else the token endpoint says, or says differently.</summary>
    public JsonObject Tokens { get; } = [];

    public int ExpiresIn { get; set; } = 300;

    /// <summary>Answers of endpoints that are not as they should be, by the last part of the address.</summary>
    public ConcurrentDictionary<string, Func<HttpResponseMessage>> Instead { get; } = new();

    /// <summary>Endpoints that answer once the task is done.</summary>
    public ConcurrentDictionary<string, Task> Hanging { get; } = new();

    /// <summary>The last parts of the addresses that were asked, with the grant type.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>It starts again, without a volume.</summary>
    public void ChangeKeys() => Key = SigningKey.Create();

    public int Count(string endpoint) => Asked.Count(asked => asked == endpoint);

    public static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var endpoint = request.RequestUri!.Segments[^1];
        var form = request.Content is null ? [] : QueryHelpers.ParseQuery(await request.Content.ReadAsStringAsync(cancellationToken));
        var name = form.TryGetValue("grant_type", out var grant) ? $"{endpoint} {grant}" : endpoint;
        Asked.Enqueue(name);
        if (Hanging.TryGetValue(name, out var hang)) await hang.WaitAsync(cancellationToken);
        if (Instead.TryGetValue(name, out var answer)) return answer();
        return name switch
        {
            "openid-configuration" => Json(HttpStatusCode.OK, Discovery.ToJsonString()),
            "certs" => Json(HttpStatusCode.OK, JsonSerializer.Serialize(new { keys = new[] { Key.Public } })),
            "token authorization_code" => Json(HttpStatusCode.OK, Answer(form["code"].ToString())),
            "token refresh_token" => Json(HttpStatusCode.OK, Answer(nonce: null)),
            _ => Json(HttpStatusCode.NotFound, "{}"),
        };
    }

    private string Answer(string? nonce)
    {
        var answer = new JsonObject
        {
            ["access_token"] = $"access-{Guid.NewGuid():N}",
            ["token_type"] = "Bearer",
            ["refresh_token"] = $"refresh-{Guid.NewGuid():N}",
            ["expires_in"] = ExpiresIn,
            ["id_token"] = Sign(nonce),
        };
        return Merge(answer, Tokens).ToJsonString();
    }

    private string Sign(string? nonce)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = Issuer, ["aud"] = "web", ["iat"] = now, ["exp"] = now + 300, ["auth_time"] = now,
        };
        if (nonce is not null) payload["nonce"] = nonce;
        Merge(Merge(payload, Person), IdToken);
        var header = new JsonObject { ["alg"] = Algorithm, ["typ"] = "JWT", ["kid"] = Key.Id };
        var input = $"{Token.Encode(header.ToJsonString())}.{Token.Encode(payload.ToJsonString())}";
        var hash = Algorithm.EndsWith("512", StringComparison.Ordinal) ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        var signature = Key.Rsa.SignData(Encoding.ASCII.GetBytes(input), hash, RSASignaturePadding.Pkcs1);
        return $"{input}.{WebEncoders.Base64UrlEncode(signature)}";
    }

    private static JsonObject Merge(JsonObject target, JsonObject other)
    {
        foreach (var (name, value) in other) target[name] = value?.DeepClone();
        return target;
    }
}
