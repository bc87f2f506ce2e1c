using AuthDemo.ServiceDefaults;
using AuthDemo.StandIn.Endpoints;
using AuthDemo.StandIn.Hosting;
using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Server;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddQuietTelemetry();
builder.ListenOnLoopback();
builder.Services.AddSingleton(TimeProvider.System);

var app = builder.Build();
app.UseReadableForms();
app.UsePageAssets();

var realms = builder.Configuration["REALMS"] ?? Path.Combine(builder.Environment.ContentRootPath, "../AppHost/Realms");
await app.UseRealmServersAsync(RealmFile.ReadAll(realms));

app.MapDefaultEndpoints();
app.MapRealms();

await app.StartAsync();
Console.WriteLine($"Keycloak's stand-in (development only) listens on {string.Join(" and ", app.Urls)}.");
await app.WaitForShutdownAsync();
