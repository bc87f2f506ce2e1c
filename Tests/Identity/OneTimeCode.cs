using AuthDemo.StandIn.Realms;
using OtpNet;

namespace AuthDemo.Tests.Identity;

/// <summary>What a person's authenticator app shows, from the secrets in the realm file.</summary>
internal static class OneTimeCode
{
    private static readonly Realm Realm =
        RealmFile.ReadAll(Repository.PathOf("AppHost/Realms")).Single(realm => realm.Name == "authdemo");

    public static string Of(string user, TimeProvider? clock = null) =>
        new Totp(Realm.FindPerson(user)!.OtpSecret).ComputeTotp((clock ?? TimeProvider.System).GetUtcNow().UtcDateTime);
}
