using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Http;

namespace AuthDemo.Tests.Web;

public sealed class SessionCookiesTests
{
    private readonly SessionCookies cookies = new("/signin-oidc");

    [Theory]
    [InlineData("http", "session=key; path=/")]
    [InlineData("https", "__Host-session=key; path=/; secure")]
    public void Cookie_is_bound_to_the_host_where_the_browser_can_do_that(string scheme, string expected)
    {
        var context = new DefaultHttpContext { Request = { Scheme = scheme } };
        cookies.AppendResponseCookie(context, "session", "key", new CookieOptions { Path = "/", Secure = scheme == "https" });
        Assert.Equal(expected, context.Response.Headers.SetCookie);
    }

    [Fact]
    public void Session_that_stood_before_a_login_is_not_the_session_after_it()
    {
        var context = new DefaultHttpContext { Request = { Path = "/", Headers = { Cookie = "session=planted" } } };
        Assert.Equal("planted", cookies.GetRequestCookie(context, "session"));

        context.Request.Path = "/signin-oidc";
        Assert.Null(cookies.GetRequestCookie(context, "session"));
    }
}
