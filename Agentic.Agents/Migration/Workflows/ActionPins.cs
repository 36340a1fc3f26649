using System.Globalization;
using Agentic.Agents.Integrations.GitHub;

namespace Agentic.Agents.Migration.Workflows;

/// <summary>Which revision of an action a converted workflow uses: full commit ids, with the version for people.</summary>
internal sealed class ActionPins
{
    private readonly Dictionary<string, PinnedAction> _pins = PinnedActions.All.ToDictionary(action => action.Repository, StringComparer.Ordinal);

    public bool Knows(string action) => _pins.ContainsKey(action);

    public IEnumerable<string> Actions => _pins.Keys;

    public YamlText Reference(string action)
    {
        if (action.Contains('@', StringComparison.Ordinal) || action.StartsWith("./", StringComparison.Ordinal) || action.StartsWith("docker://", StringComparison.Ordinal)) return new YamlText(action);
        if (!_pins.TryGetValue(Repository(action), out var pin)) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"actions.yaml holds no revision of {action}"));
        return new YamlText($"{action}@{pin.Commit}", pin.Version);
    }

    private static string Repository(string action) => string.Join('/', action.Split('/').Take(2));
}
