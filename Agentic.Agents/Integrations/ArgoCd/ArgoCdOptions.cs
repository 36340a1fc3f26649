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

    /// <summary>Where the repository is checked out. Default: <c>gitops</c> below the data folder.</summary>
    [Required(ErrorMessage = "ArgoCd:Folder must name a folder for the checked-out repository.")]
    public string Folder { get; set; } = "";

    /// <summary>
    /// How a new version gets onto the branch: by a <c>commit</c> (default), or by a <c>request</c> that a person merges. Traffic shares and
    /// removals are commits either way: going back waits for nobody.
    /// </summary>
    [RegularExpression("^(commit|request)$", ErrorMessage = "ArgoCd:Change must be commit or request.")]
    public string Change { get; set; } = "commit";

    /// <summary>Where requests are opened, with <c>Change=request</c>.</summary>
    public ChangeRequestOptions Request { get; set; } = new();

    /// <summary>How long a sync may take until it is healthy.</summary>
    public TimeSpan SyncLimit { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    public TimeSpan RequestLimit { get; set; } = TimeSpan.FromSeconds(20);
}

/// <summary>Section <c>ArgoCd:Request</c>: the vendor's API beside the Git repository itself.</summary>
internal sealed class ChangeRequestOptions
{
    /// <summary><c>github</c> (default) or <c>gitlab</c>.</summary>
    public string Provider { get; set; } = "github";

    /// <summary>Address of the API; empty: github.com's or gitlab.com's.</summary>
    public string ApiUrl { get; set; } = "";

    /// <summary>Path of the GitOps repository there, such as <c>acme/gitops</c>.</summary>
    public string Repository { get; set; } = "";

    /// <summary>Token that may open pull or merge requests.</summary>
    public string Token { get; set; } = "";

    /// <summary>How long a merge is waited for. A deployment asked for again finds the same request, merged or not. Shorter than the environment's PreparationLimit.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(8);
}
