using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Http;

namespace AuthDemo.Tests.Web;

public sealed class SessionCookiesTests
{
    private readonly SessionCookies cookies = new("/signin-oidc");

    [Fact]
    public void Session_that_stood_before_a_login_is_not_the_session_after_it()
    {
        var context = new DefaultHttpContext { Request = { Path = "/", Headers = { Cookie = "session=planted" } } };
        Assert.Equal("planted", cookies.GetRequestCookie(context, "session"));

        context.Request.Path = "/signin-oidc";
        Assert.Null(cookies.GetRequestCookie(context, "session"));
    }
}
