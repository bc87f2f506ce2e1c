namespace AuthDemo.AppHost.Startup;

/// <summary>
/// Where the shell sets <c>HTTP_PROXY</c>, .NET sends calls of this machine through it too, and nothing would find anything: neither the
/// AppHost nor what it starts, which inherits its variables.
/// </summary>
internal static class LoopbackProxy
{
    /// <summary>Adds this machine to those for which no proxy is used.</summary>
    public static IDistributedApplicationBuilder BypassProxyForLoopback(this IDistributedApplicationBuilder builder)
    {
        var others = Environment.GetEnvironmentVariable("no_proxy") ?? Environment.GetEnvironmentVariable("NO_PROXY");
        foreach (var name in (string[])["no_proxy", "NO_PROXY"])
            Environment.SetEnvironmentVariable(name, $"localhost,127.0.0.1,[::1],{others}".TrimEnd(','));
        return builder;
    }
}
