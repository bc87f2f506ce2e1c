using System.Globalization;

namespace AuthDemo.Measurements;

/// <summary>A table: one application against another, with others beside them.</summary>
/// <param name="Subject">The server that is judged.</param>
/// <param name="Reference">The server that it is compared with.</param>
/// <param name="Beside">Servers that are only shown.</param>
internal sealed record Comparison(string Title, string Subject, string Reference, params string[] Beside)
{
    private static readonly (string Name, Func<Cost, double> Of, Func<Target, double?> TargetOf)[] Metrics =
    [
        ("CPU, microseconds a request", cost => cost.Microseconds, target => target.Cpu),
        ("allocation, bytes a request", cost => cost.Bytes, target => target.Allocation),
    ];

    /// <summary>What is subtracted from the subject before it is compared: costs that it has on purpose.</summary>
    public Func<Case, Cost> Allowance { get; init; } = _ => default;

    public Func<Case, Target> TargetOf { get; init; } = one => one.Target;

    public void Print(IReadOnlyList<Case> cases, RoundCosts results)
    {
        foreach (var (name, of, targetOf) in Metrics)
        {
            var table = new Table($"{Title}: {name}", ["", .. Beside, Reference, Subject, "ratio (spread)", "target", ""]);
            foreach (var one in cases) table.Add(Row(one, results, of, targetOf(TargetOf(one))));
            table.Print();
        }
    }

    private string[] Row(Case one, RoundCosts results, Func<Cost, double> of, double? target)
    {
        var allowance = of(Allowance(one));
        var subject = results[Subject, one.Name].Select(cost => of(cost) - allowance).ToList();
        var ratio = Ratio.Of(subject, [.. results[Reference, one.Name].Select(of)]);
        string[] shown = [.. Beside, Reference, Subject];
        return
        [
            one.Name,
            .. shown.Select(server => Figure(results[server, one.Name].Select(of).Median())),
            ratio.ToString(),
            target?.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
            ratio.Against(target),
        ];
    }

    private static string Figure(double value) => value.ToString(value < 1000 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
