using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Tests.Api;

/// <summary>
/// The identity provider as JwtBearer's backchannel sees it: discovery document and keys, in process. It replaces the network only; what
/// the API checks is as in production.
/// </summary>
public sealed class IdentityProvider : HttpMessageHandler
{
    public const string Address = "http://localhost:8080/";
    public const string Issuer = Address + "realms/authdemo";

    /// <summary>The key that the provider signs with and publishes.</summary>
    public SigningKey Key { get; private set; } = SigningKey.Create();

    /// <summary>Nobody answers.</summary>
    public bool IsDown { get; set; }

    /// <summary>While this is not completed, nothing is answered.</summary>
    public TaskCompletionSource? Hang { get; set; }

    /// <summary>Answered in place of the discovery document.</summary>
    public string? Metadata { get; set; }

    /// <summary>Answered in place of the keys.</summary>
    public string? Keys { get; set; }

    /// <summary>Every address that was asked for.</summary>
    public IReadOnlyList<Uri> Asked
    {
        get { lock (asked) return [.. asked]; }
    }

    private readonly List<Uri> asked = [];

    /// <summary>The provider starts again with another key.</summary>
    public void ChangeKey() => Key = SigningKey.Create();

    /// <summary>The provider starts again with another key of the same id.</summary>
    public void ChangeKeyKeepingItsId() => Key = SigningKey.Create() with { Id = Key.Id };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (asked) asked.Add(request.RequestUri!);
        if (Hang is { } hang) await hang.Task.WaitAsync(cancellationToken);
        if (IsDown) throw new HttpRequestException("Connection refused");

        return request.RequestUri!.AbsoluteUri switch
        {
            Issuer + "/.well-known/openid-configuration" =>
                Json(Metadata ?? JsonSerializer.Serialize(new { issuer = Issuer, jwks_uri = Issuer + "/certs" })),
            Issuer + "/certs" => Json(Keys ?? JsonSerializer.Serialize(new { keys = new[] { Key.Public } })),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
    }

    private static HttpResponseMessage Json(string body) =>
        new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}

/// <summary>An RSA key with an id.</summary>
public sealed record SigningKey(string Id, RSA Rsa)
{
    public static SigningKey Create() => new(Guid.NewGuid().ToString("N"), RSA.Create(2048));

    /// <summary>The public half, as a JWK (RFC 7517).</summary>
    public object Public
    {
        get
        {
            var key = Rsa.ExportParameters(includePrivateParameters: false);
            var (n, e) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
            return new { kty = "RSA", use = "sig", alg = "RS256", kid = Id, n, e };
        }
    }

    public byte[] Sign(string input) => Rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
