using System.Text.Json;

namespace AuthDemo.AppHost.Flows;

/// <summary>An answer: one that came, or one that was expected.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Reason">The word for the refusal; null for a success.</param>
/// <param name="Challenge">The <c>WWW-Authenticate</c> header; null without one.</param>
internal sealed record FlowAnswer(int Status, string? Reason, string? Challenge)
{
    public static FlowAnswer Read(JsonElement json, string challenge) =>
        new(json.GetProperty("status").GetInt32(), Flow.Text(json, "reason"), Flow.Text(json, challenge));

    public override string ToString() => Reason is null ? $"{Status}" : $"{Status} {Reason}";

    /// <summary>With the challenge, which is what is wrong where status and reason are right.</summary>
    public string ToLongString() => Challenge is null ? $"{this}" : $"{this} ({Challenge})";
}
