namespace Agentic.Agents.Policy.Terraform;

/// <summary>The files of one input: the parsed ones by directory, every other one as text.</summary>
internal sealed class TerraformSources
{
    /// <summary>A configuration file larger than this is not written by people and not read.</summary>
    private const int LargestFile = 8_000_000;

    private static readonly string[] Variables = ["terraform.tfvars", ".auto.tfvars", "terraform.tfvars.json", ".auto.tfvars.json"];

    private readonly Dictionary<string, string> texts;
    private readonly Dictionary<string, List<HclFile>> byDirectory = new(StringComparer.Ordinal);
    private readonly List<NotChecked> notChecked = [];

    public TerraformSources(IReadOnlyDictionary<string, string> files)
    {
        texts = new Dictionary<string, string>(files.Count, StringComparer.Ordinal);
        foreach (var (path, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var clean = Normalise(path);
            texts[clean] = text;
            if (!IsConfiguration(clean))
            {
                continue;
            }

            if (text.Length > LargestFile)
            {
                notChecked.Add(new NotChecked(clean, $"The file has {text.Length} characters; at most {LargestFile} are read."));
                continue;
            }

            var file = IsJson(clean) ? HclJsonReader.Read(clean, text) : HclParser.Parse(clean, text);
            Files.Add(file);
            var directory = DirectoryOf(clean);
            if (!byDirectory.TryGetValue(directory, out var siblings))
            {
                byDirectory[directory] = siblings = [];
            }

            siblings.Add(file);
            if (file.Problems.Count > 0)
            {
                var first = file.Problems[0];
                notChecked.Add(new NotChecked(clean, $"Line {first.Line}, column {first.Column}: {first.Message} Blocks with such a problem were left out."));
            }
        }
    }

    public List<HclFile> Files { get; } = [];

    public static bool IsConfiguration(string path) =>
        path.EndsWith(".tf", StringComparison.Ordinal) || path.EndsWith(".tofu", StringComparison.Ordinal) || IsJson(path);

    /// <summary>Terraform's JSON syntax; its places are lines only, so nothing in it is patched.</summary>
    public static bool IsJson(string path) => path.EndsWith(".tf.json", StringComparison.Ordinal) || path.EndsWith(".tofu.json", StringComparison.Ordinal);

    public IReadOnlyList<NotChecked> NotChecked => notChecked;

    public IEnumerable<string> Directories => byDirectory.Keys;

    public bool HasModule(string directory) => byDirectory.ContainsKey(directory);

    public IReadOnlyList<HclFile> Module(string directory) => byDirectory.TryGetValue(directory, out var files) ? files : [];

    public string? Text(string path) => texts.TryGetValue(Normalise(path), out var text) ? text : null;

    public IEnumerable<(string Path, string Text)> VariableFiles(string directory) => texts
        .Where(file => DirectoryOf(file.Key) == directory
            && Variables.Any(ending => file.Key.EndsWith(ending, StringComparison.Ordinal)))
        .OrderBy(file => !file.Key.Contains("terraform.tfvars", StringComparison.Ordinal)).ThenBy(file => file.Key, StringComparer.Ordinal)
        .Select(file => (file.Key, file.Value));

    public static string DirectoryOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    /// <summary>Forward slashes, no <c>.</c> and <c>..</c>; a path that leaves the input ends at its top.</summary>
    public static string Normalise(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Replace('\\', '/').Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part.Length > 0 && part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>Directories nothing in the input calls as a local module: where evaluation starts.</summary>
    public IReadOnlyList<string> Roots()
    {
        var called = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (directory, files) in byDirectory)
        {
            foreach (var call in files.SelectMany(file => file.Body.BlocksOf("module")))
            {
                if (LocalSource(call) is { } source)
                {
                    var target = Normalise($"{directory}/{source}");
                    if (target != directory)
                    {
                        called.Add(target);
                    }
                }
            }
        }

        var roots = byDirectory.Keys.Where(directory => !called.Contains(directory)).Order(StringComparer.Ordinal).ToList();
        return roots.Count > 0 ? roots : [.. byDirectory.Keys.Order(StringComparer.Ordinal).Take(1)];
    }

    /// <summary>The path of a module that is part of the input; null for registries and repositories.</summary>
    public static string? LocalSource(HclBlock call) =>
        call.Body.Expression("source") is HclTemplate { Parts: [HclText { Value: var source }] }
        && (source.StartsWith("./", StringComparison.Ordinal) || source.StartsWith("../", StringComparison.Ordinal) || source == "." || source == "..")
            ? source
            : null;
}
