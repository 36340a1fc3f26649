using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private const int DeepestPod = 60;

    private readonly Dictionary<string, Func<Allocation>> _pods = new(StringComparer.Ordinal);
    private Func<Allocation>? _openPod;

    /// <summary>A Kubernetes agent: one image is the job's container, or each container step runs its image.</summary>
    private Allocation Pod(List<Call> settings, Call origin, Scope scope, Surroundings around, bool checksOut)
    {
        var containers = new List<(string Name, string Image)>();
        string? fallback = null;
        Call? label = null;
        foreach (var setting in settings)
        {
            var value = setting.Body is null ? Evaluate(setting.Arguments[0].Value, scope, around) : Value.Null;
            switch (setting.StepName)
            {
                case "yaml":
                    if (JobExpression(value) is { } yaml && ReadPod(yaml, containers)) Mark(setting.Span, Fate.Approximated, $"containers {string.Join(", ", containers.Select(c => c.Name + " = " + c.Image))}; resources, volumes and service accounts of the pod are not carried over");
                    else Mark(setting.Span, Fate.Manual, "the pod is not readable here: set the job's container");
                    break;
                case "yamlFile":
                    var path = Display(value);
                    if (_request.Files.TryGetValue(path, out var text) && ReadPod(text, containers)) Mark(setting.Span, Fate.Approximated, "the containers of the given file");
                    else Mark(setting.Span, Fate.Manual, $"the pod is described in {path}, which is not part of this file: set the job's container to its image");
                    break;
                case "defaultContainer": fallback = Display(value); break;
                case "label": label = setting; break;
                case "containerTemplate": AddTemplate(setting, containers, scope, around); break;
                case "cloud" or "inheritFrom" or "namespace" or "serviceAccount" or "nodeSelector" or "customWorkspace" or "workspaceVolume" or "slaveConnectTimeout" or "podRetention" or "idleMinutes" or "activeDeadlineSeconds" or "instanceCap" or "showRawYaml" or "supplementalGroups" or "retries":
                    Mark(setting.Span, Fate.Dropped, $"{setting.StepName} belongs to Jenkins' Kubernetes cloud"); break;
                default: Mark(setting.Span, Fate.Manual, $"{setting.StepName} of the pod is not carried over"); break;
            }
        }

        if (origin.Body is null) Mark(origin.Span, Fate.Manual, $"the pod {Quote(origin.Span, 60)} is not described here: set the job's container");
        return PodAllocation(containers, fallback, label is null ? null : Evaluate(label.Arguments[0].Value, scope, around), origin, checksOut);
    }

    private static Allocation PodAllocation(List<(string Name, string Image)> containers, string? fallback, Value? label, Groovy.Node origin, bool checksOut)
    {
        _ = label;
        var work = containers.Where(container => container.Name != "jnlp").ToList();
        Yaml? container = null;
        if (work.Count == 1)
        {
            var map = new YamlMap();
            map.Add("image", Yaml.Of(work[0].Image));
            container = map;
        }

        var allocation = new Allocation { RunsOn = Yaml.Of("ubuntu-latest"), ChecksOut = checksOut, Source = origin.Span, Container = container };
        foreach (var (name, image) in containers) allocation.Containers[name] = image;
        if (work.Count == 1) allocation.DefaultContainer = work[0].Name;
        else if (work.Count > 1 && fallback is not null && allocation.Containers.TryGetValue(fallback, out var image)) allocation.AgentImage = image;
        return allocation;
    }

    private static bool ReadPod(string yaml, List<(string Name, string Image)> containers)
    {
        try
        {
            var stream = Operations.BoundedYaml.Load(yaml, DeepestPod);
            if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode root || !root.Children.TryGetValue("spec", out var spec) || spec is not YamlMappingNode inner || !inner.Children.TryGetValue("containers", out var list) || list is not YamlSequenceNode items) return false;
            foreach (var item in items.OfType<YamlMappingNode>())
                if (item.Children.TryGetValue("image", out var image)) containers.Add((item.Children.TryGetValue("name", out var name) ? name.ToString() : "main", image.ToString()));
            return containers.Count > 0;
        }
        catch (YamlException)
        {
            // A pod that is not YAML is reported by the caller as not readable.
            return false;
        }
    }

    private void AddTemplate(Call template, List<(string Name, string Image)> containers, Scope scope, Surroundings around)
    {
        Value? Of(string name) => template.Named(name) is { } given ? Evaluate(given, scope, around)
            : (template.Body is { } described ? Sections(described) : []).FirstOrDefault(call => call.StepName == name)?.Arguments.FirstOrDefault()?.Value is { } inner ? Evaluate(inner, scope, around) : null;
        var name = Of("name") is { } found ? Display(found) : "main";
        if (Of("image") is { } image && JobExpression(image) is { } text)
        {
            containers.Add((name, text));
            Mark(template.Span, Fate.Approximated, $"the image {text}; resources, command and environment of the container are not carried over");
        }
        else Mark(template.Span, Fate.Manual, $"the image of the container {name} is not known: set the job's container");
    }

    private Value PodTemplate(Call call, Closure body, Scope scope, Surroundings around)
    {
        var containers = new List<(string Name, string Image)>();
        foreach (var argument in call.Arguments.Where(argument => argument.Name is not null))
            switch (argument.Name)
            {
                case "containers":
                    foreach (var item in argument.Value is ListLiteral list ? list.Items : [])
                        if (item is Call template) AddTemplate(template, containers, scope, around);
                    break;
                case "yaml":
                    if (JobExpression(Evaluate(argument.Value, scope, around)) is { } yaml && ReadPod(yaml, containers)) Mark(argument.Value.Span, Fate.Approximated, "the images of its containers; the rest of the pod is not carried over");
                    else Mark(argument.Value.Span, Fate.Manual, "the pod is not readable here: set the job's container");
                    break;
                case "label" or "cloud" or "name" or "namespace" or "inheritFrom": break;
                default: Mark(argument.Value.Span, Fate.Manual, $"{argument.Name} of the pod is not carried over: {Quote(argument.Value.Span, 80)}"); break;
            }

        Mark(new Span(call.Span.Start, call.Span.Start + "podTemplate".Length), Fate.Approximated, "the job's container, or docker run for each container step");
        if (!_ledger.Knows(call.Head)) Mark(call.Head, Fate.Approximated, "the job's container, or docker run for each container step");
        Allocation Make() => PodAllocation(containers, null, null, call, checksOut: false);
        var outer = _openPod;
        _openPod = Make;
        if (call.Named("label") is { } label) _pods[Display(Evaluate(label, scope, around))] = Make;
        var result = Inside(body, scope, around);
        _openPod = outer;
        return result;
    }

    private Value InPodContainer(Call call, Closure body, Scope scope, Surroundings around)
    {
        var name = GivenValue(call, scope, around, "name") is { } value ? Display(value) : "";
        if (_allocation is { } pod && pod.Containers.TryGetValue(name, out var image))
        {
            Mark(call.Head, Fate.Approximated, pod.DefaultContainer == name ? "the job runs in this container" : $"docker run with the image {image}; the containers of a pod shared a network, these do not");
            return Inside(body, scope, pod.DefaultContainer == name || name == "jnlp" ? around with { Image = null } : around with { Image = image });
        }

        Mark(call.Head, Fate.Manual, $"the image of the container {name} is not in this file: replace the placeholder in CONTAINER_IMAGE");
        return Inside(body, scope, around with { Image = "image-of-container-" + name.ToLowerInvariant().Replace(' ', '-') });
    }
}
