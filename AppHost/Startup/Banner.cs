using System.Text;
using AuthDemo.AppHost.Keycloak;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.AppHost.Startup;

/// <summary>What the user reads when everything is up.</summary>
internal static class Banner
{
    public static Task WriteAsync(DistributedApplicationModel model, IConfiguration configuration)
    {
        Console.WriteLine(Format(model, configuration["AppHost:BrowserToken"]));
        return Task.CompletedTask;
    }

    private static string Format(DistributedApplicationModel model, string? browserToken)
    {
        var text = new StringBuilder("\nAuthDemo is running. Ctrl+C stops it.\n\n");
        if (Dashboard.FindEndpoint(model) is { } dashboard)
        {
            AddLine(text, "dashboard", dashboard.Url + (string.IsNullOrEmpty(browserToken) ? "" : $"/login?t={browserToken}"));
        }

        AddLine(text, "web", model.Resources.OfType<ProjectResource>().Single(r => r.Name == "web").GetEndpoint("http").Url);
        foreach (var keycloak in model.Resources.Where(r => r.HasAnnotationOfType<RealmFiles>()))
        {
            var label = "users";
            foreach (var (name, password, roles) in keycloak.Annotations.OfType<RealmFiles>().Single().Users)
            {
                AddLine(text, label, $"{name} (password {password}; {roles})");
                label = "";
            }

            var choice = keycloak.Annotations.OfType<IdentityProviderChoice>().Single();
            AddLine(text, "identity provider", $"{choice.DisplayName}; {choice.Alternative}");
        }

        return text.ToString();
    }

    private static void AddLine(StringBuilder text, string label, string value) =>
        text.Append("  ").Append(label.PadRight(20)).AppendLine(value);
}
