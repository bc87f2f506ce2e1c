using System.Globalization;
using AuthDemo.Api.Authorization;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AuthDemo.Api;

/// <summary>Adds the OpenAPI document. Security requirements and error responses come from the endpoints' metadata.</summary>
internal static class ApiDocument
{
    /// <summary>The reasons for which authentication can reject a request.</summary>
    private static readonly string[] AuthenticationReasons =
        [.. Reasons.All.Where(reason => Reasons.Of(reason).DecidedBy == "authentication")];

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "AuthDemo API";
            document.Info.Description =
                "An office building whose doors say no: with 401 where it does not know you, with 403 where it does.";
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.AddComponent<IOpenApiSecurityScheme>(JwtBearerDefaults.AuthenticationScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "at+jwt",
                Description = "An access token of the identity provider that /.well-known/oauth-protected-resource names.",
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeAsync);
    });

    /// <summary>The additional reasons for which an endpoint can reject a request.</summary>
    public static RouteHandlerBuilder ProducesProblem(this RouteHandlerBuilder endpoint, params string[] reasons) =>
        endpoint.WithMetadata([.. reasons.Select(Reasons.Of)]);

    /// <summary>Maps the document, and a page that can send requests with a token. The page loads nothing from other hosts.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnonymous();
        routes.MapScalarApiReference("/reference", options => options
            .WithTitle("AuthDemo API").DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp()
            .HideClientButton().HideDeveloperTools().WithDynamicBaseServerUrl()
            .AddPreferredSecuritySchemes(JwtBearerDefaults.AuthenticationScheme))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var policies = context.ApplicationServices.GetRequiredService<IAuthorizationPolicyProvider>();
        var names = metadata.OfType<IAuthorizeData>().Select(data => data.Policy!).ToArray();
        var reasons = metadata.OfType<Reason>().Select(reason => reason.Word).ToList();
        if (names.Length > 0) operation.Description = $"Policy: {string.Join(", ", names)}.";

        foreach (var name in names)
        {
            if ((await policies.GetPolicyAsync(name))?.AuthenticationSchemes.Count is not > 0) continue;
            reasons.AddRange(AuthenticationReasons);
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    // OpenAPI 3.1, section 4.8.30: for a scheme other than OAuth 2, the list contains the required roles.
                    [new OpenApiSecuritySchemeReference(JwtBearerDefaults.AuthenticationScheme, context.Document)] =
                        name == Policies.VisitorReaders ? [Policies.VisitorsScope] : [],
                },
            ];
        }

        var problem = await DescribeProblemAsync(context, cancellationToken);
        foreach (var status in reasons.GroupBy(reason => Reasons.Of(reason).Status).OrderBy(group => group.Key))
        {
            operation.Responses ??= [];
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = $"{ReasonPhrases.GetReasonPhrase(status.Key)}: {string.Join(", ", status)}",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = problem } },
            };
        }
    }

    /// <summary>The members of RFC 9457, and the two that this API adds.</summary>
    private static async Task<OpenApiSchemaReference> DescribeProblemAsync(
        OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        const string name = "Problem";
        if (context.Document!.Components?.Schemas?.ContainsKey(name) != true)
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), cancellationToken: cancellationToken);
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            schema.Properties["reason"] = Text("Why: a word of a fixed vocabulary.");
            schema.Properties["traceId"] = Text("The trace in which it happened: 32 hex digits.");
            schema.Required = new HashSet<string> { "status", "reason", "traceId" };
            context.Document.AddComponent(name, schema);
        }

        return new OpenApiSchemaReference(name, context.Document);

        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
    }
}
