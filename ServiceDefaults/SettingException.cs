namespace AuthDemo.ServiceDefaults;

/// <summary>A setting with which the application cannot start. Uncaught, its message is all that is printed.</summary>
/// <param name="message">One sentence that names the setting and says what to do.</param>
public sealed class SettingException(string message) : Exception(message)
{
    /// <summary>
    /// Ends the process with the sentence and exit code 1 where such a failure reaches nobody. Every other failure keeps its stack trace.
    /// </summary>
    internal static void EndTheProcessWhereUncaught()
    {
        AppDomain.CurrentDomain.UnhandledException -= End;
        AppDomain.CurrentDomain.UnhandledException += End;
    }

    private static void End(object sender, UnhandledExceptionEventArgs failure)
    {
        if (failure.ExceptionObject is not SettingException wrong) return;
        Console.Error.WriteLine(wrong.Message);
        Environment.Exit(1);
    }
}
