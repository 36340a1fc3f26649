using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

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
}
