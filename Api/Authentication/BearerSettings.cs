using System.ComponentModel.DataAnnotations;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Authentication;

/// <summary>Required settings in section <c>Authentication:Schemes:Bearer</c>, which JwtBearer binds.</summary>
internal sealed class BearerSettings
{
    [Required(ErrorMessage = "Authentication:Schemes:Bearer:Authority is missing: set it to the issuer of the access tokens.")]
    [Authority(ErrorMessage = "Authentication:Schemes:Bearer:Authority must be an https address, or an http one on this machine.")]
    public string? Authority { get; set; }

    [Required(ErrorMessage = "Authentication:Schemes:Bearer:ValidAudience is missing: set it to the audience of the access tokens.")]
    public string? ValidAudience { get; set; }

    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00",
        ErrorMessage = "Authentication:Schemes:Bearer:BackchannelTimeout must be from {1} to {2} (hours:minutes:seconds).")]
    public TimeSpan BackchannelTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
