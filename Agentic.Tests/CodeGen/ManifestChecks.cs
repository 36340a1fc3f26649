using System.Text.Json;
using k8s;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agentic.Tests.CodeGen;

/// <summary>Reads Kubernetes manifests as the API server would: unknown and misplaced members are errors.</summary>
internal static class ManifestChecks
{
    private static readonly string[] Environments = ["dev", "staging", "production"];
    private static readonly string[] Foreign = ["argoproj.io", "external-secrets.io", "kustomize.config.k8s.io"];
    private static readonly Dictionary<string, string> Nothing = [];

    public static IEnumerable<StaticProblem> Strictly(GeneratedFolder folder) =>
        folder.Files.Files
            .Where(file => IsManifest(file.Path))
            .SelectMany(file => Problems(file.Text).Select(problem => new StaticProblem(folder, $"{file.Path}: {problem}")));

    /// <summary>Builds every overlay and reads what comes of it; equal folders are built once.</summary>
    public static IEnumerable<StaticProblem> Kustomize(IReadOnlyList<GeneratedFolder> folders) =>
        folders
            .GroupBy(folder => string.Join('\n', folder.Files.Files.Where(file => file.Path.StartsWith("deploy/kubernetes/", StringComparison.Ordinal)).Select(file => file.Sha256)))
            .AsParallel()
            .SelectMany(same => Environments.SelectMany(environment =>
            {
                var built = Command.Run(same.First().Path, Nothing, "kubectl", "kustomize", $"deploy/kubernetes/overlays/{environment}");
                var problems = built.ExitCode == 0 ? Built(built.Output, same.First(), environment) : [built.Output.Trim()];
                return problems.SelectMany(problem => same.Select(folder => new StaticProblem(folder, $"overlay {environment}: {problem}"))).ToList();
            }))
            .ToList();

    /// <summary>No program here renders a chart: its files are parsed once the actions in them are taken as text.</summary>
    public static IEnumerable<StaticProblem> Helm(GeneratedFolder folder)
    {
        if (folder.Files.Find("deploy/helm/Chart.yaml") is null || folder.Files.Find("deploy/helm/values.yaml") is null)
            yield return new StaticProblem(folder, "the chart has no Chart.yaml or no values.yaml");
        foreach (var file in folder.Files.Files.Where(file => file.Path.StartsWith("deploy/helm/templates/", StringComparison.Ordinal)))
        {
            if (Mappings(file.Text).Any(mapping => !mapping.Children.ContainsKey("kind") || !mapping.Children.ContainsKey("metadata")))
                yield return new StaticProblem(folder, $"{file.Path} is not a manifest");
        }
    }

    private static IEnumerable<string> Built(string text, GeneratedFolder folder, string environment)
    {
        var names = Mappings(text).Select(mapping => $"{mapping["kind"]}").ToList();
        string[] wanted = ["Deployment", "Service", "ServiceAccount", "NetworkPolicy", "ConfigMap"];
        if (folder.Request.ApiType != "event-driven")
            wanted = [.. wanted, "Ingress"];
        if (folder.Request.Database != "none")
            wanted = [.. wanted, "HorizontalPodAutoscaler", "PodDisruptionBudget"];
        var missing = wanted.Except(names, StringComparer.Ordinal).Select(kind => $"no {kind} is built for {environment}");
        return missing.Concat(Problems(text));
    }

    private static IEnumerable<string> Problems(string text)
    {
        foreach (var document in text.Split("\n---\n"))
        {
            if (Foreign.Any(group => document.Contains($"apiVersion: {group}/", StringComparison.Ordinal)))
                continue;
            string? problem = null;
            try
            {
                if (KubernetesYaml.LoadAllFromString(document, strict: true).Count != 1)
                    problem = "not one object";
            }
            catch (Exception wrong) when (wrong is YamlException or JsonException or KeyNotFoundException or InvalidOperationException)
            {
                problem = $"{wrong.Message} {wrong.InnerException?.Message}";
            }

            if (problem is not null)
                yield return problem;
        }
    }

    private static IEnumerable<YamlMappingNode> Mappings(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Select(document => (YamlMappingNode)document.RootNode);
    }

    private static bool IsManifest(string path) =>
        (path.StartsWith("deploy/kubernetes/", StringComparison.Ordinal) || path.StartsWith("deploy/argocd/", StringComparison.Ordinal)) && path.EndsWith(".yaml", StringComparison.Ordinal);
}
