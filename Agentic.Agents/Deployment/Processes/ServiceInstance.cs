using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>What an instance is started with.</summary>
/// <param name="Folder">Its own folder: process id, address and log, so that a later host finds it again.</param>
internal sealed record Launch(string Folder, string App, IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string Owner);

/// <summary>One supervised child process: started or adopted, watched, restarted with growing waits, stopped for certain.</summary>
internal sealed class ServiceInstance(Launch launch, ProcessOptions options, TimeProvider time) : IAsyncDisposable
{
    // The shell records its own id before it becomes the program: however early the host dies, the child can be found again.
    private const string Script = """exec >>"$1" 2>&1 </dev/null; read -r stat < /proc/$$/stat; printf '%s\n' "$stat" > "$2"; shift 2; exec "$@" """;

    private static readonly TimeSpan ExitWindow = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<DateTimeOffset> _exits = [];
    private Process? _child;
    private ProcessId? _process;
    private Task _watch = Task.CompletedTask;
    private string? _lastTrouble;

    public Action? Moved { get; set; }

    public int Port { get; private set; }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));

    public ProcessId? Process => _process;

    public bool IsAlive => _process is { } process && ProcessTable.IsAlive(process);

    public string LogPath => Path.Combine(launch.Folder, "log");

    /// <summary>Why it does not serve for good; null while it runs or has only stumbled.</summary>
    public string? Trouble
    {
        get
        {
            lock (_exits)
            {
                return _exits.Count(at => time.GetUtcNow() - at < ExitWindow) >= options.ExitsUntilBroken ? _lastTrouble : null;
            }
        }
    }

    /// <summary>Adopts the process an earlier host started, or starts one.</summary>
    public void Start()
    {
        Directory.CreateDirectory(launch.Folder);
        if (!Adopt())
        {
            Run();
        }

        _watch = Task.Run(Watch);
    }

    public string LogTail(int characters = 2000) => Tail(LogPath, characters);

    public static string Tail(string path, int characters)
    {
        try
        {
            using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            log.Seek(-Math.Min(log.Length, characters), SeekOrigin.End);
            return new StreamReader(log).ReadToEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>SIGTERM to its whole group, SIGKILL after the grace, and an end to whatever it left behind.</summary>
    public async Task Stop()
    {
        await _stopping.CancelAsync();
        await _watch;
        if (_process is { } process)
        {
            var marker = $"{ScrubbedEnvironment.Instance}={Read()?.Id}";
            ProcessTable.SignalGroup(process.Pid, ProcessTable.Terminate);
            var began = time.GetTimestamp();
            while (ProcessTable.IsAlive(process) && time.GetElapsedTime(began) < options.StopGrace)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time);
            }

            ProcessTable.SignalGroup(process.Pid, ProcessTable.Kill);
            for (var left = ProcessTable.WithVariable(marker); left.Count > 0 || ProcessTable.IsAlive(process); left = ProcessTable.WithVariable(marker))
            {
                foreach (var pid in left)
                {
                    ProcessTable.Signal(pid, ProcessTable.Kill);
                }

                // A killed process is still there for a moment; it has not stopped until it is gone.
                await Task.Delay(TimeSpan.FromMilliseconds(10), time);
            }

            _process = null;
        }

        File.Delete(PidPath);
        _child?.Dispose();
    }

    /// <summary>Stops watching and leaves the process running, to be adopted by the next host.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        _stopping.Dispose();
    }

    private string PidPath => Path.Combine(launch.Folder, "pid");

    private string StatePath => Path.Combine(launch.Folder, "instance.json");

    /// <summary>Takes over the process that is on record for this folder, if exactly that one still runs.</summary>
    public bool Adopt()
    {
        if (Read() is not { } state || !File.Exists(PidPath))
        {
            return false;
        }

        var fields = File.ReadAllText(PidPath).Trim().Split(' ');
        if (fields.Length < 22 || !int.TryParse(fields[0], CultureInfo.InvariantCulture, out var pid) || !long.TryParse(fields[21], CultureInfo.InvariantCulture, out var ticks))
        {
            return false;
        }

        var found = new ProcessId(pid, ticks);
        if (!ProcessTable.IsAlive(found))
        {
            return false;
        }

        (_process, Port) = (found, state.Port);
        return true;
    }

    private void Run()
    {
        var port = FreePort(Port);
        var moved = Port != 0 && port != Port;
        Port = port;
        var id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(StatePath, JsonSerializer.Serialize(new State(id, port)));
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = launch.App };
        foreach (var word in (string[])["sh", "-c", Script, "sh", LogPath, PidPath, .. launch.Command])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["HOST"] = "127.0.0.1";
        start.Environment[ScrubbedEnvironment.Owner] = launch.Owner;
        start.Environment[ScrubbedEnvironment.Instance] = id;
        _child?.Dispose();
        _child = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started.");
        _process = ProcessTable.StartTicks(_child.Id) is { } ticks ? new ProcessId(_child.Id, ticks) : null;
        if (moved)
        {
            Moved?.Invoke();
        }
    }

    private async Task Watch()
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.WatchInterval, time, _stopping.Token);
                BoundLog();
                if (IsAlive)
                {
                    StopWhenTooLarge();
                    continue;
                }

                int recent;
                lock (_exits)
                {
                    var now = time.GetUtcNow();
                    _exits.RemoveAll(at => now - at >= ExitWindow);
                    _exits.Add(now);
                    recent = _exits.Count;
                    _lastTrouble = string.Create(CultureInfo.InvariantCulture, $"it exited {recent} times within a minute; its log ends: {LogTail(600).Trim()}");
                }

                var wait = options.RestartDelay * Math.Pow(2, Math.Min(recent - 1, 20));
                await Task.Delay(wait < options.RestartDelayLimit ? wait : options.RestartDelayLimit, time, _stopping.Token);
                Run();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped or handed over.
        }
    }

    private void StopWhenTooLarge()
    {
        if (options.MemoryLimitMebibytes > 0 && _process is { } process && ProcessTable.ResidentBytes(process.Pid) > options.MemoryLimitMebibytes * 1024L * 1024)
        {
            File.AppendAllText(LogPath, string.Create(CultureInfo.InvariantCulture, $"stopped: more than {options.MemoryLimitMebibytes} MiB in use\n"));
            ProcessTable.SignalGroup(process.Pid, ProcessTable.Kill);
        }
    }

    /// <summary>The program appends, so the file can be cut to nothing under it; the part before is kept once.</summary>
    private void BoundLog()
    {
        try
        {
            using var log = new FileStream(LogPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (log.Length <= options.LogLimit)
            {
                return;
            }

            log.Seek(-options.LogLimit, SeekOrigin.End);
            using (var before = File.Create(LogPath + ".1"))
            {
                var (block, left) = (new byte[81920], options.LogLimit);
                int read;
                while (left > 0 && (read = log.Read(block, 0, (int)Math.Min(block.Length, left))) > 0)
                {
                    before.Write(block, 0, read);
                    left -= read;
                }
            }

            log.SetLength(0);
        }
        catch (FileNotFoundException)
        {
            // Nothing was written yet.
        }
        catch (IOException problem)
        {
            // A full disk must not end the supervision.
            lock (_exits)
            {
                _lastTrouble = $"its log cannot be bounded: {problem.Message}";
            }
        }
    }

    private State? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<State>(File.ReadAllText(StatePath));
        }
        catch (Exception none) when (none is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The port it had, if nobody took it; the routes to it then stay right.</summary>
    private static int FreePort(int wanted)
    {
        foreach (var port in (int[])[wanted, 0])
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (port != 0)
            {
                // Somebody else has it now.
            }
        }

        throw new UnreachableException();
    }

    private sealed record State(string Id, int Port);
}
