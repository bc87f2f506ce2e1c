using AuthDemo.ServiceDefaults;
using AuthDemo.ServiceDefaults.AuthTracing;
using AuthDemo.Web.Admin;
using AuthDemo.Web.Errors;
using AuthDemo.Web.Lab;
using AuthDemo.Web.Layout;
using AuthDemo.Web.Login;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddRazorComponents();
builder.AddErrorPages();
builder.AddLogin();
builder.AddLab();
builder.AddAdmin();

var app = builder.Build();

app.UseServerTiming();
app.UseErrorPages();
app.UseSecurityHeaders();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.UseEndpointTracing();

app.MapStaticAssets();
app.MapRazorComponents<App>();
app.MapLogin();
app.MapLab();
app.MapAdmin();
app.MapHealthEndpoints();

app.Run();
