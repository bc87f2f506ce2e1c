using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Tests.Issuer;

/// <summary>
/// An identity provider as the back channels of the Api and of Web see it, in process and with keys of its own. It replaces the network
/// only; what is validated is as in production. Its authorization endpoint is the test: a code is the nonce of its login.
/// </summary>
public sealed class FakeIssuer : HttpMessageHandler
{
    public const string Address = "http://localhost:8080/";
    public const string Issuer = Address + "realms/authdemo";

    public SigningKey Key { get; set; } = SigningKey.CreateFirst();
    public string Algorithm { get; set; } = "RS256";
    public int ExpiresIn { get; set; } = 300;
    public bool IsDown { get; set; }

    public JsonObject Discovery { get; set; } = new()
    {
        ["issuer"] = Issuer,
        ["jwks_uri"] = Issuer + "/certs",
        ["authorization_endpoint"] = Issuer + "/auth",
        ["token_endpoint"] = Issuer + "/token",
        ["end_session_endpoint"] = Issuer + "/logout",
        ["authorization_response_iss_parameter_supported"] = true,
    };

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

    /// <summary>Endpoints that answer once the task is done, by their names (see <see cref="Count"/>).</summary>
    public ConcurrentDictionary<string, Task> Hanging { get; } = new();

    /// <summary>Answers of endpoints that are not as they should be, by their names (see <see cref="Count"/>).</summary>
    public ConcurrentDictionary<string, Func<HttpResponseMessage>> Instead { get; } = new();
    public IReadOnlyList<Uri> Asked => [.. asked.Select(request => request.Address)];

    private readonly ConcurrentQueue<(Uri Address, string Endpoint)> asked = new();
    private readonly ConcurrentDictionary<string, bool> refreshTokens = new();

    /// <param name="endpoint">The last part of its address and the grant type: <c>certs</c>, <c>token refresh_token</c>.</param>
    public int Count(string endpoint) => asked.Count(request => request.Endpoint == endpoint);

    public void ChangeKey() => Key = SigningKey.Create();

    public static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, body is ['{' or '[', ..] ? "application/json" : "text/html") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var form = request.Content is null ? [] : QueryHelpers.ParseQuery(await request.Content.ReadAsStringAsync(cancellationToken));
        var endpoint = form.TryGetValue("grant_type", out var grant) ? $"{address.Segments[^1]} {grant}" : address.Segments[^1];
        asked.Enqueue((address, endpoint));
        if (Hanging.TryGetValue(endpoint, out var hang)) await hang.WaitAsync(cancellationToken);
        if (IsDown) throw new HttpRequestException("Connection refused");
        if (Instead.TryGetValue(endpoint, out var answer)) return answer();
        return endpoint switch
        {
            "openid-configuration" => Json(HttpStatusCode.OK, Discovery.ToJsonString()),
            "certs" => Json(HttpStatusCode.OK, JsonSerializer.Serialize(new { keys = new[] { Key.Public } })),
            "token authorization_code" => Json(HttpStatusCode.OK, Answer(form["code"].ToString())),
            // Each may be used once (RFC 9700, section 4.14.2).
            "token refresh_token" when !refreshTokens.TryRemove(form["refresh_token"].ToString(), out _) =>
                Json(HttpStatusCode.BadRequest, """{"error":"invalid_grant"}"""),
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
            ["id_token"] = IdTokenFor(nonce),
        };
        refreshTokens[answer["refresh_token"]!.GetValue<string>()] = true;
        return Merge(answer, Tokens).ToJsonString();
    }

    private string IdTokenFor(string? nonce)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var hash = Algorithm.EndsWith("512", StringComparison.Ordinal) ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        var payload = new JsonObject { ["iss"] = Issuer, ["aud"] = "web", ["iat"] = now, ["exp"] = now + 300, ["auth_time"] = now };
        if (nonce is not null) payload["nonce"] = nonce;
        return new Token
        {
            Header = new JsonObject { ["alg"] = Algorithm, ["typ"] = "JWT", ["kid"] = Key.Id },
            Payload = Merge(Merge(payload, Person), IdToken),
            Sign = input => Key.Sign(input, hash),
        }.Write();
    }

    private static JsonObject Merge(JsonObject target, JsonObject other)
    {
        foreach (var (name, value) in other) target[name] = value?.DeepClone();
        return target;
    }
}
