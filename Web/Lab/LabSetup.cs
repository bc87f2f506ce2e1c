using AuthDemo.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace AuthDemo.Web.Lab;

/// <summary>What the lab needs.</summary>
internal static class LabSetup
{
    /// <summary>The HTTP client of the lab: shows every answer as it came, follows no redirect and keeps no cookie.</summary>
    public const string Client = "lab";

    public static void AddLab(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(Options.Create(new LabOptions
        {
            MaxLoginAge = builder.Configuration.GetTimeSpan("Lab:MaxLoginAge", TimeSpan.FromMinutes(1), minimum: TimeSpan.FromSeconds(1), maximum: TimeSpan.FromDays(1)),
            ClockSkew = builder.Configuration.GetTimeSpan("Lab:ClockSkew", TimeSpan.FromSeconds(5), minimum: TimeSpan.Zero, maximum: TimeSpan.FromMinutes(5)),
        }));
        services.AddHttpClient(Client, client => client.Timeout = TimeSpan.FromSeconds(15))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<LabNotebooks>();
        services.AddSingleton<ServiceAccounts>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<LoginForm>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ScenarioRunner>();
    }
}
