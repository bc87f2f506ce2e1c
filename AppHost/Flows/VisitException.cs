namespace AuthDemo.AppHost.Flows;

/// <summary>A visitor cannot go on. The message is a sentence for the reader of the dashboard.</summary>
public class VisitException(string message, Exception? inner = null) : Exception(message, inner);
