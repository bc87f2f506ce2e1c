using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AuthDemo.ServiceDefaults;
using AuthTracing;

namespace AuthDemo.Api.Authentication;

/// <summary>
/// In Development the span that refuses a token shows what the token says of itself, as far as it can be read. None of that is verified:
/// anybody can have written it. So elsewhere no claim of a refused token reaches a span.
/// </summary>
internal static class UnverifiedToken
{
    private const int LongestValue = 100;

    public static void DescribeRefusedTokens(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
            builder.Services.Configure<AuthTracingOptions>(options => options.Describe += Describe);
    }

    private static void Describe(AuthDecision decision)
    {
        if (decision.Exception is not CredentialRefusedException { Reason: var reason }) return;
        decision.Description = Reasons.Of(reason).Detail;
        if (decision.HttpContext is not { } context || RequestCredentials.Known(context)?.Token is not { } token) return;
        if (decision.Span is not { IsAllDataRequested: true } span) return;

        Describe(span, token.Split('.'));
        decision.Description += " What the token says of itself (auth.token) is unverified.";
    }

    private static void Describe(Activity span, string[] parts)
    {
        span.SetTag("auth.token.verified", false);
        if (Read(parts[0]) is { } header)
        {
            Set("alg", CompactJws.TextOf(header, "alg"));
            Set("typ", CompactJws.TextOf(header, "typ"));
            Set("kid", CompactJws.TextOf(header, "kid"));
        }

        if (parts.Length > 1 && Read(parts[1]) is { } payload)
        {
            Set("issuer", CompactJws.TextOf(payload, "iss"));
            Set("audience", AudienceOf(payload));
            Set("expires", ExpiryOf(payload));
        }

        void Set(string name, string? value)
        {
            if (value is null) return;
            span.SetTag("auth.token." + name, value.Length <= LongestValue ? value : value[..LongestValue]);
        }
    }

    /// <summary>More lenient than <see cref="CompactJws"/>: shown is also what makes a token malformed.</summary>
    private static JsonElement? Read(string part)
    {
        try
        {
            return JsonElement.Parse(Base64Url.DecodeFromChars(part)) is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string? AudienceOf(JsonElement payload) =>
        MemberOf(payload, "aud") is { ValueKind: JsonValueKind.Array } several ? several.GetRawText() : CompactJws.TextOf(payload, "aud");

    private static string? ExpiryOf(JsonElement payload) =>
        MemberOf(payload, "exp") is { } expiry && TokenInspection.TimeOf(expiry) is { } time
            ? time.ToString("u", CultureInfo.InvariantCulture)
            : null;

    private static JsonElement? MemberOf(JsonElement payload, string name)
    {
        try
        {
            return payload.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Another name is half a surrogate pair.
            return null;
        }
    }
}
