using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace AuthDemo.Api.Refusals;

internal static class TraceIds
{
    /// <summary>The request's trace id, 32 hex digits (W3C Trace Context, section 3.2.2.3).</summary>
    public static string Of(HttpContext context) =>
        (context.Features.Get<IHttpActivityFeature>()?.Activity?.TraceId ?? Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom())
            .ToHexString();
}
