using System.Globalization;
using System.Text.Json.Nodes;

namespace Agentic.Tests.ConsolePages;

/// <summary>A workflow that moves only when a test says so, in the shapes of the API.</summary>
internal sealed class StagedWorkflow
{
    private readonly Lock _gate = new();
    private readonly List<JsonObject> _events = [];
    private readonly TimeProvider _time;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StagedWorkflow(TimeProvider time, string id, string service, string requestedBy, TimeSpan age, JsonArray tasks, string template = "microservice-rest-api")
    {
        _time = time;
        Created = time.GetUtcNow() - age;
        Record = new JsonObject
        {
            ["workflowId"] = id,
            ["status"] = "in_progress",
            ["plan"] = "template",
            ["template"] = template,
            ["templateVersion"] = "1.0.0",
            ["parameters"] = new JsonObject { ["serviceName"] = service, ["language"] = "python", ["database"] = "postgresql", ["environment"] = "staging" },
            ["serviceName"] = service,
            ["environment"] = "staging",
            ["requestedBy"] = requestedBy,
            ["caller"] = "local",
            ["createdAt"] = Written(Created),
            ["tasks"] = tasks,
            ["revision"] = 0,
        };
        Append("workflow.created", null, new JsonObject { ["plan"] = new JsonObject { ["tasks"] = new JsonArray([.. tasks.Select(Planned)]) } }, Created);
    }

    public DateTimeOffset Created { get; }

    public JsonObject Record { get; }

    public string Id => Record["workflowId"]!.GetValue<string>();

    public string Status => Record["status"]!.GetValue<string>();

    public static JsonObject Task(string id, string agent, string operation, params string[] dependsOn) => new()
    {
        ["taskId"] = id,
        ["agent"] = agent,
        ["operation"] = operation,
        ["status"] = "pending",
        ["priority"] = 1,
        ["dependsOn"] = new JsonArray([.. dependsOn.Select(name => JsonValue.Create(name))]),
        ["estimatedDuration"] = "30s",
        ["attempts"] = 0,
        ["waitingFor"] = dependsOn.Length == 0 ? null : string.Join(", ", dependsOn),
    };

    public StagedWorkflow Start(string taskId, int attempt = 1, TimeSpan ago = default) => Change("task.started", taskId, new JsonObject { ["attempt"] = attempt }, ago, task =>
    {
        (task["status"], task["attempts"], task["waitingFor"]) = ("in_progress", attempt, null);
        task["startedAt"] = Written(_time.GetUtcNow() - ago);
    });

    public StagedWorkflow Complete(string taskId, JsonNode? result = null, TimeSpan ago = default) => Change("task.completed", taskId, new JsonObject { ["attempt"] = 1 }, ago, task =>
    {
        (task["status"], task["result"], task["completedAt"]) = ("completed", result ?? new JsonObject { ["ok"] = true }, Written(_time.GetUtcNow() - ago));
    });

    public StagedWorkflow FailAttempt(string taskId, int attempt, string reason, TimeSpan ago = default) => Change(
        "task.attempt_failed", taskId, new JsonObject { ["attempt"] = attempt, ["error"] = Error(reason), ["retryAt"] = Written(_time.GetUtcNow() - ago + TimeSpan.FromSeconds(4)) }, ago, task =>
        {
            (task["status"], task["error"], task["waitingFor"]) = ("in_progress", Error(reason), $"attempt {attempt + 1} of 3 at {_time.GetUtcNow() - ago + TimeSpan.FromSeconds(4):u}");
        });

    public StagedWorkflow Fail(string taskId, int attempt, string reason, TimeSpan ago = default) => Change("task.failed", taskId, new JsonObject { ["attempt"] = attempt, ["error"] = Error(reason) }, ago, task =>
    {
        (task["status"], task["error"], task["attempts"], task["completedAt"], task["waitingFor"]) = ("failed", Error(reason), attempt, Written(_time.GetUtcNow() - ago), null);
    });

    public StagedWorkflow AskForApproval(string taskId, string digest, string summary)
    {
        var approval = new JsonObject
        {
            ["digest"] = digest,
            ["summary"] = summary,
            ["requiredScope"] = "approve",
            ["expiresAt"] = Written(_time.GetUtcNow().AddDays(3)),
            ["input"] = new JsonObject { ["service"] = "user-service", ["version"] = "v1.4.0", ["environment"] = "production", ["strategy"] = "canary" },
        };
        return Change("approval.requested", taskId, new JsonObject { ["digest"] = digest, ["summary"] = summary }, default, task =>
        {
            (task["status"], task["approval"], task["waitingFor"]) = ("waiting_approval", approval, "a person's approval");
            Record["status"] = "waiting_approval";
        });
    }

    public StagedWorkflow Approve(string taskId) => Change("task.approved", taskId, new JsonObject { ["by"] = "local" }, default, task =>
    {
        (task["status"], task["approval"], task["waitingFor"]) = ("pending", null, null);
        Record["status"] = "in_progress";
    });

    public StagedWorkflow Reject(string taskId, string reason) => Change("task.rejected", taskId, new JsonObject { ["by"] = "local", ["reason"] = reason }, default, task =>
    {
        (task["status"], task["approval"], task["waitingFor"]) = ("rejected", null, null);
        Record["status"] = "failed";
    });

    public StagedWorkflow Skip(string taskId, string reason) => Change("task.skipped", taskId, new JsonObject { ["by"] = "local", ["reason"] = reason }, default, task => task["status"] = "skipped");

    public StagedWorkflow Retry(string taskId) => Change("task.retried", taskId, new JsonObject { ["by"] = "local" }, default, task =>
    {
        (task["status"], task["error"], task["completedAt"]) = ("pending", null, null);
        (Record["status"], Record["completedAt"], Record["duration"], Record["reason"]) = ("in_progress", null, null, null);
    });

    /// <summary>Ends or holds the workflow as a whole: <c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>paused</c>, <c>resumed</c>.</summary>
    public StagedWorkflow Become(string what, TimeSpan ago = default, string? reason = null)
    {
        lock (_gate)
        {
            Record["status"] = what == "resumed" ? "in_progress" : what;
            if (what is "completed" or "failed" or "cancelled")
            {
                var took = _time.GetUtcNow() - ago - Created;
                (Record["completedAt"], Record["reason"]) = (Written(_time.GetUtcNow() - ago), reason);
                Record["duration"] = string.Create(CultureInfo.InvariantCulture, $"{(int)took.TotalMinutes}m{took.Seconds}s");
                foreach (var task in Record["tasks"]!.AsArray().Where(task => what == "cancelled" && task!["status"]!.GetValue<string>() is "pending" or "in_progress"))
                    task!["status"] = "cancelled";
            }

            Append($"workflow.{what}", null, new JsonObject { ["by"] = "local", ["reason"] = reason }, _time.GetUtcNow() - ago);
            return this;
        }
    }

    public JsonNode Snapshot()
    {
        lock (_gate)
            return Record.DeepClone();
    }

    public (IReadOnlyList<JsonNode> Events, Task Next) After(long sequence)
    {
        lock (_gate)
            return ([.. _events.Skip((int)sequence).Select(one => one.DeepClone())], _changed.Task);
    }

    public JsonObject TaskOf(string taskId) => Record["tasks"]!.AsArray().Select(task => task!.AsObject()).Single(task => task["taskId"]!.GetValue<string>() == taskId);

    public static string Written(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    private StagedWorkflow Change(string type, string taskId, JsonObject detail, TimeSpan ago, Action<JsonObject> apply)
    {
        lock (_gate)
        {
            apply(TaskOf(taskId));
            Append(type, taskId, detail, _time.GetUtcNow() - ago);
            return this;
        }
    }

    private void Append(string type, string? taskId, JsonObject detail, DateTimeOffset at)
    {
        _events.Add(new JsonObject { ["sequence"] = _events.Count + 1, ["type"] = type, ["at"] = Written(at), ["taskId"] = taskId, ["detail"] = detail });
        Record["revision"] = _events.Count;
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private static JsonObject Planned(JsonNode? task) => new()
    {
        ["id"] = task!["taskId"]!.DeepClone(),
        ["input"] = new JsonObject { ["serviceName"] = "${parameters.serviceName}" },
        ["retry"] = new JsonObject { ["maxAttempts"] = 3 },
    };

    private static JsonObject Error(string reason) => new() { ["kind"] = "unavailable", ["reason"] = reason };
}
