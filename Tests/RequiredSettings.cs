namespace AuthDemo.Tests;

/// <summary>What Api and Web must be told before they start.</summary>
internal static class RequiredSettings
{
    public static (string Name, string Value)[] OfApi(string authority) =>
    [
        ("Authentication:Schemes:Bearer:Authority", authority),
        ("Authentication:Schemes:Bearer:ValidAudience", "api"),
    ];

    public static (string Name, string Value)[] OfWeb(string authority, string api = "http://localhost:1") =>
    [
        ("Authentication:Schemes:OpenIdConnect:Authority", authority),
        ("Authentication:Schemes:OpenIdConnect:ClientId", "web"),
        ("services:api:http:0", api),
    ];

    public static IWebHostBuilder UseSettings(this IWebHostBuilder host, params (string Name, string Value)[] settings) =>
        settings.Aggregate(host, (builder, setting) => builder.UseSetting(setting.Name, setting.Value));

    public static ProcessStartInfo UseSettings(this ProcessStartInfo start, params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }
}
