namespace AuthDemo.Reference;

/// <summary>The same routes with no authentication at all: what Kestrel, routing and JSON cost.</summary>
internal static class BareApi
{
    public static void Run(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        app.MapGet("/lobby", () => new { message = "Welcome." });
        app.MapGet("/badge", () => new { message = "Welcome." });
        app.MapDelete("/users/{id}", (string id) => Results.Ok());
        app.Run();
    }
}
