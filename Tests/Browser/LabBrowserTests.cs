using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>The lab, which is the same on every identity provider. It has an application of its own, beside the other tests.</summary>
public sealed class LabBrowserTests(StandInApplication application, Chromium chromium)
    : BrowserTests(application, chromium), IClassFixture<StandInApplication>
{
    [Fact]
    public async Task Story_is_told_on_a_phone_with_the_next_step_always_on_the_screen()
    {
        var page = await OpenAsync(colors: ColorScheme.Dark, width: 390);
        await TellStoryAsync(page, async _ => await CheckAsync(page));
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
        var page = await OpenAsync("/", width: width);
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
        var page = await OpenAsync("/");
        await PressAsync(page, "Skip to the content");
        await PressAsync(page, "401");
        await Expect(Answer(page)).ToBeFocusedAsync();
        await PressAsync(page, "Now as alice");
        await AnswerLoginAsync(page, "alice");
        await PressAsync(page, "403");
        await PressAsync(page, "Now as admin");
        await AnswerLoginAsync(page, "admin");
        await PressAsync(page, "204");
        await Expect(page.Locator(".moral")).ToBeVisibleAsync();
        await PressAsync(page, "Next: Show your badge");
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
        IPage? dashboard = null;
        foreach (var scenario in (string[])["enter-workshop", "lobby"])
        {
            await page.GotoAsync($"/lab/{scenario}");
            await GuessAsync(page, "401");
            var link = Answer(page).Locator("a.trace");
            var trace = (await link.GetAttributeAsync("href"))!["/dashboard".Length..];
            var name = $"{scenario} as nobody";
            await Application.Telemetry.WaitForSpansAsync(
                $"the dashboard has '{name}'", spans => spans.Any(span => span.Name.EndsWith(name)), trace[^32..]);
            if (dashboard is null) dashboard = await page.RunAndWaitForPopupAsync(() => link.ClickAsync());
            else await link.ClickAsync();
            await dashboard.WaitForURLAsync(new Uri(Application.Dashboard, trace).ToString());
            await Expect(dashboard.Locator("body")).ToContainTextAsync(name);
        }

        Assert.Equal([page, dashboard!], page.Context.Pages);
    }

    [Fact]
    public async Task Everything_works_without_script()
    {
        var page = await OpenAsync(script: false);
        await TellStoryAsync(page);

        await page.GotoAsync("/lab/enter-boiler-room");
        await BecomeAsync(page, "alice");
        await GuessAsync(page, "403");
        await ExpectAnswerAsync(page, "403", "group_missing", "You said 403: right.", "needs /facilities");
        await Expect(Button(page, "Now as bob")).ToBeVisibleAsync();
        // An answer beyond the core path has opened the table, whose button for all needs script.
        await page.GotoAsync("/");
        await Expect(page.Locator("[data-scenario=enter-boiler-room] .s403")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-run-all]")).ToBeHiddenAsync();

        await page.GotoAsync("/admin");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You may not see this page" })).ToBeVisibleAsync();
        await BecomeAsync(page, "admin");
        await Button(page, "Delete Dave Dubois").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("204");
        await Button(page, "Put everybody back").ClickAsync();
        await Expect(Button(page, "Delete Dave Dubois")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task All_scenarios_run_in_the_table_until_one_cannot_be_sent_and_nothing_jumps()
    {
        var page = await OpenAsync("/");
        await RunAllAsync(page);
        var scrolled = await page.EvaluateAsync<int>("scrollY");
        await Expect(page.Locator("#matrix progress")).ToBeVisibleAsync();
        await Expect(page.Locator("#matrix [role=status]")).ToContainTextAsync("Done:");
        Assert.Equal(scrolled, await page.EvaluateAsync<int>("scrollY"));
        Assert.True(await page.Locator("#matrix td:not(.open)").CountAsync() > 35);

        // What was written into the table is what the server says.
        var live = await page.Locator("#matrix td").AllInnerTextsAsync();
        await page.ReloadAsync();
        Assert.Equal(live, await page.Locator("#matrix td").AllInnerTextsAsync());

        // A reader who goes on is left alone.
        await RunAllAsync(page);
        await page.Locator("#matrix td.s403 a").First.ClickAsync();
        await Expect(page.Locator("#title")).ToBeFocusedAsync();
        await page.WaitForResponseAsync("**/lab/run/two-views");
        await Expect(page.Locator("#title")).ToBeFocusedAsync();
        await ExpectAnswerAsync(page, "403", "All");

        // A run that cannot go on says where it stopped.
        await page.GotoAsync("/");
        await page.RouteAsync("**/lab/run/badge", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"detail":"The API does not answer."}""",
        }));
        await RunAllAsync(page);
        await Expect(page.Locator("#matrix [role=status]")).ToContainTextAsync(
            new Regex(@"Stopped at 3 of \d+: The API does not answer\."));
    }

    [Fact]
    public async Task List_of_scenarios_stays_where_it_was_and_the_same_answer_again_is_one_step_back()
    {
        var page = await OpenAsync("/learn");
        await page.GotoAsync("/lab/two-views");
        var current = page.Locator(".list a[aria-current]");
        await Expect(current).ToBeInViewportAsync();
        await page.Locator(".list a[href='/lab/wrong-password']").ClickAsync();
        await Expect(current).ToContainTextAsync("Type a wrong password");
        await Expect(current).ToBeInViewportAsync();
        Assert.True(await page.EvaluateAsync<int>("document.querySelector('.list').scrollTop") > 0);

        var sent = 0;
        page.Request += (_, request) => sent += request.Method == "POST" ? 1 : 0;
        await page.Locator("button[value='401']").DblClickAsync();
        await ExpectAnswerAsync(page, "200", "You said 401.");
        Assert.Equal(1, sent);
        await page.GoBackAsync();
        await Expect(current).ToContainTextAsync("One answer, two colours");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Pages_are_accessible_and_fit_the_screen(ColorScheme colors, int width)
    {
        var page = await OpenAsync(colors: colors, width: width);
        await CheckAsync(page, "/", "/learn", "/login/failed?reason=state_lost", "/nowhere");
        foreach (var scenario in (string[])["tampered-token", "embedded-key", "unknown-address", "wrong-password"])
        {
            await page.GotoAsync($"/lab/{scenario}");
            await GuessAsync(page, "403");
            await Expect(Answer(page)).ToBeVisibleAsync();
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(details => details.open = true)");
            await CheckAsync(page);
        }

        await page.GotoAsync("/lab/visitors");
        await BecomeAsync(page, "alice");
        await GuessAsync(page, "401");
        await ExpectAnswerAsync(page, "403", "scope_missing");
        await CheckAsync(
            page, "/lab/visitors", "/lab/visitors-with-scope", "/lab/visitors?as=bob", "/lab/open-vault", "/me", "/admin");

        await BecomeAsync(page, "admin");
        await CheckAsync(page, "/admin", "/lab/disarm-old-login", "/");
    }

    private static async Task CheckAsync(IPage page, params string?[] paths)
    {
        foreach (var path in paths is [] ? [null] : paths)
        {
            if (path is not null) await page.GotoAsync(path);
            await Axe.AssertNoViolationsAsync(page);
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            Assert.True(overflow <= 0, $"{page.Url} is {overflow} pixels wider than the screen.");
        }
    }

    private static async Task RunAllAsync(IPage page)
    {
        await page.EvaluateAsync("document.querySelector('.all').open = true");
        await Button(page, "Run all as nobody").ClickAsync();
    }

    private static async Task PressAsync(IPage page, string name)
    {
        await page.GetByText(name).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var focused = "";
        for (var i = 0; i < 150 && !focused.StartsWith(name, StringComparison.Ordinal); i++)
        {
            await page.Keyboard.PressAsync("Tab");
            focused = await page.EvaluateAsync<string>("document.activeElement.textContent.trim()");
        }

        Assert.StartsWith(name, focused);
        await page.Keyboard.PressAsync("Enter");
    }
}
