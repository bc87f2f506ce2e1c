using AuthDemo.Web.Http;

namespace AuthDemo.Tests.Web;

public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/lab/delete-user")]
    [InlineData("/admin?done=deleted#said")]
    [InlineData("/lab/a?next=//elsewhere")]
    public void Address_of_this_application_is_kept(string url) => Assert.Equal(url, ReturnUrl.Local(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("lab")]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("\\/elsewhere.example/")]
    [InlineData("/\t/elsewhere.example/")]
    [InlineData("/lab\r\nSet-Cookie: a=b")]
    [InlineData("javascript:alert(1)")]
    [InlineData(" /lab")]
    public void Address_that_may_lead_elsewhere_becomes_the_home_page(string? url) => Assert.Equal("/", ReturnUrl.Local(url));

    [Fact]
    public void Endless_address_becomes_the_home_page() => Assert.Equal("/", ReturnUrl.Local("/" + new string('a', 5000)));
}
