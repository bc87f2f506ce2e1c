using System.ComponentModel.DataAnnotations;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Login;

/// <summary>Required settings in section <c>Authentication:Schemes:OpenIdConnect</c>, which the OpenID Connect handler binds.</summary>
internal sealed class LoginSettings
{
    [Required(ErrorMessage = "Authentication:Schemes:OpenIdConnect:Authority is missing: set it to the issuer of the ID tokens.")]
    [Authority(ErrorMessage = "Authentication:Schemes:OpenIdConnect:Authority must be an https address, or an http one on this machine.")]
    public string? Authority { get; set; }

    [Required(ErrorMessage = "Authentication:Schemes:OpenIdConnect:ClientId is missing: set it to the client that the provider knows.")]
    public string? ClientId { get; set; }

    [Required(ErrorMessage = "Authentication:Schemes:OpenIdConnect:ClientSecret is missing: set it to the secret of that client.")]
    public string? ClientSecret { get; set; }
}
