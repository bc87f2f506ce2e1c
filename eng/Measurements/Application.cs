namespace AuthDemo.Measurements;

/// <summary>How a measured server is started.</summary>
/// <param name="Name">What tables and errors call it.</param>
/// <param name="Project">Directory of the project, from the checkout's root.</param>
/// <param name="Ready">A path that answers 200 once the server is ready.</param>
/// <param name="Settings">Its environment variables.</param>
internal sealed record Application(string Name, string Project, string Ready, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Every request is answered with 200.</summary>
    public bool ChecksNothing { get; init; }

    public static Application Api(string name, Issuer issuer) => new(name, "Api", "/health", Environment("Production",
        ("services__keycloak__http__0", issuer.Address)));

    /// <summary>In Development, as the AppHost runs it: only there the clients' secrets are known.</summary>
    public static Application Web(Issuer issuer, string api) => new("Web", "Web", "/health", Environment("Development",
        ("services__keycloak__http__0", issuer.Address), ("services__api__http__0", api)));

    public static Application Default(string name, Issuer issuer) =>
        Reference(name, "default", "/lobby").With(("Authority", issuer.Authority));

    public static Application Bare(string name) => Reference(name, "bare", "/lobby") with { ChecksNothing = true };

    public static Application Page(string name) => Reference(name, "page", "/page/1000");

    public Application With(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(Settings);
        foreach (var (name, value) in settings) all[name] = value;
        return this with { Settings = all };
    }

    /// <summary>Nothing below a warning is logged.</summary>
    public Application Quiet() => With(("Logging__LogLevel__Default", "Warning"));

    /// <summary>The reference application with the telemetry of Aspire's service defaults, which Api and Web always have.</summary>
    public Application WithTelemetry() => With(("OpenTelemetry", "true"));

    /// <summary>
    /// Telemetry goes out as often as Aspire has it in Development. The queue is long enough for all spans of a round: a dropped one would
    /// cost nothing.
    /// </summary>
    public Application WithOtlp(Issuer collector) => With(
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.CollectorFor(Name)),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_SERVICE_NAME", Project),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "1000"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100000"));

    private static Application Reference(string name, string kind, string ready) =>
        new(name, "eng/Reference", ready, Environment("Production", ("Application", kind)));

    private static Dictionary<string, string> Environment(string environment, params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        all["ASPNETCORE_ENVIRONMENT"] = all["DOTNET_ENVIRONMENT"] = environment;
        return all;
    }
}
