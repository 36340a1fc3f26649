using System.Text.Json;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Engines;

/// <summary>Reads the answers of other tools into findings. What does not have the promised shape is a <see cref="FormatException"/>, never "nothing found".</summary>
internal static class EngineReports
{
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 128, AllowTrailingCommas = true };

    public static JsonElement Json(string text)
    {
        var start = text.AsSpan().IndexOfAny('{', '[');

        if (start < 0)
        {
            throw new FormatException("it wrote no JSON.");
        }

        using var document = JsonDocument.Parse(text.AsMemory(start), Bounded);
        return document.RootElement.Clone();
    }

    public static IReadOnlyList<Finding> Trivy(JsonElement report, EngineAliases aliases)
    {
        var findings = new List<Finding>();

        if (report.ValueKind != JsonValueKind.Object || !(report.TryGetProperty("SchemaVersion", out _) || report.TryGetProperty("Results", out _)))
        {
            throw new FormatException("a Trivy report has a SchemaVersion and Results.");
        }

        foreach (var result in Items(report, "Results"))
        {
            var target = Text(result, "Target");

            foreach (var item in Items(result, "Misconfigurations"))
            {
                if (Text(item, "Status") is "PASS" or "EXCEPTION")
                {
                    continue;
                }

                var cause = item.TryGetProperty("CauseMetadata", out var metadata) ? metadata : default;
                findings.Add(new Finding(aliases.Name("trivy", Text(item, "ID") ?? "unknown"), Text(cause, "Resource"), target, Number(cause, "StartLine"), Text(item, "Message") ?? Text(item, "Title") ?? "Misconfiguration.")
                {
                    EndLine = Number(cause, "EndLine"),
                    Fix = Text(item, "Resolution"),
                    Severity = Severity(Text(item, "Severity")),
                });
            }

            foreach (var item in Items(result, "Secrets"))
            {
                findings.Add(new Finding(aliases.Name("trivy", Text(item, "RuleID") ?? "secret"), null, target, Number(item, "StartLine"), $"{Text(item, "Title") ?? "Secret"}.") { EndLine = Number(item, "EndLine"), Severity = Severity(Text(item, "Severity")) });
            }

            foreach (var item in Items(result, "Vulnerabilities"))
            {
                var package = $"{Text(item, "PkgName")}@{Text(item, "InstalledVersion")}";
                var repaired = Text(item, "FixedVersion");
                findings.Add(new Finding($"trivy:{Text(item, "VulnerabilityID") ?? "vulnerability"}", package, target, null, $"{package}: {Text(item, "Title") ?? "known vulnerability"}.")
                {
                    Fix = repaired is { Length: > 0 } ? $"Update {Text(item, "PkgName")} to {repaired}." : "No repaired version is known; replace the package or have an exception approved.",
                    Severity = Severity(Text(item, "Severity")),
                });
            }
        }

        return findings;
    }

    /// <summary>One report per framework, or an array of them; with nothing to look at, a bare summary.</summary>
    public static IReadOnlyList<Finding> Checkov(JsonElement report, EngineAliases aliases)
    {
        var findings = new List<Finding>();

        foreach (var part in report.ValueKind == JsonValueKind.Array ? report.EnumerateArray().ToList() : [report])
        {
            if (part.ValueKind != JsonValueKind.Object || !(part.TryGetProperty("results", out var results) || part.TryGetProperty("passed", out results)))
            {
                throw new FormatException("a Checkov report has results.");
            }

            foreach (var item in Items(results, "failed_checks"))
            {
                var range = item.TryGetProperty("file_line_range", out var lines) && lines.ValueKind == JsonValueKind.Array ? lines.EnumerateArray().Select(line => line.TryGetInt32(out var number) ? number : 0).ToArray() : [];
                findings.Add(new Finding(aliases.Name("checkov", Text(item, "check_id") ?? "unknown"), Text(item, "resource"), Text(item, "file_path")?.TrimStart('/'), range.Length > 0 && range[0] > 0 ? range[0] : null, $"{Text(item, "check_name") ?? "Check failed"}.")
                {
                    EndLine = range.Length > 1 && range[1] > 0 ? range[1] : null,
                    Severity = Severity(Text(item, "severity")),
                });
            }
        }

        return findings;
    }

    public static IReadOnlyList<Finding> Gitleaks(JsonElement report, EngineAliases aliases)
    {
        if (report.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("a gitleaks report is an array.");
        }

        return [.. report.EnumerateArray().Select(item => new Finding(aliases.Name("gitleaks", Text(item, "RuleID") ?? "secret"), null, InputPath(Text(item, "File")), Number(item, "StartLine"), Text(item, "Description") ?? "Secret.")
        {
            EndLine = Number(item, "EndLine"),
            Severity = "critical",
        })];
    }

    /// <summary>The policy report Kyverno prints below a few lines of talk.</summary>
    public static IReadOnlyList<Finding> Kyverno(string output, EngineAliases aliases)
    {
        var start = output.StartsWith("apiVersion:", StringComparison.Ordinal) ? 0 : output.IndexOf("\napiVersion:", StringComparison.Ordinal) + 1;

        if (start == 0 && !output.StartsWith("apiVersion:", StringComparison.Ordinal))
        {
            throw new FormatException("it printed no policy report.");
        }

        var findings = new List<Finding>();

        foreach (var document in YamlReader.Read(output[start..]))
        {
            if (document.Root is not { } root || root.TextOf("kind") is not ("PolicyReport" or "ClusterPolicyReport"))
            {
                throw new FormatException(document.Error ?? "the document is not a policy report.");
            }

            foreach (var result in root.ItemsOf("results").Where(result => result.TextOf("result") is "fail" or "error"))
            {
                var policy = result.TextOf("policy") ?? "policy";
                var rule = result.TextOf("rule");
                var name = aliases.Name("kyverno", $"{policy}/{rule}");
                name = name.StartsWith("kyverno:", StringComparison.Ordinal) ? aliases.Name("kyverno", policy) : name;

                foreach (var resource in result.ItemsOf("resources").DefaultIfEmpty(root))
                {
                    findings.Add(new Finding(name, $"{resource.TextOf("kind")}/{resource.TextOf("namespace") ?? "default"}/{resource.TextOf("name")}", null, null, result.TextOf("message") ?? $"{policy}: {rule} failed.") { Severity = Severity(result.TextOf("severity")) });
                }
            }
        }

        return findings;
    }

    public static IReadOnlyList<Finding> OpaEvaluation(JsonElement report)
    {
        if (report.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            throw new FormatException($"the policy failed: {Text(errors[0], "message")}");
        }

        var values = Items(report, "result").SelectMany(result => Items(result, "expressions")).Select(expression => expression.TryGetProperty("value", out var value) ? value : default).ToList();
        return values.Count == 0 ? throw new FormatException("the decision is undefined: no policy defines it.") : [.. values.SelectMany(OpaDecision.Read)];
    }

    /// <summary>The words of other tools for our five; null where a tool says none.</summary>
    public static string? Severity(string? word) => word?.ToLowerInvariant() switch
    {
        "critical" => "critical",
        "high" or "error" => "high",
        "medium" or "moderate" or "warning" => "medium",
        "low" or "minor" or "note" or "style" => "low",
        "info" or "none" or "negligible" => "info",
        _ => null,
    };

    /// <summary>Tools that were given our scratch folder name files below it.</summary>
    public static string? InputPath(string? path)
    {
        const string Root = "/input/";
        var at = path?.Replace('\\', '/').IndexOf(Root, StringComparison.Ordinal) ?? -1;
        return at < 0 ? path : path![(at + Root.Length)..];
    }

    public static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [];

    public static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Number(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 ? number : null;
}
