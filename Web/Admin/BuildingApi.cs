using System.Net.Http.Headers;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Admin;

/// <summary>Calls the Api with the current user's access token.</summary>
internal sealed class BuildingApi(IHttpClientFactory clients)
{
    /// <exception cref="HttpRequestException">The Api returned an error status.</exception>
    /// <exception cref="ServiceUnavailableException">The Api did not answer.</exception>
    public async Task<IReadOnlyList<DirectoryEntry>> GetPeopleAsync(HttpContext http)
    {
        using var response = await SendAsync(http, HttpMethod.Get, "/users");
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<DirectoryEntry[]>(http.RequestAborted) ?? [];
    }

    /// <exception cref="ServiceUnavailableException">The Api did not answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpContext http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        if (await http.GetTokenAsync("access_token") is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await clients.CreateClient(ServiceClients.Api).SendAsync(request, http.RequestAborted);
    }
}

/// <summary>A person in the building's directory.</summary>
internal sealed record DirectoryEntry(string Id, string Name);
