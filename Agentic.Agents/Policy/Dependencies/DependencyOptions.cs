namespace Agentic.Agents.Policy.Dependencies;

/// <summary>What an organisation accepts of the software of others.</summary>
internal sealed record DependencyOptions
{
    /// <summary>SPDX ids that may not be used. Default: licences with obligations most products cannot meet.</summary>
    public IReadOnlyList<string> DeniedLicences { get; init; } = ["AGPL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "SSPL-1.0", "BUSL-1.1", "GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later", "GPL-2.0", "GPL-2.0-only", "CC-BY-NC-4.0", "Commons-Clause"];
}
