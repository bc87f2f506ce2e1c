using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>
/// A JWT as it is sent, with its parts at hand. The lab looks into tokens because it makes bad ones of them; an ordinary client must not.
/// </summary>
internal sealed record ServiceToken(string Text)
{
    public JsonObject Header => Part(0);

    public JsonObject Payload => Part(1);

    public DateTimeOffset Expires => DateTimeOffset.FromUnixTimeSeconds(Payload["exp"]!.GetValue<long>());

    private JsonObject Part(int index) => JsonNode.Parse(Base64Url.DecodeFromChars(Text.Split('.')[index]))!.AsObject();

    // Never the token itself, wherever this may be written.
    public override string ToString() => nameof(ServiceToken);
}
