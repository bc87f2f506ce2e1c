using System.Text;

namespace AuthDemo.Tests.Identity;

/// <summary>Whatever the stand-in is sent, it is the sender's fault: 4xx where something was asked for wrongly, and never 5xx.</summary>
public sealed class StandInMalformedRequestTests(StandInHost standIn) : IClassFixture<StandInHost>
{
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly string?[] Authorizations =
    [
        null, "Basic %%%", "Basic", "Basic bm9jb2xvbg==", "Basic /////w==", "Basic d2ViOiVGRg==", "Bearer a b",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "DPoP x", ",", "Basic d2ViOng=, Bearer x",
    ];

    private static readonly string[] Parameters =
    [
        "", "%", "%%%", "=", "&&&&", "client_id", "client_id=%00", "client_id=%ff%fe", "client_id=web&client_id=web",
        "grant_type=client_credentials&grant_type=password",
        "client_id=web&grant_type=authorization_code&code=%ff",
        "client_id=web&client_secret=web-development-secret&grant_type=refresh_token&refresh_token=a.b.c.d.e",
        "client_id=web&client_assertion=x&client_assertion_type=y", "client_id=web&request=x",
        "client_id=web&request_uri=urn:ietf:params:oauth:request_uri:x",
        "client_id=web&max_age=99999999999999999999", "id_token_hint=..", "access_token=x&access_token=y", "execution=%00",
        "username=%F0%9F%98%80&password=%",
    ];

    public static TheoryData<string, bool> Endpoints => new()
    {
        { "protocol/openid-connect/token", true },
        { "protocol/openid-connect/ext/par/request", true },
        { "protocol/openid-connect/userinfo", true },
        { "protocol/openid-connect/auth", true },
        { "protocol/openid-connect/logout", false }, // without a session there is nothing to refuse
        { "protocol/openid-connect/certs", false },
        { ".well-known/openid-configuration", false },
        { ".well-known/%2e%2e", true },
        { "login-actions/authenticate", true },
        { "protocol/openid-connect/TOKEN/", true },
        { "protocol/saml/token", true },
        { "protocol/openid-connect/unheard-of", true },
        { "", true },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Malformed_request_is_never_a_failure_of_the_server(string endpoint, bool isAlwaysRefused)
    {
        var provider = standIn.Provider;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var url = $"{provider.RealmUrl}/{endpoint}";
        var answers = new List<(string Request, int Status)>();

        foreach (var authorization in Authorizations)
        {
            foreach (var parameters in Parameters) await SendAsync(HttpMethod.Post, url, authorization, parameters, Form);
        }

        foreach (var parameters in Parameters) await SendAsync(HttpMethod.Get, $"{url}?{parameters}", null, null, null);
        foreach (var type in (string?[])[
            null, Form + "; charset=unheard-of", Form + "; charset=utf-7", Form + "; charset=\"", Form + ", application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=x", "application/json", "text/plain"])
        {
            await SendAsync(HttpMethod.Post, url, null, "{\"grant_type\":", type);
        }

        foreach (var method in (string[])["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "UNHEARD-OF"])
            await SendAsync(new HttpMethod(method), url, null, null, null);
        await SendAsync(HttpMethod.Post, url, null, "a=" + new string('a', 40_000), Form); // too large
        await SendAsync(HttpMethod.Post, url, null, string.Join('&', Enumerable.Range(0, 2000).Select(i => $"a{i}=b")), Form); // too many
        await SendAsync(HttpMethod.Post, url, null, new string('a', 5000) + "=b", Form); // too long a name

        Assert.True(answers.Count > 200);
        Assert.Empty(answers.Where(answer => answer.Status >= 500).Select(answer => answer.Request));
        if (isAlwaysRefused) Assert.All(answers, answer => Assert.InRange(answer.Status, 400, 499));

        async Task SendAsync(HttpMethod method, string target, string? authorization, string? body, string? type)
        {
            using var request = new HttpRequestMessage(method, target);
            if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            answers.Add(($"{method} {target} {authorization} {body}", (int)response.StatusCode));
        }
    }
}
