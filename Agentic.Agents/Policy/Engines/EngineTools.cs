using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Engines;

/// <summary>The programs we know how to call.</summary>
internal static class EngineTools
{
    public static readonly IReadOnlyList<string> Names = ["opa", "kyverno", "trivy", "checkov", "gitleaks"];

    private static readonly IReadOnlySet<string> Anything = new HashSet<string> { "terraform", "terraform_plan", "kubernetes", "cloudformation", "dockerfile", "files", "dependencies", "workflow" };
    private static readonly IReadOnlySet<string> Infrastructure = new HashSet<string> { "terraform", "terraform_plan", "kubernetes", "cloudformation", "dockerfile", "files", "workflow" };

    public static EngineTool Trivy(string executable) => new("trivy", executable, Anything,
        folder => ["fs", "--scanners", "misconfig,secret,vuln", "--format", "json", "--quiet", "--exit-code", "0", "--no-progress", folder],
        (output, aliases) => EngineReports.Trivy(EngineReports.Json(output), aliases), new HashSet<int> { 0 });

    /// <summary>Vulnerabilities and misconfiguration of a container image; <paramref name="image"/> is a reference, not a path.</summary>
    public static EngineTool TrivyImage(string executable, string image) => new("trivy", executable, new HashSet<string> { "image" },
        _ => ["image", "--format", "json", "--quiet", "--exit-code", "0", "--no-progress", "--", image],
        (output, aliases) => EngineReports.Trivy(EngineReports.Json(output), aliases), new HashSet<int> { 0 });

    /// <summary>Exit code 1 means that it found something.</summary>
    public static EngineTool Checkov(string executable) => new("checkov", executable, Infrastructure,
        folder => ["--directory", folder, "--output", "json", "--compact", "--quiet", "--download-external-modules", "false"],
        (output, aliases) => EngineReports.Checkov(EngineReports.Json(output), aliases), new HashSet<int> { 0, 1 });

    public static EngineTool Gitleaks(string executable) => new("gitleaks", executable, Anything,
        folder => ["dir", folder, "--report-format", "json", "--report-path", "-", "--redact", "--no-banner", "--exit-code", "0"],
        (output, aliases) => EngineReports.Gitleaks(EngineReports.Json(output), aliases), new HashSet<int> { 0 });

    public static EngineTool Kyverno(string executable, string policies) => new("kyverno", executable, new HashSet<string> { "kubernetes", "files" },
        folder => ["apply", policies, "--resource", folder, "--policy-report"],
        EngineReports.Kyverno, new HashSet<int> { 0, 1 })
    {
        Takes = static (path, text) => (path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)) && KubernetesPolicy.Recognises(text),
    };

    public static EngineTool Opa(string executable, string bundle, string decision) => new("opa", executable, Anything,
        folder => ["eval", "--format", "json", "--bundle", bundle, "--input", Path.Combine(Path.GetDirectoryName(folder)!, "input.json"), "data." + decision.Trim('/').Replace('/', '.')],
        (output, _) => EngineReports.OpaEvaluation(EngineReports.Json(output)), new HashSet<int> { 0 });
}
