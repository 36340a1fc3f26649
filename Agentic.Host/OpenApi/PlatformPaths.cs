using System.Text.Json.Nodes;
using Agentic.Host.Health;

namespace Agentic.Host.OpenApi;

/// <summary>Describes the few endpoints that are no operations: lists, streams, health, sessions.</summary>
internal static class PlatformPaths
{
    public static IEnumerable<(string Path, string Verb, JsonObject Described)> All()
    {
        yield return ("/operations", "get", Path("list_operations", "Lists every operation with its schemas, route and example.", Json("The catalogue.")));
        yield return ("/workflows/{id}/events", "get", Events());
        yield return ("/artifacts/{id}", "get", Artifact("artifact_zip", "Downloads a generated artifact as a zip.", "application/zip", "id"));
        yield return ("/artifacts/{id}/files/{path}", "get", Artifact("artifact_file", "Shows one file of a generated artifact.", "text/plain", "id", "path"));
        yield return ("/policy/reports/{quarter}.html", "get", Artifact("compliance_page", "Shows the compliance report of a quarter (2026-Q3) or of the last 90 days (current) as a page of its own.", "text/html", "quarter"));
        yield return ("/health", "get", Open(Path("health", "Says how the host and each of its agents are.", Json("Healthy or degraded."), ("503", Json("Nothing works here.")))));
        foreach (var agent in AgentHealthReport.Agents)
            yield return ($"/{agent}/health", "get", Open(Path($"{agent}_health", $"Says how the {agent} agent is.", Json("Healthy or degraded."), ("503", Json("Unhealthy, or not part of this host.")))));
        yield return ("/metrics", "get", Path("metrics", "Metrics in the Prometheus text format.", new JsonObject
        {
            ["description"] = "The metrics.",
            ["content"] = new JsonObject { ["text/plain"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } },
        }));
        yield return ("/session/login", "post", Login());
        yield return ("/session/logout", "post", Open(Without200(Path("logout", "Ends the console session.", Json("Done.")), "204", new JsonObject { ["description"] = "The cookie is gone." })));
        yield return ("/session/me", "get", Path("me", "Says who you are to this host and what you may do.", Json("The caller.")));
    }

    private static JsonObject Events()
    {
        var events = Path("workflow_events", "Every journalled transition of a workflow: from the journal, then live. Ends after the last one.", new JsonObject
        {
            ["description"] = "Server-sent events, or a page of them where Accept does not name event-stream.",
            ["content"] = new JsonObject
            {
                ["text/event-stream"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } },
                ["application/json"] = new JsonObject { ["schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("items", "nextAfter"),
                    ["properties"] = new JsonObject
                    {
                        ["items"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } },
                        ["nextAfter"] = new JsonObject { ["type"] = "integer" },
                    },
                } },
            },
        }, ("204", new JsonObject { ["description"] = "The workflow has ended and you have every event." }), ("404", Reference("NotFound")));
        events["parameters"] = new JsonArray(
            Parameter("id", "path", true, "The workflow."),
            Parameter("after", "query", false, "Only events after this number."),
            Parameter("Last-Event-ID", "header", false, "The same, as an EventSource sends it."));
        return events;
    }

    private static JsonObject Artifact(string id, string description, string type, params string[] named)
    {
        var path = Path(id, description, new JsonObject
        {
            ["description"] = "The bytes; they never change.",
            ["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } },
        }, ("404", Reference("NotFound")));
        path["parameters"] = new JsonArray([.. named.Select(name => Parameter(name, "path", true, name == "id" ? "SHA-256 of the artifact." : "Path of the file."))]);
        return path;
    }

    private static JsonObject Login()
    {
        var login = Open(Path("login", "Exchanges an API key or token for the console's session cookie.", Json("The caller; the cookie is set."), ("401", Reference("Unauthenticated"))));
        login["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("apiKey"),
                ["properties"] = new JsonObject { ["apiKey"] = new JsonObject { ["type"] = "string", ["writeOnly"] = true, ["description"] = "The key, or the token with Auth:Mode=Jwt." } },
            } } },
        };
        return login;
    }

    private static JsonObject Path(string id, string description, JsonObject success, params (string Status, JsonObject Answer)[] others)
    {
        var answers = new JsonObject { ["200"] = success };
        foreach (var (status, answer) in others)
            answers[status] = answer;
        answers["429"] = Reference("TooManyRequests");
        return new JsonObject
        {
            ["operationId"] = id, ["tags"] = new JsonArray("platform"), ["summary"] = char.ToUpperInvariant(id[0]) + id[1..].Replace('_', ' '),
            ["description"] = description, ["responses"] = answers,
        };
    }

    private static JsonObject Open(JsonObject path)
    {
        path["security"] = new JsonArray();
        return path;
    }

    private static JsonObject Without200(JsonObject path, string status, JsonObject answer)
    {
        var answers = (JsonObject)path["responses"]!;
        answers.Remove("200");
        answers[status] = answer;
        return path;
    }

    private static JsonObject Json(string description) => OpenApiParts.Success(description, new JsonObject { ["type"] = "object" });

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/responses/{name}" };

    private static JsonObject Parameter(string name, string place, bool isRequired, string description) => new()
    {
        ["name"] = name, ["in"] = place, ["required"] = isRequired, ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" },
    };
}
