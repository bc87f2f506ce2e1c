using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Admin;
using AuthDemo.Web.Errors;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab;
using AuthDemo.Web.Layout;
using AuthDemo.Web.Login;
using AuthDemo.Web.Storage;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddHttpDefaults();
builder.AddRateLimits();
builder.Services.AddSingleton<HostCookies>();
builder.Services.AddRazorComponents();
builder.AddForms();
builder.AddStorage();
builder.AddLogin();
builder.AddLab();
builder.AddAdmin();
builder.AddServiceClients();
builder.Services.AddSingleton<DashboardLinks>();

var app = builder.Build();

app.UseForwardedHeaders();
app.UseRegisteredName();
app.UseServerTiming();
app.UseErrorPages();
app.UseStorage();
app.UseHttpDefaults();
app.UseSecurityHeaders();
app.UseReadableForms();
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.UseForms();
app.UseRateLimiter();
app.UseEndpointTracing();

app.MapStaticAssets();
app.MapRazorComponents<App>().ReadOnly();
app.MapLogin();
app.MapLab();
app.MapAdmin();
app.MapDefaultEndpoints();
app.MapDashboard();

app.Run();
