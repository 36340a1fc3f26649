using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Agentic.Tests.Support;

/// <summary>One request to one repository of <see cref="GitHubDouble"/>.</summary>
internal sealed class DoubledRequest(HttpContext http, DoubledToken token, DoubledRepository repository, JsonObject input)
{
    private bool MayPush => repository.CanPush && !repository.IsArchived && token.Scopes?.Contains("repo", StringComparison.Ordinal) != false;

    private string Api => $"{http.Request.Scheme}://{http.Request.Host}/api/v3/repos/{repository.Name}";

    public (int, JsonNode) Answer(string[] path)
    {
        if (http.Request.Method != "GET" && !MayPush)
            return repository.IsArchived ? GitHubDouble.Error(403, "Repository was archived so is read-only.") : GitHubDouble.Error(403, "Resource not accessible by personal access token");
        if (path is ["git", ..] && repository.Commits.Count == 0)
            return GitHubDouble.Error(409, "Git Repository is empty.");
        return (http.Request.Method, path) switch
        {
            ("GET", []) => (200, repository.Describe(MayPush)),
            ("GET", ["git", "ref" or "refs", "heads", .. var branch]) => Reference(string.Join('/', branch)),
            ("POST", ["git", "refs"]) => CreateReference(),
            ("PATCH", ["git", "refs", "heads", .. var branch]) => UpdateReference(string.Join('/', branch)),
            ("GET", ["git", "commits", var sha]) => repository.Commits.ContainsKey(sha) ? (200, GitCommit(sha)) : GitHubDouble.Error(404, "Not Found"),
            ("POST", ["git", "commits"]) => CreateCommit(),
            ("POST", ["git", "trees"]) => CreateTree(),
            ("POST", ["git", "blobs"]) => CreateBlob(),
            ("GET", ["git", "blobs", var sha]) => repository.Blobs.TryGetValue(sha, out var blob) ? (200, new JsonObject { ["sha"] = sha, ["size"] = blob.Length, ["encoding"] = "base64", ["content"] = Wrapped(blob) }) : GitHubDouble.Error(404, "Not Found"),
            ("GET", ["commits"]) => History(),
            ("GET", ["contents", .. var file]) => Contents(string.Join('/', file)),
            ("PUT", ["contents", .. var file]) => PutContents(string.Join('/', file)),
            ("GET", ["pulls"]) => PullRequests(),
            ("POST", ["pulls"]) => CreatePullRequest(),
            ("PATCH", ["pulls", var number]) => UpdatePullRequest(int.Parse(number, CultureInfo.InvariantCulture)),
            _ => GitHubDouble.Error(404, "Not Found"),
        };
    }

    private (int, JsonNode) Reference(string branch) => repository.Branches.TryGetValue(branch, out var sha) ? (200, Reference(branch, sha)) : GitHubDouble.Error(404, "Not Found");

    private JsonObject Reference(string branch, string sha) => new()
    {
        ["ref"] = "refs/heads/" + branch, ["url"] = $"{Api}/git/refs/heads/{branch}", ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = sha, ["url"] = $"{Api}/git/commits/{sha}" },
    };

    private (int, JsonNode) CreateReference()
    {
        var name = (string?)input["ref"] ?? "";
        if (!name.StartsWith("refs/heads/", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal) || name.EndsWith(".lock", StringComparison.Ordinal) || name.Any(c => c is ' ' or '~' or '^' or ':' or '?' or '*' or '['))
            return GitHubDouble.Error(422, $"{name} is not a valid ref name.");
        var branch = name["refs/heads/".Length..];
        if (repository.Branches.ContainsKey(branch))
            return GitHubDouble.Error(422, "Reference already exists");
        if ((string?)input["sha"] is not { } sha || !repository.Commits.ContainsKey(sha))
            return GitHubDouble.Error(422, "Object does not exist");
        // Git keeps a branch as a file, so one cannot be a folder as well.
        if (repository.Branches.Keys.Any(other => other.StartsWith(branch + "/", StringComparison.Ordinal) || branch.StartsWith(other + "/", StringComparison.Ordinal)))
            return GitHubDouble.Error(422, "Reference update failed");
        repository.Branches[branch] = sha;
        return (201, Reference(branch, sha));
    }

    private (int, JsonNode) UpdateReference(string branch)
    {
        if (!repository.Branches.TryGetValue(branch, out var tip))
            return GitHubDouble.Error(422, "Reference does not exist");
        if ((string?)input["sha"] is not { } sha || !repository.Commits.ContainsKey(sha))
            return GitHubDouble.Error(422, "Object does not exist");
        if ((bool?)input["force"] != true && !repository.IsAncestor(tip, sha))
            return GitHubDouble.Error(422, "Update is not a fast forward");
        repository.Branches[branch] = sha;
        return (200, Reference(branch, sha));
    }

    private (int, JsonNode) CreateCommit()
    {
        var parents = (input["parents"] as JsonArray ?? []).Select(parent => (string)parent!).ToArray();
        if ((string?)input["message"] is not { Length: > 0 } message)
            return GitHubDouble.Invalid("Commit", "missing_field", "message");
        if ((string?)input["tree"] is not { } tree || !repository.Trees.ContainsKey(tree))
            return GitHubDouble.Error(422, "Tree SHA does not exist");
        return parents.Any(parent => !repository.Commits.ContainsKey(parent)) ? GitHubDouble.Error(422, "Parent SHA does not exist or is not a commit object") : (201, GitCommit(repository.AddCommit(tree, parents, message)));
    }

    private (int, JsonNode) CreateTree()
    {
        var content = new SortedDictionary<string, (string, string)>(StringComparer.Ordinal);
        if ((string?)input["base_tree"] is { } under)
        {
            if (!repository.Trees.TryGetValue(under, out var known))
                return GitHubDouble.Error(422, "base_tree is not a valid tree oid");
            content = new(known, StringComparer.Ordinal);
        }

        if (input["tree"] is not JsonArray { Count: > 0 } items)
            return GitHubDouble.Error(422, "Invalid tree info");
        foreach (var item in items.OfType<JsonObject>())
        {
            var (path, mode, text, sha) = ((string?)item["path"] ?? "", (string?)item["mode"], (string?)item["content"], (string?)item["sha"]);
            if (path.Length == 0 || path.StartsWith('/') || path.EndsWith('/') || path.Split('/').Any(part => part is "" or "." or ".." or ".git"))
                return GitHubDouble.Error(422, "tree.path contains a malformed path component");
            if (mode is not ("100644" or "100755") || (string?)item["type"] != "blob")
                return GitHubDouble.Error(422, "Must supply a valid tree.mode");
            if ((text is null) == (sha is null))
                return GitHubDouble.Error(422, "Must supply either tree.sha or tree.content");
            if (sha is not null && !repository.Blobs.ContainsKey(sha))
                return GitHubDouble.Error(422, $"tree.sha {sha} is not a valid blob");
            if (LacksScope(path))
                return GitHubDouble.Error(404, "Not Found");
            content[path] = (mode, sha ?? repository.AddBlob(Encoding.UTF8.GetBytes(text!)));
        }

        var name = repository.AddTree(content);
        return (201, new JsonObject { ["sha"] = name, ["url"] = $"{Api}/git/trees/{name}", ["tree"] = new JsonArray(), ["truncated"] = false });
    }

    private (int, JsonNode) CreateBlob()
    {
        if ((string?)input["content"] is not { } content)
            return GitHubDouble.Invalid("Blob", "missing_field", "content");
        var sha = repository.AddBlob((string?)input["encoding"] == "base64" ? Convert.FromBase64String(content) : Encoding.UTF8.GetBytes(content));
        return (201, new JsonObject { ["sha"] = sha, ["url"] = $"{Api}/git/blobs/{sha}" });
    }

    private bool LacksScope(string path) => path.StartsWith(".github/workflows/", StringComparison.Ordinal) && token.Scopes?.Contains("workflow", StringComparison.Ordinal) == false;

    private (int, JsonNode) History()
    {
        if (repository.Commits.Count == 0)
            return GitHubDouble.Error(409, "Git Repository is empty.");
        var start = http.Request.Query["sha"].ToString() is { Length: > 0 } given ? given : repository.DefaultBranch;
        if (!repository.Branches.TryGetValue(start, out var next) && !repository.Commits.ContainsKey(next = start))
            return GitHubDouble.Error(404, "Not Found");
        var line = new List<string>();
        for (string? at = next; at is not null; at = repository.Commits[at].Parents.FirstOrDefault())
            line.Add(at);
        return Paged(line.Select(sha => (JsonNode)new JsonObject { ["sha"] = sha, ["html_url"] = $"https://github.com/{repository.Name}/commit/{sha}", ["commit"] = GitCommit(sha), ["parents"] = new JsonArray() }));
    }

    private JsonObject GitCommit(string sha) => new()
    {
        ["sha"] = sha, ["url"] = $"{Api}/git/commits/{sha}", ["message"] = repository.Commits[sha].Message,
        ["author"] = new JsonObject { ["name"] = token.Login, ["email"] = $"{token.Login}@users.noreply.github.com", ["date"] = "2026-01-26T19:06:43Z" },
        ["tree"] = new JsonObject { ["sha"] = repository.Commits[sha].Tree }, ["parents"] = new JsonArray([.. repository.Commits[sha].Parents.Select(parent => new JsonObject { ["sha"] = parent })]),
        ["verification"] = new JsonObject { ["verified"] = false, ["reason"] = "unsigned", ["signature"] = null, ["payload"] = null },
    };

    private (int, JsonNode) Contents(string path)
    {
        if (repository.Commits.Count == 0)
            return GitHubDouble.Error(404, "This repository is empty.");
        var at = http.Request.Query["ref"].ToString() is { Length: > 0 } given ? given : repository.DefaultBranch;
        if (!repository.Branches.TryGetValue(at, out var sha) && !repository.Commits.ContainsKey(sha = at))
            return GitHubDouble.Error(404, $"No commit found for the ref {at}");
        var files = repository.Trees[repository.Commits[sha].Tree];
        if (files.TryGetValue(path, out var file))
        {
            var bytes = repository.Blobs[file.Blob];
            var isLarge = bytes.Length > 1024 * 1024;
            return (200, new JsonObject
            {
                ["type"] = "file", ["encoding"] = isLarge ? "none" : "base64", ["size"] = bytes.Length, ["name"] = path.Split('/')[^1], ["path"] = path,
                ["content"] = isLarge ? "" : Wrapped(bytes), ["sha"] = file.Blob, ["url"] = $"{Api}/contents/{path}?ref={at}", ["html_url"] = $"https://github.com/{repository.Name}/blob/{at}/{path}",
            });
        }

        var below = files.Keys.Where(name => name.StartsWith(path + "/", StringComparison.Ordinal)).ToList();
        return below.Count == 0 ? GitHubDouble.Error(404, "Not Found") : (200, new JsonArray([.. below.Select(name => new JsonObject { ["type"] = "file", ["name"] = name.Split('/')[^1], ["path"] = name, ["sha"] = files[name].Blob, ["size"] = 1 })]));
    }

    private (int, JsonNode) PutContents(string path)
    {
        var branch = (string?)input["branch"] ?? repository.DefaultBranch;
        if ((string?)input["message"] is not { Length: > 0 } message || (string?)input["content"] is not { } content)
            return GitHubDouble.Error(422, "Invalid request.\n\n\"message\", \"content\" weren't supplied.");
        if (LacksScope(path))
            return GitHubDouble.Error(404, "Not Found");
        if (repository.Commits.Count > 0 && !repository.Branches.ContainsKey(branch))
            return GitHubDouble.Error(404, $"Branch {branch} not found");
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(content);
        }
        catch (FormatException)
        {
            return GitHubDouble.Error(422, "content is not valid Base64");
        }

        if (repository.Commits.Count > 0 && repository.Trees[repository.Commits[repository.Branches[branch]].Tree].TryGetValue(path, out var known) && (string?)input["sha"] != known.Blob)
            return (string?)input["sha"] is null ? GitHubDouble.Error(422, "Invalid request.\n\n\"sha\" wasn't supplied.") : GitHubDouble.Error(409, $"{path} does not match {input["sha"]}");
        var sha = repository.Push(branch, message, (path, Encoding.UTF8.GetString(bytes)));
        return (201, new JsonObject { ["content"] = new JsonObject { ["path"] = path, ["sha"] = repository.Trees[repository.Commits[sha].Tree][path].Blob }, ["commit"] = GitCommit(sha) });
    }

    private (int, JsonNode) PullRequests()
    {
        var (head, into, state) = (http.Request.Query["head"].ToString(), http.Request.Query["base"].ToString(), http.Request.Query["state"].ToString());
        return Paged(repository.PullRequests.Where(request =>
            (head.Length == 0 || (string?)request["head"]!["label"] == head) && (into.Length == 0 || (string?)request["base"]!["ref"] == into)
            && (state == "all" || (string?)request["state"] == (state.Length == 0 ? "open" : state))).Select(request => request.DeepClone()));
    }

    private (int, JsonNode) CreatePullRequest()
    {
        var (head, into, title, body) = ((string?)input["head"] ?? "", (string?)input["base"] ?? "", (string?)input["title"], (string?)input["body"] ?? "");
        if (string.IsNullOrEmpty(title))
            return GitHubDouble.Invalid("PullRequest", "missing_field", "title");
        if (body.Length > 65536)
            return (422, new JsonObject { ["message"] = "Validation Failed", ["errors"] = new JsonArray(new JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["field"] = "body", ["message"] = "body is too long (maximum is 65536 characters)" }) });
        if (!repository.Branches.TryGetValue(head, out var tip))
            return GitHubDouble.Invalid("PullRequest", "invalid", "head");
        if (!repository.Branches.TryGetValue(into, out var target))
            return GitHubDouble.Invalid("PullRequest", "invalid", "base");
        string? no = repository.IsAncestor(tip, target) ? $"No commits between {into} and {head}"
            : repository.PullRequests.Any(known => (string?)known["state"] == "open" && (string?)known["head"]!["ref"] == head && (string?)known["base"]!["ref"] == into) ? $"A pull request already exists for {repository.Name.Split('/')[0]}:{head}." : null;
        if (no is not null)
            return (422, new JsonObject { ["message"] = "Validation Failed", ["errors"] = new JsonArray(new JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = no }) });
        var number = repository.PullRequests.Count + 1;
        var made = new JsonObject
        {
            ["id"] = number, ["number"] = number, ["state"] = "open", ["title"] = title, ["body"] = body, ["html_url"] = $"https://github.com/{repository.Name}/pull/{number.ToString(CultureInfo.InvariantCulture)}",
            ["head"] = new JsonObject { ["label"] = $"{repository.Name.Split('/')[0]}:{head}", ["ref"] = head, ["sha"] = tip }, ["base"] = new JsonObject { ["label"] = $"{repository.Name.Split('/')[0]}:{into}", ["ref"] = into, ["sha"] = target },
            ["created_at"] = "2026-01-26T19:01:12Z", ["updated_at"] = "2026-01-26T19:01:12Z",
        };
        repository.PullRequests.Add(made);
        return (201, made.DeepClone());
    }

    private (int, JsonNode) UpdatePullRequest(int number)
    {
        if (repository.PullRequests.ElementAtOrDefault(number - 1) is not { } known)
            return GitHubDouble.Error(404, "Not Found");
        foreach (var member in (string[])["title", "body", "state"])
            if (input[member] is { } value)
                known[member] = value.DeepClone();
        return (200, known.DeepClone());
    }

    /// <summary>Pages with the Link header, which is the only way a client learns that there is more.</summary>
    private (int, JsonNode) Paged(IEnumerable<JsonNode> items)
    {
        var all = items.ToList();
        var size = Math.Clamp(int.TryParse(http.Request.Query["per_page"], CultureInfo.InvariantCulture, out var wanted) ? wanted : 30, 1, 100);
        var page = int.TryParse(http.Request.Query["page"], CultureInfo.InvariantCulture, out var given) ? given : 1;
        if (page * size < all.Count)
        {
            var query = string.Join('&', http.Request.Query.Where(pair => pair.Key != "page").Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value.ToString())}").Append(string.Create(CultureInfo.InvariantCulture, $"page={page + 1}")));
            http.Response.Headers.Link = $"<{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}?{query}>; rel=\"next\"";
        }

        return (200, new JsonArray([.. all.Skip((page - 1) * size).Take(size)]));
    }

    // GitHub breaks its base64 into lines.
    private static string Wrapped(byte[] bytes) => Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n");
}
