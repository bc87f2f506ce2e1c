using System.Text.Json;

namespace AuthDemo.Web.Http;

/// <summary>
/// Tells a refusal from an outage for the login's own requests: 2xx or 4xx with a JSON object is the identity provider speaking (RFC 6749,
/// sections 5.1 and 5.2; RFC 9126, section 2). Everything else comes of a provider that is not itself, or of something in between.
/// </summary>
internal sealed class OAuthAnswerHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode is (>= 200 and < 300) or (>= 400 and < 500) && await IsObjectAsync(response, cancellationToken))
            return response;

        var status = (int)response.StatusCode;
        response.Dispose();
        throw new ServiceUnavailableException(
            ServiceClients.Keycloak,
            $"The identity provider answered {request.RequestUri?.AbsolutePath} with {status} and nothing usable.");
    }

    private static async Task<bool> IsObjectAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
