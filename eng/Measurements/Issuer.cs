using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Measurements;

/// <summary>
/// The identity provider of all measured servers: discovery, keys, and access tokens of the shape that the realm's have (RFC 9068). At the
/// same address it takes their telemetry (OTLP over HTTP) and throws it away.
/// </summary>
internal sealed class Issuer : IAsyncDisposable
{
    private const string KeyId = "benchmark";

    private readonly RSA key = RSA.Create(2048);
    private readonly RSA unknownKey = RSA.Create(2048);
    private readonly WebApplication application;
    private readonly ConcurrentDictionary<string, int> exports = [];

    private Issuer(WebApplication application) => this.application = application;

    public string Address => application.Urls.First();

    public string Authority => $"{Address}/realms/authdemo";

    /// <summary>Where a server's telemetry goes.</summary>
    public string CollectorFor(string sender) => $"{Address}/otlp/{Uri.EscapeDataString(sender)}";

    /// <exception cref="MeasurementException">No span of that server has arrived.</exception>
    public void AssertReceivedSpansOf(string sender)
    {
        if (!exports.ContainsKey(sender))
            throw new MeasurementException($"{sender} has sent no span: its figures are not those of an application with OTLP.");
    }

    public static async Task<Issuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new Issuer(builder.Build());
        issuer.Map();
        await issuer.application.StartAsync();
        return issuer;
    }

    /// <summary>A token that nothing is wrong with, never the same twice.</summary>
    public string Good() => Write(KeyId, key, TimeSpan.FromHours(2));

    public string Expired() => Write(KeyId, key, TimeSpan.FromHours(-1));

    public string WithUnknownKey() => Write("unknown", unknownKey, TimeSpan.FromHours(2));

    public string WithBadSignature() => Write(KeyId, unknownKey, TimeSpan.FromHours(2));

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        key.Dispose();
        unknownKey.Dispose();
    }

    private void Map()
    {
        application.MapGet("/realms/authdemo/.well-known/openid-configuration", Discovery);
        application.MapGet("/realms/authdemo/keys", Keys);
        application.MapPost("/otlp/{sender}/v1/{signal}", async (string sender, string signal, HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            if (signal == "traces") exports.AddOrUpdate(sender, 1, (_, count) => count + 1);
            return Results.Bytes([], "application/x-protobuf");
        });
    }

    private IResult Discovery() => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = Authority,
        ["jwks_uri"] = $"{Authority}/keys",
        ["authorization_endpoint"] = $"{Authority}/authorize",
        ["token_endpoint"] = $"{Authority}/token",
        ["response_types_supported"] = new[] { "code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
    });

    private IResult Keys()
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var n = Base64Url.EncodeToString(parameters.Modulus);
        var e = Base64Url.EncodeToString(parameters.Exponent);
        return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyId, n, e } } });
    }

    private string Write(string keyId, RSA signer, TimeSpan expiresIn)
    {
        var now = DateTimeOffset.UtcNow;
        var input = $"{Encode(new { alg = "RS256", typ = "at+jwt", kid = keyId })}.{Encode(Claims(now, now + expiresIn))}";
        var signature = signer.SignData(System.Text.Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    private object Claims(DateTimeOffset now, DateTimeOffset expires) => new
    {
        iss = Authority,
        sub = "11111111-0000-4000-8000-000000000001",
        aud = "api",
        iat = Math.Min(now.ToUnixTimeSeconds(), expires.ToUnixTimeSeconds() - 300),
        exp = expires.ToUnixTimeSeconds(),
        auth_time = now.ToUnixTimeSeconds(),
        jti = Guid.NewGuid().ToString(),
        typ = "Bearer",
        client_id = "web",
        scope = "profile",
        name = "alice",
        roles = new[] { "user" },
        groups = new[] { "/engineering" },
    };

    private static string Encode(object json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
