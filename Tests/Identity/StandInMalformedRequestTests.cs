using System.Net;
using System.Text;

namespace AuthDemo.Tests.Identity;

/// <summary>Whatever the stand-in is sent, it is the sender's fault, and never a failure of the server.</summary>
public sealed class StandInMalformedRequestTests(StandInHost standIn) : IClassFixture<StandInHost>
{
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly string[] Endpoints =
    [
        "protocol/openid-connect/token", "protocol/openid-connect/ext/par/request", "protocol/openid-connect/userinfo",
        "protocol/openid-connect/auth", "login-actions/authenticate", "protocol/openid-connect/TOKEN/", "protocol/saml/token",
        "protocol/openid-connect/unheard-of", ".well-known/%2e%2e", "",
    ];

    [Theory]
    [InlineData(Form + "; charset=unheard-of", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(Form + "; charset=utf-7", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(Form + "; charset=\"", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=x", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", 1, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(Form, 40_000, 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(Form, 1, 2000, HttpStatusCode.BadRequest)]
    public async Task Body_that_is_no_form_of_a_fair_size_is_refused_wherever_it_is_sent(
        string type, int nameLength, int fields, HttpStatusCode expected)
    {
        var body = string.Join('&', Enumerable.Repeat(new string('a', nameLength) + "=b", fields));

        foreach (var endpoint in Endpoints) Assert.Equal(expected, await SendAsync(HttpMethod.Post, endpoint, "", body, type));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("%%%", "Basic %%%")]
    [InlineData("client_id=%00", "Basic /////w==")]
    [InlineData("client_id=%ff%fe", "Basic d2ViOiVGRg==")]
    [InlineData("client_id=web&client_id=web", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")]
    [InlineData("client_id=web&request_uri=urn:ietf:params:oauth:request_uri:x", "Basic d2ViOng=, Bearer x")]
    [InlineData("client_id=web&max_age=99999999999999999999", ",")]
    [InlineData("client_id=web&claims=[]&execution=%00", "DPoP x")]
    public async Task Malformed_parameters_are_refused(string parameters, string authorization)
    {
        foreach (var endpoint in Endpoints)
        {
            Assert.InRange((int)await SendAsync(HttpMethod.Get, $"{endpoint}?{parameters}", authorization), 400, 499);
            Assert.InRange((int)await SendAsync(HttpMethod.Post, endpoint, authorization, parameters, Form), 400, 499);
        }
    }

    private async Task<HttpStatusCode> SendAsync(
        HttpMethod method, string path, string authorization, string? body = null, string? type = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(method, $"{standIn.Provider.RealmUrl}/{path}");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", type);
        return (await http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode;
    }
}
