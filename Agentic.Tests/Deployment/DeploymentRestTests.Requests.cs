using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Agentic.Tests.Deployment;

internal sealed partial class DeploymentRestTests
{
    private static async Task Holds(Func<Task<bool>> condition, Func<string>? said = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(40)), said?.Invoke() ?? "it did not come about");
            await ticks.WaitForNextTickAsync();
        }
    }

    private string Body(string version, string more = "", string environment = "dev")
    {
        if (version is "1.0.0" or "2.0.0" or "3.0.0")
        {
            _releases.Add(_service, version);
        }

        if (!more.Contains("strategy", StringComparison.Ordinal))
        {
            more += """, "steps": [ { "weight": 100 } ]""";
        }

        return $$"""{ "service": "{{_service}}", "version": "{{version}}", "environment": "{{environment}}"{{more}} }""";
    }

    private async Task<JsonObject> Deployed(string version, string more = "")
    {
        var (status, accepted) = await Post("/deploy", Body(version, more));
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted), accepted.ToJsonString());
        var ended = await Ended(accepted);
        Assert.That((string?)ended["status"], Is.EqualTo("completed"), ended.ToJsonString());
        return ended;
    }

    private async Task<(HttpStatusCode Status, string? Detail)> Promote(string from, string to)
    {
        var (status, answer) = await Post("/operations/promote_environment", $$"""{ "service": "{{_service}}", "from": "{{from}}", "environment": "{{to}}" }""");
        return (status, (string?)answer["detail"]);
    }

    private Task<JsonObject> Ended(JsonObject accepted) => Until((string)accepted["deploymentId"]!, record => record["completedAt"] is not null);

    private async Task<JsonObject> Until(string id, Func<JsonObject, bool> isSo)
    {
        JsonObject record = [];
        await Holds(async () => isSo(record = (await Get($"/deployments/{id}")).Body), () => record.ToJsonString());
        return record;
    }

    private async Task<JsonObject> Workflow(string id, string status)
    {
        JsonObject record = [];
        await Holds(async () => (string?)(record = (await Get($"/workflows/{id}")).Body)["status"] == status, () => record.ToJsonString());
        return record;
    }

    private async Task<(HttpStatusCode Status, JsonObject Body)> Get(string path)
    {
        using var answer = await _host.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    private async Task<(HttpStatusCode Status, JsonObject Body)> Post(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _host.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }
}
