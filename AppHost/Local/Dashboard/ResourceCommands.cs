using AuthDemo.AppHost.Local.Wire;

namespace AuthDemo.AppHost.Local;

/// <summary>What the dashboard's user can do with a resource.</summary>
internal static class ResourceCommands
{
    private const int LongestAnswer = 64 * 1024;
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public static IEnumerable<Command> Of(ResourceRun run)
    {
        yield return run.IsRunning
            ? new Command { Name = "stop", DisplayName = "Stop", IconName = "Stop", IsHighlighted = true }
            : new Command { Name = "start", DisplayName = "Start", IconName = "Play", IsHighlighted = true };
        var whenRunning = run.Now.State == "Running" ? CommandState.Enabled : CommandState.Disabled;
        yield return new Command { Name = "restart", DisplayName = "Restart", IconName = "ArrowCounterclockwise", State = whenRunning };
        foreach (var command in run.Resource.Commands)
        {
            var described = new Command { Name = command.Name, DisplayName = command.DisplayName, IsHighlighted = command.Options.IsHighlighted, State = whenRunning };
            if (command.Options.IconName is { } icon) described.IconName = icon;
            if (command.Options.Description is { } tooltip) described.DisplayDescription = tooltip;
            if (command.Options.ConfirmationMessage is { } question) described.ConfirmationMessage = question;
            yield return described;
        }
    }

    public static async Task<CommandResponse> ExecuteAsync(ResourceRun run, string name, CancellationToken cancellationToken)
    {
        if (name is "stop" or "restart") await run.StopAsync();
        if (name is "start" or "restart") run.Start();
        if (name is "start" or "stop" or "restart") return new() { Kind = CommandOutcome.Succeeded };
        return run.Resource.Commands.Find(c => c.Name == name) is { } command
            ? await SendAsync(command, cancellationToken)
            : new() { Kind = CommandOutcome.Failed, Message = $"{run.Resource.Name} has no command '{name}'." };
    }

    private static async Task<CommandResponse> SendAsync(HttpCommand command, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(command.Options.Method ?? HttpMethod.Post, command.Endpoint.Url + command.Path);
            if (command.Options.PrepareRequest is { } prepare) await prepare(new() { Request = request, CancellationToken = cancellationToken });
            using var answer = await Client.SendAsync(request, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (body.Length > LongestAnswer) body = body[..LongestAnswer] + " ...";
            var response = new CommandResponse
            {
                Kind = answer.IsSuccessStatusCode ? CommandOutcome.Succeeded : CommandOutcome.Failed,
                Message = $"{request.Method} {command.Path} answered {(int)answer.StatusCode}.",
            };
            if (body.Length > 0) response.Result = new() { Value = body, Format = ResultFormat.Text, DisplayImmediately = true };
            return response;
        }
        catch (HttpRequestException failure)
        {
            return new() { Kind = CommandOutcome.Failed, Message = failure.Message };
        }
    }
}
