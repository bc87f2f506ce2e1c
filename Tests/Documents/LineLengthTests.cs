namespace AuthDemo.Tests.Documents;

/// <summary>The width that .editorconfig states, and that no analyzer checks.</summary>
public sealed class LineLengthTests
{
    private const int Width = 140;

    [Theory]
    [InlineData("*.cs")]
    [InlineData("*.razor")]
    [InlineData("*.css")]
    [InlineData("*.js")]
    [InlineData("*.csproj")]
    [InlineData("*.props")]
    [InlineData("*.targets")]
    [InlineData("*.http")]
    public void Lines_are_at_most_140_columns_wide(string pattern)
    {
        var tooLong =
            from file in Repository.Files(pattern)
            from line in File.ReadLines(Repository.PathOf(file)).Select((text, index) => (text, Number: index + 1))
            where line.text.Length > Width
            select $"{file}:{line.Number} has {line.text.Length} columns";

        Assert.True(!tooLong.Any(), string.Join('\n', tooLong));
    }
}
