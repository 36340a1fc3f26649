using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.GitLab;

/// <summary>Publishes to GitLab through its API: project, commit and merge request, each looked for before it is made.</summary>
internal sealed class GitLabPublisher(TimeProvider time) : IPublisher
{
    private const int MostPages = 50;

    public string Kind => "gitlab";

    public async Task<Outcome<Published>> Publish(GitConnection connection, Publication publication, CancellationToken cancellation)
    {
        var token = await connection.ReadToken(cancellation).ConfigureAwait(false);
        if (token.IsRefused)
            return token.Refusal;
        using var client = new GitLabClient(connection.Api, token.Value, connection.Timeout, time);
        var project = await Project(client, publication, cancellation).ConfigureAwait(false);
        if (project.IsRefused)
            return project.Refusal;
        var work = new Work(client, publication, $"projects/{project.Value["id"]}", (string?)project.Value["web_url"] ?? connection.Url);
        return (bool?)project.Value["empty_repo"] == true
            ? await work.Fill(cancellation).ConfigureAwait(false)
            : await work.Adopt(cancellation).ConfigureAwait(false);
    }

    public async Task<Outcome<OpenReview>> AskForReview(GitConnection connection, WantedReview wanted, CancellationToken cancellation)
    {
        var token = await connection.ReadToken(cancellation).ConfigureAwait(false);
        if (token.IsRefused)
            return token.Refusal;
        using var client = new GitLabClient(connection.Api, token.Value, connection.Timeout, time);
        var request = await GitLabMergeRequests.Open(
            client, $"projects/{Uri.EscapeDataString(wanted.Repository)}", wanted.Branch, wanted.Into, wanted.Title, wanted.Text, cancellation).ConfigureAwait(false);
        return request.Select(found => new OpenReview(found.Url));
    }

    private static async Task<Outcome<JsonNode>> Project(GitLabClient client, Publication publication, CancellationToken cancellation)
    {
        var known = await client.Get($"projects/{Uri.EscapeDataString(publication.Repository)}", cancellation).ConfigureAwait(false);
        if (known.Refusal is not { Kind: RefusalKind.NotFound } || !publication.Creates)
            return known.Select(answer => answer.Body!);
        var slash = publication.Repository.LastIndexOf('/');
        var name = publication.Repository[(slash + 1)..];
        var wanted = new JsonObject { ["name"] = name, ["path"] = name, ["visibility"] = publication.IsPrivate ? "private" : "internal", ["initialize_with_readme"] = false };
        if (slash > 0)
        {
            var group = await client.Get($"namespaces/{Uri.EscapeDataString(publication.Repository[..slash])}", cancellation).ConfigureAwait(false);
            if (group.IsRefused)
                return group.Refusal.Kind == RefusalKind.NotFound ? Refusal.NotFound($"GitLab has no group {publication.Repository[..slash]} that this token may see; make it first, or name another.") : group.Refusal;
            wanted["namespace_id"] = group.Value.Body!["id"]!.DeepClone();
        }

        var made = await client.Post("projects", wanted, cancellation).ConfigureAwait(false);
        return made.Refusal is { } refusal && refusal.Reason.Contains("has already been taken", StringComparison.Ordinal)
            ? Refusal.Conflict($"The name {publication.Repository} is taken on GitLab by a project this token may not see. Choose another name, or let the token see it.")
            : made.Select(answer => answer.Body!);
    }

    /// <summary>The steps within one project.</summary>
    private sealed class Work(GitLabClient client, Publication publication, string project, string url)
    {
        public Task<Outcome<Published>> Fill(CancellationToken cancellation) =>
            Commit(publication.Branch, null, publication.Files.Files.Select(file => Action("create", file)), cancellation);

        public async Task<Outcome<Published>> Adopt(CancellationToken cancellation)
        {
            var there = await Tree(publication.Branch, cancellation).ConfigureAwait(false);
            if (there.IsRefused)
                return there.Refusal;
            if (Holds(there.Value, isWhole: true))
                return await Found(publication.Branch, cancellation).ConfigureAwait(false);
            if (!publication.Review)
                return Refusal.Conflict($"The project {publication.Repository} exists and holds something else on {publication.Branch}. Ask with review to propose the files in a merge request, use update_service to merge what the templates changed, or choose another name.");

            var proposed = await Tree(publication.ProposalBranch, cancellation).ConfigureAwait(false);
            if (proposed.IsRefused && proposed.Refusal.Kind != RefusalKind.NotFound)
                return proposed.Refusal;
            var committed = proposed.IsRefused
                ? await Commit(publication.ProposalBranch, publication.Branch, Changes(there.Value), cancellation).ConfigureAwait(false)
                : Holds(proposed.Value, isWhole: false)
                    ? await Found(publication.ProposalBranch, cancellation).ConfigureAwait(false)
                    : Refusal.Conflict($"The project {publication.Repository} has a branch {publication.ProposalBranch} with something else on it. Merge or delete it, then ask again.");
            return committed.IsRefused ? committed.Refusal : await Propose(committed.Value, cancellation).ConfigureAwait(false);
        }

        private async Task<Outcome<Published>> Propose(Published committed, CancellationToken cancellation)
        {
            var request = await GitLabMergeRequests.Open(client, project, publication.ProposalBranch, publication.Branch, publication.Message, "", cancellation).ConfigureAwait(false);
            return request.Select(found => committed with { Review = found.Url, Found = committed.Found && !found.IsNew });
        }

        private async Task<Outcome<Published>> Commit(string branch, string? from, IEnumerable<JsonObject> actions, CancellationToken cancellation)
        {
            var body = new JsonObject { ["branch"] = branch, ["commit_message"] = publication.Message, ["actions"] = new JsonArray([.. actions]) };
            if (from is not null)
                body["start_branch"] = from;
            var made = await client.Post($"{project}/repository/commits", body, cancellation).ConfigureAwait(false);
            return made.Select(answer => new Published(url, branch, (string?)answer.Body?["id"], null, false));
        }

        private async Task<Outcome<Published>> Found(string branch, CancellationToken cancellation)
        {
            var tip = await client.Get($"{project}/repository/branches/{Uri.EscapeDataString(branch)}", cancellation).ConfigureAwait(false);
            return tip.Select(answer => new Published(url, branch, (string?)answer.Body?["commit"]?["id"], null, true));
        }

        // Path -> Git's own digest of the content.
        private async Task<Outcome<Dictionary<string, string>>> Tree(string branch, CancellationToken cancellation)
        {
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            var page = "1";
            for (var read = 0; page.Length > 0; read++)
            {
                if (read == MostPages)
                    return Refusal.TooLarge($"The project {publication.Repository} has more than {MostPages * 100} files.");
                var answer = await client.Get($"{project}/repository/tree?recursive=true&per_page=100&ref={Uri.EscapeDataString(branch)}&page={page}", cancellation).ConfigureAwait(false);
                if (answer.IsRefused)
                    return answer.Refusal;
                foreach (var entry in (answer.Value.Body as JsonArray ?? []).OfType<JsonObject>().Where(entry => (string?)entry["type"] == "blob"))
                    files[(string?)entry["path"] ?? ""] = (string?)entry["id"] ?? "";
                page = answer.Value.NextPage;
            }

            return files;
        }

        private bool Holds(Dictionary<string, string> there, bool isWhole) =>
            publication.Files.Files.All(file => there.GetValueOrDefault(file.Path) == Digest(file.Content)) && (!isWhole || there.Count == publication.Files.Files.Count);

        private IEnumerable<JsonObject> Changes(Dictionary<string, string> there) => publication.Files.Files
            .Where(file => there.GetValueOrDefault(file.Path) != Digest(file.Content))
            .Select(file => Action(there.ContainsKey(file.Path) ? "update" : "create", file));

        private static JsonObject Action(string kind, GeneratedFile file) =>
            new() { ["action"] = kind, ["file_path"] = file.Path, ["encoding"] = "base64", ["content"] = Convert.ToBase64String(file.Content) };

#pragma warning disable CA5350 // Git names contents by SHA-1; nothing is trusted for it.
        private static string Digest(byte[] content) =>
            Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")), .. content]));
#pragma warning restore CA5350
    }
}
