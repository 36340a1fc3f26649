using System.Runtime.CompilerServices;

namespace Agentic.Tests.Support;

/// <summary>Finds case folders in the source tree, so that a case is data and needs no build step.</summary>
internal static class SourceTree
{
    public static string Tests { get; } = Path.GetDirectoryName(Path.GetDirectoryName(ThisFile())!)!;

    public static string Root => Path.GetDirectoryName(Tests)!;

    public static string Cases(string agent) => Path.Combine(Tests, agent, "cases");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
