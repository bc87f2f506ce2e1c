using Microsoft.AspNetCore.Http.Features;

namespace AuthDemo.Web.Http;

/// <summary>What a request may weigh: no form here has more than a few short fields (OWASP ASVS 5.0, 15.2.2).</summary>
internal static class RequestLimits
{
    private const int LargestBody = 64 * 1024;

    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.Configure<FormOptions>(options =>
        {
            options.BufferBodyLengthLimit = LargestBody;
            options.MultipartBodyLengthLimit = LargestBody;
            options.ValueCountLimit = 32;
            options.ValueLengthLimit = LargestBody;
        });
    }
}
