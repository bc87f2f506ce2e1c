using System.Text.Json;

namespace AuthDemo.Api.Security;

/// <summary>Seconds since 1970 (RFC 7519, section 2).</summary>
internal static class NumericDate
{
    /// <summary>The end of the year 9999, past which .NET knows no time.</summary>
    public const long Latest = 253402300799;

    public static bool TryRead(JsonElement value, out DateTimeOffset time)
    {
        time = default;
        // A NumericDate may have a fraction, which RFC 7519 leaves to the reader.
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is < 0 or > Latest) return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }
}
