using System.Net;
using System.Net.Http.Headers;

namespace AuthDemo.Measurements;

/// <summary>A request that is sent over and over.</summary>
/// <param name="Tokens">The tokens to bring, in turn; empty for none.</param>
/// <param name="Status">The status that every answer must have.</param>
internal sealed record Sent(HttpMethod Method, string Path, IReadOnlyList<string> Tokens, HttpStatusCode Status)
{
    public HttpStatusCode StatusOf(Server server) => server.Application.ChecksNothing ? HttpStatusCode.OK : Status;

    public HttpRequestMessage To(Server server, int number)
    {
        var request = new HttpRequestMessage(Method, new Uri(server.Address, Path));
        if (Tokens.Count > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tokens[number % Tokens.Count]);
        return request;
    }
}
