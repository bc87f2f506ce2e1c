using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Caching.Memory;

namespace AuthDemo.Web.Lab;

/// <summary>What one browser has seen in the lab, whoever it was logged in as.</summary>
public sealed class LabNotebook
{
    private readonly ConcurrentDictionary<(string Scenario, string Persona), RunResult> results = new();

    /// <summary>The session that was logged out last. An ordinary application forgets its tokens; the lab shows that they still work.</summary>
    internal EndedSession? EndedSession { get; private set; }

    /// <summary>Why the last run could not be made; the page says it once.</summary>
    internal string? Problem { private get; set; }

    /// <summary>What came back when the persona ran the scenario last; null before.</summary>
    public RunResult? Find(Scenario scenario, string persona) =>
        results.GetValueOrDefault((scenario.Id, scenario.DependsOnPersona ? persona : Personas.Nobody));

    internal void Add(Scenario scenario, RunResult result) =>
        results[(scenario.Id, scenario.DependsOnPersona ? result.Persona : Personas.Nobody)] = result;

    internal string? TakeProblem()
    {
        var problem = Problem;
        Problem = null;
        return problem;
    }

    internal void StartOver() => results.Clear();

    internal async Task KeepEndedSessionAsync(HttpContext http)
    {
        if (await http.GetTokenAsync("access_token") is { } token
            && DateTimeOffset.TryParse(await http.GetTokenAsync("expires_at"), CultureInfo.InvariantCulture, out var expires))
        {
            EndedSession = new EndedSession(http.User.Identity?.Name ?? "somebody", token, expires);
        }
    }
}

/// <summary>The access token of a session that was logged out.</summary>
internal sealed record EndedSession(string Persona, string AccessToken, DateTimeOffset Expires)
{
    public override string ToString() => $"the ended session of {Persona}";
}

/// <summary>The notebooks of all browsers, in memory; each browser has a cookie that names its own.</summary>
internal sealed class LabNotebooks : IDisposable
{
    private const string Cookie = "authdemo.lab";
    private const int Most = 500;
    private static readonly TimeSpan Unused = TimeSpan.FromHours(10);

    private readonly MemoryCache notebooks = new(new MemoryCacheOptions());

    /// <summary>This browser's notebook, if it has one.</summary>
    public LabNotebook? Find(HttpContext http) =>
        http.Request.Cookies[NameFor(http)] is { } key ? notebooks.Get<LabNotebook>(key) : null;

    /// <summary>This browser's notebook, a new one where it has none.</summary>
    public LabNotebook Open(HttpContext http)
    {
        if (Find(http) is { } notebook) return notebook;
        if (notebooks.Count >= Most) notebooks.Compact(0.1);

        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(NameFor(http), key, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            IsEssential = true,
        });
        return notebooks.Set(key, new LabNotebook(), new MemoryCacheEntryOptions { SlidingExpiration = Unused });
    }

    // As the session's: a notebook holds the token of an ended session, so nobody may plant another one's key.
    private static string NameFor(HttpContext http) => http.Request.IsHttps ? "__Host-" + Cookie : Cookie;

    public void Dispose() => notebooks.Dispose();
}
