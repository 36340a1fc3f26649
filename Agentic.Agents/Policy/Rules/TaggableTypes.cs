namespace Agentic.Agents.Policy.Rules;

/// <summary>The AWS resource types that take tags, as the provider's schema has them.</summary>
internal static class TaggableTypes
{
    private static readonly Lazy<HashSet<string>> Names = new(() =>
        [.. EmbeddedText.Read("Policy/Rules/Data/taggable-types.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);

    public static bool Contains(string type) => Names.Value.Contains(type);
}
