using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Agentic.Agents.CodeGen.Publishing;

namespace Agentic.Agents.CodeGen.Updating;

/// <summary>Asks for the templates of today in a service that was made by those of then.</summary>
internal sealed record UpdateService(
    [property: Description("Name of the service: a DNS label such as user-service."), StringLength(40, MinimumLength = 2)] string ServiceName,
    [property: Description("Configured connection that has the repository; without it the service's own repository on this host."), StringLength(60)] string? Connection = null,
    [property: Description("Path of the repository on the connection's server, such as platform/user-service; defaults to the service's name."), StringLength(200)] string? Repository = null,
    [property: Description("Branch that is updated; the update goes to a branch of its own on top of it."), StringLength(100), RegularExpression(GitConnections.BranchPattern, ErrorMessage = "must be a branch such as main or release/1.2.")] string Branch = "main",
    [property: Description("Commit the update was looked at for, as a preview answered it; another one by now is refused."), StringLength(40, MinimumLength = 7), RegularExpression("^[0-9a-f]+$", ErrorMessage = "must be a commit's hexadecimal digest.")] string? Commit = null,
    [property: Description("True shows what an update would do and writes nothing.")] bool Preview = false);

/// <param name="BasedOn">Commit of the repository the update was made for.</param>
/// <param name="Templates">Templates that are new, gone or of another version, such as <c>readme 1.0.0 -> 1.1.0</c>.</param>
/// <param name="Files">Only those that something was to be decided about.</param>
/// <param name="Conflicts">Places in the committed files between <c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; repository</c> and <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; template</c>, and files kept that the templates changed too.</param>
/// <param name="Artifact">What the templates make today, for files that could not be merged by lines.</param>
/// <param name="Diff">Of the whole update, in a preview only.</param>
/// <param name="Review">Address of the merge or pull request for the update, on servers that have such.</param>
/// <param name="Repository">Where the update is; null for a preview and where there is nothing to update.</param>
internal sealed record UpdatedService(
    string ServiceName, string BasedOn, IReadOnlyList<string> Templates, IReadOnlyList<FileUpdate> Files, int Conflicts, string? Artifact, string? Diff, ClonedFrom? Repository, string? Review = null);
