using System.Text.RegularExpressions;
using Agentic.Tests.Support;

namespace Agentic.Tests.Architecture;

/// <summary>One C# file of the product, by its path from the repository's root with forward slashes.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    private static readonly string[] Projects = ["Agentic.Agents", "Agentic.Persistence", "Agentic.Host", "Agentic.Tests"];

    public static IReadOnlyList<SourceFile> All { get; } =
    [
        .. Projects.SelectMany(project => Directory.EnumerateFiles(System.IO.Path.Combine(SourceTree.Root, project), "*.cs", SearchOption.AllDirectories))
            .Select(path => new SourceFile(System.IO.Path.GetRelativePath(SourceTree.Root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(file => !file.Folders.Any(folder => folder is "bin" or "obj" or "cases" or "recorded" or "Templates" or "node_modules"))
            .OrderBy(file => file.Path, StringComparer.Ordinal),
    ];

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Project => Path.Split('/')[0];

    public IReadOnlyList<string> Folders => Path.Split('/')[1..^1];

    /// <summary>The folder straight under the project: an agent's name, or a module's.</summary>
    public string? Module => Folders.Count > 0 ? Folders[0] : null;

    /// <summary>The text without comments and without what stands in quotes.</summary>
    public string Code => Noise().Replace(Text, match => match.Value[0] is '/' ? "" : "\"\"");

    /// <summary>Names of the types declared in it.</summary>
    public IEnumerable<string> Types => Declaration().Matches(Code).Select(match => match.Groups["name"].Value);

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|@\"(?:[^\"]|\"\")*\"|\"(?:[^\"\\\\\n]|\\\\.)*\"|//[^\n]*|/\\*[\\s\\S]*?\\*/")]
    private static partial Regex Noise();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|sealed|abstract|static|partial|readonly|ref)\s+)+(?:record\s+struct|record\s+class|class|record|struct|interface|enum)\s+(?<name>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
