namespace AuthDemo.Tests.Documents;

/// <summary>What no analyzer checks of the files that people write.</summary>
public sealed partial class FileTests
{
    [Fact]
    public void Links_lead_to_files_that_exist() => Assert.Empty(
        from document in Repository.Files("*.md").Select(Repository.PathOf)
        from link in Link().Matches(File.ReadAllText(document))
        let target = link.Groups["target"].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains(':') && !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
        select $"{document}: {target}");

    [Fact]
    public void Readme_is_short_enough_to_be_read()
    {
        var words = File.ReadAllText(Repository.PathOf("README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.True(words.Length <= 700, $"The README has {words.Length} words: move what a first visitor does not need to docs/.");
    }

    [Fact]
    public void Lines_are_at_most_140_columns_wide() => Assert.Empty(
        from pattern in (string[])["*.cs", "*.razor", "*.css", "*.js", "*.csproj", "*.props", "*.targets", "*.http"]
        from file in Repository.Files(pattern)
        from line in File.ReadLines(Repository.PathOf(file)).Select((text, index) => (text, Number: index + 1))
        where line.text.Length > 140
        select $"{file}:{line.Number} has {line.text.Length} columns");

    [GeneratedRegex("""\]\((?<target>[^)\s]+)\)|\b(?:src|srcset|href)="(?<target>[^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Link();
}
