using System.Reflection;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>An action of somebody else at one commit, with the version for people; the name is what templates call it.</summary>
internal sealed record PinnedAction(string Repository, string Commit, string Version, string? Name);

/// <summary>The actions that written workflows may use, from the one file that says which revision.</summary>
internal static class PinnedActions
{
    private static readonly Lazy<IReadOnlyList<PinnedAction>> Read = new(() => [.. Entries()]);

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Named = new(() => All.Where(action => action.Name is not null)
        .ToDictionary(action => action.Name!, action => $"{action.Repository}@{action.Commit} # {action.Version}", StringComparer.Ordinal));

    public static IReadOnlyList<PinnedAction> All => Read.Value;

    /// <summary>Short name -> <c>owner/repository@commit # version</c>, as a workflow writes it.</summary>
    public static IReadOnlyDictionary<string, string> Uses => Named.Value;

    private static IEnumerable<PinnedAction> Entries()
    {
        const string name = "Integrations/GitHub/actions.yaml";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the resource {name} is missing from the build");
        using var reader = new StreamReader(stream);
        var file = new YamlStream();
        file.Load(reader);
        foreach (var (repository, value) in (YamlMappingNode)file.Documents[0].RootNode)
        {
            var entry = (YamlMappingNode)value;
            yield return new PinnedAction(repository.ToString(), entry["commit"].ToString(), entry["version"].ToString(), entry.Children.TryGetValue("name", out var called) ? called.ToString() : null);
        }
    }
}
