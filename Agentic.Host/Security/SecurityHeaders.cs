using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Agentic.Host.Security;

/// <summary>Headers that hold for every answer: no inline script, no framing, no sniffing, no referrer.</summary>
internal static class SecurityHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app)
    {
        var isLocal = app.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>().Value.Mode == AuthMode.Local;
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers[HeaderNames.ContentSecurityPolicy] = ContentSecurityPolicy;
            headers[HeaderNames.XContentTypeOptions] = "nosniff";
            headers[HeaderNames.XFrameOptions] = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            // A browser that once saw this refuses plain http for the whole name, which on localhost would break every other tool there.
            if (!isLocal && http.Request.IsHttps && !RequestOrigin.IsLoopback(http.Request.Host.Host))
                headers[HeaderNames.StrictTransportSecurity] = "max-age=31536000; includeSubDomains";
            return next(http);
        });
    }
}
