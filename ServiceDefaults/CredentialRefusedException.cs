namespace AuthDemo.ServiceDefaults;

/// <summary>
/// Why authentication failed: handed to <c>AuthenticateResult.Fail</c>. It holds nothing of the credential, so it may be logged.
/// </summary>
/// <param name="reason">One of <see cref="Reasons"/>.</param>
public sealed class CredentialRefusedException(string reason) : Exception($"The credential was refused: {reason}.")
{
    /// <summary>One of <see cref="Reasons"/>.</summary>
    public string Reason { get; } = reason;
}
