using Agentic.Agents.Operations;
using Microsoft.AspNetCore.Diagnostics;

namespace Agentic.Host.Http;

/// <summary>Gives every answer that is an error and has no body yet one that says what to do; never a stack trace.</summary>
internal static partial class ProblemPages
{
    public static void UseProblemPages(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Broken,
            SuppressDiagnosticsCallback = static _ => true,
        });
        app.UseStatusCodePages(pages => Bare(pages.HttpContext));
    }

    private static async Task Broken(HttpContext http)
    {
        var failure = http.Features.Get<IExceptionHandlerFeature>()!.Error;
        if (http.RequestAborted.IsCancellationRequested)
            return;
        if (failure is BadHttpRequestException bad)
        {
            await (bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? RefusalProblems.Write(http, Refusal.TooLarge("The body is larger than this server accepts. Send less, or raise Http:MaxBodyBytes."))
                : RefusalProblems.Write(http, Refusal.Malformed("The request ended early or breaks the rules of HTTP. Send it again in full.")));
            return;
        }

        var log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Agentic.Host.Http");
        RequestBroke(log, http.Request.Method, http.Request.Path, failure);
        await RefusalProblems.Write(http, StatusCodes.Status500InternalServerError, "Something broke on our side; nothing you sent was wrong. The log has the details under this traceId.");
    }

    private static Task Bare(HttpContext http) => RefusalProblems.Write(http, http.Response.StatusCode, http.Response.StatusCode switch
    {
        404 => $"There is nothing at {http.Request.Path}. GET /operations lists what can be called, /docs describes it.",
        405 => $"{http.Request.Method} is not offered here; allowed: {http.Response.Headers.Allow}.",
        413 => "The body is larger than this server accepts. Send less, or raise Http:MaxBodyBytes.",
        415 => "Send JSON in UTF-8 with the header Content-Type: application/json.",
        406 => "Accept both application/json and text/event-stream here.",
        var status => $"The request was refused with status {status}.",
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} broke")]
    private static partial void RequestBroke(ILogger log, string method, string path, Exception failure);
}
