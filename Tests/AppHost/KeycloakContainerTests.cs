using AuthDemo.Tests.Application;
using AuthDemo.Tests.Flows;

namespace AuthDemo.Tests.AppHost;

[Collection(ContainerApplication.Collection)]
public sealed class ContainerRunAllFlowsTests(ContainerApplication application) : RunAllFlowsTests(application);
