using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Integrations.ArgoCd;

/// <summary>Section <c>ArgoCd</c>.</summary>
internal sealed class ArgoCdOptions
{
    /// <summary>Address of the Argo CD server; empty: the target <c>argocd</c> is not offered.</summary>
    public string Url { get; set; } = "";

    /// <summary>Token of an Argo CD account that may create and sync applications.</summary>
    public string Token { get; set; } = "";

    /// <summary>The GitOps repository, with push access through Git's own credentials.</summary>
    public string Repository { get; set; } = "";

    /// <summary>Address of the repository as Argo CD knows it; empty: the same.</summary>
    public string RepositoryForArgoCd { get; set; } = "";

    public string Branch { get; set; } = "main";

    /// <summary>Folder inside the repository.</summary>
    public string Path { get; set; } = "services";

    public string Project { get; set; } = "default";

    /// <summary>The cluster Argo CD deploys to.</summary>
    public string Server { get; set; } = "https://kubernetes.default.svc";

    /// <summary>Where the repository is checked out. Default: <c>data/gitops</c>.</summary>
    [Required(ErrorMessage = "ArgoCd:Folder must name a folder for the checked-out repository.")]
    public string Folder { get; set; } = "data/gitops";

    /// <summary>How long a sync may take until it is healthy.</summary>
    public TimeSpan SyncLimit { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    public TimeSpan RequestLimit { get; set; } = TimeSpan.FromSeconds(20);
}
