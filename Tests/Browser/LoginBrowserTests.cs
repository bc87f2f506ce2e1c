using AuthDemo.Tests.Application;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

[Collection(StandInApplication.Collection)]
public sealed class StandInLoginBrowserTests(StandInApplication application, Chromium chromium) : LoginBrowserTests(application, chromium);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakLoginBrowserTests(KeycloakApplication application, Chromium chromium) : LoginBrowserTests(application, chromium);

/// <summary>Whatever leads through the identity provider's own pages: so on each identity provider.</summary>
public abstract class LoginBrowserTests(RunningApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    private static readonly TimeSpan RecentLogin = RunningApplication.MaxLoginAge + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task First_time_visitor_predicts_is_refused_twice_and_gets_in_as_admin()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/");

        await page.GetByRole(AriaRole.Radio, new() { Name = "401" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it without a login" }).ClickAsync();
        await ExpectAnswerAsync(page, "401", "no_credentials");
        await Expect(Answer(page)).ToContainTextAsync("You predicted 401. Right.");
        await Expect(Stopped(page)).ToContainTextAsync("Authentication");

        await BecomeAsync(page, "alice");
        await page.GetByRole(AriaRole.Radio, new() { Name = "401" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it as alice" }).ClickAsync();
        await ExpectAnswerAsync(page, "403", "role_missing");
        await Expect(Answer(page)).ToContainTextAsync("You predicted 401.");
        await Expect(Answer(page)).Not.ToContainTextAsync("Right.");
        await Expect(Stopped(page)).ToContainTextAsync("Authorization");

        await BecomeAsync(page, "admin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it as admin" }).ClickAsync();
        await ExpectAnswerAsync(page, "204", "POST /reset answered 204");
        await Expect(Stopped(page)).ToHaveCountAsync(0);

        var row = page.Locator("#matrix tr", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "Delete a user", Exact = true }) });
        await Expect(row.GetByRole(AriaRole.Cell)).ToHaveTextAsync(["401no_credentials", "403role_missing", "–", "204allowed"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Banner)).ToContainTextAsync("nobody");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start over" }).ClickAsync();
        await Expect(row.GetByRole(AriaRole.Cell)).ToHaveTextAsync(["–", "–", "–", "–"]);
    }

    [Fact]
    public async Task Login_that_is_too_old_is_renewed_and_the_action_is_finished()
    {
        var lab = await OpenAsync();
        await lab.GotoAsync("/lab/disarm-old-login");
        await BecomeAsync(lab, "admin");
        await Expect(lab.GetByText("Your login is too fresh.")).ToBeVisibleAsync();
        var admin = await OpenAsync();
        await admin.GotoAsync("/admin");
        await AnswerLoginAsync(admin, "admin");
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = "The alarm" })).ToBeVisibleAsync();
        await Task.Delay(RecentLogin, TestContext.Current.CancellationToken);

        // The lab shows the refusal first; the admin's page goes through it by itself.
        await lab.GotoAsync("/lab/disarm-old-login");
        await lab.GetByRole(AriaRole.Button, new() { Name = "Send it as admin" }).ClickAsync();
        await ExpectAnswerAsync(lab, "401", "login_too_old");
        await lab.GetByRole(AriaRole.Button, new() { Name = "Log in again and disarm the alarm" }).ClickAsync();
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
