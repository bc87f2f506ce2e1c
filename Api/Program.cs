using AuthDemo.Api;
using AuthDemo.Api.Authentication;
using AuthDemo.Api.Authorization;
using AuthDemo.Api.Building;
using AuthDemo.Api.Endpoints;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddHttpDefaults();
builder.AddBearerAuthentication();
builder.AddPolicies();
builder.Services.AddRefusals();
builder.Services.AddApiDocument();
builder.Services.AddSingleton(TimeProvider.System);
builder.AddBuilding();

var app = builder.Build();
app.UseForwardedHeaders();
app.UseHttpDefaults(cacheControl: "no-store"); // every answer depends on who asks (RFC 9111, section 5.2.2.5)
app.UseServerTiming();
app.UseExceptionHandler();
app.UseStatusCodePages();
// No scheme is the default one, so this asks nobody yet: the policy that UseAuthorization evaluates names the scheme that it needs.
app.UseAuthentication();
app.UseAuthorization(); // what a policy refuses, Refusals/RefusalWriter.cs answers
app.UseEndpointTracing();

app.MapDefaultEndpoints();
var routes = app.MapGroup("").AllowHead();
if (app.Environment.IsDevelopment()) routes.MapApiDocument();
routes.MapResourceMetadata();
routes.MapLobby();
routes.MapBadge();
routes.MapUsers();
routes.MapRooms();
routes.MapLockers();
routes.MapSafes();
routes.MapVisitors();
routes.MapAlarm();
routes.MapVault();
routes.MapIntercom();
routes.MapReset();

app.Run();
