namespace Agentic.Host.Listening;

/// <summary>Says once, when the host is up, where to open it.</summary>
internal static partial class Announcement
{
    public static void AnnounceAddress(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Agentic");
        app.Lifetime.ApplicationStarted.Register(() => Ready(log, app.DoorAddress()));
        app.Lifetime.ApplicationStopping.Register(() => Draining(log));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Agentic is ready. Open {Address} (the API is described at /docs). Ctrl+C stops it.")]
    private static partial void Ready(ILogger log, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Agentic is stopping: running requests end first, unfinished workflows go on at the next start.")]
    private static partial void Draining(ILogger log);
}
