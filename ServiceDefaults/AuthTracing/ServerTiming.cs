using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults.AuthTracing;

/// <summary>
/// In Development every response tells how far its request really got (W3C Server Timing): the steps that were taken, with what came of
/// them.
/// </summary>
public static class ServerTiming
{
    /// <summary>Call it before everything that may answer.</summary>
    /// <param name="app">The application.</param>
    /// <param name="unsaid">Policies whose decisions stay unsaid, because a caller must not learn that there was one to make.</param>
    public static void UseServerTiming(this WebApplication app, params string[] unsaid)
    {
        if (!app.Environment.IsDevelopment()) return;

        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                var steps = Decision.Of(context).Where(decision => !unsaid.Contains(decision.Name)).Select(Describe);
                if (string.Join(", ", steps) is { Length: > 0 } header) context.Response.Headers["Server-Timing"] = header;
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static string Describe(Decision decision) =>
        $"{decision.Step};desc=\"{(decision.Outcome is null ? decision.Name : $"{decision.Name} {decision.Outcome}")}\"";
}
