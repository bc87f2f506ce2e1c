using Mono.Cecil;

namespace AuthDemo.Tests;

/// <summary>Folders need each other in one direction only, read from the compiled assemblies. Constants leave no trace there.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Services = ["Api", "AppHost", "StandIn", "Web"];

    [Theory]
    [InlineData("Api")]
    [InlineData("AppHost")]
    [InlineData("ServiceDefaults")]
    [InlineData("StandIn")]
    [InlineData("Web")]
    public void No_two_folders_of_a_project_need_each_other(string project)
    {
        var arrows = Arrows(project).ToLookup(arrow => arrow.From, arrow => arrow.To);
        Assert.NotEmpty(arrows);
        Assert.Equal([], arrows.Select(from => FindWay(arrows, from.Key, from.Key)).OfType<List<string>>()
            .Select(circle => string.Join(" -> ", circle)));
    }

    [Fact]
    public void AuthTracing_needs_no_other_assembly_of_this_repository() =>
        Assert.DoesNotContain(References("AuthTracing"), name => name == "ServiceDefaults" || Services.Contains(name));

    [Fact]
    public void ServiceDefaults_needs_no_service() => Assert.DoesNotContain(References("ServiceDefaults"), Services.Contains);

    [Fact]
    public void No_two_public_types_have_one_name()
    {
        var types = Services.Append("ServiceDefaults").Append("AuthTracing").SelectMany(project => Read(project).Types);

        var written = types.Where(type => type.IsPublic && type.BaseType?.Name is not "ComponentBase" // Razor's are always public
            && type.Name is not "Program" and not "_Imports");
        Assert.Equal([], written.GroupBy(type => type.Name)
            .Where(same => same.Count() > 1).Select(same => string.Join(", ", same.Select(type => type.FullName))));
    }

    private static ModuleDefinition Read(string project) => ModuleDefinition.ReadModule(
        Path.Combine(AppContext.BaseDirectory, project + ".dll"));

    private static IEnumerable<string> References(string project) => Read(project).AssemblyReferences.Select(reference => reference.Name);

    private static List<string>? FindWay(ILookup<string, string> arrows, string from, string to)
    {
        var ways = new Queue<List<string>>([[from]]);
        HashSet<string> seen = [];
        while (ways.TryDequeue(out var way))
            foreach (var next in arrows[way[^1]])
            {
                if (next == to) return [.. way, next];
                if (seen.Add(next)) ways.Enqueue([.. way, next]);
            }

        return null;
    }

    private static HashSet<(string From, string To)> Arrows(string project)
    {
        using var module = Read(project);
        return [.. from type in module.GetTypes()
            from needed in Needs(type).SelectMany(Parts)
            let arrow = (From: Folder(type), To: Folder(needed))
            where arrow.From != arrow.To && arrow.From.StartsWith("AuthDemo.") && arrow.To.StartsWith($"AuthDemo.{project}")
            select arrow];
    }

    private static string Folder(TypeReference type) => type.DeclaringType is { } outer ? Folder(outer) : type.Namespace;

    private static IEnumerable<TypeReference?> Needs(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. Attributes(type),
        .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(property => Attributes(property).Append(property.PropertyType)),
        .. type.Methods.SelectMany(Needs),
    ];

    private static IEnumerable<TypeReference?> Needs(MethodDefinition method) =>
    [
        method.ReturnType,
        .. Attributes(method),
        .. method.Parameters.SelectMany(parameter => Attributes(parameter).Append(parameter.ParameterType)),
        .. method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.ExceptionHandlers.Select(handler => handler.CatchType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(instruction => Needs(instruction.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> Needs(object? operand) => operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute => attribute.ConstructorArguments.Select(argument => argument.Value as TypeReference)
            .Append(attribute.AttributeType));

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
