using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>SignalR: one method for admins, and one that decides in code.</summary>
[Authorize]
public sealed class TestHub(IAuthorizationService authorization) : Hub
{
    [Authorize("Admins")]
    public string? ForAdmins() => Context.User?.Identity?.Name;

    public async Task<int> Ask(int times)
    {
        for (var time = 0; time < times; time++) await authorization.AuthorizeAsync(Context.User!, resource: null, "Admins");
        return times;
    }
}
