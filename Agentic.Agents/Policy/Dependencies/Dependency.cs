namespace Agentic.Agents.Policy.Dependencies;

/// <summary>One dependency as a manifest or a lock file states it.</summary>
/// <param name="Ecosystem">pip, npm, go or maven.</param>
/// <param name="Version">As written; null where none is given.</param>
/// <param name="IsExact">Whether it names one version and no other.</param>
internal sealed record Dependency(string Ecosystem, string Name, string? Version, bool IsExact, string File, int? Line)
{
    /// <summary>True where it comes from a lock file: what is really installed.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Where it is fetched from, when the file says so.</summary>
    public string? Source { get; init; }

    /// <summary>SPDX expression; null where the file does not say.</summary>
    public string? Licence { get; init; }

    /// <summary>Whether its content is pinned by a digest; null where the format has none.</summary>
    public bool? HasDigest { get; init; }

    public bool RunsInstallScript { get; init; }

    /// <summary>True where it only bounds a version that something else asks for.</summary>
    public bool IsConstraint { get; init; }
}

/// <summary>A statement of a manifest that is not about one dependency: an index, a repository, a switch.</summary>
internal sealed record SourceStatement(string Kind, string Text, string File, int? Line);

/// <summary>What one file holds.</summary>
internal sealed record DependencyFile(string Ecosystem, IReadOnlyList<Dependency> Dependencies, IReadOnlyList<SourceStatement> Sources)
{
    public bool IsLock { get; init; }

    /// <summary>What a lock file resolves, where only the names are read from it.</summary>
    public IReadOnlyList<string> Resolves { get; init; } = [];

    /// <summary>Constraint files this manifest names, as written.</summary>
    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>Names of the files that would lock this manifest; empty where it locks itself.</summary>
    public IReadOnlyList<string> Locks { get; init; } = [];
}
