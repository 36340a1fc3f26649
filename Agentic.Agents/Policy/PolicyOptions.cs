using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Policy.Rules;

namespace Agentic.Agents.Policy;

/// <summary>Section <c>Policy</c>.</summary>
internal sealed class PolicyOptions
{
    /// <summary>Tags every taggable resource must carry.</summary>
    public string[]? RequiredTags { get; set; }

    /// <summary>Regular expression for resource names; lower-case letters, digits, _ and - unless set.</summary>
    [StringLength(500)]
    public string? NamePattern { get; set; }

    /// <summary>Instance types that may be used, with * as a wildcard.</summary>
    public string[]? InstanceTypes { get; set; }

    /// <summary>Folder with rule packs (*.yaml); none where empty.</summary>
    public string? PackFolder { get; set; }

    /// <summary>Rule packs kept as artifacts of this host: their digests or uris, as publish_policy_pack returned them.</summary>
    public string[]? PackArtifacts { get; set; }

    /// <summary>Environments whose Kubernetes clusters may ask at /policy/admission/{environment}; none unless set.</summary>
    public string[]? AdmissionEnvironments { get; set; }

    /// <summary>Folder with Git repositories whose history may be searched by name; none unless set.</summary>
    public string? RepositoryFolder { get; set; }

    /// <summary>The least severity that blocks where policy is enforced: medium, high or critical. Low and info never block; strict environments always block from medium on.</summary>
    [AllowedValues("medium", "high", "critical", ErrorMessage = "Policy:BlocksFrom must be medium, high or critical.")]
    public string BlocksFrom { get; set; } = "medium";

    /// <summary>How long an exception may last at most, in days.</summary>
    [Range(1, 3650)]
    public int LongestExceptionDays { get; set; } = 365;

    public OrganisationRules Organisation() => OrganisationRules.Default with
    {
        RequiredTags = RequiredTags ?? OrganisationRules.Default.RequiredTags,
        NamePattern = NamePattern ?? OrganisationRules.Default.NamePattern,
        InstanceTypes = InstanceTypes ?? OrganisationRules.Default.InstanceTypes,
    };
}
