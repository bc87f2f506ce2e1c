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

var realms = RealmFile.ReadAll(builder.Configuration["REALMS"] ?? Path.Combine(builder.Environment.ContentRootPath, "../AppHost/Realms"));
builder.AddRealmServers(realms);

var app = builder.Build();
app.UseLoopbackOnly();
app.UseReadableForms();
app.UseRealmServers();
app.UsePageAssets();

app.MapDefaultEndpoints();
app.MapWelcome(realms);
app.MapRealms();

await app.StartAsync();
Console.WriteLine($"Keycloak's stand-in (development only) listens on {string.Join(" and ", app.Urls)}.");
await app.WaitForShutdownAsync();
