namespace AuthDemo.StandIn.Realms;

/// <summary>A setting, a realm file or a key file with which the stand-in cannot start.</summary>
/// <param name="message">One sentence that names it and says what to do.</param>
public sealed class SettingException(string message) : Exception(message);
