using System.Text.Json.Nodes;

namespace Agentic.Agents.Policy.Reports;

/// <summary>Violations as SARIF 2.1.0, which code hosts show on the changed lines.</summary>
internal static class SarifLog
{
    /// <summary>Code hosts take no more in one run (GitHub: 25,000).</summary>
    public const int MostResults = 25_000;

    public static JsonObject Write(IReadOnlyList<Violation> violations, PolicyCatalogue catalogue)
    {
        var ids = violations.Select(violation => violation.Rule).Distinct(StringComparer.Ordinal).ToList();
        return new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "Agentic Policy",
                        ["rules"] = new JsonArray([.. ids.Select(id => Rule(id, catalogue.Find(id)))]),
                    },
                },
                ["results"] = new JsonArray([.. violations.Select(violation => Result(violation, ids.IndexOf(violation.Rule)))]),
            }),
        };
    }

    private static JsonObject Rule(string id, RuleDescription? rule) => new()
    {
        ["id"] = id,
        ["shortDescription"] = new JsonObject { ["text"] = rule?.FailsWhen ?? id },
        ["help"] = new JsonObject { ["text"] = rule?.Fix ?? "" },
        ["defaultConfiguration"] = new JsonObject { ["level"] = Level(rule?.Severity ?? "medium") },
        ["properties"] = new JsonObject
        {
            ["tags"] = new JsonArray([.. (rule?.Aliases ?? []).Concat(rule?.Frameworks ?? []).Select(tag => JsonValue.Create(tag))]),
            ["security-severity"] = rule?.Severity switch { "critical" => "9.5", "high" => "8.0", "low" => "3.0", "info" => "0.0", _ => "5.5" },
        },
    };

    private static JsonObject Result(Violation violation, int index)
    {
        var result = new JsonObject
        {
            ["ruleId"] = violation.Rule,
            ["ruleIndex"] = index,
            ["level"] = Level(violation.Severity),
            ["message"] = new JsonObject { ["text"] = $"{violation.Message} {violation.Fix}" },
            ["partialFingerprints"] = new JsonObject { ["agenticPolicy/v1"] = violation.Fingerprint },
        };
        var location = new JsonObject();
        if (violation.File is not null)
        {
            location["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = violation.File },
                ["region"] = new JsonObject { ["startLine"] = violation.Line ?? 1, ["endLine"] = violation.EndLine ?? violation.Line ?? 1 },
            };
        }

        if (violation.Resource is not null)
        {
            location["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = violation.Resource });
        }

        if (location.Count > 0)
        {
            result["locations"] = new JsonArray(location);
        }

        return result;
    }

    private static string Level(string severity) => severity switch
    {
        "critical" or "high" => "error",
        "medium" => "warning",
        _ => "note",
    };
}
