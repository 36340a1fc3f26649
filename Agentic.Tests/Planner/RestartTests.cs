using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agentic.Tests.Support;

namespace Agentic.Tests.Planner;

public sealed class RestartTests
{
    /// <summary>Only the list is read, which wakes no workflow: the host itself has to.</summary>
    [Test]
    public async Task Goes_on_with_unfinished_workflows_after_a_restart_without_being_asked()
    {
        string id;
        string folder;
        await using (var first = await AgenticHost.StartAsync(options => options.KeepsData = true))
        {
            folder = first.DataFolder;
            using var created = await first.Client.PostJson("/workflows", """{ "tasks": [ { "id": "held", "operation": "get_workflow", "input": { "id": "${workflow.id}" }, "delay": "4s" } ] }""");
            id = (string)(await created.Content.ReadFromJsonAsync<JsonObject>())!["workflowId"]!;
        }

        await using var second = await AgenticHost.StartAsync(options => options.DataFolder = folder);

        await Eventually.Holds(async () =>
        {
            var listed = (await second.Client.GetFromJsonAsync<JsonObject>("/workflows"))!["items"]!.AsArray().SingleOrDefault();
            return (string?)listed?["workflowId"] == id && (string?)listed?["status"] == "completed";
        });
    }
}
