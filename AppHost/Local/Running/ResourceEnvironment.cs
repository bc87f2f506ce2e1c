using System.Collections;

namespace AuthDemo.AppHost.Local;

/// <summary>The environment of a resource's process.</summary>
internal static class ResourceEnvironment
{
    private static readonly string[] NotInherited = ["ASPNETCORE_", "ASPIRE_", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    /// <summary>What AppHost.cs and this engine say.</summary>
    public static IReadOnlyDictionary<string, string> Of(Resource resource, DistributedApplicationExecutionContext execution)
    {
        var context = new EnvironmentCallbackContext(execution, resource);
        foreach (var callback in resource.EnvironmentCallbacks) callback(context);
        return context.EnvironmentVariables.ToDictionary(v => v.Key, v => v.Value is EndpointReference endpoint ? endpoint.Url : (string)v.Value);
    }

    /// <summary>What is passed on: this process's own, without its ASP.NET Core and Aspire settings.</summary>
    public static IReadOnlyDictionary<string, string> Inherited()
    {
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!NotInherited.Any(n => name.StartsWith(n, StringComparison.Ordinal))) environment[name] = (string)variable.Value!;
        }

        return environment;
    }
}
