using AuthDemo.Api;
using AuthDemo.Api.Alarm;
using AuthDemo.Api.Badge;
using AuthDemo.Api.Building;
using AuthDemo.Api.Intercom;
using AuthDemo.Api.Lobby;
using AuthDemo.Api.Lockers;
using AuthDemo.Api.OpenApi;
using AuthDemo.Api.Refusals;
using AuthDemo.Api.Reset;
using AuthDemo.Api.Rooms;
using AuthDemo.Api.Safes;
using AuthDemo.Api.Security;
using AuthDemo.Api.Users;
using AuthDemo.Api.Visitors;
using AuthDemo.ServiceDefaults;
using AuthDemo.ServiceDefaults.RequestSteps;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.AddServiceDefaults();
builder.AddBearerAuthentication();
builder.AddPolicies();
builder.Services.AddProblems();
builder.Services.AddApiDocument();
builder.Services.AddSingleton<Inventory>();

var app = builder.Build();
app.UseForwardedHeaders();
app.UseServerTiming(hiddenPolicies: Policies.SafeOwner); // a hidden safe answers as one that does not exist
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseAuthorization();
app.UseEndpointTracing();

app.MapHealthEndpoints();
var routes = app.MapGroup("").AnswerHead();
routes.MapOpenApi().AllowAnonymous();
routes.MapResourceMetadata();
routes.MapLobby();
routes.MapBadge();
routes.MapUsers();
routes.MapRooms();
routes.MapLockers();
routes.MapSafes();
routes.MapVisitors();
routes.MapAlarm();
routes.MapIntercom();
routes.MapReset();

app.Run();
