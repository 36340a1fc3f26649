using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.CodeGen.Publishing;

/// <summary>Asks for a service to be brought to a Git server.</summary>
internal sealed record PublishService(
    [property: Description("Name of the service: a DNS label such as user-service."), StringLength(40, MinimumLength = 2)] string ServiceName,
    [property: Description("Configured connection to publish to; its token stays on this host."), StringLength(60, MinimumLength = 1)] string Connection,
    [property: Description("Path of the repository on that server, such as platform/user-service; defaults to the service's name."), StringLength(200)] string? Repository = null,
    [property: Description("Version to publish, as generate_service answered it; without it what main of the service's own repository holds."), StringLength(80)] string? Version = null,
    [property: Description("Branch that is filled."), StringLength(100), RegularExpression(GitConnections.BranchPattern, ErrorMessage = "must be a branch such as main or release/1.2.")] string Branch = "main",
    [property: Description("True proposes the files on a branch of their own, with a merge or pull request where the server has such, if the repository already holds something else. False refuses then.")] bool Review = false,
    [property: Description("True makes the repository where there is none, on servers that let this host do so (GitLab, GitHub).")] bool Create = true,
    [property: Description("True makes a new repository visible to its members only.")] bool Private = true);

/// <param name="Version">Null where the repository's own state was published.</param>
/// <param name="Found">True where everything was there already and nothing was changed.</param>
internal sealed record PublishedService(string ServiceName, string? Version, string Artifact, string Url, string Branch, string? Commit, string? Review, bool Found);
