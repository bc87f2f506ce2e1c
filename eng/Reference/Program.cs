// What the Api and Web are compared with: the framework with its defaults, and nothing of AuthDemo.
using AuthDemo.Reference;

var builder = WebApplication.CreateBuilder(args);
switch (builder.Configuration["Application"])
{
    case "bare": BareApi.Run(builder); break;
    case "default": DefaultApi.Run(builder); break;
    case "page": PageApplication.Run(builder); break;
    default: throw new InvalidOperationException("Say Application=bare, default or page.");
}
