namespace AuthDemo.Tests.Identity;

/// <summary>The contract, asked of the stand-in alone: no other part of the application is needed.</summary>
public sealed class StandInContractTests(StandInProcess standIn) : IdentityProviderContract, IClassFixture<StandInProcess>
{
    protected override Task<IdentityProviderUnderTest> StartAsync() => standIn.StartAsync();
}
