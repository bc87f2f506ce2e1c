using Mono.Cecil;

namespace AuthDemo.Tests;

/// <summary>Folders need each other in one direction only, read from the compiled assemblies. Constants leave no trace there.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Services = ["Api", "AppHost", "StandIn", "Web"];

    public static TheoryData<string> Projects => [.. Services];

    [Theory, MemberData(nameof(Projects))]
    public void No_two_folders_of_a_project_need_each_other(string project)
    {
        var arrows = Arrows(project);
        Assert.NotEmpty(arrows);
        // What leads nowhere is in no circle.
        for (var count = arrows.Count + 1; arrows.Count < count;)
            (count, arrows) = (arrows.Count, [.. arrows.Where(arrow => arrows.Any(next => next.From == arrow.To))]);
        Assert.Empty(arrows);
    }

    [Fact]
    public void AuthTracing_needs_the_framework_alone() => Assert.All(References("AuthTracing"), name =>
        Assert.Matches(@"^(System|Microsoft\.AspNetCore|Microsoft\.Extensions)\b", name));

    [Fact]
    public void ServiceDefaults_needs_no_service() => Assert.DoesNotContain(References("ServiceDefaults"), Services.Contains);

    private static ModuleDefinition Read(string project) => ModuleDefinition.ReadModule(
        Path.Combine(AppContext.BaseDirectory, project + ".dll"));

    private static IEnumerable<string> References(string project) => Read(project).AssemblyReferences.Select(reference => reference.Name);

    private static HashSet<(string From, string To)> Arrows(string project)
    {
        using var module = Read(project);
        return [.. from type in module.GetTypes()
            from needed in Needs(type)
            from Match folder in Regex.Matches($"{needed}", $@"\bAuthDemo\.{project}(\.\w+)*(?=\.\w)")
            let arrow = (From: Folder(type), To: folder.Value)
            where arrow.From != arrow.To && arrow.From.StartsWith("AuthDemo.")
            select arrow];
    }

    private static string Folder(TypeReference type) => type.DeclaringType is { } outer ? Folder(outer) : type.Namespace;

    private static IEnumerable<object?> Needs(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. type.Fields,
        .. type.Methods,
        .. type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
            .Select(instruction => instruction.Operand).OfType<MemberReference>(),
    ];
}
