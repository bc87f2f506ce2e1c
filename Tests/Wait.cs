namespace AuthDemo.Tests;

internal static class Wait
{
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, Func<string>? instead = null, int pauseMilliseconds = 20)
    {
        for (var wait = Stopwatch.StartNew(); !await isSo(); await Task.Delay(pauseMilliseconds))
            if (wait.Elapsed > TimeSpan.FromMinutes(2)) throw new TimeoutException($"Not within two minutes: {what}. {instead?.Invoke()}");
    }

    public static Task UntilAsync(string what, Func<bool> isSo, Func<string>? instead = null) =>
        UntilAsync(what, () => Task.FromResult(isSo()), instead);
}
