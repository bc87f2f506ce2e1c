using System.Text.Json;
using System.Text.RegularExpressions;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>
/// The decoded header and claims of a sent token, never its signature. Only the lab reads access tokens; to a client they are opaque (RFC
/// 9068, section 6).
/// </summary>
public sealed partial record DecodedToken(IReadOnlyList<TokenLine> Header, IReadOnlyList<TokenLine> Claims, TokenLine? Signature)
{
    private const int MaxShownLength = 120;

    private static readonly string[] Order =
    [
        "typ", "alg", "kid",
        "iss", "aud", "sub", "preferred_username", "name", "client_id", "roles", "groups", "scope", "exp", "nbf", "auth_time",
    ];

    /// <summary>Decodes the tokens in a header value or a URL. Other text is ignored.</summary>
    /// <param name="madeFrom">The real token that was modified, to show the differences.</param>
    /// <param name="result">The result, which says which claim was decisive.</param>
    internal static IReadOnlyList<DecodedToken> Read(string? sent, string? madeFrom, RunResult result)
    {
        var decided = DecidedBy(result);
        var real = madeFrom?.Split('.');
        return [.. Jwt().Matches(sent ?? "").Select(match => match.Value.Split('.')).Select(parts => new DecodedToken(
            Lines(parts[0], real?[0], decided is { Name: "typ" or "alg" or "kid" } ? decided : null, result.At),
            Lines(parts[1], real?[1], decided is { Name: "typ" or "alg" or "kid" or "signature" } ? null : decided, result.At),
            decided is { Name: "signature" } ? decided with { Value = "‹not shown›" } : null))];
    }

    private static TokenLine? DecidedBy(RunResult result)
    {
        if (Reasons.Find(result.Reason)?.Claim is not { } claim) return null;

        // Outside Development the Api does not explain what was required.
        var wanted = claim.Name switch { "roles" => "role", "groups" => "group", _ => claim.Name };
        var value = result.Explanation("required") is { ValueKind: JsonValueKind.Object } required
            && required.TryGetProperty(wanted, out var needed) ? $"needs {needed}" : claim.Note;
        return new TokenLine(claim.Name, "‹not there›", value);
    }

    private static IReadOnlyList<TokenLine> Lines(string part, string? realPart, TokenLine? decided, DateTimeOffset at)
    {
        if (Members(part, at) is not { } members) return [];
        var real = realPart is null ? members : Members(realPart, at)!;
        // A missing claim can be decisive: no groups, no scope.
        if (decided is not null) members.TryAdd(decided.Name, decided.Value);
        return
        [
            .. from member in members
               orderby Array.IndexOf(Order, member.Key) is >= 0 and var place ? place : Order.Length
               let was = real.GetValueOrDefault(member.Key, "not there")
               select new TokenLine(
                   member.Key, member.Value, member.Key == decided?.Name ? decided.Note : null, was == member.Value ? null : was),
        ];
    }

    private static Dictionary<string, string>? Members(string part, DateTimeOffset at)
    {
        using var json = UnverifiedToken.ReadPart(part);
        return json?.RootElement.EnumerateObject().ToDictionary(
            member => member.Name, member => Show(member.Name, member.Value, at));
    }

    private static string Show(string name, JsonElement value, DateTimeOffset at)
    {
        if (name is "exp" or "nbf" or "iat" or "auth_time" && value.ValueKind == JsonValueKind.Number
            && UnverifiedToken.Time(value.GetDouble()) is { } time)
        {
            return time < at ? $"{InWords(at - time)} ago" : $"in {InWords(time - at)}";
        }

        var text = value.ToString();
        return text.Length <= MaxShownLength ? text : text[..MaxShownLength] + "…";
    }

    private static string InWords(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{time.Seconds} s";

    [GeneratedRegex(@"[\w-]+\.[\w-]+\.[\w-]*")]
    private static partial Regex Jwt();
}

/// <summary>A header parameter or claim.</summary>
/// <param name="Note">Why it was decisive; null if it was not.</param>
/// <param name="Was">The value in the real token; null if it is the same.</param>
public sealed record TokenLine(string Name, string Value, string? Note = null, string? Was = null);
