namespace AuthDemo.Tests;

internal static class Wait
{
    /// <param name="pause">Milliseconds between two looks.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, Func<string>? instead = null, int pause = 20)
    {
        for (var wait = Stopwatch.StartNew(); !await isSo(); await Task.Delay(pause))
            if (wait.Elapsed > TimeSpan.FromMinutes(2)) throw new TimeoutException($"Not within two minutes: {what}. {instead?.Invoke()}");
    }

    public static Task UntilAsync(string what, Func<bool> isSo, Func<string>? instead = null) =>
        UntilAsync(what, () => Task.FromResult(isSo()), instead);
}
