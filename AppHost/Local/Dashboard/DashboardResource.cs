namespace AuthDemo.AppHost.Local;

/// <summary>How a resource sends its telemetry.</summary>
internal enum TelemetryProtocol
{
    Grpc,
    HttpJson,
}

/// <summary>The Aspire dashboard, out of the Aspire CLI's npm package. It obeys Aspire's own settings.</summary>
internal sealed class DashboardResource : Resource
{
    private readonly bool isOpen;
    private readonly string browserToken;
    private readonly string apiKey;
    private readonly string otlpKey;

    public DashboardResource(DistributedApplicationBuilder model)
        : base("aspire-dashboard")
    {
        var settings = model.Configuration;
        isOpen = string.Equals(settings["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"], "true", StringComparison.OrdinalIgnoreCase);
        (browserToken, apiKey, otlpKey) = (settings["AppHost:BrowserToken"]!, settings["AppHost:DashboardApiKey"]!, settings["AppHost:OtlpApiKey"]!);
        ResourceServiceKey = isOpen ? null : settings["AppHost:ResourceService:ApiKey"];

        Add("http", "ASPNETCORE_URLS", 18888);
        Add("otlp-grpc", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", 18889);
        Add("otlp-http", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", 18890);
        Add("resource-service", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", 18891);
        HealthChecks.Add(new HttpProbe(GetEndpoint("http"), "/health", 200));
        EnvironmentCallbacks.Add(context => AddEnvironment(context.EnvironmentVariables));

        void Add(string name, string setting, int defaultPort)
        {
            var wanted = Uri.TryCreate(settings[setting]?.Split(';')[0], UriKind.Absolute, out var url) ? url.Port : defaultPort;
            var endpoint = new EndpointReference(this, name, "http", model.GetPort(wanted));
            Endpoints.Add(endpoint);
            settings[setting] = endpoint.Url;
        }
    }

    /// <summary>Where to click first: the address, with the login token unless the dashboard is open to all.</summary>
    public string LoginUrl => GetEndpoint("http").Url + (isOpen ? "" : $"/login?t={browserToken}");

    /// <summary>What the dashboard shows to the resource service; null where everything is open.</summary>
    public string? ResourceServiceKey { get; }

    internal override bool IsSupervised => true;

    internal override string PortSetting => "the URLs in AppHost/Properties/launchSettings.json";

    /// <summary>Tells a resource where its telemetry goes, in OpenTelemetry's own variables.</summary>
    public void AddTelemetry(Dictionary<string, object> variables, Resource resource, TelemetryProtocol protocol)
    {
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = GetEndpoint(protocol == TelemetryProtocol.Grpc ? "otlp-grpc" : "otlp-http");
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol == TelemetryProtocol.Grpc ? "grpc" : "http/json";
        if (!isOpen) variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={otlpKey}";
        variables["OTEL_SERVICE_NAME"] = resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={resource.InstanceId}";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
    }

    internal override ProgramToRun GetProgram() => File.Exists(BuildFacts.DashboardProgram)
        ? new(BuildFacts.DashboardProgram, ["dashboard"], BuildFacts.AppHostDirectory)
        : throw new DistributedApplicationException($"The dashboard is missing at {BuildFacts.DashboardProgram}: build again to get it.");

    private void AddEnvironment(Dictionary<string, object> variables)
    {
        variables["ASPNETCORE_URLS"] = GetEndpoint("http");
        variables["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = GetEndpoint("otlp-grpc");
        variables["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = GetEndpoint("otlp-http");
        variables["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = GetEndpoint("resource-service");
        variables["ASPIRE_DASHBOARD_API_ENABLED"] = "true";
        variables["DASHBOARD__OTLP__SUPPRESSUNSECUREDTELEMETRYMESSAGE"] = "true";
        variables["LOGGING__LOGLEVEL__DEFAULT"] = "Warning";
        if (isOpen)
        {
            variables["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true";
            variables["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "Unsecured";
            return;
        }

        variables["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken";
        variables["DASHBOARD__FRONTEND__BROWSERTOKEN"] = browserToken;
        variables["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey";
        variables["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = ResourceServiceKey!;
        variables["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey";
        variables["DASHBOARD__OTLP__PRIMARYAPIKEY"] = otlpKey;
        variables["DASHBOARD__API__AUTHMODE"] = "ApiKey";
        variables["DASHBOARD__API__PRIMARYAPIKEY"] = apiKey;
    }
}
