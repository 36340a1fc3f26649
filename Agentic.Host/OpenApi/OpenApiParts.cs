using System.Text.Json.Nodes;

namespace Agentic.Host.OpenApi;

/// <summary>The parts of the description that every operation shares.</summary>
internal static class OpenApiParts
{
    /// <summary>Status and name of each refusal, as <see cref="Responses"/> describes it.</summary>
    public static IReadOnlyList<(string Status, string Name)> Problems { get; } =
    [
        ("400", "Malformed"), ("401", "Unauthenticated"), ("403", "Forbidden"), ("404", "NotFound"), ("409", "Conflict"), ("413", "TooLarge"),
        ("415", "UnsupportedMediaType"), ("422", "Refused"), ("429", "TooManyRequests"), ("500", "Broken"), ("503", "Unavailable"),
    ];

    public static JsonObject Info() => new()
    {
        ["title"] = "Agentic",
        ["version"] = typeof(OpenApiParts).Assembly.GetName().Version?.ToString(3) ?? "0",
        ["description"] = "Eight DevOps agents behind one gate. Most operations are tools at /mcp too (isTool at /operations). Names may be sent in snake_case; unknown members are refused.",
        ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
    };

    public static JsonObject Security(string scheme) => new() { [scheme] = new JsonArray() };

    public static JsonObject SecuritySchemes() => new()
    {
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "An API key (agk_…) with Auth:Mode=ApiKey, a token of your issuer with Auth:Mode=Jwt. Auth:Mode=Local asks for nothing." },
        ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-Api-Key" },
        ["session"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = Agentic.Host.Security.SessionCookies.Name },
    };

    public static JsonObject Success(string description, JsonNode schema) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } },
    };

    public static JsonObject ProblemSchema() => new()
    {
        ["type"] = "object",
        ["description"] = "RFC 9457 problem details.",
        ["required"] = new JsonArray("type", "title", "status", "detail", "errors", "traceId"),
        ["properties"] = new JsonObject
        {
            ["type"] = Text("Names the kind of problem."),
            ["title"] = Text("The kind in words."),
            ["status"] = new JsonObject { ["type"] = "integer", ["description"] = "The HTTP status." },
            ["detail"] = Text("What was wrong, where, and what to do."),
            ["instance"] = Text("The path that was asked for."),
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "One entry per member that is wrong.",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("member", "message"),
                    ["properties"] = new JsonObject { ["member"] = Text("Path of the member."), ["message"] = Text("What is wrong with it and what would be right.") },
                },
            },
            ["missing"] = new JsonObject { ["type"] = "array", ["description"] = "Members that are still needed.", ["items"] = new JsonObject { ["type"] = "string" } },
            ["traceId"] = Text("Finds this request in the log."),
        },
    };

    public static JsonObject Responses()
    {
        var responses = new JsonObject
        {
            ["Accepted"] = new JsonObject
            {
                ["description"] = "Journalled and on its way; follow it at Location.",
                ["headers"] = new JsonObject { ["Location"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } },
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["workflowId"] = Text("The workflow that does the work."), ["status"] = Text("Its status now.") },
                } } },
            },
        };
        foreach (var (status, name) in Problems)
            responses[name] = Problem(status);
        return responses;
    }

    public static JsonObject Parameters() => new()
    {
        ["IdempotencyKey"] = Header("Idempotency-Key", "Your own name for this request: sent again with the same body, it has no second effect.", new JsonObject { ["type"] = "string", ["maxLength"] = 255 }),
        ["Prefer"] = Header("Prefer", "`wait=N` waits up to N seconds (at most 25) for the run to end.", new JsonObject { ["type"] = "string", ["examples"] = new JsonArray("wait=20") }),
    };

    public static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject Header(string name, string description, JsonObject schema) => new()
    {
        ["name"] = name, ["in"] = "header", ["required"] = false, ["description"] = description, ["schema"] = schema,
    };

    private static JsonObject Problem(string status)
    {
        var problem = new JsonObject
        {
            ["description"] = Meaning(status),
            ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } } },
        };
        if (status is "429" or "503")
            problem["headers"] = new JsonObject { ["Retry-After"] = new JsonObject { ["description"] = "Seconds to wait.", ["schema"] = new JsonObject { ["type"] = "integer" } } };
        if (status == "401")
            problem["headers"] = new JsonObject { ["WWW-Authenticate"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };
        return problem;
    }

    private static string Meaning(string status) => status switch
    {
        "400" => "The request does not fit; every wrong member is named.",
        "401" => "Nobody is signed in, or the key or token is not valid.",
        "403" => "This caller may not do this, or not in this environment.",
        "404" => "There is no such thing.",
        "409" => "It is in a state that does not allow this.",
        "413" => "The body is too large.",
        "415" => "The body is not JSON in UTF-8.",
        "422" => "Well formed, and still refused, with the reason.",
        "429" => "Too many requests.",
        "503" => "Something this needs is not there at the moment.",
        _ => "Something broke on our side.",
    };
}
