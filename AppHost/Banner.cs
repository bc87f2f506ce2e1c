using System.Text;
using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.AppHost;

/// <summary>What the user reads when everything is up.</summary>
internal static class Banner
{
    /// <summary>Writes it when this resource, which waits for all others, is ready.</summary>
    public static IResourceBuilder<ProjectResource> WithBanner(this IResourceBuilder<ProjectResource> web) =>
        web.OnResourceReady((_, ready, _) =>
        {
            var model = ready.Services.GetRequiredService<DistributedApplicationModel>();
            Console.WriteLine(Format(model, web.Resource, web.ApplicationBuilder.Configuration["AppHost:BrowserToken"]));
            return Task.CompletedTask;
        });

    private static string Format(DistributedApplicationModel model, ProjectResource web, string? browserToken)
    {
        var text = new StringBuilder("\nAuthDemo is running. Ctrl+C stops it.\n\n");
        if (Dashboard.FindEndpoint(model) is { } dashboard)
            AddLine("dashboard", dashboard.Url + (string.IsNullOrEmpty(browserToken) ? "" : $"/login?t={browserToken}"));
        AddLine("web", web.GetAddress().Url);
        foreach (var keycloak in model.Resources.Where(r => r.HasAnnotationOfType<RealmFiles>()))
        {
            var label = "users";
            foreach (var user in keycloak.Annotations.OfType<RealmFiles>().Single().Users)
            {
                AddLine(label, $"{user.Name} (password {user.Password}; {user.Roles})");
                label = "";
            }

            var choice = keycloak.Annotations.OfType<IdentityProviderChoice>().Single();
            AddLine("identity provider", $"{choice.Name}; {choice.Alternative}");
        }

        return text.ToString();

        void AddLine(string label, string value) => text.Append("  ").Append(label.PadRight(20)).AppendLine(value);
    }
}
