using AuthDemo.StandIn.Realms;
using OtpNet;

namespace AuthDemo.StandIn.Sessions;

/// <summary>
/// Checks one-time codes (RFC 6238): those of the time step before and after too, each once (section 5.2), and a few tries a step
/// (RFC 4226, section 7.3). Not safe for concurrent use: a realm serves one request at a time.
/// </summary>
internal sealed class OneTimeCodes(TimeProvider clock)
{
    private const int MaxWrongCodesPerStep = 10;
    private const int StepSeconds = 30;

    private readonly HashSet<(string User, long Step)> used = [];
    private readonly Dictionary<string, (long Step, int Count)> wrong = [];

    /// <summary>Uses a code up.</summary>
    /// <returns>What is wrong with it, in words for the person who typed it; null where it is right.</returns>
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
