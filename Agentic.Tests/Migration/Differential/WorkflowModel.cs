using YamlDotNet.RepresentationModel;

namespace Agentic.Tests.Migration.Differential;

/// <summary>One command as it was run: its words, where, and the variables it could see.</summary>
internal sealed record Observed(string Command, string Directory, string Environment);

/// <summary>What a run did and how it ended.</summary>
internal sealed record Behaviour(IReadOnlyList<Observed> Commands, bool Succeeded);

/// <summary>What a run is given: the branch, the event, its parameters, and how commands end.</summary>
internal sealed record Scenario(string Branch, IReadOnlyDictionary<string, string>? Inputs, Func<string, CommandOutcome> Outcome, IReadOnlySet<string> Variables)
{
    public const int MostCommands = 500;

    public CommandOutcome Run(IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, string directory, List<Observed> commands)
    {
        if (commands.Count > MostCommands) throw new InvalidOperationException("the run does not end");
        var text = string.Join(' ', words);
        commands.Add(new Observed(text, words[0] == "echo" ? "" : directory, string.Join(' ', Variables.Where(name => environment.GetValueOrDefault(name) is { Length: > 0 }).Order(StringComparer.Ordinal).Select(name => $"{name}={environment[name]}"))));
        return words[0] == "echo" ? new CommandOutcome(0, string.Join(' ', words.Skip(1)) + "\n") : Outcome(text);
    }
}

/// <summary>Runs the text of a workflow as GitHub documents it, with commands that only answer.</summary>
internal sealed class WorkflowModel
{
    private readonly Scenario _scenario;
    private readonly YamlMappingNode _root;
    private readonly List<Observed> _commands = [];
    private readonly Dictionary<string, (string Result, Dictionary<string, string> Outputs)> _jobs = new(StringComparer.Ordinal);

    private WorkflowModel(string yaml, Scenario scenario)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        (_root, _scenario) = ((YamlMappingNode)stream.Documents[0].RootNode, scenario);
    }

    public static Behaviour Run(string yaml, Scenario scenario) => new WorkflowModel(yaml, scenario).Run();

    private static YamlNode? Of(YamlNode node, string key) => node is YamlMappingNode map && map.Children.TryGetValue(key, out var value) ? value : null;

    private static string? Text(YamlNode node, string key) => (Of(node, key) as YamlScalarNode)?.Value;

    private Behaviour Run()
    {
        foreach (var (id, job) in (YamlMappingNode)_root["jobs"]) Job(id.ToString(), job);
        return new Behaviour(_commands, _jobs.Values.All(job => job.Result != "failure"));
    }

    private List<string> Needs(YamlNode job) => Of(job, "needs") switch { YamlSequenceNode list => [.. list.Select(item => item.ToString())], YamlScalarNode one => [one.Value!], _ => [] };

    private IEnumerable<string> Ancestors(string id) => Needs(((YamlMappingNode)_root["jobs"])[id]).SelectMany(need => Ancestors(need).Prepend(need));

    private void Job(string id, YamlNode job)
    {
        var needs = Needs(job);
        var all = Ancestors(id).Distinct().ToList();
        if (all.Any(need => !_jobs.ContainsKey(need))) throw new InvalidOperationException($"{id} stands before a job it needs");
        var failed = false;
        var steps = new Dictionary<string, (string Outcome, Dictionary<string, string> Outputs)>(StringComparer.Ordinal);
        var saved = new Dictionary<string, string>(StringComparer.Ordinal);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        string? Context(string name)
        {
            var parts = name.Split('.');
            switch (parts)
            {
                case ["github", "ref"]: return "refs/heads/" + _scenario.Branch;
                case ["github", "ref_name"]: return _scenario.Branch;
                case ["github", "event_name"]: return _scenario.Inputs is null ? "push" : "workflow_dispatch";
                case ["github", "ref_type"]: return "branch";
                case ["github", "head_ref" or "base_ref"]: return "";
                case ["github", ..]: return "known-to-github";
                case ["runner", "os"]: return "Linux";
                case ["runner", "temp"]: return "/tmp";
                case ["inputs", var input]: return _scenario.Inputs?.GetValueOrDefault(input);
                case ["env", var variable]: return environment.GetValueOrDefault(variable);
                case ["job", "status"]: return failed ? "failure" : "success";
                case ["steps", var step, "outcome"]: return steps.TryGetValue(step, out var ran) ? ran.Outcome : null;
                case ["steps", var step, "outputs", var output]: return steps.TryGetValue(step, out var left) ? left.Outputs.GetValueOrDefault(output) : null;
                case ["needs", "*", "result"]: return string.Join(' ', needs.Select(need => _jobs[need].Result));
                case ["needs", var need, "result"]: return needs.Contains(need) ? _jobs[need].Result : null;
                case ["needs", var need, "outputs", var output]: return needs.Contains(need) ? _jobs[need].Outputs.GetValueOrDefault(output) : null;
            }

            throw new InvalidOperationException("no such context: " + name);
        }

        var before = new ExpressionModel(Context, name => name switch { "success" => all.All(need => _jobs[need].Result == "success"), "failure" => all.Any(need => _jobs[need].Result == "failure"), _ => false });
        foreach (var level in (YamlNode[])[_root, job])
            if (Of(level, "env") is YamlMappingNode map)
                foreach (var (name, value) in map) environment[name.ToString()] = before.Fill(value.ToString());
        if (!before.Condition(Text(job, "if")))
        {
            _jobs[id] = ("skipped", []);
            return;
        }

        var within = new ExpressionModel(Context, name => name switch { "success" => !failed, "failure" => failed, _ => false });
        foreach (var step in (YamlSequenceNode)job["steps"])
        {
            var of = new Dictionary<string, string>(environment, StringComparer.Ordinal);
            var outer = environment;
            // Values of the step's own environment are worked out from the environment around it.
            if (Of(step, "env") is YamlMappingNode own) foreach (var (name, value) in own) of[name.ToString()] = within.Fill(value.ToString());
            environment = of;
            var runs = within.Condition(Text(step, "if"));
            var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
            var code = 0;
            if (runs && Text(step, "run") is { } run)
            {
                var visible = new Dictionary<string, string>(of, StringComparer.Ordinal) { ["GITHUB_ENV"] = "(env)", ["GITHUB_OUTPUT"] = "(output)", ["GITHUB_STEP_SUMMARY"] = "(summary)", ["GITHUB_PATH"] = "(path)", ["RUNNER_TEMP"] = "/tmp", ["GITHUB_WORKSPACE"] = "/work" };
                var shell = new ShellModel(visible, within.Fill(Text(step, "working-directory") ?? ""), (words, env, directory) => words is ["echo", ..] && !Shown(words) ? new CommandOutcome(0, string.Join(' ', words.Skip(1)) + "\n") : _scenario.Run(words, env, directory, _commands));
                code = shell.Run(within.Fill(run));
                foreach (var (name, value) in Assignments(shell.Written("(env)"))) saved[name] = value;
                foreach (var (name, value) in Assignments(shell.Written("(output)"))) outputs[name] = value;
            }

            environment = outer;
            foreach (var (name, value) in saved) environment[name] = value;
            if (Text(step, "id") is { } key) steps[key] = (runs ? code == 0 ? "success" : "failure" : "skipped", outputs);
            if (code != 0 && Text(step, "continue-on-error") != "true") failed = true;
        }

        _jobs[id] = (failed ? "failure" : "success", Of(job, "outputs") is YamlMappingNode named ? named.ToDictionary(pair => pair.Key.ToString(), pair => within.Fill(pair.Value.ToString()), StringComparer.Ordinal) : []);
    }

    /// <summary>Only what the pipeline itself prints counts; the workflow also talks to its runner.</summary>
    private static bool Shown(IReadOnlyList<string> words) => words.Count > 1 && words[1].StartsWith("say-", StringComparison.Ordinal);

    /// <summary>What a step leaves in a file of the runner: <c>NAME=value</c>, or a value between two marks.</summary>
    private static IEnumerable<(string Name, string Value)> Assignments(string text)
    {
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index];
            if (line.Length == 0) continue;
            var mark = line.IndexOf("<<", StringComparison.Ordinal);
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (mark > 0 && (equals < 0 || mark < equals))
            {
                var (name, end) = (line[..mark], line[(mark + 2)..]);
                var value = lines.Skip(index + 1).TakeWhile(next => next != end).ToList();
                index += value.Count + 1;
                yield return (name, string.Join('\n', value));
            }
            else if (equals > 0) yield return (line[..equals], line[(equals + 1)..]);
            else throw new InvalidOperationException("the runner would not read: " + line);
        }
    }
}
