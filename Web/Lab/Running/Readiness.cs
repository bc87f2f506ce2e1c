using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.Extensions.Options;

namespace AuthDemo.Web.Lab.Running;

/// <summary>Checks the prerequisite of a scenario.</summary>
internal sealed class Readiness(IOptions<AuthenticationTimes> times, TimeProvider time)
{
    public Missing? Check(Scenario scenario, Caller caller) => scenario.Needs?.Check(caller, time.GetUtcNow(), times.Value.MaxLoginAge);
}
