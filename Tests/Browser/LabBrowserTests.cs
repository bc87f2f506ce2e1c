using AuthDemo.Tests.Application;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>The lab itself, which is the same on every identity provider.</summary>
[Collection(StandInApplication.Collection)]
public sealed class LabBrowserTests(StandInApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    private const int HeaviestFirstVisit = 45 * 1024;

    [Theory]
    [InlineData(ColorScheme.Dark, 390, true)]
    [InlineData(ColorScheme.Light, 1280, false)]
    public async Task Story_is_told_with_the_next_step_always_on_the_screen(ColorScheme colors, int width, bool script)
    {
        var page = await OpenAsync(colors, width, script);
        await TellStoryAsync(page, async _ => await CheckAsync(page, script));
    }

    /// <summary>960 is half of a projector: the widest words, Authentication and Authorization, stand beside each other there.</summary>
    [Theory]
    [InlineData(900)]
    [InlineData(960)]
    [InlineData(1024)]
    public async Task Words_of_a_row_keep_apart(int width)
    {
        const string overlaps = """
            selector => [...document.querySelectorAll(selector)].flatMap(row => {
              const words = [...row.querySelectorAll('b')].map(word => {
                const range = document.createRange();
                range.selectNodeContents(word);
                return range.getBoundingClientRect();
              });
              return words.slice(1).filter((word, i) => word.left < words[i].right + 4 && word.top < words[i].bottom)
                .map(word => `${row.innerText} at ${word.left}`);
            })
            """;
        var page = await OpenAsync(width: width);
        await page.GotoAsync("/");
        await Expect(page.Locator(".stations b")).ToHaveCountAsync(5);
        Assert.Empty(await page.EvaluateAsync<string[]>(overlaps, ".stations"));

        await page.GotoAsync("/lab/badge");
        await GuessAsync(page, "401");
        await Expect(page.Locator(".lane b")).ToHaveCountAsync(5);
        Assert.Empty(await page.EvaluateAsync<string[]>(overlaps, ".lane"));
        // Nothing that the answer says is hidden in a box of its own.
        Assert.True(await page.Locator(".sent").EvaluateAsync<bool>("box => box.scrollHeight <= box.clientHeight"));
    }

    [Fact]
    public async Task Story_is_told_by_the_keyboard_alone()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await TabToAsync(page, "401");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#answer")).ToBeFocusedAsync();
        await TabToAsync(page, "Now as alice");
        await page.Keyboard.PressAsync("Enter");
        await TypeLoginAsync(page, "alice");
        await TabToAsync(page, "403");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".act.p-alice .got strong")).ToHaveTextAsync("403");
        await TabToAsync(page, "Now as admin");
        await page.Keyboard.PressAsync("Enter");
        await TypeLoginAsync(page, "admin");
        await TabToAsync(page, "204");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".moral")).ToBeVisibleAsync();
        await TabToAsync(page, "Next: Show your badge");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Show your badge" })).ToBeFocusedAsync();

        // A digit picks a guess, Enter sends it; the switch turns the digits off.
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("Enter");
        await ExpectAnswerAsync(page, "200", "You said 2xx: right.");
        await page.GetByLabel("Keys 1-6 pick an answer").UncheckAsync();
        await page.Keyboard.PressAsync("4");
        await Expect(page.Locator("button[value='401']")).Not.ToBeFocusedAsync();
    }

    [Fact]
    public async Task Trace_links_open_the_trace_of_this_very_run_in_one_window_that_has_never_seen_the_dashboard()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/lab/enter-workshop");
        await GuessAsync(page, "401");
        var link = await Answer(page).Locator("a.trace").GetAttributeAsync("href") ?? "";
        var traceId = link[(link.LastIndexOf('/') + 1)..];
        // Api and Web send their spans each for itself, so the trace is complete when both have.
        await Application.Telemetry.WaitForTraceAsync(traceId, spans => spans.Any(span => span["auth.reason"] == "no_credentials")
            && spans.Any(span => span.Name == "401 no_credentials: enter-workshop as nobody"));

        var dashboard = await page.RunAndWaitForPopupAsync(() => Answer(page).Locator("a.trace").ClickAsync());
        await dashboard.WaitForURLAsync(new Uri(Application.Dashboard, $"/traces/detail/{traceId}").ToString());
        await Expect(dashboard.Locator("body")).ToContainTextAsync("401 no_credentials: enter-workshop as nobody");
        await Expect(dashboard.Locator("body")).ToContainTextAsync("POST /rooms/{id}/entries");
        await Expect(dashboard.Locator("body")).ToContainTextAsync("authenticate Bearer");

        foreach (var other in (string[])["/lab/lobby", "/lab/badge"])
        {
            await page.GotoAsync(other);
            await GuessAsync(page, "401");
            link = await Answer(page).Locator("a.trace").GetAttributeAsync("href") ?? "";
            await Answer(page).Locator("a.trace").ClickAsync();
            await dashboard.WaitForURLAsync(new Uri(Application.Dashboard, link["/dashboard".Length..]).ToString());
        }

        Assert.Equal([page, dashboard], page.Context.Pages);
    }

    [Fact]
    public async Task Everything_works_without_script()
    {
        var page = await OpenAsync(script: false);
        await page.GotoAsync("/lab/enter-boiler-room");

        await BecomeAsync(page, "alice");
        await GuessAsync(page, "403");
        await ExpectAnswerAsync(page, "403", "group_missing");
        await Expect(Answer(page)).ToContainTextAsync("You said 403: right.");
        await Expect(Answer(page)).ToContainTextAsync("needs /facilities");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Now as bob" })).ToBeVisibleAsync();

        await page.GotoAsync("/admin");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You may not see this page" })).ToBeVisibleAsync();
        await BecomeAsync(page, "admin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Dave Dubois" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("204");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put everybody back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete Dave Dubois" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task All_scenarios_run_in_the_table_and_nothing_jumps()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/");
        await page.Locator(".all summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run all as nobody" }).ClickAsync();
        var scrolled = await page.EvaluateAsync<int>("scrollY");
        await Expect(page.Locator("#matrix progress")).ToBeVisibleAsync();
        await Expect(page.Locator("#matrix td.s401").First).ToBeVisibleAsync();
        await Expect(page.Locator("#matrix [role=status]")).ToContainTextAsync("Done:", new() { Timeout = 60_000 });
        Assert.Equal(scrolled, await page.EvaluateAsync<int>("scrollY"));
        Assert.True(await page.Locator("#matrix td:not(.open)").CountAsync() > 35);

        // What was written into the table is what the server says.
        var live = await page.Locator("#matrix td").AllInnerTextsAsync();
        await page.ReloadAsync();
        Assert.Equal(live, await page.Locator("#matrix td").AllInnerTextsAsync());
        await page.Locator("#matrix td.s403 a").First.ClickAsync();
        await ExpectAnswerAsync(page, "403", "All");
    }

    [Fact]
    public async Task Run_of_all_that_cannot_go_on_says_where_it_stopped()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/");
        await page.Locator(".all summary").ClickAsync();
        await page.RouteAsync("**/lab/run/badge", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"detail":"The API does not answer."}""",
        }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Run all as nobody" }).ClickAsync();
        await Expect(page.Locator("#matrix [role=status]")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(
            @"^Stopped at 3 of \d+: The API does not answer\.$"));
    }

    [Fact]
    public async Task Reader_who_goes_on_while_all_scenarios_run_is_left_alone()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/");
        await page.Locator(".all summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run all as nobody" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Walk into the lobby" }).ClickAsync();
        var title = page.GetByRole(AriaRole.Heading, new() { Name = "Walk into the lobby" });
        await Expect(title).ToBeFocusedAsync();
        await page.WaitForResponseAsync("**/lab/run/two-views", new() { Timeout = 60_000 });
        await Expect(title).ToBeFocusedAsync();
    }

    [Fact]
    public async Task List_of_scenarios_stays_where_it_was()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/lab/two-views");
        var current = page.Locator(".list a[aria-current]");
        await Expect(current).ToBeInViewportAsync();
        await page.Locator(".list a[href='/lab/wrong-password']").ClickAsync();
        await Expect(current).ToContainTextAsync("Type a wrong password");
        await Expect(current).ToBeInViewportAsync();
        Assert.True(await page.EvaluateAsync<int>("document.querySelector('.list').scrollTop") > 0);
    }

    [Fact]
    public async Task Button_sends_once_and_the_same_answer_again_is_one_step_back()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/learn");
        await page.GotoAsync("/lab/badge");
        var sent = 0;
        page.Request += (_, request) => sent += request.Method == "POST" ? 1 : 0;
        await page.Locator("button[value='401']").DblClickAsync();
        await ExpectAnswerAsync(page, "401", "You said 401: right.");
        Assert.Equal(1, sent);

        await page.GoBackAsync();
        Assert.EndsWith("/learn", page.Url);
    }

    [Fact]
    public async Task First_visit_is_light()
    {
        var page = await OpenAsync();
        var network = await page.Context.NewCDPSessionAsync(page);
        await network.SendAsync("Network.enable");
        double bytes = 0;
        network.Event("Network.loadingFinished").OnEvent += (_, data) => bytes += data!.Value.GetProperty("encodedDataLength").GetDouble();
        await page.GotoAsync("/", new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.InRange(bytes, 10_000, HeaviestFirstVisit);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Pages_are_accessible_and_fit_the_screen(ColorScheme colors, int width)
    {
        var page = await OpenAsync(colors, width);
        foreach (var path in (string[])["/", "/learn", "/login/failed?reason=state_lost", "/nowhere"]) await CheckAsync(page, path);
        foreach (var scenario in (string[])["tampered-token", "embedded-key", "unknown-address", "wrong-password"])
        {
            await page.GotoAsync($"/lab/{scenario}");
            await GuessAsync(page, "403");
            await Expect(Answer(page)).ToBeVisibleAsync();
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(details => details.open = true)");
            await CheckAsync(page, script: true);
        }

        await page.GotoAsync("/lab/visitors");
        await BecomeAsync(page, "alice");
        await GuessAsync(page, "401");
        await ExpectAnswerAsync(page, "403", "scope_missing");
        foreach (var path in (string[])["/lab/visitors", "/lab/visitors-with-scope", "/lab/visitors?as=bob", "/lab/open-vault", "/me"])
            await CheckAsync(page, path);
        await CheckAsync(page, "/admin");

        await BecomeAsync(page, "admin");
        foreach (var path in (string[])["/admin", "/lab/disarm-old-login", "/"]) await CheckAsync(page, path);
    }

    private static async Task CheckAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await CheckAsync(page, script: true);
    }

    private static async Task CheckAsync(IPage page, bool script)
    {
        // axe is a script itself.
        if (!script) return;
        var path = new Uri(page.Url).PathAndQuery;
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Select(v => $"{path}: {v.Id} {v.Nodes[0].Html}"));
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"{path} is {overflow} pixels wider than the screen.");
    }

    private static async Task TypeLoginAsync(IPage page, string persona)
    {
        await page.Locator("input[name=password]").WaitForAsync();
        await page.Locator("input[name=username]").FocusAsync();
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.TypeAsync(persona);
        await page.Keyboard.PressAsync("Tab");
        await page.Locator("input[name=password]").FocusAsync();
        await page.Keyboard.TypeAsync(persona);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Banner).Locator("b")).ToHaveTextAsync(persona);
    }

    private static async Task TabToAsync(IPage page, string name)
    {
        for (var i = 0; i < 150; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var focused = await page.EvaluateAsync<string>("document.activeElement.textContent");
            if (focused.Trim().StartsWith(name, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"The Tab key does not lead to '{name}'.");
    }
}
