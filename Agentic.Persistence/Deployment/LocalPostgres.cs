using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Operations;
using Npgsql;

namespace Agentic.Persistence.Deployment;

/// <summary>A PostgreSQL server of this host's own, from the programs installed on the machine: loopback only, with a password, ended with the host.</summary>
internal sealed class LocalPostgres(string folder, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private Process? server;
    private int port;

    /// <summary>
    /// The folder for a host's cluster: below its data, unless PostgreSQL's own user could not get there (the host runs as root and a
    /// folder on the way is closed to others), then below <c>/var/lib</c> under a name of its own.
    /// </summary>
    public static string FolderFor(string data)
    {
        return AsRoot && IsClosed(data)
            ? Path.Combine("/var/lib/agentic", $"postgres-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data))))[..16]}")
            : Path.Combine(data, "postgres");
    }

    private static bool IsClosed(string path)
    {
        if (OperatingSystem.IsWindows())
            return false;
        for (var at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (Directory.Exists(at) && !File.GetUnixFileMode(at).HasFlag(UnixFileMode.OtherExecute))
                return true;
        }

        return false;
    }

    private string Cluster => Path.Combine(folder, "cluster");

    private static bool AsRoot => Environment.UserName == "root";

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")) : [])
        .Select(path => Path.Combine(path, program))
        .FirstOrDefault(File.Exists);

    /// <summary>The port it answers at; the same after every start, since services are given it once.</summary>
    public async Task<Outcome<int>> Start(string password, CancellationToken cancellation)
    {
        if (server is { HasExited: false })
            return port;
        if (Find("initdb") is not { } initdb || Find("postgres") is not { } postgres)
            return Refusal.Unavailable("PostgreSQL is not installed on this host any more: initdb and postgres are not found.");
        Directory.CreateDirectory(folder);
        if (!File.Exists(Path.Combine(Cluster, "PG_VERSION")) && await Create(initdb, password, cancellation).ConfigureAwait(false) is { } refusal)
            return refusal;
        port = Port();
        await Adopted(cancellation).ConfigureAwait(false);
        string[] arguments =
        [
            "-D", Cluster, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100", "-c", "logging_collector=off",
        ];
        server = new Process { StartInfo = Command(postgres, arguments) };
        server.Start();
        server.OutputDataReceived += static (_, _) => { };
        var said = new Queue<string>();
        server.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.Enqueue(line.Data ?? "");
                while (said.Count > 20)
                    said.Dequeue();
            }
        };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        return await Answers(password, said, cancellation).ConfigureAwait(false) is { } silent ? silent : port;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is null)
            return;
        await End(server.Id).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(Patience, time);
        await server.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        server.Dispose();
    }

    private async Task<Refusal?> Create(string initdb, string password, CancellationToken cancellation)
    {
        var secret = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(secret, password + "\n", cancellation).ConfigureAwait(false);
        try
        {
            if (AsRoot)
                await Run(new ProcessStartInfo("chown", ["-R", "postgres:postgres", folder]), cancellation).ConfigureAwait(false);
            var (code, output) = await Run(Command(initdb, ["-D", Cluster, "-U", "agentic", "--auth=scram-sha-256", $"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8"]), cancellation).ConfigureAwait(false);
            return code == 0 ? null : Refusal.Unavailable($"PostgreSQL could not be set up below {folder}: {output.Trim()}");
        }
        finally
        {
            File.Delete(secret);
        }
    }

    /// <summary>A server that outlived the host that started it is ended first: it would hold the folder.</summary>
    private async Task Adopted(CancellationToken cancellation)
    {
        var note = Path.Combine(Cluster, "postmaster.pid");
        if (!File.Exists(note) || !int.TryParse((await File.ReadAllLinesAsync(note, cancellation).ConfigureAwait(false)).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid))
            return;
        var command = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline";
        var began = time.GetTimestamp();
        while (File.Exists(command) && (await File.ReadAllTextAsync(command, cancellation).ConfigureAwait(false)).Contains(Cluster, StringComparison.Ordinal) && time.GetElapsedTime(began) < Patience)
        {
            await End(pid).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<Refusal?> Answers(string password, Queue<string> said, CancellationToken cancellation)
    {
        var address = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = "agentic", Password = password, Database = "postgres", Pooling = false, Timeout = 5 };
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(address.ToString());
                await connection.OpenAsync(cancellation).ConfigureAwait(false);
                return null;
            }
            catch (NpgsqlException problem) when (server!.HasExited || time.GetElapsedTime(began) > Patience)
            {
                lock (said)
                    return Refusal.Unavailable($"This host's own PostgreSQL does not answer ({problem.Message}). It said: {string.Join(' ', said).Trim()}");
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private int Port()
    {
        var note = Path.Combine(folder, "port");
        if (File.Exists(note) && int.TryParse(File.ReadAllText(note), CultureInfo.InvariantCulture, out var known))
            return known;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var free = ((IPEndPoint)listener.LocalEndpoint).Port;
        File.WriteAllText(note, free.ToString(CultureInfo.InvariantCulture));
        return free;
    }

    private static Task End(int pid) => Run(new ProcessStartInfo("kill", ["-INT", pid.ToString(CultureInfo.InvariantCulture)]), CancellationToken.None);

    // PostgreSQL refuses to run as root, so it runs as the user its package made.
    private ProcessStartInfo Command(string program, string[] arguments) => new(
        AsRoot ? "setpriv" : program,
        AsRoot ? ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments] : arguments)
    {
        WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
    };

    private static async Task<(int Code, string Output)> Run(ProcessStartInfo start, CancellationToken cancellation)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = await process.StandardError.ReadToEndAsync(patience.Token).ConfigureAwait(false);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        return (process.ExitCode, await output.ConfigureAwait(false) + errors);
    }
}
