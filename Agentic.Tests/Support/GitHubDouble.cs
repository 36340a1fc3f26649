using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Support;

/// <summary>
/// The part of GitHub's REST interface that repositories, commits and pull requests need, after its documentation: it keeps real Git
/// objects with real names, and says no where GitHub does and in its words. A GitHub Enterprise address ends in /api/v3/.
/// </summary>
internal sealed class GitHubDouble : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DoubledToken> _tokens = new(StringComparer.Ordinal);
    private readonly HashSet<string> _organisations = new(StringComparer.OrdinalIgnoreCase);
    private WebApplication _app = null!;

    /// <summary>Repositories by owner/name.</summary>
    public Dictionary<string, DoubledRepository> Repositories { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every request as "METHOD /path", in order.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Answers in GitHub's place, for outages and strangers; null lets the double answer.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Called before a request is handled, to let somebody else push in between.</summary>
    public Action<string>? Before { get; set; }

    public string Url => _app.Urls.First() + "/api/v3/";

    public async Task<GitHubDouble> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
        await _app.StartAsync();
        return this;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <param name="scopes">Null for a fine-grained token, which names none.</param>
    public void AddToken(string token, string login, string? scopes, string? repositories = null) => _tokens[token] = new DoubledToken(login, scopes, repositories);

    public void AddOrganisation(string name) => _organisations.Add(name);

    public DoubledRepository AddRepository(string name, bool isEmpty = false)
    {
        var repository = new DoubledRepository(name);
        if (!isEmpty)
            repository.Push(repository.DefaultBranch, "Initial commit", ("README.md", "# " + name + "\n"));
        Repositories[name] = repository;
        return repository;
    }

    private async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        lock (_lock)
            Requests.Add($"{http.Request.Method} {path}");
        if (Instead is { } instead && await instead(http))
            return;
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        Before?.Invoke($"{http.Request.Method} {path}");
        int status;
        JsonNode answer;
        lock (_lock)
            (status, answer) = Handle(http, path, body);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers["X-GitHub-Media-Type"] = "github.v3; format=json";
        await http.Response.WriteAsync(answer.ToJsonString());
    }

    private (int, JsonNode) Handle(HttpContext http, string path, string body)
    {
        var request = http.Request;
        if (request.Headers.UserAgent.Count == 0)
            return Error(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header");
        var authorization = request.Headers.Authorization.ToString().Split(' ', 2);
        if (authorization is not ["Bearer" or "token" or "Token", var secret] || !_tokens.TryGetValue(secret, out var token))
            return Error(401, "Bad credentials");
        http.Response.Headers["X-RateLimit-Remaining"] = "4999";
        if (token.Scopes is not null)
            http.Response.Headers["X-OAuth-Scopes"] = token.Scopes;
        JsonObject? input = null;
        if (request.Method is "POST" or "PUT" or "PATCH")
        {
            if (request.ContentType?.StartsWith("application/", StringComparison.Ordinal) != true)
                return Error(415, "Unsupported Media Type");
            try
            {
                input = JsonNode.Parse(body) as JsonObject;
            }
            catch (System.Text.Json.JsonException)
            {
                // Falls through to the answer for what is no JSON object.
            }

            if (input is null)
                return Error(400, "Problems parsing JSON");
        }

        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["api", "v3", .. var rest])
            return Error(404, "Not Found");
        return (request.Method, rest) switch
        {
            ("GET", ["user"]) => (200, new JsonObject { ["login"] = token.Login, ["id"] = 1, ["type"] = "User" }),
            ("POST", ["user", "repos"]) => Create(token, token.Login, input!),
            ("POST", ["orgs", var organisation, "repos"]) => _organisations.Contains(organisation) ? Create(token, organisation, input!) : Error(404, "Not Found"),
            (_, ["repos", var owner, var name, .. var inside]) => Repositories.TryGetValue($"{owner}/{name}", out var repository) && Sees(token, repository)
                ? new DoubledRequest(http, token, repository, input ?? []).Answer(inside)
                : Error(404, "Not Found"),
            _ => Error(404, "Not Found"),
        };
    }

    private (int, JsonNode) Create(DoubledToken token, string owner, JsonObject input)
    {
        if (token.Scopes?.Contains("repo", StringComparison.Ordinal) == false)
            return Error(404, "Not Found");
        if ((string?)input["name"] is not { Length: > 0 } name)
            return Invalid("Repository", "missing_field", "name");
        var full = $"{owner}/{name}";
        if (Repositories.ContainsKey(full))
            return (422, new JsonObject { ["message"] = "Repository creation failed.", ["errors"] = new JsonArray(new JsonObject { ["resource"] = "Repository", ["code"] = "custom", ["field"] = "name", ["message"] = "name already exists on this account" }) });
        var made = AddRepository(full, isEmpty: (bool?)input["auto_init"] != true);
        made.IsPrivate = (bool?)input["private"] ?? false;
        return (201, made.Describe(canPush: true));
    }

    private static bool Sees(DoubledToken token, DoubledRepository repository) => token.Repositories is null || token.Repositories.Split(',').Contains(repository.Name);

    public static (int, JsonNode) Error(int code, string message) => (code, new JsonObject { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest", ["status"] = code.ToString(CultureInfo.InvariantCulture) });

    public static (int, JsonNode) Invalid(string resource, string code, string field) =>
        (422, new JsonObject { ["message"] = "Validation Failed", ["errors"] = new JsonArray(new JsonObject { ["resource"] = resource, ["code"] = code, ["field"] = field }) });
}

/// <param name="Scopes">Null for a fine-grained token.</param>
/// <param name="Repositories">The ones it sees, by comma; null for all.</param>
internal sealed record DoubledToken(string Login, string? Scopes, string? Repositories);

/// <summary>A repository of the double: Git objects by name, branches, pull requests.</summary>
internal sealed class DoubledRepository(string name)
{
    public string Name => name;

    public string DefaultBranch => "main";

    public bool IsPrivate { get; set; } = true;

    public bool IsArchived { get; set; }

    public bool CanPush { get; set; } = true;

    public Dictionary<string, byte[]> Blobs { get; } = [];

    /// <summary>Whole content by tree name: path to mode and blob.</summary>
    public Dictionary<string, SortedDictionary<string, (string Mode, string Blob)>> Trees { get; } = [];

    public Dictionary<string, (string Tree, string[] Parents, string Message)> Commits { get; } = [];

    public Dictionary<string, string> Branches { get; } = new(StringComparer.Ordinal);

    public List<JsonObject> PullRequests { get; } = [];

    /// <summary>The text of a file at the tip of a branch.</summary>
    public string Text(string branch, string path) => Encoding.UTF8.GetString(Blobs[Trees[Commits[Branches[branch]].Tree][path].Blob]);

    public IReadOnlyList<string> Files(string branch) => [.. Trees[Commits[Branches[branch]].Tree].Keys];

    /// <summary>Somebody else's push.</summary>
    public string Push(string branch, string message, params (string Path, string Text)[] files)
    {
        string[] parents = Branches.TryGetValue(branch, out var tip) ? [tip] : [];
        var content = parents is [var parent] ? new SortedDictionary<string, (string, string)>(Trees[Commits[parent].Tree], StringComparer.Ordinal) : new(StringComparer.Ordinal);
        foreach (var (path, text) in files)
            content[path] = ("100644", AddBlob(Encoding.UTF8.GetBytes(text)));
        return Branches[branch] = AddCommit(AddTree(content), parents, message);
    }

    public string AddBlob(byte[] content)
    {
        var sha = NameOf("blob", content);
        Blobs[sha] = content;
        return sha;
    }

    public string AddTree(SortedDictionary<string, (string Mode, string Blob)> content)
    {
        // The name only has to be the same for the same content; Git's own nesting would add nothing here.
        var sha = NameOf("tree", Encoding.UTF8.GetBytes(string.Join('\n', content.Select(file => $"{file.Value.Mode} {file.Value.Blob} {file.Key}"))));
        Trees[sha] = content;
        return sha;
    }

    public string AddCommit(string tree, string[] parents, string message)
    {
        var sha = NameOf("commit", Encoding.UTF8.GetBytes($"{tree}\n{string.Join('\n', parents)}\n{message}\n{Commits.Count}"));
        Commits[sha] = (tree, parents, message);
        return sha;
    }

    public bool IsAncestor(string ancestor, string of)
    {
        for (var open = new Queue<string>([of]); open.TryDequeue(out var next);)
        {
            if (next == ancestor)
                return true;
            foreach (var parent in Commits[next].Parents)
                open.Enqueue(parent);
        }

        return false;
    }

    public JsonObject Describe(bool canPush) => new()
    {
        ["id"] = 1296269, ["node_id"] = "MDEwOlJlcG9zaXRvcnkxMjk2MjY5", ["name"] = name.Split('/')[1], ["full_name"] = name,
        ["owner"] = new JsonObject { ["login"] = name.Split('/')[0], ["id"] = 1 }, ["private"] = IsPrivate, ["archived"] = IsArchived, ["default_branch"] = DefaultBranch,
        ["html_url"] = $"https://github.com/{name}", ["clone_url"] = $"https://github.com/{name}.git",
        ["created_at"] = "2026-01-26T19:01:12Z", ["updated_at"] = "2026-01-26T19:14:43Z", ["pushed_at"] = "2026-01-26T19:06:43Z",
        ["permissions"] = new JsonObject { ["admin"] = false, ["push"] = canPush, ["pull"] = true },
    };

    private static string NameOf(string kind, byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {content.Length}\0")), .. content]));
}
