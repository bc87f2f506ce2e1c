using AuthDemo.AppHost.Flows;

namespace AuthDemo.Tests.Flows;

public sealed class FlowTableTests
{
    [Fact]
    public void Answers_lead_to_their_traces_and_failed_expectations_are_named_and_counted()
    {
        string[] runs =
        [
            """{"scenario":"lobby","persona":"alice","status":200,"asExpected":true,"expected":{"status":200},"traceUrl":"http://d/1"}""",
            """{"scenario":"lobby","persona":"nobody","status":404,"reason":"not_found","asExpected":null}""",
            """
            {"scenario":"safe","persona":"alice","status":403,"reason":"role_missing","asExpected":false,
             "expected":{"status":404,"reason":"not_found"}}
            """,
            """
            {"scenario":"badge","persona":"nobody","status":401,"reason":"no_credentials","challengeHeader":"Basic realm=\"a|b\"",
             "asExpected":false,"expected":{"status":401,"reason":"no_credentials","challenge":"Bearer"}}
            """,
        ];
        var table = new FlowTable(["lobby", "badge", "safe"], ["nobody", "alice"],
            [.. runs.Select(run => JsonSerializer.Deserialize<Flow>(run, JsonSerializerOptions.Web)!)], TimeSpan.FromSeconds(61.2));

        Assert.Equal("""
            - badge as nobody: 401 no_credentials `Basic realm="a|b"`, expected 401 no_credentials `Bearer`
            - safe as alice: 403 role_missing ``, expected 404 not_found ``

            | scenario | nobody | alice |
            | --- | --- | --- |
            | lobby | 404 not_found | [200](http://d/1) |
            | badge | **401 no_credentials** |  |
            | safe |  | **403 role_missing** |

            4 runs, 2 not as expected, 61 s. What is the same for everybody, or for all who are logged in, was run once.

            """, table.ToMarkdown(), ignoreLineEndingDifferences: true);
    }
}
