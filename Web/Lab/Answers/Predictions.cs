namespace AuthDemo.Web.Lab.Answers;

/// <summary>What can be predicted: the same choices for every scenario, so that they give nothing away.</summary>
internal static class Predictions
{
    public static IReadOnlyList<string> All { get; } = ["2xx", "302", "400", "401", "403", "404"];

    /// <summary>The choices of the story.</summary>
    public static IReadOnlyList<string> OfStory { get; } = ["401", "403", "204"];

    /// <summary>The choice that a form has sent; null for anything else.</summary>
    public static string? Read(string? choice) => All.Concat(OfStory).FirstOrDefault(p => p == choice);

    public static bool? IsRight(string? predicted, int status) =>
        predicted is null ? null : predicted == $"{status}" || (predicted == "2xx" && status is >= 200 and < 300);
}
