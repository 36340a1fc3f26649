using System.Globalization;
using System.Runtime.InteropServices;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>A process that cannot be mistaken for a later one with the same id.</summary>
/// <param name="StartTicks">Field 22 of <c>/proc/pid/stat</c>: clock ticks after boot.</param>
internal readonly record struct ProcessId(int Pid, long StartTicks);

/// <summary>Reads and signals the machine's processes through <c>/proc</c>, children of ours or not.</summary>
internal static class ProcessTable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Kill = 9;

    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>True while exactly this process runs; a zombie has ended.</summary>
    public static bool IsAlive(ProcessId process) => Stat(process.Pid) is { } stat && stat.StartTicks == process.StartTicks && stat.State is not ('Z' or 'X');

    public static long? StartTicks(int pid) => Stat(pid)?.StartTicks;

    /// <summary>Resident bytes, or 0 when it is gone.</summary>
    public static long ResidentBytes(int pid)
    {
        var fields = Read($"/proc/{pid}/statm")?.Split(' ');
        return fields?.Length > 1 && long.TryParse(fields[1], CultureInfo.InvariantCulture, out var pages) ? pages * Environment.SystemPageSize : 0;
    }

    /// <summary>Processes that were started with this exact <c>NAME=value</c> in their environment, and their children that kept it.</summary>
    public static IReadOnlyList<int> WithVariable(string assignment)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && Has(pid, assignment))
            {
                found.Add(pid);
            }
        }

        return found;
    }

    public static bool Has(int pid, string assignment) =>
        Read($"/proc/{pid}/environ")?.Split('\0').Contains(assignment, StringComparer.Ordinal) == true;

    /// <summary>Signals a process; a process that is gone already is no error.</summary>
    public static void Signal(int pid, int signal) => _ = NativeKill(pid, signal);

    /// <summary>Signals every process of the group that this process leads.</summary>
    public static void SignalGroup(int leader, int signal) => _ = NativeKill(-leader, signal);

    private static (char State, long StartTicks)? Stat(int pid)
    {
        // The name in parentheses may hold spaces and parentheses; the fields begin after the last one.
        if (Read($"/proc/{pid}/stat") is not { } text || text.LastIndexOf(')') is not (> 0 and var name))
        {
            return null;
        }

        var fields = text[(name + 2)..].Split(' ');
        return fields.Length > 19 && long.TryParse(fields[19], CultureInfo.InvariantCulture, out var ticks) ? (fields[0][0], ticks) : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int pid, int signal);
}
