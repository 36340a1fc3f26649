using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Policy.Reviews;

/// <summary>
/// One change on a code host, GitHub (<c>/repos/…</c>) and GitLab (<c>/projects/…</c>) at once, with their noes: a wrong token, too small a
/// scope, a comment on a line the diff does not show, changes requested of one's own change. Listens on a free loopback port.
/// </summary>
internal sealed class ReviewHostDouble : IAsyncDisposable
{
    public const string Head = "cccccccccccccccccccccccccccccccccccccccc";
    public const string Patch = "@@ -1,1 +1,3 @@\n locals {}\n+resource \"aws_ebs_volume\" \"data\" {\n+}";

    private const int LastLine = 3;

    private readonly WebApplication _server;
    private int _made;

    private ReviewHostDouble(WebApplication server) => _server = server;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public string Token { get; set; } = "right";

    public string Login { get; set; } = "policy-bot";

    public string Author { get; set; } = "ann";

    public string State { get; set; } = "open";

    /// <summary>Scopes of the token; review posts need repo (GitHub) or api (GitLab).</summary>
    public string Scopes { get; set; } = "repo, api";

    /// <summary>Posts this many writes succeed; the next answers 500.</summary>
    public int Survives { get; set; } = int.MaxValue;

    public List<JsonObject> Reviews { get; } = [];

    public List<JsonObject> Comments { get; } = [];

    public static async Task<ReviewHostDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var host = new ReviewHostDouble(server);
        server.Run(host.ServeAsync);
        await server.StartAsync();
        host.Address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        return host;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Somebody else's words in the change.</summary>
    public void Say(string author, string text) => Comments.Add(new JsonObject { ["id"] = ++_made, ["user"] = User(author), ["author"] = new JsonObject { ["username"] = author }, ["body"] = text });

    private async Task ServeAsync(HttpContext http)
    {
        var body = http.Request.ContentLength > 0 ? (await JsonNode.ParseAsync(http.Request.Body))!.AsObject() : null;
        var (status, answer) = Judge(http.Request, body);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers["X-OAuth-Scopes"] = Scopes;
        await http.Response.WriteAsync(answer.ToJsonString());
    }

    private (int Status, JsonNode Answer) Judge(HttpRequest request, JsonObject? body)
    {
        var isGitLab = request.Headers.ContainsKey("PRIVATE-TOKEN");
        if ((isGitLab ? request.Headers["PRIVATE-TOKEN"].ToString() : request.Headers.Authorization.ToString()) != (isGitLab ? Token : "Bearer " + Token))
        {
            return (401, new JsonObject { ["message"] = "Bad credentials" });
        }

        if (request.Headers.UserAgent.Count == 0)
        {
            return (403, new JsonObject { ["message"] = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header." });
        }

        var path = Uri.UnescapeDataString(request.Path.Value!);
        return (request.Method, isGitLab, path) switch
        {
            ("GET", _, "/user") => (200, new JsonObject { ["login"] = Login, ["username"] = Login }),
            ("GET", false, "/repos/acme/shop/pulls/7") => (200, new JsonObject { ["state"] = State, ["head"] = new JsonObject { ["sha"] = Head }, ["user"] = User(Author) }),
            ("GET", false, "/repos/acme/shop/pulls/7/files") => (200, Page(request, [new JsonObject { ["filename"] = "main.tf", ["status"] = "modified", ["patch"] = Patch }])),
            ("GET", false, "/repos/acme/shop/pulls/7/comments") => (200, Page(request, Comments)),
            ("GET", false, "/repos/acme/shop/pulls/7/reviews") => (200, Page(request, Reviews)),
            ("POST", false, "/repos/acme/shop/pulls/7/reviews") => Review(body!),
            ("GET", true, "/projects/acme/shop/merge_requests/7") => (200, new JsonObject
            {
                ["state"] = State == "open" ? "opened" : State, ["web_url"] = "https://gitlab.example.com/acme/shop/-/merge_requests/7",
                ["diff_refs"] = new JsonObject { ["base_sha"] = new string('a', 40), ["start_sha"] = new string('b', 40), ["head_sha"] = Head },
            }),
            ("GET", true, "/projects/acme/shop/merge_requests/7/diffs") => (200, Page(request, [new JsonObject { ["old_path"] = "main.tf", ["new_path"] = "main.tf", ["deleted_file"] = false, ["diff"] = Patch + "\n" }])),
            ("GET", true, "/projects/acme/shop/merge_requests/7/notes") => (200, Page(request, Comments)),
            ("POST", true, "/projects/acme/shop/merge_requests/7/discussions") => Write(() => Discussion(body!)),
            ("POST", true, "/projects/acme/shop/merge_requests/7/notes") => Write(() => Note(body!)),
            _ => (404, new JsonObject { ["message"] = "404 Not found" }),
        };
    }

    private static JsonArray Page(HttpRequest request, IReadOnlyList<JsonObject> items)
    {
        var page = int.Parse(request.Query["page"].ToString(), CultureInfo.InvariantCulture);
        var size = int.Parse(request.Query["per_page"].ToString(), CultureInfo.InvariantCulture);
        var shown = new JsonArray([.. items.Skip((page - 1) * size).Take(size).Select(item => item.DeepClone())]);
        if (page * size < items.Count)
        {
            request.HttpContext.Response.Headers["X-Next-Page"] = (page + 1).ToString(CultureInfo.InvariantCulture);
        }

        return shown;
    }

    private (int, JsonNode) Review(JsonObject body)
    {
        if (!Scopes.Contains("repo", StringComparison.Ordinal))
        {
            return (404, new JsonObject { ["message"] = "Not Found" });
        }

        if ((string?)body["event"] == "REQUEST_CHANGES" && Author == Login)
        {
            return (422, new JsonObject { ["message"] = "Unprocessable Entity", ["errors"] = new JsonArray("Can not request changes on your own pull request") });
        }

        var comments = body["comments"]!.AsArray();
        if ((string?)body["commit_id"] != Head || comments.Any(comment => (string?)comment!["path"] != "main.tf" || (int)comment["line"]! is < 1 or > LastLine))
        {
            return (422, new JsonObject { ["message"] = "Unprocessable Entity", ["errors"] = new JsonArray("Pull request review thread line must be part of the diff") });
        }

        var id = ++_made;
        foreach (var comment in comments)
        {
            Comments.Add(new JsonObject { ["id"] = ++_made, ["user"] = User(Login), ["body"] = (string)comment!["body"]! });
        }

        var review = new JsonObject { ["id"] = id, ["user"] = User(Login), ["body"] = (string)body["body"]!, ["state"] = (string)body["event"]! == "REQUEST_CHANGES" ? "CHANGES_REQUESTED" : "COMMENTED", ["html_url"] = $"https://github.com/acme/shop/pull/7#pullrequestreview-{id}" };
        Reviews.Add(review);
        return (200, review.DeepClone());
    }

    private (int, JsonNode) Write(Func<(int, JsonNode)> write)
    {
        if (!Scopes.Contains("api", StringComparison.Ordinal))
        {
            return (403, new JsonObject { ["error"] = "insufficient_scope", ["error_description"] = "The request requires higher privileges than provided by the access token.", ["scope"] = "api" });
        }

        return Survives-- > 0 ? write() : (500, new JsonObject { ["message"] = "500 Internal Server Error" });
    }

    private (int, JsonNode) Discussion(JsonObject body)
    {
        var position = body["position"]!;
        var isKnown = (string?)position["head_sha"] == Head && (string?)position["new_path"] == "main.tf" && (int)position["new_line"]! is >= 1 and <= LastLine;
        // An unchanged line is named by both of its numbers, an added one by the new one alone.
        if (!isKnown || (position["old_line"] is not null) != ((int)position["new_line"]! == 1))
        {
            return (400, new JsonObject { ["message"] = "400 Bad request - Note {:line_code=>[\"can't be blank\"]}" });
        }

        return Note(body);
    }

    private (int, JsonNode) Note(JsonObject body)
    {
        Say(Login, (string)body["body"]!);
        return (201, Comments[^1].DeepClone());
    }

    private static JsonObject User(string login) => new() { ["login"] = login, ["type"] = "User" };
}
