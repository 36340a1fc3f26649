using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

/// <summary>
/// The part of Argo CD that deployments need, with a memory: applications that must be valid, one operation at a time, syncs that take a
/// few looks and read the real repository at the commit asked for, a health that lags behind, deletion that takes a while.
/// </summary>
internal sealed class ArgoCdDouble(string repository) : IAsyncDisposable
{
    public const string Token = "argo-token";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _applications = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Revision, int Looks)> _operations = new(StringComparer.Ordinal);
    private WebApplication _app = null!;

    public Queue<int> Failures { get; } = new();

    /// <summary>True: no sync ever ends, and what is shown goes on being healthy and synced.</summary>
    public bool IsStuck { get; set; }

    /// <summary>How long every answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What every answer says instead, with status 200: a login page.</summary>
    public string? Page { get; set; }

    public string Url => _app.Urls.First();

    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
        await _app.StartAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        await Task.Delay(Delay);
        if (Page is not null)
        {
            await http.Response.WriteAsync(Page);
            return;
        }

        int status;
        JsonNode answer;
        lock (_lock)
        {
            (status, answer) = Failures.TryDequeue(out var failure) ? Error(failure, "told to fail")
                : http.Request.Headers.Authorization != $"Bearer {Token}" ? Error(401, "no session information")
                : Handle(http.Request, body);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString());
    }

    private (int, JsonNode) Handle(HttpRequest request, string body)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        if (parts is not ["api", "v1", "applications", ..])
        {
            return Error(404, "not found");
        }

        var name = parts.Length > 3 ? parts[3] : null;
        return (request.Method, name, parts.Length) switch
        {
            ("POST", null, _) => Create(JsonNode.Parse(body)!.AsObject(), request.Query["upsert"] == "true"),
            ("GET", null, _) => List(request.Query["selector"].ToString()),
            ("GET", not null, 4) => _applications.ContainsKey(name) && Look(name) is { } found ? (200, found) : Error(404, $"applications.argoproj.io \"{name}\" not found"),
            ("POST", not null, 5) when parts[4] == "sync" => Sync(name, JsonNode.Parse(body)!),
            ("DELETE", not null, 4) => Delete(name),
            _ => Error(405, "not allowed"),
        };
    }

    private (int, JsonNode) Create(JsonObject wanted, bool upsert)
    {
        var name = wanted["metadata"]?["name"]?.GetValue<string>();
        string?[] needed = [name, wanted["spec"]?["project"]?.GetValue<string>(), wanted["spec"]?["source"]?["repoURL"]?.GetValue<string>(), wanted["spec"]?["source"]?["path"]?.GetValue<string>(), wanted["spec"]?["destination"]?["server"]?.GetValue<string>()];
        if (needed.Any(string.IsNullOrEmpty))
        {
            return Error(400, "application spec is invalid: InvalidSpecError: name, project, repoURL, path and destination are required");
        }

        if (_applications.TryGetValue(name!, out var existing))
        {
            if (!upsert)
            {
                return Error(400, "existing application spec is different, use upsert flag to force update");
            }

            existing["spec"] = wanted["spec"]!.DeepClone();
            existing["metadata"]!["annotations"] = wanted["metadata"]!["annotations"]?.DeepClone();
            existing["metadata"]!["labels"] = wanted["metadata"]!["labels"]?.DeepClone();
            return (200, existing.DeepClone());
        }

        wanted["status"] = new JsonObject { ["health"] = new JsonObject { ["status"] = "Missing" }, ["sync"] = new JsonObject { ["status"] = "OutOfSync" } };
        _applications[name!] = wanted;
        return (200, wanted.DeepClone());
    }

    private (int, JsonNode) List(string selector)
    {
        var wanted = selector.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).ToList();
        var found = _applications.Values.ToList().Where(application => wanted.All(w => application["metadata"]!["labels"]?[w[0]]?.GetValue<string>() == w[1])).Select(application => application.DeepClone());
        return (200, new JsonObject { ["items"] = new JsonArray([.. found]) });
    }

    private (int, JsonNode) Sync(string name, JsonNode wanted)
    {
        if (!_applications.TryGetValue(name, out var application))
        {
            return Error(404, "not found");
        }

        if (_operations.ContainsKey(name))
        {
            return Error(400, "another operation is already in progress");
        }

        var revision = wanted["revision"]!.GetValue<string>();
        _operations[name] = (revision, 0);
        application["operation"] = new JsonObject { ["sync"] = new JsonObject { ["revision"] = revision } };
        return (200, application.DeepClone());
    }

    private (int, JsonNode) Delete(string name)
    {
        if (!_applications.TryGetValue(name, out var application))
        {
            return Error(404, "not found");
        }

        application["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        return (200, new JsonObject());
    }

    /// <summary>The controller goes on a little with every look. The health of the commit before is reported until the sync is through.</summary>
    private JsonNode? Look(string name)
    {
        var application = _applications[name];
        if (application["metadata"]!["deletionTimestamp"] is not null)
        {
            var text = application.DeepClone();
            _applications.Remove(name);
            return text;
        }

        if (!IsStuck && _operations.TryGetValue(name, out var operation))
        {
            _operations[name] = operation with { Looks = operation.Looks + 1 };
            if (operation.Looks >= 2)
            {
                Finish(name, application, operation.Revision);
            }
            else
            {
                application["status"]!["operationState"] = new JsonObject { ["phase"] = "Running", ["syncResult"] = new JsonObject { ["revision"] = operation.Revision } };
            }
        }

        return application.DeepClone();
    }

    private void Finish(string name, JsonObject application, string revision)
    {
        _operations.Remove(name);
        application.Remove("operation");
        var path = application["spec"]!["source"]!["path"]!.GetValue<string>();
        var files = Git("ls-tree", "-r", "--name-only", revision, path + "/").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var isThere = files.Length > 0;
        var text = string.Concat(files.Select(file => Git("show", $"{revision}:{file}")));
        application["status"] = new JsonObject
        {
            ["operationState"] = new JsonObject { ["phase"] = isThere ? "Succeeded" : "Failed", ["message"] = isThere ? "successfully synced" : $"{path}: app path does not exist", ["syncResult"] = new JsonObject { ["revision"] = revision } },
            ["sync"] = new JsonObject { ["status"] = isThere ? "Synced" : "OutOfSync", ["revision"] = revision },
            ["health"] = !isThere ? new JsonObject { ["status"] = "Missing" }
                : text.Contains("broken", StringComparison.Ordinal) ? new JsonObject { ["status"] = "Degraded", ["message"] = "Deployment exceeded its progress deadline" }
                : new JsonObject { ["status"] = "Healthy" },
        };
    }

    private string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = repository, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : "";
    }

    private static (int, JsonNode) Error(int code, string message) => (code, new JsonObject { ["error"] = message, ["message"] = message, ["code"] = code });
}
