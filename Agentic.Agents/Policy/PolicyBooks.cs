using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy;

/// <summary>What is loaded at start-up: the catalogue with the packs of the organisation on top.</summary>
internal sealed class PolicyBooks
{
    private readonly PolicyOptions options;

    public PolicyBooks(IOptions<PolicyOptions> options)
    {
        this.options = options.Value;
        var catalogue = PolicyCatalogue.BuiltIn;
        var packs = new List<RulePack>();
        var notLoaded = new List<NotChecked>();
        if (!string.IsNullOrEmpty(this.options.PackFolder))
        {
            Load(this.options.PackFolder, packs, notLoaded);
        }

        foreach (var pack in packs)
        {
            catalogue = pack.Apply(catalogue);
        }

        (Catalogue, Packs, NotLoaded) = (catalogue, packs, notLoaded);
    }

    public PolicyCatalogue Catalogue { get; }

    public IReadOnlyList<RulePack> Packs { get; }

    /// <summary>Packs that were there and could not be used.</summary>
    public IReadOnlyList<NotChecked> NotLoaded { get; }

    public PolicyBook With(IReadOnlyList<PolicyException> exceptions) =>
        new(Catalogue, options.Organisation(), exceptions, Packs) { BlocksFrom = options.BlocksFrom };

    private static void Load(string folder, List<RulePack> packs, List<NotChecked> notLoaded)
    {
        if (!Directory.Exists(folder))
        {
            notLoaded.Add(new NotChecked(folder, "The folder of rule packs (Policy:PackFolder) does not exist."));
            return;
        }

        var paths = Directory.EnumerateFiles(folder, "*.y*ml").Order(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var name = Path.GetFileName(path);
            var pack = RulePackReader.Read(File.ReadAllText(path), name);
            if (pack.IsRefused)
            {
                notLoaded.Add(new NotChecked(name, pack.Refusal.Reason));
            }
            else
            {
                packs.Add(pack.Value);
            }
        }
    }
}
