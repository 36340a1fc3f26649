using Microsoft.Extensions.Options;

namespace Agentic.Agents.Policy;

/// <summary>
/// The catalogue with the packs of the organisation on top: those of its folder, read at start-up, and those it keeps as artifacts, read
/// when they are first needed. A pack that cannot be had is said with every judgement, and artifacts are asked for again.
/// </summary>
internal sealed class PolicyBooks
{
    private readonly PolicyOptions options;
    private readonly IPolicyArtifacts? artifacts;
    private readonly List<RulePack> packs = [];
    private readonly List<NotChecked> broken = [];
    private volatile Shelf shelf;

    public PolicyBooks(IOptions<PolicyOptions> options, IPolicyArtifacts? artifacts = null)
    {
        this.options = options.Value;
        this.artifacts = artifacts;
        if (!string.IsNullOrEmpty(this.options.PackFolder))
        {
            Load(this.options.PackFolder);
        }

        shelf = Shelf.Of(packs, broken, this.options.PackArtifacts is { Length: > 0 });
    }

    public PolicyCatalogue Catalogue => shelf.Catalogue;

    /// <summary>Packs that were asked for and could not be used.</summary>
    public IReadOnlyList<NotChecked> NotLoaded => shelf.NotLoaded;

    public async ValueTask<PolicyBook> Book(IReadOnlyList<PolicyException> exceptions, CancellationToken cancellation)
    {
        if (shelf.IsIncomplete)
        {
            shelf = await Fetch(cancellation).ConfigureAwait(false);
        }

        var current = shelf;
        return new PolicyBook(current.Catalogue, options.Organisation(), exceptions, current.Packs) { BlocksFrom = options.BlocksFrom, NotLoaded = current.NotLoaded };
    }

    private async Task<Shelf> Fetch(CancellationToken cancellation)
    {
        var all = new List<RulePack>(packs);
        var notLoaded = new List<NotChecked>(broken);
        var isIncomplete = false;
        foreach (var artifact in options.PackArtifacts ?? [])
        {
            var files = artifacts is null ? null : await artifacts.Read(artifact, cancellation).ConfigureAwait(false);
            if (files is null)
            {
                isIncomplete = true;
                notLoaded.Add(new NotChecked(artifact, "The artifact with this rule pack (Policy:PackArtifacts) is not in the store."));
                continue;
            }

            foreach (var (name, text) in files.Where(file => IsYaml(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                Add(name, text, all, notLoaded);
            }
        }

        return Shelf.Of(all, notLoaded, isIncomplete);
    }

    private void Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            broken.Add(new NotChecked(folder, "The folder of rule packs (Policy:PackFolder) does not exist."));
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder).Where(IsYaml).Order(StringComparer.Ordinal))
        {
            Add(Path.GetFileName(path), File.ReadAllText(path), packs, broken);
        }
    }

    private static void Add(string name, string text, List<RulePack> packs, List<NotChecked> notLoaded)
    {
        var pack = RulePackReader.Read(text, name);
        if (pack.IsRefused)
        {
            notLoaded.Add(new NotChecked(name, pack.Refusal.Reason));
        }
        else
        {
            packs.Add(pack.Value);
        }
    }

    private static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private sealed record Shelf(PolicyCatalogue Catalogue, IReadOnlyList<RulePack> Packs, IReadOnlyList<NotChecked> NotLoaded, bool IsIncomplete)
    {
        public static Shelf Of(IReadOnlyList<RulePack> packs, IReadOnlyList<NotChecked> notLoaded, bool isIncomplete) =>
            new(packs.Aggregate(PolicyCatalogue.BuiltIn, (catalogue, pack) => pack.Apply(catalogue)), [.. packs], [.. notLoaded], isIncomplete);
    }
}
