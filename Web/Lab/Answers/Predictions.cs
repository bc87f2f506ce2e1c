namespace AuthDemo.Web.Lab.Answers;

/// <summary>What can be predicted: the same choices for every scenario, so that they give nothing away.</summary>
internal static class Predictions
{
    public static IReadOnlyList<string> All { get; } = ["2xx", "302", "400", "401", "403", "404"];

    public static bool? IsRight(string? predicted, int status) =>
        predicted is null ? null : predicted == (status is >= 200 and < 300 ? "2xx" : $"{status}");
}
