using System.Globalization;
using System.Text.Json.Nodes;

namespace Agentic.Tests.ConsolePages;

/// <summary>Ready-made situations: a service being made, an approval, a failure, a large graph, a long list.</summary>
internal sealed class StagedStage(TimeProvider time)
{
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["README.md"] = "# user-service\n\nA REST API over PostgreSQL.\n\n    docker compose up\n",
        ["app/main.py"] = "\"\"\"Entry point of the service.\"\"\"\nfrom fastapi import FastAPI\n\napp = FastAPI(title=\"user-service\")\n\n\n@app.get(\"/health\")\nasync def health() -> dict:\n    # Liveness only; /ready looks at the database.\n    return {\"status\": \"ok\", \"checks\": 0}\n",
        ["app/store.py"] = "import os\n\nDSN = os.environ[\"DATABASE_URL\"]\n",
        ["tests/test_health.py"] = "def test_health(client):\n    assert client.get(\"/health\").status_code == 200\n",
        ["migrations/0001_users.sql"] = "CREATE TABLE users (\n  id uuid PRIMARY KEY,\n  email text NOT NULL UNIQUE -- lower case\n);\n",
        [".github/workflows/ci.yml"] = "name: ci\non:\n  push:\n    branches: [main]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 10\n    steps:\n      - run: pytest -q # unit and API\n",
        ["Dockerfile"] = "FROM python:3.13-slim AS build\nWORKDIR /app\nCOPY . .\nRUN pip install .\nUSER 10001\nCMD [\"uvicorn\", \"app.main:app\"]\n",
        ["pyproject.toml"] = "[project]\nname = \"user-service\"\nversion = \"0.1.0\"\n",
    };

    private int _count;

    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"wf-{Interlocked.Increment(ref _count):000000}a7c1");

    public string? File(string path) => Files.GetValueOrDefault(path);

    public static JsonArray ServicePlan() =>
    [
        StagedWorkflow.Task("scaffold", "codegen", "generate_service"),
        StagedWorkflow.Task("pipeline", "codegen", "generate_pipeline", "scaffold"),
        StagedWorkflow.Task("infrastructure", "codegen", "generate_infrastructure", "scaffold"),
        StagedWorkflow.Task("validate", "policy", "validate_artifact", "scaffold", "infrastructure"),
        StagedWorkflow.Task("provision", "deployment", "provision_infrastructure", "validate"),
        StagedWorkflow.Task("deploy", "deployment", "deploy_service", "pipeline", "provision"),
        StagedWorkflow.Task("watch", "observability", "summarize", "deploy"),
    ];

    public StagedWorkflow Service(string id, string service, TimeSpan age, string requestedBy = "mira@example.com") => new(time, id, service, requestedBy, age, ServicePlan());

    public static JsonObject Artifact() => new()
    {
        ["artifact"] = new JsonObject
        {
            ["uri"] = "/artifacts/9f2c51", ["sha256"] = "9f2c51e0a1b94c0f8d3e7a65b1c2d3e4f5a60718293a4b5c6d7e8f9012345678",
            ["files"] = new JsonArray([.. Files.Select(file => new JsonObject { ["path"] = file.Key, ["size"] = file.Value.Length, ["sha256"] = "ab12" })]),
        },
        ["repository"] = new JsonObject { ["url"] = "/git/user-service.git", ["commit"] = "5b8d0c7e21f4" },
    };

    public StagedWorkflow Finished(string service, TimeSpan age)
    {
        var workflow = Service(NextId(), service, age);
        foreach (var task in ServicePlan().Select(task => task!["taskId"]!.GetValue<string>()))
            workflow.Start(task, 1, age - TimeSpan.FromSeconds(5)).Complete(task, task == "scaffold" ? Artifact() : null, age - TimeSpan.FromSeconds(11));
        return workflow.Become("completed", age - TimeSpan.FromSeconds(92));
    }

    public StagedWorkflow Waiting(string service) => Halfway(service).Complete("provision")
        .AskForApproval("deploy", "3c9a7be1d25f40aa8f6c1d0e9b7a5c31e2f4d6b8a09c1e3f5a7b9c0d2e4f6a81", $"Deploy {service} v1.4.0 to production as a canary.");

    public StagedWorkflow Halfway(string service)
    {
        var (workflow, minutes) = (Service(NextId(), service, TimeSpan.FromMinutes(4)), TimeSpan.FromMinutes(3));
        workflow.Start("scaffold", 1, minutes).Complete("scaffold", Artifact(), minutes - TimeSpan.FromSeconds(8));
        workflow.Start("pipeline", 1, minutes).Complete("pipeline", null, minutes - TimeSpan.FromSeconds(3)).Start("infrastructure", 1, minutes).FailAttempt("infrastructure", 1, "The template store did not answer in 10 s.", TimeSpan.FromMinutes(2));
        workflow.Start("infrastructure", 2, TimeSpan.FromMinutes(2)).Complete("infrastructure", null, TimeSpan.FromMinutes(1));
        return workflow.Start("validate", 1, TimeSpan.FromSeconds(50)).Complete("validate", null, TimeSpan.FromSeconds(40)).Start("provision", 1, TimeSpan.FromSeconds(38));
    }

    public StagedWorkflow Failed(string service)
    {
        const string Reason = "The target account refused the role: the trust policy does not name this host. Add it and retry.";
        return Halfway(service).FailAttempt("provision", 1, Reason).Start("provision", 2).Fail("provision", 3, Reason).Become("failed", default, $"provision failed after 3 attempts: {Reason}");
    }

    public StagedWorkflow Large(int tasks)
    {
        var all = new JsonArray();
        for (var i = 0; i < tasks; i++)
            all.Add(StagedWorkflow.Task($"step-{i:00}-with-a-long-name", "codegen", "generate_infrastructure", [.. Enumerable.Range(0, i).Where(before => i - before is 5 or 7 && i % 3 != 0)
                .Select(before => $"step-{before:00}-with-a-long-name")]));
        return new StagedWorkflow(time, NextId(), "platform-everything", "mira@example.com", TimeSpan.FromMinutes(1), all).Start("step-00-with-a-long-name").Complete("step-00-with-a-long-name").Start("step-01-with-a-long-name");
    }

    public JsonArray DeadLetters(IEnumerable<StagedWorkflow> workflows) => [.. workflows.SelectMany(workflow => workflow.Snapshot()["tasks"]!.AsArray()
        .Where(task => task!["status"]!.GetValue<string>() == "failed").Select(task => (JsonNode)new JsonObject
        {
            ["id"] = $"{workflow.Id}:{task!["taskId"]}", ["workflowId"] = workflow.Id, ["taskId"] = task["taskId"]!.DeepClone(), ["operation"] = task["operation"]!.DeepClone(),
            ["attempts"] = task["attempts"]!.DeepClone(), ["error"] = task["error"]!.DeepClone(), ["failedAt"] = task["completedAt"]!.DeepClone(),
        }))];

    public void Fill(StagedHost host, int finished)
    {
        host.Add(Waiting("user-service"));
        host.Add(Failed("billing-service"));
        host.Add(Halfway("search-service"));
        host.Add(Large(60));
        for (var i = 0; i < finished; i++)
            host.Add(Finished($"orders-{i:000}", TimeSpan.FromMinutes(30 + (i * 47))));
    }
}
