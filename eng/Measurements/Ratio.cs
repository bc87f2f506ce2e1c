using System.Globalization;

namespace AuthDemo.Measurements;

/// <summary>A ratio of two series that were measured in the same rounds.</summary>
/// <param name="Median">Of the rounds' ratios.</param>
/// <param name="Lowest">Of any round.</param>
/// <param name="Highest">Of any round.</param>
internal readonly record struct Ratio(double Median, double Lowest, double Highest)
{
    public static Ratio Of(IReadOnlyList<double> values, IReadOnlyList<double> reference)
    {
        var ratios = values.Zip(reference, (value, other) => value / other).ToList();
        return new Ratio(ratios.Median(), ratios.Min(), ratios.Max());
    }

    /// <summary>Whether the target is met, and whether some round says otherwise.</summary>
    public string Against(double? target)
    {
        if (target is null) return "";
        var verdict = Median <= target ? "met" : "MISSED";
        return Lowest <= target && target < Highest ? verdict + ", within the spread" : verdict;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({Lowest:0.00} to {Highest:0.00})");
}

internal static class Medians
{
    public static double Median(this IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }
}
