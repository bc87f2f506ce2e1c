using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>
/// What can be read in a token that was sent: header and claims, never the signature. Only the lab looks into tokens; to a client they are
/// opaque (RFC 9068, section 6).
/// </summary>
public sealed partial record DecodedToken(IReadOnlyList<TokenLine> Header, IReadOnlyList<TokenLine> Claims, TokenLine? Signature)
{
    private const int LongestValue = 120;

    /// <summary>The year 9999, in seconds since 1970: a claim may hold any number.</summary>
    private const double LatestTime = 253_370_764_800;

    private static readonly string[] Order =
    [
        "typ", "alg", "kid",
        "iss", "aud", "sub", "preferred_username", "name", "client_id", "roles", "groups", "scope", "exp", "nbf", "auth_time",
    ];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tokens in a header value or an address; what is no JWT is left out.</summary>
    /// <param name="madeFrom">The real token of which a changed one was made: the differences are shown.</param>
    /// <param name="reason">The refusal's reason; it tells which part decided.</param>
    /// <param name="at">When it was sent.</param>
    internal static IReadOnlyList<DecodedToken> Read(
        string? sent, string? madeFrom, string? reason, ProblemExplanation? explained, DateTimeOffset at)
    {
        var decided = DecidedBy(reason, explained?.Required);
        var real = madeFrom is null ? null : madeFrom.Split('.');
        return [.. Jwt().Matches(sent ?? "").Select(match => match.Value.Split('.')).Select(parts => new DecodedToken(
            Lines(parts[0], real?[0], isHeader: true, decided, at),
            Lines(parts[1], real?[1], isHeader: false, decided, at),
            decided?.Name == "signature" ? new TokenLine("signature", "‹not shown›", decided.Value.Note) : null))];
    }

    private static List<TokenLine> Lines(
        string part, string? realPart, bool isHeader, (string Name, string Note, bool InHeader)? decided, DateTimeOffset at)
    {
        if (Parse(part) is not { } values) return [];
        var real = realPart is null ? null : Parse(realPart);
        List<TokenLine> lines = [];
        foreach (var (name, value) in values.OrderBy(v => Rank(v.Key)))
        {
            var shown = Show(name, value, at);
            var before = real is null ? shown : real.ContainsKey(name) ? Show(name, real[name], at) : "not there";
            var note = decided is { } one && one.Name == name && one.InHeader == isHeader ? one.Note : null;
            lines.Add(new TokenLine(name, shown, note, before == shown ? null : before));
        }

        // What is not there can decide as well: no groups, no scope.
        if (decided is { } missing && missing.InHeader == isHeader && missing.Name != "signature" && !values.ContainsKey(missing.Name))
            lines.Add(new TokenLine(missing.Name, "‹not there›", missing.Note));
        return lines;
    }

    private static (string Name, string Note, bool InHeader)? DecidedBy(string? reason, JsonElement? required)
    {
        if (Reasons.Find(reason)?.Claim is not { Name: var name, Note: var note }) return null;

        // Outside Development the Api does not say what it wanted.
        var wanted = name switch { "roles" => "role", "groups" => "group", "scope" => "scope", _ => null };
        if (wanted is not null && required is { ValueKind: JsonValueKind.Object } all && ProblemExplanation.Text(all, wanted) is { } value)
            note = $"needs {value}";
        return (name, note, name is "typ" or "alg" or "kid");
    }

    private static int Rank(string name) => Array.IndexOf(Order, name) is >= 0 and var index ? index : Order.Length;

    private static string Show(string name, JsonNode? value, DateTimeOffset at)
    {
        if (name is "exp" or "nbf" or "iat" or "auth_time" && value?.GetValueKind() == JsonValueKind.Number
            && value.GetValue<double>() is >= 0 and < LatestTime and var seconds)
        {
            return Since(DateTimeOffset.UnixEpoch.AddSeconds(seconds) - at);
        }

        var text = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value?.ToJsonString(Readable) ?? "null";
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }

    private static string Since(TimeSpan time)
    {
        var size = time.Duration();
        var text = size.TotalHours >= 48 ? $"{(int)size.TotalDays} days"
            : size.TotalHours >= 1 ? $"{(int)size.TotalHours} h {size.Minutes} min"
            : size.TotalMinutes >= 1 ? $"{size.Minutes} min {size.Seconds} s"
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(size.TotalSeconds)} s");
        return time < TimeSpan.Zero ? $"{text} ago" : $"in {text}";
    }

    private static JsonObject? Parse(string part) =>
        UnverifiedToken.ReadPart(part, new JsonDocumentOptions { AllowDuplicateProperties = false }) is { } json
            ? JsonObject.Create(json)
            : null;

    [GeneratedRegex(@"[\w-]+\.[\w-]+\.[\w-]*")]
    private static partial Regex Jwt();
}

/// <summary>One header parameter or claim.</summary>
/// <param name="Note">Why it decided; null where it did not.</param>
/// <param name="Was">Its value in the real token; null where it is the same.</param>
public sealed record TokenLine(string Name, string Value, string? Note = null, string? Was = null);
