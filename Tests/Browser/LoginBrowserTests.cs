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
    [Fact]
    public async Task First_time_visitor_guesses_three_times_logs_in_twice_and_never_scrolls()
    {
        var page = await OpenAsync();
        await TellStoryAsync(page);
        Assert.Equal(0, await page.EvaluateAsync<int>("scrollY"));
        await Expect(page.Locator(".core .score")).ToContainTextAsync("2 of 3");

        // The table keeps the answers by persona, and leads to them.
        await page.Locator(".all summary").ClickAsync();
        await Expect(page.Locator("[data-scenario=delete-user] td")).ToHaveTextAsync(
            ["401 no_credentials", "403 role_missing", "–", "204 allowed"]);
        await page.Locator("[data-scenario=delete-user] .s403 a").ClickAsync();
        await ExpectAnswerAsync(page, "403", "needs admin");
        await Expect(page).ToHaveURLAsync(new Regex(@"/lab/delete-user\?as=alice$"));

        await page.GotoAsync("/");
        await Button(page, "Start over").ClickAsync();
        await Expect(page.Locator("#now")).ToContainTextAsync("Your guess sends it, as nobody.");
        await Expect(page.Locator(".act .got")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Login_that_is_too_old_is_renewed_and_the_action_is_finished()
    {
        var admin = await OpenAsync("/admin");
        await AnswerLoginAsync(admin, "admin");
        await Expect(Button(admin, "Disarm the alarm")).ToBeVisibleAsync();
        var lab = await OpenAsync("/lab/disarm-old-login");
        await BecomeAsync(lab, "admin");
        await Expect(lab.Locator("[data-countdown]")).ToContainTextAsync("Ready in");

        // The lab counts down and shows the refusal first; the admin's page goes through it by itself.
        await GuessAsync(lab, "403");
        await ExpectAnswerAsync(lab, "401", "login_too_old", "a login at most");
        await Button(admin, "Disarm the alarm").ClickAsync();
        await AnswerLoginAsync(admin, "admin");
        await Expect(admin.GetByRole(AriaRole.Status)).ToContainTextAsync("The alarm is off");

        await Button(lab, "Log in again and send it again").ClickAsync();
        await AnswerLoginAsync(lab, "admin");
        await ExpectAnswerAsync(lab, "200", "disarmedAt");

        // What was asked for once is done once.
        await admin.GotoAsync("/admin/again");
        await Expect(admin.GetByRole(AriaRole.Status)).ToHaveCountAsync(0);
    }
}
