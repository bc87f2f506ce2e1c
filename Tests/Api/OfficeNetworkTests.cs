using System.Net;
using AuthDemo.Api.Authorization;
using Microsoft.Extensions.Options;

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
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData(null, false)]
    public void Address_is_inside_where_a_configured_network_contains_it(string? address, bool inside) => Assert.Equal(
        inside, Create("10.20.0.0/16", "fd00::/8", "192.0.2.7").Contains(address is null ? null : IPAddress.Parse(address)));

    [Fact]
    public void Nobody_is_inside_where_no_network_is_configured() => Assert.False(Create().Contains(IPAddress.Parse("10.20.0.1")));

    private static OfficeNetwork Create(params string[] networks) =>
        new(Options.Create(new IntercomSettings { OfficeNetworks = networks }));
}
