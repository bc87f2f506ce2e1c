using System.Text.Json;
using AuthDemo.Web.Lab.Credentials;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>A notebook between two requests.</summary>
internal sealed record SavedNotebook(
    IReadOnlyList<SavedNotebook.Answer> Answers,
    IReadOnlyList<SavedNotebook.Guess> FirstGuesses,
    EndedSession? EndedSession,
    string? Problem)
{
    public static SavedNotebook Read(byte[] json) => JsonSerializer.Deserialize<SavedNotebook>(json)!;

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <param name="Persona">Who ran it, or nobody where it is the same for all.</param>
    /// <param name="Tokens">Of the result, as the next one: its own JSON, for scripts, lacks them.</param>
    internal sealed record Answer(string Scenario, string Persona, RunResult Result, IReadOnlyList<DecodedToken> Tokens, string? Curl);

    internal sealed record Guess(string Scenario, string Persona, bool IsRight);
}
