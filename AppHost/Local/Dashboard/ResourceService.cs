using System.Threading.Channels;
using AuthDemo.AppHost.Local.Wire;
using Grpc.Core;

namespace AuthDemo.AppHost.Local;

/// <summary>Shows the resources to the dashboard, and does what its user asks.</summary>
internal sealed class ResourceService(IReadOnlyList<ResourceRun> runs) : DashboardService.DashboardServiceBase
{
    private const int LinesAtOnce = 500;

    public override Task<ApplicationInformation> GetApplicationInformation(Empty request, ServerCallContext context) =>
        Task.FromResult(new ApplicationInformation { ApplicationName = "AuthDemo" });

    public override async Task WatchResources(Empty request, IServerStreamWriter<ResourcesUpdate> answer, ServerCallContext context)
    {
        var changed = Channel.CreateUnbounded<ResourceRun>();
        void Notify(ResourceRun run) => changed.Writer.TryWrite(run);
        foreach (var run in runs) run.Changed += Notify;
        try
        {
            await answer.WriteAsync(new ResourcesUpdate { InitialData = new() { Resources = { runs.Select(ResourceDescription.Of) } } }, context.CancellationToken);
            while (await changed.Reader.WaitToReadAsync(context.CancellationToken))
            {
                var latest = new HashSet<ResourceRun>();
                while (changed.Reader.TryRead(out var run)) latest.Add(run);
                var changes = latest.Select(run => new ResourceChange { Upsert = ResourceDescription.Of(run) });
                await answer.WriteAsync(new ResourcesUpdate { Changes = new() { Value = { changes } } }, context.CancellationToken);
            }
        }
        finally
        {
            foreach (var run in runs) run.Changed -= Notify;
        }
    }

    public override async Task WatchResourceConsoleLogs(ConsoleLogsRequest request, IServerStreamWriter<ConsoleLogsUpdate> answer, ServerCallContext context)
    {
        var lines = Find(request.ResourceName).Log.Read(follow: !request.SuppressFollow, context.CancellationToken);
        while (await lines.WaitToReadAsync(context.CancellationToken))
        {
            var update = new ConsoleLogsUpdate();
            while (update.LogLines.Count < LinesAtOnce && lines.TryRead(out var line))
            {
                update.LogLines.Add(new ConsoleLogLine { LineNumber = line.Number, Text = $"{line.Time:O} {line.Text}", IsStdErr = line.IsError });
            }

            await answer.WriteAsync(update, context.CancellationToken);
        }
    }

    public override Task<CommandResponse> ExecuteResourceCommand(CommandRequest request, ServerCallContext context) =>
        ResourceCommands.ExecuteAsync(Find(request.ResourceName), request.CommandName, context.CancellationToken);

    /// <summary>This engine asks its user nothing. The dashboard takes the first message for the sign that it is connected.</summary>
    public override async Task WatchInteractions(IAsyncStreamReader<Empty> request, IServerStreamWriter<Interaction> answer, ServerCallContext context)
    {
        await answer.WriteAsync(new Interaction { Complete = new() }, context.CancellationToken);
        await foreach (var _ in request.ReadAllAsync(context.CancellationToken)) { }
    }

    private ResourceRun Find(string name) =>
        runs.FirstOrDefault(run => ResourceDescription.NameOf(run.Resource) == name)
        ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no resource '{name}'."));
}
