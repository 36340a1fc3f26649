using System.Text.Json;

namespace Agentic.Agents.Policy.Engines;

/// <summary>Takes in the results of any scanner that writes SARIF 2.1.0; suppressed and passing results stay out.</summary>
internal static class SarifImport
{
    private const int MaxResults = 100_000;

    public static Checked Read(string text, EngineAliases aliases)
    {
        try
        {
            var report = EngineReports.Json(text);

            if (report.ValueKind != JsonValueKind.Object || !report.TryGetProperty("runs", out var runs) || runs.ValueKind != JsonValueKind.Array)
            {
                return Checked.Unread("sarif", "It is not a SARIF log: it has no runs.");
            }

            return Checked.Join(runs.EnumerateArray().Select(run => Run(run, aliases)));
        }
        catch (Exception broken) when (broken is JsonException or FormatException or InvalidOperationException)
        {
            return Checked.Unread("sarif", $"It could not be read: {broken.Message}");
        }
    }

    private static Checked Run(JsonElement run, EngineAliases aliases)
    {
        var driver = run.TryGetProperty("tool", out var tool) && tool.TryGetProperty("driver", out var found) ? found : default;
        var name = (EngineReports.Text(driver, "name") ?? "sarif").ToLowerInvariant();
        var rules = EngineReports.Items(driver, "rules").Select(rule => EngineReports.Text(rule, "id")).ToList();
        var findings = EngineReports.Items(run, "results").Take(MaxResults).Where(Counts).Select(result => Finding(result, name, rules, aliases)).ToList();
        var failed = EngineReports.Items(run, "invocations").Any(invocation => invocation.TryGetProperty("executionSuccessful", out var good) && good.ValueKind == JsonValueKind.False);
        return new Checked(findings, failed ? [new NotChecked(name, "Its own report says that the run did not succeed.")] : []);
    }

    private static bool Counts(JsonElement result) =>
        EngineReports.Text(result, "kind") is null or "fail" or "open" or "review"
        && EngineReports.Text(result, "level") != "none"
        && !EngineReports.Items(result, "suppressions").Any(suppression => EngineReports.Text(suppression, "status") is null or "accepted");

    private static Finding Finding(JsonElement result, string tool, List<string?> rules, EngineAliases aliases)
    {
        var index = EngineReports.Number(result, "ruleIndex") ?? 0;
        var id = EngineReports.Text(result, "ruleId") ?? (index < rules.Count ? rules[index] : null) ?? "unknown";
        var message = result.TryGetProperty("message", out var words) ? EngineReports.Text(words, "text") : null;
        var location = EngineReports.Items(result, "locations").FirstOrDefault();
        var place = location.ValueKind == JsonValueKind.Object && location.TryGetProperty("physicalLocation", out var physical) ? physical : default;
        var file = place.ValueKind == JsonValueKind.Object && place.TryGetProperty("artifactLocation", out var artifact) ? EngineReports.Text(artifact, "uri") : null;
        var region = place.ValueKind == JsonValueKind.Object && place.TryGetProperty("region", out var lines) ? lines : default;
        var resource = location.ValueKind == JsonValueKind.Object ? EngineReports.Items(location, "logicalLocations").Select(each => EngineReports.Text(each, "fullyQualifiedName")).FirstOrDefault() : null;
        return new Finding(aliases.Name(tool, id), resource, Path(file), EngineReports.Number(region, "startLine"), message ?? id)
        {
            EndLine = EngineReports.Number(region, "endLine"),
            Severity = EngineReports.Severity(EngineReports.Text(result, "level")) ?? "medium",
            Engine = tool,
        };
    }

    private static string? Path(string? uri) => uri is null ? null : Uri.UnescapeDataString(uri.StartsWith("file://", StringComparison.Ordinal) ? uri[7..] : uri);
}
