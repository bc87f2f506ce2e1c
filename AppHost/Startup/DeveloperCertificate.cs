using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.AppHost.Startup;

/// <summary>The developer certificate: needed by the launch profile <c>https</c>, and not missed by any other.</summary>
internal static class DeveloperCertificate
{
    /// <summary>Ends the start with one sentence where an endpoint is https and no certificate is trusted.</summary>
    public static IDistributedApplicationBuilder RequireCertificateForHttps(this IDistributedApplicationBuilder builder) =>
        builder.OnBeforeStart((start, _) =>
        {
            foreach (var project in start.Model.Resources.OfType<ProjectResource>())
            {
                if (project.GetAddress().EndpointName != "https")
                    project.Annotations.Add(new HttpsCertificateAnnotation { UseDeveloperCertificate = false });
                else if (start.Services.GetRequiredService<IDeveloperCertificateService>().Certificates.IsEmpty)
                    throw StartRefusal.EndStart(start.Services, "https needs a developer certificate that this machine trusts: "
                        + "run 'dotnet dev-certs https --trust', or start without the launch profile https.");
            }

            return Task.CompletedTask;
        });
}
