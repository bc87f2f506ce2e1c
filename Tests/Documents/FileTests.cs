namespace AuthDemo.Tests.Documents;

/// <summary>What no analyzer checks of the files that people write.</summary>
public sealed partial class FileTests
{
    public static TheoryData<string> Documents => [.. Repository.Files("*.md")];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_to_files_that_exist(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        var dead = Link().Matches(File.ReadAllText(Repository.PathOf(document)))
            .Select(link => link.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains(':') && !Path.Exists(Path.Combine(folder, target)));
        Assert.Empty(dead);
    }

    [Fact]
    public void Readme_is_short_enough_to_be_read()
    {
        var words = File.ReadAllText(Repository.PathOf("README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.True(words.Length <= 700, $"The README has {words.Length} words: move what a first visitor does not need to docs/.");
    }

    [Theory]
    [InlineData("*.cs")]
    [InlineData("*.razor")]
    [InlineData("*.css")]
    [InlineData("*.js")]
    [InlineData("*.csproj")]
    [InlineData("*.props")]
    [InlineData("*.targets")]
    [InlineData("*.http")]
    public void Lines_are_at_most_140_columns_wide(string pattern) => Assert.Empty(
        from file in Repository.Files(pattern)
        from line in File.ReadLines(Repository.PathOf(file)).Select((text, index) => (text, Number: index + 1))
        where line.text.Length > 140
        select $"{file}:{line.Number} has {line.text.Length} columns");

    [GeneratedRegex("""\]\((?<target>[^)\s]+)\)|\b(?:src|srcset|href)="(?<target>[^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Link();
}
