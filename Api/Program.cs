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
app.UseHttpDefaults(cacheControl: "no-store"); // responses depend on the caller (RFC 9111, section 5.2.2.5)
app.UseServerTiming();
app.UseExceptionHandler();
app.UseStatusCodePages();
// Does not authenticate, since there is no default scheme: the policy in UseAuthorization names the scheme.
app.UseAuthentication();
app.UseAuthorization(); // rejections are written by Refusals/RefusalWriter.cs
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
