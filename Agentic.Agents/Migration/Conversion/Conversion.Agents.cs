using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value Node(Call call, Scope scope, Surroundings around)
    {
        var label = BeforeSteps(() => GivenValue(call, scope, around, "label"));
        var allocation = Labelled(label, (Groovy.Node?)Given(call, "label") ?? call, checksOut: false);
        var given = Given(call, "label");
        MarkHead(call, label is Opaque ? Fate.Manual : given is null or Text ? Fate.Converted : Fate.Approximated, label is Opaque ? "the label is computed: set runs-on" : given is null or Text ? "runs-on" : $"runs-on; the label is worked out: {Display(label!)}");
        if (call.Body is not { } body) return Value.Null;
        if (_pods.TryGetValue(Display(label ?? Value.Null), out var pod)) allocation = pod();
        else if (_openPod is { } open) allocation = open();
        Value result = Value.Null;
        OnAgent(allocation, () => result = Inside(body, scope, around));
        return result;
    }

    /// <summary>The runner for a label expression. An unknown label stays a label: it never becomes a hosted runner in silence.</summary>
    private bool _beforeSteps;

    /// <summary>What chooses a runner is asked before any step could work it out.</summary>
    private Value? BeforeSteps(Func<Value?> evaluate)
    {
        var outer = _beforeSteps;
        _beforeSteps = true;
        var value = evaluate();
        _beforeSteps = outer;
        return value;
    }

    private Allocation Labelled(Value? label, Groovy.Node origin, bool checksOut)
    {
        var text = label is null ? null : JobExpression(label);
        if (label is not null && text is null)
        {
            Mark(origin.Span, Fate.Manual, $"the label {Quote(origin.Span, 60)} is not known before the run: replace the label in runs-on, no runner has it");
            var missing = Invariant($"label-of-line-{LineOf(origin)}");
            _labels[missing] = $"stands for the computed label {Quote(origin.Span, 60)}";
            return new Allocation { RunsOn = Yaml.List(["self-hosted", missing]), ChecksOut = checksOut, Source = _abroad is null ? origin.Span : null };
        }

        if (text is not null && string.IsNullOrWhiteSpace(text)) Mark(origin.Span, Fate.Approximated, "an empty label: any runner will do");
        if (string.IsNullOrWhiteSpace(text)) return AnyAgent(_abroad is null ? origin.Span : null, checksOut);
        text = text.Trim();
        var windows = text.Contains("win", StringComparison.OrdinalIgnoreCase) && !text.Contains("darwin", StringComparison.OrdinalIgnoreCase) && !text.Contains("!win", StringComparison.OrdinalIgnoreCase);
        var allocation = new Allocation { RunsOn = RunsOn(text, origin), ChecksOut = checksOut, Windows = windows, Source = _abroad is null ? origin.Span : null };
        return allocation;
    }

    private Yaml RunsOn(string label, Groovy.Node origin)
    {
        if (_catalogue.Runners.TryGetValue(label.ToLowerInvariant(), out var hosted))
        {
            Mark(origin.Span, Fate.Approximated, $"the label {label} becomes the hosted runner {hosted}");
            _labels[hosted] = "hosted by GitHub, for the Jenkins label " + label;
            return Yaml.Of(hosted);
        }

        if (label.Contains("${{", StringComparison.Ordinal))
        {
            // An expression has operators of its own; only what stands around it is Jenkins'.
            var expressions = new List<string>();
            var outside = InsideExpression().Replace(label, match =>
            {
                expressions.Add(match.Value);
                return "\u0001";
            });
            if (!outside.Contains("&&", StringComparison.Ordinal) || outside.Contains("||", StringComparison.Ordinal) || outside.Contains('!', StringComparison.Ordinal))
            {
                Mark(origin.Span, outside == "\u0001" ? Fate.Converted : Fate.Approximated, outside == "\u0001" ? "runs-on" : "runs-on; its label is put together when the run starts");
                return Yaml.Of(label);
            }

            var next = 0;
            Mark(origin.Span, Fate.Approximated, "a self-hosted runner with all of the labels " + label);
            return Yaml.List(["self-hosted", .. outside.Split("&&", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => part == "\u0001" ? expressions[next++] : string.Concat(part.Select(c => c == '\u0001' ? expressions[next++] : c.ToString())))]);
        }

        if (label.Contains("||", StringComparison.Ordinal) || label.Contains('!', StringComparison.Ordinal) || label.Contains("->", StringComparison.Ordinal))
        {
            var first = label.Split("||")[0].Split("&&").Select(part => part.Trim('(', ')', ' ')).FirstOrDefault(part => part.Length > 0 && part[0] != '!') ?? "jenkins";
            Mark(origin.Span, Fate.Manual, $"runs-on knows no 'or' and no 'not': {label}; give the right runners one common label");
            _labels[first] = "stands for the expression " + label;
            return Yaml.List(["self-hosted", first.Trim('"', '\'')]);
        }

        var labels = label.Split("&&").Select(part => part.Trim().Trim('(', ')', '"', '\'', ' ')).Where(part => part.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var one in labels) _labels[one] = "a self-hosted runner with this label";
        var literal = _source.Slice(origin.Span).Contains(labels[0], StringComparison.Ordinal);
        Mark(origin.Span, labels.Count > 1 || !literal ? Fate.Approximated : Fate.Converted, $"a self-hosted runner with {(labels.Count > 1 ? "all of the labels " : "the label ")}{string.Join(", ", labels)}");
        return Yaml.List(labels.Count == 1 && labels[0].Equals("self-hosted", StringComparison.OrdinalIgnoreCase) ? ["self-hosted"] : ["self-hosted", .. labels.Where(one => one != "self-hosted")]);
    }

    /// <summary>The agent directive of a pipeline or stage; null for <c>none</c>.</summary>
    private Allocation? Agent(Call agent, Scope scope, Surroundings around, bool checksOut)
    {
        Mark(new Span(agent.Span.Start, agent.Span.Start + 5), Fate.Converted, "runs-on");
        if (agent.Body is not { } body)
        {
            var simple = agent.Arguments.Count > 0 ? agent.Arguments[0] : null;
            var word = simple?.Value is Name name ? name.Identifier : (simple?.Value as Text)?.Constant;
            if (simple?.Name is { } kind) return AgentOf(kind, simple.Value, [], agent, scope, around, checksOut);
            Mark(agent.Span, Fate.Converted, word == "none" ? "every stage has its own job" : "runs-on");
            return word == "none" ? null : AnyAgent(agent.Span, checksOut);
        }

        foreach (var type in Sections(body))
            if (type.StepName is { } kind)
            {
                var settings = type.Body is { } inner
                    ? Sections(inner).Where(entry => entry.StepName is not null && entry.Arguments.Count > 0).ToList()
                    : [];
                Mark(type.Head, Fate.Converted, "runs-on");
                return AgentOf(kind, type.Body is null ? type.Arguments.FirstOrDefault()?.Value : null, settings, type, scope, around, checksOut);
            }

        return AnyAgent(agent.Span, checksOut);
    }

    private Allocation AgentOf(string kind, Expr? only, List<Call> settings, Call origin, Scope scope, Surroundings around, bool checksOut)
    {
        Call? Setting(string name) => settings.FirstOrDefault(setting => setting.StepName == name);
        Value? ValueOf(string name) => Setting(name) is { } setting ? Evaluate(setting.Arguments[0].Value, scope, around) : null;
        foreach (var setting in settings)
        {
            var written = setting.Arguments[0].Value is Text or Literal && setting.StepName is not "registryUrl";
            Mark(setting.Span, written ? Fate.Converted : Fate.Approximated, written ? "the job's runner" : "part of the job's runner; its value is worked out");
        }
        void Lost(string name, string why)
        {
            if (Setting(name) is { } setting) Mark(setting.Span, Fate.Manual, why);
        }

        switch (kind)
        {
            case "label" or "node":
                Lost("customWorkspace", "GitHub chooses the workspace");
                var expression = only ?? Setting("label")?.Arguments[0].Value;
                return Labelled(expression is null ? null : BeforeSteps(() => Evaluate(expression, scope, around)), (Groovy.Node?)Setting("label") ?? only ?? (Groovy.Node)origin, checksOut);
            case "docker":
                var image = only is not null ? Evaluate(only, scope, around) : ValueOf("image");
                Lost("customWorkspace", "GitHub chooses the workspace");
                Lost("alwaysPull", "GitHub always pulls the image");
                Lost("reuseNode", "a container job begins on a runner of its own; the workspace is handed on");
                var host = Setting("label") is { } label ? Labelled(BeforeSteps(() => Evaluate(label.Arguments[0].Value, scope, around)), label, checksOut) : null;
                return new Allocation
                {
                    RunsOn = host?.RunsOn ?? Yaml.Of("ubuntu-latest"), ChecksOut = checksOut, Source = origin.Span,
                    Container = Container(image, ValueOf("args"), Setting("args"), ValueOf("registryUrl"), Setting("registryCredentialsId") is { } login ? Evaluate(login.Arguments[0].Value, scope, around) : null, (Groovy.Node?)Setting("image") ?? only ?? (Groovy.Node)origin),
                };
            case "dockerfile": return DockerfileAgent(settings, origin, scope, around, checksOut, ValueOf, Lost);
            case "kubernetes": return Pod(settings, origin, scope, around, checksOut);
        }

        Mark(origin.Span, Fate.Manual, $"the agent type {kind} is unknown here: set runs-on");
        return new Allocation { RunsOn = Yaml.Of("ubuntu-latest"), ChecksOut = checksOut, Source = origin.Span };
    }

    private YamlMap? Container(Value? image, Value? arguments, Groovy.Node? argumentsOrigin, Value? registry, Value? login, Groovy.Node origin)
    {
        var name = image is null ? null : JobExpression(image);
        if (string.IsNullOrWhiteSpace(name))
        {
            Mark(origin.Span, Fate.Manual, $"the image {Quote(origin.Span, 60)} is not known before the run: replace the placeholder in container.image");
            name = Invariant($"image-of-line-{LineOf(origin)}");
        }

        if (registry is Known { Content: string url } && url.Length > 0)
        {
            var server = url.Replace("https://", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal).TrimEnd('/');
            if (!server.Contains("docker.io", StringComparison.Ordinal) && !name.StartsWith(server, StringComparison.Ordinal)) name = server + "/" + name;
        }

        var container = new YamlMap();
        container.Add("image", Yaml.Of(name));
        if (login is not null)
        {
            var secret = SecretName(login, "DOCKER_REGISTRY");
            NeedSecret(secret + "_USR", "user name of a container registry");
            NeedSecret(secret + "_PSW", "password or token of a container registry");
            var credentials = new YamlMap();
            credentials.Add("username", Yaml.Of("${{ secrets." + secret + "_USR }}"));
            credentials.Add("password", Yaml.Of("${{ secrets." + secret + "_PSW }}"));
            container.Add("credentials", credentials);
        }

        if (arguments is null) return container;
        if (JobExpression(arguments) is not { } text)
        {
            Mark(argumentsOrigin!.Span, Fate.Manual, $"the arguments {Quote(argumentsOrigin.Span, 60)} are not known before the run: set container.options");
            return container;
        }

        Arguments(container, text, argumentsOrigin!);
        return container;
    }

    /// <summary>Sorts docker's arguments into GitHub's keys; those GitHub forbids are left to a person.</summary>
    private void Arguments(YamlMap container, string text, Groovy.Node origin)
    {
        var words = text.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var volumes = new List<string>();
        var env = new YamlMap();
        var options = new List<string>();
        var refused = new List<string>();
        for (var index = 0; index < words.Length; index++)
        {
            var (key, value) = words[index].StartsWith("--", StringComparison.Ordinal) && words[index].IndexOf('=') is > 0 and var equals
                ? (words[index][..equals], words[index][(equals + 1)..]) : (words[index], (string?)null);
            string Take() => value ?? (index + 1 < words.Length ? words[++index] : "");
            switch (key)
            {
                case "-v" or "--volume": volumes.Add(Take().Trim('"', '\'')); break;
                case "-e" or "--env":
                    var pair = Take().Trim('"', '\'').Split('=', 2);
                    if (pair.Length == 1) options.Add("--env " + pair[0]);
                    else if (pair[0].Length > 0 && env.Entries.All(entry => entry.Key != pair[0])) env.Add(pair[0], Yaml.Of(pair[1]));
                    break;
                case "--network" or "--net" or "--entrypoint": refused.Add(key + "=" + Take()); break;
                case "-u": options.Add("--user " + Take()); break;
                case "-t" or "-i" or "-it" or "-d" or "--rm" or "--tty" or "--init" when key != "--init": break;
                default: options.Add(words[index]); break;
            }
        }

        if (env.Entries.Count > 0) container.Add("env", env);
        if (volumes.Count > 0) container.Add("volumes", Yaml.List(volumes));
        if (options.Count > 0) container.Add("options", Yaml.Of(string.Join(' ', options)));
        if (refused.Count > 0) Mark(origin.Span, Fate.Manual, $"GitHub forbids {string.Join(" ", refused)} for a container job: run the command with docker run, or leave it out");
    }

    private Allocation DockerfileAgent(List<Call> settings, Call origin, Scope scope, Surroundings around, bool checksOut, Func<string, Value?> valueOf, Action<string, string> lost)
    {
        string Text(string name, string fallback) => valueOf(name) is { } value ? JobExpression(value) ?? fallback : fallback;
        lost("args", "pass these arguments to docker run in CONTAINER_OPTIONS");
        lost("reuseNode", "the job builds the image itself");
        var file = Text("filename", "Dockerfile");
        var directory = Text("dir", ".");
        var build = Text("additionalBuildArgs", "");
        var label = settings.FirstOrDefault(setting => setting.StepName == "label");
        Mark(origin.Head, Fate.Approximated, "the job builds the image and runs its commands in it");
        return new Allocation
        {
            RunsOn = label is null ? Yaml.Of("ubuntu-latest") : Labelled(Evaluate(label.Arguments[0].Value, scope, around), label, checksOut).RunsOn, ChecksOut = checksOut, Source = origin.Span,
            DefaultContainer = "agent",
            Prepare = job =>
            {
                var step = new WorkflowStep { Name = "Build the agent's image", Run = $"docker build -t jenkins-agent {(build.Length > 0 ? build + " " : "")}-f {ShellText.Quote(directory is "." or "" ? file : directory.TrimEnd('/') + "/" + file)} {ShellText.Quote(directory)}" };
                Plumb(job, step);
            },
            AgentImage = "jenkins-agent",
        };
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\$\{\{[^{}]*\}\}", System.Text.RegularExpressions.RegexOptions.NonBacktracking)]
    private static partial System.Text.RegularExpressions.Regex InsideExpression();

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
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
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
