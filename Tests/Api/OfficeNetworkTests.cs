using System.Net;
using AuthDemo.Api.Authorization;
using AuthDemo.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.Tests.Api;

public sealed class OfficeNetworkTests
{
    [Theory]
    [InlineData("10.20.0.1", true)]
    [InlineData("10.20.255.255", true)]
    [InlineData("10.21.0.0", false)]
    [InlineData("::ffff:10.20.0.1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", false)]
    [InlineData(null, false)]
    public void Address_is_inside_where_a_configured_range_contains_it(string? address, bool inside) =>
        Assert.Equal(inside, OfficeNetwork.From(With("Intercom:OfficeNetworks", "10.20.0.0/16", "fd00::/8"))
            .Contains(address is null ? null : IPAddress.Parse(address)));

    [Fact]
    public void Nobody_is_inside_where_no_range_is_configured() =>
        Assert.False(OfficeNetwork.From(With("Intercom:OfficeNetworks")).Contains(IPAddress.Parse("10.20.0.1")));

    [Fact]
    public void Setting_that_is_none_stops_the_start_with_one_sentence()
    {
        var network = Assert.Throws<SettingException>(() => OfficeNetwork.From(With("Intercom:OfficeNetworks", "10.20.0.0/16", "office")));
        Assert.Contains("Intercom:OfficeNetworks:1", network.Message);
    }

    private static IConfiguration With(string setting, params string[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select((value, index) => KeyValuePair.Create<string, string?>($"{setting}:{index}", value))).Build();
}
