using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthDemo.AppHost.Local;

/// <summary>How a project wants to be run: a profile of its Properties/launchSettings.json.</summary>
internal sealed record LaunchProfile(IReadOnlyList<Uri> Urls, IReadOnlyDictionary<string, string> Variables)
{
    /// <param name="project">The project.</param>
    /// <param name="preferred">The profile to use where the project has it; else it is the first that runs the project.</param>
    /// <exception cref="DistributedApplicationException">There is no such profile, or it cannot be read.</exception>
    public static LaunchProfile Read(IProjectMetadata project, string? preferred)
    {
        var path = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        try
        {
            var profiles = JsonNode.Parse(File.ReadAllText(path), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!["profiles"]!.AsObject();
            var profile = profiles.Where(p => (string?)p.Value!["commandName"] == "Project").OrderByDescending(p => p.Key == preferred).First().Value!;
            return new(
                [.. ((string?)profile["applicationUrl"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => new Uri(url))],
                (profile["environmentVariables"]?.AsObject() ?? []).ToDictionary(v => v.Key, v => (string?)v.Value ?? ""));
        }
        catch (Exception failure) when (failure is IOException or JsonException or NullReferenceException or InvalidOperationException or UriFormatException)
        {
            throw new DistributedApplicationException($"{path} has no profile that runs the project (commandName 'Project'), or cannot be read: {failure.Message}", failure);
        }
    }
}
