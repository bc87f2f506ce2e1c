using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.ServiceDefaults;

/// <summary>Settings that are read at the start, so that a wrong one stops it.</summary>
public static class Settings
{
    /// <summary>
    /// A length of time, written as <c>hh:mm:ss</c>. A bare number is refused: .NET would take <c>5</c> for five days.
    /// </summary>
    /// <exception cref="SettingException">The setting is no such time, or out of bounds.</exception>
    public static TimeSpan GetTimeSpan(
        this IConfiguration configuration, string setting, TimeSpan defaultValue, TimeSpan minimum, TimeSpan maximum) =>
        configuration[setting] is not { } text ? defaultValue
        : text.Count(':') == 2
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)
            && time >= minimum
            && time <= maximum ? time
        : throw new SettingException(
            $"The setting {setting} is not usable: '{text}'. Write it as hours:minutes:seconds, from {minimum} to {maximum}.");

    /// <summary>A name; the default where it is not set.</summary>
    /// <exception cref="SettingException">The setting is there and empty.</exception>
    public static string GetName(this IConfiguration configuration, string setting, string defaultValue) =>
        configuration[setting] is not { } text ? defaultValue
        : !string.IsNullOrWhiteSpace(text) ? text
        : throw new SettingException($"The setting {setting} is empty. Set it to a name, or leave it out for '{defaultValue}'.");
}
