namespace Agentic.Agents.Policy;

/// <summary>What one rule saw in one place: the fact, before mode, exceptions and baseline decide what follows from it.</summary>
/// <param name="Rule">The catalogue id, e.g. <c>aws-s3-public-acl</c>.</param>
/// <param name="Resource">The thing that fails: a Terraform address, <c>Kind/namespace/name</c>, an image stage, a file. Null where a finding is about a place only.</param>
/// <param name="File">Path inside what was sent, forward slashes; null where the input has no files (a plan).</param>
/// <param name="Line">1-based line in <paramref name="File"/>; null where unknown.</param>
/// <param name="Message">Names the resource and the fact, never a secret's value.</param>
internal sealed record Finding(string Rule, string? Resource, string? File, int? Line, string Message)
{
    /// <summary>Last line of the finding, 1-based; equal to <see cref="Line"/> for one line.</summary>
    public int? EndLine { get; init; }

    /// <summary>The resource whose block shows it, where that is not <see cref="Resource"/>.</summary>
    public string? WrittenIn { get; init; }

    /// <summary>Replaces the rule's own fix text where the place allows a more exact one.</summary>
    public string? Fix { get; init; }

    /// <summary>How bad it is in the words of the engine that saw it; counts where the rule is not in the catalogue.</summary>
    public string? Severity { get; init; }

    /// <summary>The engine of someone else that saw it; null for the built-in rules.</summary>
    public string? Engine { get; init; }

    /// <summary>Stable identity across runs (baseline, exceptions). Null: made from rule, file and resource.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>Something that was asked for and could not be checked; never silently green.</summary>
/// <param name="What">An engine, file, rule or resource.</param>
/// <param name="Why">A sentence for the person who reads the report.</param>
internal sealed record NotChecked(string What, string Why)
{
    /// <summary>A known limit of the built-in checks, not a check that failed: listed every time, but no reason to block where policy is strict.</summary>
    public bool IsLimit { get; init; }

    /// <summary>Rules that looked and could not tell, since a value they need is not known.</summary>
    public bool IsUndecided { get; init; }
}
