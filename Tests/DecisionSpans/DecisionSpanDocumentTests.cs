using System.Reflection;
using System.Text.RegularExpressions;
using AuthTracing;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>AuthTracing/README.md lists what the code can say, and nothing else.</summary>
public sealed partial class DecisionSpanDocumentTests
{
    [Theory]
    [InlineData("steps", typeof(Steps))]
    [InlineData("attributes", typeof(AuthSource))]
    [InlineData("outcomes", typeof(Outcomes))]
    [InlineData("reasons", typeof(AuthReasons))]
    public void List_in_the_document_is_the_code_s(string list, Type constants)
    {
        var document = File.ReadAllText(Repository.PathOf("AuthTracing/README.md"));
        var table = document.Split($"<!-- {list} -->")[1].Split($"<!-- /{list} -->")[0];
        var inDocument = FirstCell().Matches(table).Select(row => row.Groups[1].Value).Where(word => word != "auth." + list[..^1]);
        var inCode = constants.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.Name != nameof(AuthSource.DefaultName))
            .Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(inCode, inDocument);
    }

    [Fact]
    public void Options_in_the_document_are_the_code_s()
    {
        var table = File.ReadAllText(Repository.PathOf("AuthTracing/README.md")).Split("### Options")[1].Split("```")[0];
        Assert.Equal(
            typeof(AuthTracingOptions).GetProperties().Select(option => option.Name).Order(),
            FirstCell().Matches(table).Select(row => row.Groups[1].Value).Order());
    }

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();
}
