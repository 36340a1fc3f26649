using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

/// <summary>One combination's files on disk.</summary>
internal sealed record GeneratedFolder(string Name, GenerateService Request, GeneratedFiles Files, string Path)
{
    public string At(string path) => System.IO.Path.Combine(Path, path);
}

/// <summary>Combinations written to a folder each, below one that goes when it is disposed of.</summary>
internal sealed class GeneratedFolders : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("agentic-generated-").FullName;

    public GeneratedFolders(IEnumerable<GenerateService> requests) => All = [.. requests.Select(Write)];

    public IReadOnlyList<GeneratedFolder> All { get; }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private GeneratedFolder Write(GenerateService request)
    {
        var files = Service.Generated(request);
        var name = Combinations.Name(request);
        var folder = Path.Combine(_root, $"{name.Replace(' ', '-')}-{request.Iac}");
        foreach (var file in files.Files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
        }

        return new GeneratedFolder(name, request, files, folder);
    }
}
