using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// Section <c>Authentication</c>. The Api validates with these times, and Web's lab waits for them. .NET parses a bare <c>5</c> as five
/// days, which is out of range.
/// </summary>
public sealed class AuthenticationTimes
{
    /// <summary>The clock skew to allow between the Api and the identity provider.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00",
        ErrorMessage = "Authentication:ClockSkew must be from {1} to {2} (hours:minutes:seconds).")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum age of a login where a recent one is required (RFC 9470).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00",
        ErrorMessage = "Authentication:MaxLoginAge must be from {1} to {2} (hours:minutes:seconds).")]
    public TimeSpan MaxLoginAge { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Registers <see cref="AuthenticationTimes"/>.</summary>
public static class AuthenticationTimesExtensions
{
    /// <summary>Binds the section and validates it at startup.</summary>
    public static void AddAuthenticationTimes(this IServiceCollection services) => services.AddOptions<AuthenticationTimes>()
        .BindConfiguration("Authentication").ValidateDataAnnotations().ValidateOnStart();
}
