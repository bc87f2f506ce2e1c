using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.ServiceDefaults;

/// <summary>Settings that are read at the start, so that a wrong one stops it.</summary>
public static class Settings
{
    /// <summary>A length of time, such as <c>00:01:00</c>.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="setting">The setting's full name.</param>
    /// <param name="otherwise">What counts where it is not set.</param>
    /// <param name="least">The shortest that makes sense.</param>
    /// <exception cref="SettingException">It is set, and is no such time.</exception>
    public static TimeSpan GetTimeSpan(this IConfiguration configuration, string setting, TimeSpan otherwise, TimeSpan least) =>
        configuration[setting] is not { } text ? otherwise
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= least ? time
        : throw new SettingException($"The setting {setting} is not usable: '{text}'. Write it as hours:minutes:seconds, {least} at least.");
}
