namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command looks in the dashboard.</summary>
public class CommandOptions
{
    /// <summary>The tooltip.</summary>
    public string? Description { get; set; }

    /// <summary>Asked before the command runs; null asks nothing.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>The name of a Fluent UI icon.</summary>
    public string? IconName { get; set; }

    /// <summary>Whether the command has a button of its own in the table of resources.</summary>
    public bool IsHighlighted { get; set; }
}

/// <summary>How a command that sends an HTTP request to its resource does so.</summary>
public class HttpCommandOptions : CommandOptions
{
    /// <summary>The request's method; POST where it is null.</summary>
    public HttpMethod? Method { get; set; }

    /// <summary>Called with each request before it is sent.</summary>
    public Func<HttpCommandRequestContext, Task>? PrepareRequest { get; set; }
}

/// <summary>What <see cref="HttpCommandOptions.PrepareRequest"/> works on.</summary>
public sealed class HttpCommandRequestContext
{
    /// <summary>The request that is about to be sent.</summary>
    public required HttpRequestMessage Request { get; init; }

    /// <summary>Ends when the command is cancelled.</summary>
    public required CancellationToken CancellationToken { get; init; }
}

internal sealed record HttpCommand(string Name, string DisplayName, string Path, EndpointReference Endpoint, HttpCommandOptions Options);
