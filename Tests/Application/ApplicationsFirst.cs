using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(AuthDemo.Tests.Application.ApplicationsFirst))]

namespace AuthDemo.Tests.Application;

/// <summary>Begins with the collections that share an application: they take longest.</summary>
public sealed class ApplicationsFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections) where T : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionClassName is null)];
}
