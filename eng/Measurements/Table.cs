namespace AuthDemo.Measurements;

/// <summary>Rows of text, printed in columns: the first to the left, figures to the right.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> rows = [columns];

    public void Add(params string[] row) => rows.Add(row);

    public void Print()
    {
        var widths = Enumerable.Range(0, columns.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        Console.WriteLine();
        Console.WriteLine(title);
        foreach (var row in rows)
            Console.WriteLine("  " + string.Join("  ", row.Select((text, column) => Cell(text, column, widths))).TrimEnd());
    }

    private string Cell(string text, int column, int[] widths) =>
        column == 0 || column == columns.Length - 1 ? text.PadRight(widths[column]) : text.PadLeft(widths[column]);
}
