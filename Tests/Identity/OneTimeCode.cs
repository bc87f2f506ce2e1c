using System.Text.Json.Nodes;
using OtpNet;

namespace AuthDemo.Tests.Identity;

/// <summary>What a person's authenticator app shows, from the secrets in the realm file.</summary>
internal static class OneTimeCode
{
    private static readonly JsonNode Realm = JsonNode.Parse(File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json")))!;

    public static string Of(string user) => new Totp(Base32Encoding.ToBytes(SecretOf(user))).ComputeTotp();

    private static string SecretOf(string user)
    {
        var credentials = Realm["users"]!.AsArray().Single(candidate => (string?)candidate!["username"] == user)!["credentials"]!.AsArray();
        var data = (string)credentials.Single(credential => (string?)credential!["type"] == "otp")!["secretData"]!;
        return (string)JsonNode.Parse(data)!["value"]!;
    }
}
