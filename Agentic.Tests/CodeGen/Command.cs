using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Agentic.Tests.CodeGen;

/// <summary>Runs one program to its end, in bounded time.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Whether the program is there and ends well.</summary>
    public static bool Works(string program, params string[] arguments)
    {
        try
        {
            return Run(Path.GetTempPath(), Nothing, program, arguments).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public static (int ExitCode, string Output) Run(string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments) =>
        RunWith(null, folder, environment, program, arguments);

    /// <param name="input">What the program reads from its standard input.</param>
    public static (int ExitCode, string Output) RunWith(string? input, string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = input is not null, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes.\n{output}");
        }

        process.WaitForExit();
        return (process.ExitCode, output.ToString());

        void Append(string? line)
        {
            lock (output)
                output.Append(line).Append('\n');
        }
    }
}
