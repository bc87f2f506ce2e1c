using AuthDemo.Web.Http;

namespace AuthDemo.Tests.Web;

public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/admin?done=deleted#said", "/admin?done=deleted#said")]
    [InlineData("/lab/a?next=//elsewhere", "/lab/a?next=//elsewhere")]
    [InlineData("/%c3%a9", "/%c3%a9")]
    [InlineData("/é", "/%C3%A9")]
    [InlineData("/%zz", "/%25zz")]
    [InlineData("/a\"b<c>", "/a%22b%3Cc%3E")]
    [InlineData("/a\\b", "/a%5Cb")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("https://elsewhere.example/", "/")]
    [InlineData("//elsewhere.example/", "/")]
    [InlineData("/\\elsewhere.example/", "/")]
    [InlineData("\\/elsewhere.example/", "/")]
    [InlineData("/\t/elsewhere.example/", "/")]
    [InlineData("/lab\r\nSet-Cookie: a=b", "/")]
    public void Address_is_kept_where_it_cannot_lead_elsewhere(string? url, string expected) =>
        Assert.Equal(expected, ReturnUrl.Local(url));

    [Fact]
    public void Endless_address_becomes_the_home_page()
    {
        Assert.Equal("/", ReturnUrl.Local("/" + new string('a', 5000)));
        Assert.Equal("/", ReturnUrl.Local("/" + new string('é', 1999)));
    }
}
