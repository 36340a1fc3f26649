using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Agentic.Host.Security;
using Agentic.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.ConsolePages;

/// <summary>Serves the console's own files beside an API whose state a test stages, so that pages can be shown in any situation.</summary>
internal sealed class StagedHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, StagedWorkflow> _workflows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);
    private CancellationTokenSource _streams = new();

    private StagedHost(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    public StagedStage Stage { get; } = new(TimeProvider.System);

    public ConcurrentQueue<(string Method, string Path, string Body)> Requests { get; } = new();

    public IEnumerable<StagedWorkflow> Workflows => _workflows.Values.OrderByDescending(workflow => workflow.Created);

    /// <summary>False makes the events route answer JSON only, as a proxy that cannot stream would force it to.</summary>
    public bool Streams { get; set; } = true;

    public bool AsksForKey { get; set; }

    public static async Task<StagedHost> Start(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var host = new StagedHost(builder.Build());
        host.Map();
        await host._app.StartAsync();
        host.Address = host._app.Urls.First();
        return host;
    }

    public StagedWorkflow Add(StagedWorkflow workflow) => _workflows[workflow.Id] = workflow;

    public void Clear() => _workflows.Clear();

    /// <summary>Cuts every open event stream.</summary>
    public void DropStreams() => Interlocked.Exchange(ref _streams, new CancellationTokenSource()).Cancel();

    public async ValueTask DisposeAsync()
    {
        DropStreams();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private void Map()
    {
        _app.Use(Guard);
        var files = new PhysicalFileProvider(Path.Combine(SourceTree.Root, "Agentic.Host", "wwwroot"));
        _app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        _app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        _app.MapGet("/health", () => Results.Ok(new { status = "healthy" }));
        _app.MapPost("/session/login", (Delegate)Login);
        _app.MapGet("/session/me", () => new { name = AsksForKey ? "mira@example.com" : "local", isLocal = !AsksForKey });
        _app.MapGet("/templates", () => Recorded("templates.json"));
        _app.MapGet("/operations", () => Recorded("operations.json"));
        _app.MapPost("/operations/verify_audit", () => Recorded("verification.json"));
        _app.MapGet("/audit", () => Recorded("audit.json"));
        _app.MapPost("/migration/migrate", () => Recorded("migration.json"));
        _app.MapPost("/operations/propose_migration", (Delegate)Propose);
        _app.MapPost("/policy/validate", () => Recorded("findings.json"));
        _app.MapPost("/generate/preview", async (HttpContext http) => (await Body(http))["serviceName"]?.GetValue<string>() == "taken-service"
            ? Problem(422, "The name is reserved.", new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["member"] = "serviceName", ["message"] = "The name is reserved; add a word." }) })
            : Recorded("preview.json"));
        _app.MapPost("/services/{name}/update", async (string name, HttpContext http) => (await Body(http))["preview"]?.GetValue<bool>() == true ? Recorded("update.json") : Taken(name));
        _app.MapPost("/services/{name}/publish", (string name) => name == "lost-service" ? Problem(422, "There is no connection 'nowhere'. Configured: forge.") : Taken(name));
        _app.MapGet("/workflows", List);
        _app.MapPost("/workflows", Create);
        _app.MapGet("/workflows/{id}", (string id) => Find(id, workflow => Json(workflow.Snapshot())));
        _app.MapGet("/workflows/{id}/events", Events);
        _app.MapPost("/workflows/{id}/{verb}", (string id, string verb, HttpContext http) => Steer(id, verb, http));
        _app.MapPost("/workflows/{id}/tasks/{taskId}/{verb}", (string id, string taskId, string verb, HttpContext http) => SteerTask(id, taskId, verb, http));
        _app.MapGet("/dead-letters", () => Json(new JsonObject { ["items"] = Stage.DeadLetters(Workflows), ["nextCursor"] = null }));
        _app.MapPost("/dead-letters/{id}/replay", (string id) => Find(id.Split(':')[0], workflow => Json(workflow.Retry(id.Split(':')[1]).Snapshot())));
        _app.MapGet("/artifacts/{id}/files/{**path}", (string path) => Stage.File(path) is { } text ? Results.Text(text) : Problem(404, "There is no such file."));
    }

    private async Task Guard(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.ContentSecurityPolicy;
        var path = http.Request.Path.Value!;
        if (AsksForKey && path is not ("/" or "/health" or "/session/login") && !path.StartsWith("/app", StringComparison.Ordinal) && !path.StartsWith("/static", StringComparison.Ordinal)
            && !http.Request.Cookies.ContainsKey("session"))
        {
            await Problem(401, "Sign in first.").ExecuteAsync(http);
            return;
        }

        if (http.Request.Method == "POST")
        {
            http.Request.EnableBuffering();
            var body = await new StreamReader(http.Request.Body, leaveOpen: true).ReadToEndAsync();
            http.Request.Body.Position = 0;
            Requests.Enqueue(("POST", path + http.Request.QueryString, body));
        }

        await next(http);
    }

    private async Task<IResult> Login(HttpContext http)
    {
        if ((await Body(http))["apiKey"]?.GetValue<string>() != "right-key")
            return Problem(403, "This key is not known. Check that all of it was copied.");
        http.Response.Cookies.Append("session", "1", new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
        return Results.NoContent();
    }

    private IResult List(string? status, string? query, string? requestedBy, string? cursor, int limit = 50)
    {
        var all = Workflows.Where(one => status is null || one.Status == status)
            .Where(one => query is null || one.Snapshot().ToJsonString().Contains(query, StringComparison.OrdinalIgnoreCase))
            .Where(one => requestedBy is null || one.Record["requestedBy"]!.GetValue<string>().Contains(requestedBy, StringComparison.OrdinalIgnoreCase)).ToList();
        var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        return Json(new JsonObject
        {
            ["items"] = new JsonArray([.. all.Skip(from).Take(limit).Select(one => one.Snapshot())]),
            ["nextCursor"] = from + limit < all.Count ? (from + limit).ToString(CultureInfo.InvariantCulture) : null,
        });
    }

    private async Task<IResult> Create(HttpContext http, bool dryRun = false)
    {
        var body = await Body(http);
        if (body["goal"] is not null && body["parameters"]?["language"] is null)
            return Problem(422, "The goal does not say in which language.", new JsonObject { ["missing"] = new JsonArray("language") });
        if (body["parameters"]?["serviceName"]?.GetValue<string>() == "taken-service")
            return Problem(422, "The input has an error.", new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["member"] = "parameters.serviceName", ["message"] = "A service of this name exists; choose another." }) });
        var service = body["parameters"]?["serviceName"]?.GetValue<string>() ?? "user-service";
        if (dryRun)
            return Json(new JsonObject { ["status"] = "pending", ["plan"] = body["goal"] is null ? "template" : "rules", ["tasks"] = StagedStage.ServicePlan() });
        var id = _keys.GetOrAdd(http.Request.Headers["Idempotency-Key"].ToString(), _ => Stage.NextId());
        var workflow = _workflows.GetOrAdd(id, _ => Stage.Service(id, service, TimeSpan.Zero));
        return Json(workflow.Snapshot(), 201);
    }

    private IResult Taken(string service)
    {
        var id = Stage.NextId();
        return Json(_workflows.GetOrAdd(id, _ => Stage.Service(id, service, TimeSpan.Zero)).Snapshot(), 202);
    }

    private static async Task<IResult> Propose(HttpContext http)
    {
        var (repository, branch) = ((await Body(http))["repository"]!.GetValue<string>(), "migrate/my-project");
        return repository.StartsWith("locked/", StringComparison.Ordinal)
            ? Problem(422, "The token lacks the scope workflow, without which GitHub takes no files under .github/workflows.")
            : Json(new JsonObject { ["success"] = true, ["delivered"] = new JsonObject { ["repository"] = repository, ["branch"] = branch, ["path"] = ".github/workflows/my-project.yml", ["commit"] = "0123456789abcdef0123", ["pullRequest"] = $"https://github.com/{repository}/pull/7", ["repositoryCreated"] = false } });
    }

    private async Task<IResult> Steer(string id, string verb, HttpContext http)
    {
        await Body(http);
        return Find(id, workflow => (verb, workflow.Status) switch
        {
            (_, "completed") => Problem(409, $"{id} has completed; there is nothing to {verb}."),
            ("cancel", _) => Json(workflow.Become("cancelled").Snapshot()),
            ("pause", _) => Json(workflow.Become("paused").Snapshot()),
            ("resume", _) => Json(workflow.Become("resumed").Snapshot()),
            _ => Problem(409, $"{id} cannot {verb} now."),
        });
    }

    private async Task<IResult> SteerTask(string id, string taskId, string verb, HttpContext http)
    {
        var body = await Body(http);
        return Find(id, workflow => verb switch
        {
            "approve" when body["digest"]?.GetValue<string>() != workflow.TaskOf(taskId)["approval"]?["digest"]?.GetValue<string>() => Problem(409, "What waits for approval has changed since you read it. Look at it again."),
            "approve" => Json(workflow.Approve(taskId).Snapshot()),
            "reject" => Json(workflow.Reject(taskId, body["reason"]!.GetValue<string>()).Snapshot()),
            "skip" => Json(workflow.Skip(taskId, body["reason"]!.GetValue<string>()).Snapshot()),
            _ => Json(workflow.Retry(taskId).Snapshot()),
        });
    }

    private async Task Events(string id, HttpContext http, long after = 0)
    {
        if (!_workflows.TryGetValue(id, out var workflow))
        {
            await Problem(404, $"There is no workflow {id}.").ExecuteAsync(http);
            return;
        }

        if (!http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal) || !Streams)
        {
            var items = workflow.After(after).Events;
            await Json(new JsonObject { ["items"] = new JsonArray([.. items]), ["nextAfter"] = after + items.Count }).ExecuteAsync(http);
            return;
        }

        http.Response.ContentType = "text/event-stream";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _streams.Token);
        await http.Response.WriteAsync(": hello\n\n", either.Token);
        try
        {
            while (true)
            {
                var (events, next) = workflow.After(after);
                foreach (var one in events)
                    await http.Response.WriteAsync($"id: {++after}\nevent: {one["type"]}\ndata: {one.ToJsonString()}\n\n", either.Token);
                await http.Response.Body.FlushAsync(either.Token);
                if (workflow.Status is "completed" or "failed" or "cancelled")
                    return;
                await next.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }

    private IResult Find(string id, Func<StagedWorkflow, IResult> then) =>
        _workflows.TryGetValue(id, out var workflow) ? then(workflow) : Problem(404, $"There is no workflow {id}. Check the id, or look for it in the list.");

    private static async Task<JsonObject> Body(HttpContext http) => (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();

    private static IResult Recorded(string name) => Results.Text(File.ReadAllText(Path.Combine(SourceTree.Tests, "Console", "recorded", name)), "application/json");

    private static IResult Json(JsonNode body, int status = 200) => Results.Text(body.ToJsonString(), "application/json", null, status);

    private static IResult Problem(int status, string detail, JsonObject? more = null)
    {
        more ??= [];
        (more["title"], more["status"], more["detail"], more["traceId"]) = ("Refused", status, detail, "4bf92f3577b34da6");
        return Results.Text(more.ToJsonString(), "application/problem+json", null, status);
    }
}
