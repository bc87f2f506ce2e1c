using System.Collections;

namespace AuthDemo.AppHost.Local;

/// <summary>The environment of a resource's process: this process's own, without its ASP.NET Core and Aspire settings, and what the callbacks add.</summary>
internal static class ResourceEnvironment
{
    private static readonly string[] NotInherited = ["ASPNETCORE_", "ASPIRE_", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    public static IReadOnlyDictionary<string, string> Of(Resource resource, DistributedApplicationExecutionContext execution)
    {
        var context = new EnvironmentCallbackContext(execution, resource);
        foreach (var callback in resource.EnvironmentCallbacks) callback(context);

        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!NotInherited.Any(n => name.StartsWith(n, StringComparison.Ordinal))) environment[name] = (string)variable.Value!;
        }

        foreach (var (name, value) in context.EnvironmentVariables) environment[name] = value is EndpointReference endpoint ? endpoint.Url : (string)value;
        return environment;
    }
}
