using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Agentic.Agents.Deployment.Processes;

/// <param name="Output">The last part of what it wrote, both streams in order of arrival.</param>
internal sealed record CommandResult(int? ExitCode, string Output, bool TimedOut)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>Runs a command to its end: in a process group of its own, with a time limit, a bounded output and a scrubbed environment.</summary>
internal static class BoundedCommand
{
    private const int OutputLimit = 64 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Cancelling asks the command to stop and waits for its end, then kills its group: nothing goes on behind the caller's back.</summary>
    /// <param name="interrupts">True asks by SIGINT to the command alone (it stops its own children in order), else by SIGTERM to the whole group.</param>
    public static async Task<CommandResult> Run(
        IReadOnlyList<string> command, string folder, IReadOnlyDictionary<string, string> environment, TimeSpan limit, CancellationToken cancellation, TimeSpan? grace = null, bool interrupts = false, int? outputLimit = null)
    {
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var word in command)
        {
            start.ArgumentList.Add(word);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        var output = new Tail(outputLimit ?? OutputLimit);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return new CommandResult(null, $"{command[0]} could not be started: {missing.Message}", false);
        }

        process.StandardInput.Close();
        var pumps = Task.WhenAll(output.Take(process.StandardOutput), output.Take(process.StandardError));
        using var timer = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            await process.WaitForExitAsync(either.Token);

            // A daemon that inherited the pipe keeps it open for ever; what the command itself wrote is there by then.
            await Task.WhenAny(pumps, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
            ProcessTable.SignalGroup(process.Id, ProcessTable.Kill);
            return new CommandResult(process.ExitCode, output.ToString(), false);
        }
        catch (OperationCanceledException)
        {
            await Stop(process, grace ?? Grace, interrupts);
            cancellation.ThrowIfCancellationRequested();
            var reason = string.Create(CultureInfo.InvariantCulture, $"stopped after {limit.TotalSeconds:0} s");
            return new CommandResult(null, $"{output}{reason}", true);
        }
    }

    private static async Task Stop(Process process, TimeSpan grace, bool interrupts)
    {
        if (interrupts)
        {
            ProcessTable.Signal(process.Id, ProcessTable.Interrupt);
        }
        else
        {
            ProcessTable.SignalGroup(process.Id, ProcessTable.Terminate);
        }

        using var patience = new CancellationTokenSource(grace);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            ProcessTable.SignalGroup(process.Id, ProcessTable.Kill);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        // What it started and did not stop itself.
        ProcessTable.SignalGroup(process.Id, ProcessTable.Kill);
    }

    /// <summary>The end of a text that may be endless.</summary>
    private sealed class Tail(int limit)
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _text = new();

        /// <summary>Reads in blocks, since a flood without a line end must not be gathered into one line.</summary>
        public async Task Take(StreamReader reader)
        {
            var block = new char[4096];
            try
            {
                int read;
                while ((read = await reader.ReadAsync(block)) > 0)
                {
                    lock (_lock)
                    {
                        _text.Append(block, 0, read);
                        if (_text.Length > 2 * limit)
                        {
                            _text.Remove(0, _text.Length - limit);
                        }
                    }
                }
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // The process is gone and disposed; what was read is kept.
            }
        }

        public override string ToString()
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }
}
