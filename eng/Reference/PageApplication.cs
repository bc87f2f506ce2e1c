namespace AuthDemo.Reference;

/// <summary>Razor components rendered on the server, as Web's are, with nothing around them.</summary>
internal static class PageApplication
{
    public static void Run(WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        var app = builder.Build();
        app.UseAntiforgery();
        app.MapRazorComponents<App>();
        app.Run();
    }
}
