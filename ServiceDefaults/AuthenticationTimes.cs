using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// Section <c>Authentication</c>: what the Api decides by and the lab of Web waits for. Written as <c>hours:minutes:seconds</c>; .NET reads
/// a bare <c>5</c> as five days, which the bounds refuse.
/// </summary>
public sealed class AuthenticationTimes
{
    /// <summary>By how much the clocks of the Api and of the identity provider may differ.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00",
        ErrorMessage = "Authentication:ClockSkew must be from {1} to {2} (hours:minutes:seconds).")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How old a login may be where a recent one is asked for (RFC 9470).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00",
        ErrorMessage = "Authentication:MaxLoginAge must be from {1} to {2} (hours:minutes:seconds).")]
    public TimeSpan MaxLoginAge { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Registers <see cref="AuthenticationTimes"/>.</summary>
public static class AuthenticationTimesExtensions
{
    /// <summary>Binds the section, and checks it at the start.</summary>
    public static void AddAuthenticationTimes(this IServiceCollection services) => services.AddOptions<AuthenticationTimes>()
        .BindConfiguration("Authentication").ValidateDataAnnotations().ValidateOnStart();
}
