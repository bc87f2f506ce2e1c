using System.Text.Json.Serialization;
using AuthDemo.Api.Building;
using AuthDemo.Api.Endpoints;

namespace AuthDemo.Api;

/// <summary>The JSON metadata of what the endpoints answer, made by the compiler instead of by reflection at the first request.</summary>
[JsonSerializable(typeof(IReadOnlyList<Person>))]
[JsonSerializable(typeof(IReadOnlyList<Room>))]
[JsonSerializable(typeof(IReadOnlyList<Visitor>))]
[JsonSerializable(typeof(Locker))]
[JsonSerializable(typeof(Safe))]
[JsonSerializable(typeof(AlarmState))]
[JsonSerializable(typeof(Announcement))]
[JsonSerializable(typeof(BadgeCard))]
[JsonSerializable(typeof(Entry))]
[JsonSerializable(typeof(ProtectedResource))]
[JsonSerializable(typeof(Welcome))]
internal sealed partial class ApiJson : JsonSerializerContext;

internal static class ApiJsonSetup
{
    public static void AddApiJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
}
