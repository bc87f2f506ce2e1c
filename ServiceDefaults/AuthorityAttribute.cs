using System.ComponentModel.DataAnnotations;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// Requires an https URL (OpenID Connect Discovery 1.0, section 3), or http on loopback.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AuthorityAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is null
        || (Uri.TryCreate(value as string, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)));
}
