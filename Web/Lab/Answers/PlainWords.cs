using System.Globalization;
using System.Text.Json;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What a policy asked for and what it found, in words: <c>{"role":"admin"}</c> reads as the role admin.</summary>
internal static class PlainWords
{
    public static string Of(JsonElement value, DateTimeOffset at) => value.ValueKind != JsonValueKind.Object
        ? List(value)
        : string.Join("; ",
            from property in value.EnumerateObject()
            where property.Value.ValueKind != JsonValueKind.Null
            select Tell(property.Name, property.Value, at));

    private static string Tell(string name, JsonElement value, DateTimeOffset at) => name switch
    {
        "owner" => value.ValueKind == JsonValueKind.True ? "its owner" : "somebody else",
        "network" => $"a caller on the {value} network",
        "address" => $"a caller at {value}",
        "maxAge" => $"a login at most {value} s old",
        "authenticatedAt" when value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var login) =>
            $"a login {Math.Floor((at - login).TotalSeconds):0} s old",
        _ when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0 => $"no {name}",
        "roles" or "groups" or "scopes" when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 =>
            $"the {name[..^1]} {List(value)}",
        _ => $"the {name} {List(value)}",
    };

    private static string List(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? string.Join(", ", value.EnumerateArray()) : value.ToString();
}
