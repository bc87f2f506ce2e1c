using System.Text.RegularExpressions;
using AuthDemo.Tests.Application;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

[Collection(StandInApplication.Collection)]
public sealed class StandInLoginBrowserTests(StandInApplication application, Chromium chromium) : LoginBrowserTests(application, chromium);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakLoginBrowserTests(KeycloakApplication application, Chromium chromium)
    : LoginBrowserTests(application, chromium);

/// <summary>Whatever leads through the identity provider's own pages: so on each identity provider.</summary>
public abstract class LoginBrowserTests(RunningApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    private static readonly TimeSpan RecentLogin = RunningApplication.MaxLoginAge + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task First_time_visitor_guesses_three_times_logs_in_twice_and_never_scrolls()
    {
        var page = await OpenAsync();
        await TellStoryAsync(page);
        Assert.Equal(0, await page.EvaluateAsync<int>("scrollY"));
        await Expect(page.Locator(".core .score")).ToContainTextAsync("2 of 3");

        // The table keeps the answers by persona, and leads to them.
        await page.Locator(".all summary").ClickAsync();
        var row = page.Locator("#matrix tr", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "Delete a user", Exact = true }) });
        await Expect(row.GetByRole(AriaRole.Cell)).ToHaveTextAsync(["401no_credentials", "403role_missing", "–", "204allowed"]);
        await row.GetByRole(AriaRole.Link, new() { Name = "403" }).ClickAsync();
        await ExpectAnswerAsync(page, "403", "needs admin");
        Assert.EndsWith("/lab/delete-user?as=alice", page.Url);

        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start over" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Banner)).ToContainTextAsync("nobody");
        await Expect(page.Locator("#now")).ToContainTextAsync("What will come back?");
        await Expect(page.Locator(".act .got")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Button_of_an_older_tab_does_nothing_and_leads_back_to_its_page()
    {
        var tab = await OpenAsync();
        await tab.GotoAsync("/learn");
        await BecomeAsync(tab, "alice");
        var older = await tab.Context.NewPageAsync();
        await older.GotoAsync("/learn");
        await BecomeAsync(tab, "bob");

        await older.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();

        await Expect(older.GetByRole(AriaRole.Main)).ToContainTextAsync("Nothing was done");
        await older.GetByRole(AriaRole.Link, new() { Name = "Load the page again" }).ClickAsync();
        await Expect(older).ToHaveURLAsync(new Regex("/learn$"));
        await Expect(older.GetByRole(AriaRole.Banner).Locator("b")).ToHaveTextAsync("bob");
    }

    [Fact]
    public async Task Login_that_is_too_old_is_renewed_and_the_action_is_finished()
    {
        var lab = await OpenAsync();
        await lab.GotoAsync("/lab/disarm-old-login");
        await BecomeAsync(lab, "admin");
        await Expect(lab.GetByText("Your login is too fresh")).ToBeVisibleAsync();
        await Expect(lab.GetByText("Ready in")).ToBeVisibleAsync();
        var admin = await OpenAsync();
        await admin.GotoAsync("/admin");
        await AnswerLoginAsync(admin, "admin");
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = "The alarm" })).ToBeVisibleAsync();
        await Task.Delay(RecentLogin, TestContext.Current.CancellationToken);

        // The lab has counted down and shows the refusal first; the admin's page goes through it by itself.
        await GuessAsync(lab, "403");
        await ExpectAnswerAsync(lab, "401", "login_too_old");
        await Expect(Answer(lab)).ToContainTextAsync("a login at most");
        await lab.GetByRole(AriaRole.Button, new() { Name = "Log in again and send it again" }).ClickAsync();
        await AnswerLoginAsync(lab, "admin");
        await ExpectAnswerAsync(lab, "200", "disarmedAt");

        await admin.GetByRole(AriaRole.Button, new() { Name = "Disarm the alarm" }).ClickAsync();
        await AnswerLoginAsync(admin, "admin");
        await Expect(admin.GetByRole(AriaRole.Status)).ToContainTextAsync("The alarm is off");

        // What was asked for once is done once.
        await admin.GotoAsync("/admin/again");
        await Expect(admin.GetByRole(AriaRole.Status)).ToHaveCountAsync(0);
    }
}
