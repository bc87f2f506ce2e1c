namespace AuthDemo.Tests.Identity;

/// <summary>The contract, asked of the stand-in alone: no other part of the application is needed.</summary>
public sealed class StandInContractTests(StandInHost standIn) : IdentityProviderContract, IClassFixture<StandInHost>
{
    protected override Task<IdentityProviderUnderTest> StartAsync() => Task.FromResult(standIn.Provider);
}
