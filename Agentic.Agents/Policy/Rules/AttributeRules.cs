using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Rules that one attribute decides. Unknown never breaches; not set counts as the provider's default.</summary>
internal static class AttributeRules
{
    /// <summary>The attribute must be true; not set is false.</summary>
    public static ResourceRule True(string id, string type, string path, string fact) => True(id, [type], path, fact);

    public static ResourceRule True(string id, IReadOnlyList<string> types, string path, string fact) =>
        new(id, types, (resource, _) => IsNotTrue(resource, path) ? [new Breach(fact, path, new Remedy(path, "true"))] : []);

    /// <summary>The attribute must not be true; not set is false.</summary>
    public static ResourceRule NotTrue(string id, IReadOnlyList<string> types, string path, string fact) =>
        new(id, types, (resource, _) => resource.At(path).AsBool() == true ? [new Breach(fact, path, new Remedy(path, "false"))] : []);

    /// <summary>The attribute must be false; not set is true.</summary>
    public static ResourceRule False(string id, string type, string path, string fact) =>
        new(id, [type], (resource, _) =>
        {
            var value = resource.At(path);
            return value.IsUnknown || value.AsBool() == false ? [] : [new Breach(fact, path, new Remedy(path, "false"))];
        });

    /// <summary>The attribute must be set to something.</summary>
    public static ResourceRule Set(string id, IReadOnlyList<string> types, string path, string fact) =>
        new(id, types, (resource, _) => resource.At(path).IsEmpty ? [new Breach(fact, path)] : []);

    /// <summary>The attribute must be one of the given texts; not set is none of them.</summary>
    public static ResourceRule OneOf(string id, IReadOnlyList<string> types, string path, string fact, params string[] allowed) =>
        new(id, types, (resource, _) =>
        {
            var value = resource.At(path);
            return value.IsUnknown || (value.AsText() is { } text && allowed.Contains(text, StringComparer.Ordinal))
                ? []
                : [new Breach(fact, path, new Remedy(path, $"\"{allowed[0]}\""))];
        });

    public static bool IsNotTrue(CloudResource resource, string path)
    {
        var value = resource.At(path);
        return !value.IsUnknown && value.AsBool() != true;
    }
}
