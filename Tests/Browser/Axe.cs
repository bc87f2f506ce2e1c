using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace AuthDemo.Tests.Browser;

/// <summary>Looks for faults of accessibility in the page itself: the pages have no frames, for which axe needs a tab beside it.</summary>
internal static class Axe
{
    public static async Task AssertNoViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        var violations = await page.EvaluateAsync<string[]>("""
            async () => (await axe.run({ resultTypes: ['violations'] })).violations
              .map(violation => `${location}: ${violation.id} ${violation.nodes[0].html}`)
            """);
        Assert.True(violations is [], string.Join('\n', violations));
    }
}
