using System.Text.Json;
using AuthDemo.Web.Lab.Answers;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Tests.Web;

/// <summary>Answers as the lab stores them.</summary>
internal static class Answer
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static RunResult Of(
        string scenario, string persona, int status, string? reason = null, string? decidedBy = null, string[]? serverTiming = null,
        string? challenge = null, string? guess = null, object? required = null) => new(
            scenario, persona, guess, status,
            new Dictionary<string, string[]>
            {
                ["Server-Timing"] = serverTiming ?? [],
                ["WWW-Authenticate"] = challenge is null ? [] : [challenge],
            },
            Body: "",
            JsonSerializer.SerializeToElement(new { reason, decidedBy, required }).Deserialize<ProblemDetails>(),
            Curl: null, TraceId: null, Now);
}
