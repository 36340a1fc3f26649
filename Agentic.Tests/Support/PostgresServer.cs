using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Agentic.Tests.Support;

/// <summary>A PostgreSQL of its own on a free loopback port, gone with the process that started it.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string folder;
    private readonly Process process;
    private readonly Thread owner;
    private int databases;

    private PostgresServer(string folder, Process process, Thread owner, string connectionString) =>
        (this.folder, this.process, this.owner, ConnectionString) = (folder, process, owner, connectionString);

    public string ConnectionString { get; }

    /// <param name="durable">False skips the wait for the disk, which tests do not need; a measurement does.</param>
    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        var (initdb, postgres) = (Find("initdb"), Find("postgres"));
        if (initdb is null || postgres is null)
        {
            const string Missing = "PostgreSQL is not installed: initdb and postgres are not on PATH (Debian: apt-get install postgresql).";
            if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
                throw new InvalidOperationException(Missing);
            Assert.Ignore(Missing);
        }

        var folder = Directory.CreateTempSubdirectory("agentic-postgres-").FullName;
        var asRoot = Environment.UserName == "root";
        if (asRoot)
            await Run("chown", ["postgres:postgres", folder]);
        var data = Path.Combine(folder, "data");
        await Run(asRoot, initdb!, ["-D", data, "-U", "agentic", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"], folder);

        var port = FreePort();
        string[] arguments =
        [
            "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "max_connections=200", "-c", durable ? "fsync=on" : "fsync=off",
        ];
        var (process, owner) = StartOwned(Command(asRoot, postgres!, arguments, folder));
        var server = new PostgresServer(
            folder, process, owner, string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=agentic;Database=postgres"));
        await server.Answer();
        return server;
    }

    /// <summary>An empty database; the answer is its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (!process.HasExited)
            await Run("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        owner.Join();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Answer()
    {
        for (var left = 600; ; left--)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString);
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (left > 0 && !process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    // The signal that ends the server comes with the end of the thread that started it, so that thread lives as long as the server.
    private static (Process Process, Thread Owner) StartOwned(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>();
        var owner = new Thread(() =>
        {
            var process = new Process { StartInfo = start };
            try
            {
                process.Start();
                started.SetResult(process);
            }
            catch (Exception exception)
            {
                started.SetException(exception);
                return;
            }

            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
        })
        { IsBackground = true };
        owner.Start();
        return (started.Task.GetAwaiter().GetResult(), owner);
    }

    private static ProcessStartInfo Command(bool asRoot, string program, string[] arguments, string folder)
    {
        string[] drop = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig", "INT", program];
        return new ProcessStartInfo(asRoot ? "setpriv" : program, asRoot ? [.. drop, .. arguments] : arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
    }

    private static Task Run(bool asRoot, string program, string[] arguments, string folder) => Run(Command(asRoot, program, arguments, folder));

    private static Task Run(string program, string[] arguments) => Run(Command(asRoot: false, program, arguments, Path.GetTempPath()));

    private static async Task Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {errors}{await output}");
    }

    private static string? Find(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().Reverse().Select(version => Path.Combine(version, "bin")) : [])
        .Select(path => Path.Combine(path, program))
        .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
