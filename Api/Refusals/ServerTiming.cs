using AuthDemo.Api.Security;
using AuthDemo.ServiceDefaults.AuthTracing;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// In Development every response tells how far its request really got (W3C Server Timing): the steps that were taken, with what came of them.
/// </summary>
internal static class ServerTiming
{
    public static void UseServerTiming(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) return;

        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                // Who owns a safe stays unsaid: a hidden one must answer as one that does not exist.
                var steps = Decision.Of(context).Where(decision => decision.Name != Policies.SafeOwner).Select(Describe);
                if (string.Join(", ", steps) is { Length: > 0 } header) context.Response.Headers["Server-Timing"] = header;
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static string Describe(Decision decision) =>
        $"{decision.Step};desc=\"{(decision.Outcome is null ? decision.Name : $"{decision.Name} {decision.Outcome}")}\"";
}
