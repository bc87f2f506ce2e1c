namespace AuthDemo.Web.Errors;

/// <summary>Every refusal and every failure is a page that says what happened and how to go on.</summary>
internal static class ErrorPages
{
    public static void UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler("/status/500", createScopeForErrors: true);
        // Answers that have a body of their own, as those to scripts do, stay as they are.
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
    }
}
