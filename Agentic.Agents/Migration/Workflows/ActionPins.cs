using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.Migration.Workflows;

/// <summary>The one place that says which revision of an action is used: full commit ids, with the version for people.</summary>
internal sealed class ActionPins
{
    private readonly Dictionary<string, (string Commit, string Version)> _pins = new(StringComparer.Ordinal);

    public static ActionPins Read(string yaml)
    {
        var pins = new ActionPins();
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        foreach (var (key, value) in (YamlMappingNode)stream.Documents[0].RootNode)
        {
            var entry = (YamlMappingNode)value;
            pins._pins[key.ToString()] = (entry["commit"].ToString(), entry["version"].ToString());
        }

        return pins;
    }

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
