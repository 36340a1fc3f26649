using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Agentic.Agents.CodeGen;

/// <summary>Third-party workflow actions by commit, from the one file that holds them.</summary>
internal static class PinnedActions
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> All = new(Read);

    /// <summary>Short name -> <c>owner/repository@commit # version</c>, as a workflow writes it.</summary>
    public static IReadOnlyDictionary<string, string> Uses => All.Value;

    private static IReadOnlyDictionary<string, string> Read()
    {
        var text = TemplateLibrary.Text(typeof(PinnedActions).Assembly, "CodeGen/Data/actions.yaml");
        var file = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<ActionsFile>(text);
        return file.Actions.ToDictionary(
            action => action.Name, action => $"{action.Repository}@{action.Commit} # {action.Version}", StringComparer.Ordinal);
    }

    private sealed class ActionsFile
    {
        public required string TakenOn { get; init; }

        public required List<PinnedAction> Actions { get; init; }
    }

    private sealed class PinnedAction
    {
        public required string Name { get; init; }

        public required string Repository { get; init; }

        public required string Version { get; init; }

        public required string Commit { get; init; }
    }
}
