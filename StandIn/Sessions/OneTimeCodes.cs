using AuthDemo.StandIn.Realms;
using OtpNet;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// Verifies one-time codes (RFC 6238), allowing for one time step before and after. Each is accepted once (section 5.2), and attempts per
/// time step are limited (RFC 4226, section 7.3). Not thread-safe: requests of a realm are serialized.
/// </summary>
internal sealed class OneTimeCodes(TimeProvider clock)
{
    private const int MaxWrongCodesPerStep = 10;
    private const int StepSeconds = 30;

    private readonly HashSet<(string User, long Step)> used = [];
    private readonly Dictionary<string, (long Step, int Count)> wrong = [];

    /// <summary>Verifies a code, which can then not be used again.</summary>
    /// <returns>The error message; null if the code is valid.</returns>
    public string? TryUse(User user, string? code)
    {
        var now = clock.GetUtcNow();
        var step = now.ToUnixTimeSeconds() / StepSeconds;
        var (wrongStep, count) = wrong.GetValueOrDefault(user.Subject);
        if (wrongStep != step) count = 0;
        if (count >= MaxWrongCodesPerStep) return "Too many wrong codes. Wait until your app shows the next one.";

        used.RemoveWhere(old => old.Step < step - 1);
        if (new Totp(user.OtpSecret, StepSeconds).VerifyTotp(now.UtcDateTime, code ?? "", out var matched, new VerificationWindow(1, 1))
            && used.Add((user.Subject, matched)))
        {
            return null;
        }

        wrong[user.Subject] = (step, count + 1);
        return "Invalid authenticator code.";
    }
}
