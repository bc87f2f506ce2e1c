using AuthDemo.ServiceDefaults;
using AuthDemo.StandIn;
using OpenTelemetry.Trace;

try
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.AddServiceDefaults();
    // Only calls that are part of a trace leave spans, as with Keycloak's quiet sampler.
    builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.SetSampler(new ParentBasedSampler(new AlwaysOffSampler())));
    builder.Logging.AddFilter("OpenIddict", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

    // Under Aspire ASPNETCORE_URLS, which names localhost; by hand PORT.
    var port = int.TryParse(builder.Configuration["PORT"] ?? "8080", out var number) && number is > 0 and < 65536 ? number : throw new StartException($"PORT is '{builder.Configuration["PORT"]}', which is no port number from 1 to 65535.");
    if (builder.Configuration["URLS"] is null) builder.WebHost.UseUrls($"http://localhost:{port}"); // 127.0.0.1 and ::1
    else if (builder.Configuration["URLS"]!.Split(';').Any(u => !new Uri(u).IsLoopback)) throw new StartException("The stand-in listens on this computer only: ASPNETCORE_URLS has to name localhost.");

    var folder = builder.Configuration["REALMS"] ?? Path.Combine(builder.Environment.ContentRootPath, "../AppHost/Realms");
    var realms = Realm.ReadAll(folder);
    await using var app = builder.Build();
    var servers = new Dictionary<string, RequestDelegate>();
    foreach (var realm in realms) servers[realm.Name] = await RealmServer.CreateAsync(realm, Keys.Load(realm.Name, builder.Configuration["KEYS"]), app.Services);

    // The issuer follows the name in the Host header, as in Keycloak's development mode; other names than loopback are refused (DNS rebinding).
    app.Use((context, next) => context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]" ? next(context)
        : Results.Text($"This stand-in answers to http://localhost:{port} only.", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context));
    app.MapDefaultEndpoints();
    app.MapGet("/", (HttpContext context) => Pages.WelcomeAsync(context, realms));
    app.Map("/realms/{realm}/{**rest}", context =>
    {
        if (!servers.TryGetValue((string)context.Request.RouteValues["realm"]!, out var serve)) return Results.NotFound(new { error = "Realm does not exist" }).ExecuteAsync(context);
        Routes.Name(context);
        context.Request.Path.StartsWithSegments($"/realms/{context.Request.RouteValues["realm"]}", out var matched, out var rest);
        (context.Request.PathBase, context.Request.Path) = (matched, rest);
        return serve(context);
    });

    await app.StartAsync();
    Console.WriteLine($"Keycloak's stand-in (development only) listens on http://localhost:{port} for the realms {string.Join(", ", realms.Select(r => r.Name))}.");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (StartException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    Console.Error.WriteLine($"Port {Environment.GetEnvironmentVariable("PORT") ?? "8080"} is in use: stop what listens there, or set PORT to another one.");
    return 1;
}

/// <summary>The route of a path as Keycloak names it in its spans.</summary>
internal static class Routes
{
    public static void Name(HttpContext context)
    {
        var rest = (string?)context.Request.RouteValues["rest"] ?? "";
        var route = rest switch
        {
            "protocol/openid-connect/ext/par/request" => "/realms/{realm}/protocol/{protocol}/ext/{extension}/request",
            _ when rest.StartsWith("protocol/openid-connect/", StringComparison.Ordinal) => "/realms/{realm}/protocol/{protocol}/" + rest["protocol/openid-connect/".Length..],
            _ when rest.StartsWith(".well-known/", StringComparison.Ordinal) => "/realms/{realm}/.well-known/{alias}",
            _ => "/realms/{realm}",
        };
        System.Diagnostics.Activity.Current?.SetTag("http.route", route);
        context.SetEndpoint(null); // else the span takes the name of the one route that all of these have here
    }
}
