using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.AppHost.Startup;

/// <summary>A start that cannot succeed ends before anything has begun: with one sentence, exit code 1 and no stack trace.</summary>
internal static class StartRefusal
{
    public static void RefuseStart(this IDistributedApplicationBuilder builder, string sentence) =>
        builder.OnBeforeStart((start, _) => throw EndStart(start.Services, sentence));

    /// <summary>Says the sentence, and stops the application when the caller throws what this returns.</summary>
    public static OperationCanceledException EndStart(IServiceProvider services, string sentence)
    {
        Console.Error.WriteLine(sentence);
        Environment.ExitCode = 1;
        services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return new(sentence); // DistributedApplication.RunAsync takes it for the stop that it is
    }
}
