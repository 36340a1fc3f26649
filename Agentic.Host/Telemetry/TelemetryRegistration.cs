using Agentic.Agents.Operations;
using Agentic.Host.Security;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Agentic.Host.Telemetry;

/// <summary>Logs without secrets, metrics at <c>/metrics</c>, and both metrics and traces to a collector where one is named.</summary>
internal static class TelemetryRegistration
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        AddLogs(builder);
        var hasCollector = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("agentic"));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(AgenticTelemetry.Name).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
            if (hasCollector)
                metrics.AddOtlpExporter();
        });
        // Spans cost time on every step of a workflow, so they are made only where somebody collects them.
        if (hasCollector)
            telemetry.WithTracing(tracing => tracing.AddSource(AgenticTelemetry.Name).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddOtlpExporter());
    }

    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new RequiredScope(Scope.Read));

    private static void AddLogs(WebApplicationBuilder builder)
    {
        var logging = builder.Logging.ClearProviders();
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning).AddFilter("ModelContextProtocol", LogLevel.Warning).AddFilter("Akka", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning);
        // What broke is logged once, by us, with the trace id that the caller was given.
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.Critical);
        if (builder.Configuration.GetValue<bool>("Logging:Json"))
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        else
            logging.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "HH:mm:ss "));
        builder.Services.TryAddSingleton<Redactor>();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(services =>
            new RedactingLoggers(ActivatorUtilities.CreateInstance<LoggerFactory>(services), services.GetRequiredService<Redactor>())));
    }
}
