using System.Globalization;
using System.Text.Json;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Persistence.Storage;

/// <summary>
/// The folder that holds everything this host keeps, held by one process at a time. The lock is the operating system's, so it ends with
/// the process however that ends; the note beside it only says who holds it.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const int Attempts = 10;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    private readonly FileStream held;

    public DataFolder(IOptions<PersistenceOptions> options, TimeProvider time)
    {
        Path = options.Value.FullDataPath;
        Directory.CreateDirectory(Path);
        var note = System.IO.Path.Combine(Path, "host.json");
        held = Hold(note);

        File.WriteAllText(note, JsonSerializer.Serialize(new Holder(Environment.ProcessId, time.GetUtcNow()), AgenticJson.Options));
    }

    public string Path { get; }

    public void Dispose() => held.Dispose();

    private FileStream Hold(string note)
    {
        using var pause = new ManualResetEventSlim();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(System.IO.Path.Combine(Path, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (attempt >= Attempts)
            {
                throw new DataFolderHeldException(Refusal(note), exception);
            }
            catch (IOException)
            {
                // The lock of a host that was killed ends with the last of its processes, which takes a moment.
                pause.Wait(BetweenAttempts);
            }
        }
    }

    private string Refusal(string note)
    {
        var holder = Read(note) is { } first
            ? string.Create(CultureInfo.InvariantCulture, $"process {first.Pid}, started {first.StartedAt:yyyy-MM-dd HH:mm:ss} UTC")
            : "a process that left no note";
        return $"The data folder '{Path}' is in use by another host ({holder}). Stop that host, or give this one a folder of its own with Persistence:DataPath.";
    }

    private static Holder? Read(string note)
    {
        try
        {
            return JsonSerializer.Deserialize<Holder>(File.ReadAllText(note), AgenticJson.Options);
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Holder(int Pid, DateTimeOffset StartedAt);
}

/// <summary>Another host uses the folder; the message says which.</summary>
internal sealed class DataFolderHeldException(string message, Exception cause) : IOException(message, cause);
