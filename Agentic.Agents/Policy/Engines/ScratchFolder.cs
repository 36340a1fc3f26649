namespace Agentic.Agents.Policy.Engines;

/// <summary>A folder for one run of one engine, gone afterwards. Paths that would leave it are refused.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private ScratchFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Writes the files below <c>input/</c>; the second part says which path was refused.</summary>
    public static async Task<(ScratchFolder Folder, string? Refused)> OfAsync(IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        var folder = new ScratchFolder(Directory.CreateTempSubdirectory("agentic-policy-").FullName);
        var root = System.IO.Path.Combine(folder.Path, "input") + System.IO.Path.DirectorySeparatorChar;
        Directory.CreateDirectory(root);

        foreach (var (name, text) in files)
        {
            if (name.Length == 0 || name.Contains('\0') || System.IO.Path.IsPathRooted(name))
            {
                return (folder, name);
            }

            var target = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, name));

            if (!target.StartsWith(root, StringComparison.Ordinal))
            {
                return (folder, name);
            }

            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            await File.WriteAllTextAsync(target, text, cancellation);
        }

        return (folder, null);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A program that is still dying may hold a file; the system clears its temporary folder.
        }
    }
}
