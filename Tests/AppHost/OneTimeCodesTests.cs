using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

public sealed class OneTimeCodesTests
{
    [Fact]
    public void Codes_are_those_of_the_standard()
    {
        // RFC 6238, appendix B, cut to six digits: the secret is the ASCII text "12345678901234567890".
        var user = new RealmUser("alice", "alice", "user", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        var table = OneTimeCodes.Format([user], DateTime.UnixEpoch.AddSeconds(1111111109));
        Assert.EndsWith("| alice | 081804 | 1 |\n", table, StringComparison.Ordinal);
    }
}
