using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Agentic.Agents.Policy.Engines;

/// <summary>How a program ended.</summary>
internal sealed record ProcessOutcome(int ExitCode, string Output, string Errors)
{
    public bool IsMissing { get; init; }

    public bool HasTimedOut { get; init; }

    public bool IsCut { get; init; }
}

/// <summary>Runs one program in a folder, bounded in time and output.</summary>
internal interface IEngineProcess
{
    /// <summary>Where the program of this name is; null where it is not installed.</summary>
    string? Find(string name);

    Task<ProcessOutcome> RunAsync(string executable, IReadOnlyList<string> arguments, string folder, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>Runs programs of this machine. They inherit no secrets: only the few variables a program needs to start.</summary>
internal sealed class LocalEngineProcess : IEngineProcess
{
    private const int MaxOutput = 50 * 1024 * 1024;

    private static readonly string[] Inherited = ["PATH", "LANG", "SystemRoot", "TEMP", "TMP", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    public string? Find(string name)
    {
        var endings = OperatingSystem.IsWindows() ? (string[])[".exe", ".cmd", ".bat"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    public async Task<ProcessOutcome> RunAsync(string executable, IReadOnlyList<string> arguments, string folder, TimeSpan limit, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        Limit(start, folder);

        using var process = new Process { StartInfo = start };

        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            return new ProcessOutcome(-1, "", missing.Message) { IsMissing = true };
        }

        process.StandardInput.Close();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);

        try
        {
            var output = ReadAsync(process.StandardOutput, timeout.Token);
            var errors = ReadAsync(process.StandardError, timeout.Token);
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(timeout.Token);
            var (text, isCut) = await output;
            return new ProcessOutcome(process.ExitCode, text, (await errors).Text) { IsCut = isCut };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProcessOutcome(-1, "", "") { HasTimedOut = true };
        }
        finally
        {
            Stop(process);
        }
    }

    private static void Limit(ProcessStartInfo start, string folder)
    {
        var kept = Inherited.Where(start.Environment.ContainsKey).ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();

        foreach (var (name, value) in kept)
        {
            start.Environment[name] = value;
        }

        start.Environment["HOME"] = folder;
        start.Environment["NO_COLOR"] = "1";
    }

    private static async Task<(string Text, bool IsCut)> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        var isCut = false;

        for (int read; (read = await reader.ReadAsync(buffer, cancellation)) > 0;)
        {
            // Read on, so that the program does not block on a full pipe; keep only what we may.
            isCut |= text.Length + read > MaxOutput;
            text.Append(buffer, 0, Math.Min(read, Math.Max(0, MaxOutput - text.Length)));
        }

        return (text.ToString(), isCut);
    }

    private static void Stop(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended between the question and the signal, which is what was wanted.
        }
    }
}
