namespace Agentic.Agents.Policy.Resources;

/// <summary>
/// One resource, data source or provider as the rules see it. Its address is the one <c>terraform plan</c> prints, so that
/// the same resource has the same identity in HCL and in a plan.
/// </summary>
internal sealed record CloudResource
{
    public required string Address { get; init; }

    public required string Type { get; init; }

    public required string Name { get; init; }

    public required CloudValue Values { get; init; }

    public CloudResourceMode Mode { get; init; }

    /// <summary><c>module.network</c>, empty in the root module.</summary>
    public string Module { get; init; } = "";

    /// <summary>What the instance key prints as (<c>[0]</c>, <c>["a"]</c>); empty without count and for_each.</summary>
    public string Key { get; init; } = "";

    /// <summary>Tags every resource of its provider carries.</summary>
    public CloudValue DefaultTags { get; init; } = CloudValue.Null;

    /// <summary>The provider's own key, e.g. <c>aws</c> or <c>aws.west</c>.</summary>
    public string Provider { get; init; } = "";

    public string? File { get; init; }

    public int? Line { get; init; }

    public int? EndLine { get; init; }

    /// <summary>Finds the line an attribute stands on; null answers fall back to the resource's first line.</summary>
    public Func<string, int?>? LineOf { get; init; }

    /// <summary>The resource as it stands in its configuration, without instance keys.</summary>
    public string ConfigurationAddress => Key.Length == 0 ? Address : Address[..^Key.Length];

    public CloudValue At(string path)
    {
        UnknownReads.At(path);
        return Values.At(path);
    }

    public int? LineAt(string path) => LineOf?.Invoke(path) ?? Line;
}

internal enum CloudResourceMode
{
    Managed,
    Data,
    Provider,
}
