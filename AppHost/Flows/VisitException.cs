namespace AuthDemo.AppHost.Flows;

/// <summary>A visitor cannot go on. The message is a sentence for the reader of the dashboard.</summary>
public class VisitException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The lab says that a scenario needs something first.</summary>
/// <param name="message">The lab's sentence about it.</param>
/// <param name="wait">How long it will be missing, where waiting is all that helps.</param>
public sealed class NotReadyException(string message, TimeSpan? wait) : VisitException(message)
{
    public TimeSpan? Wait => wait;
}
