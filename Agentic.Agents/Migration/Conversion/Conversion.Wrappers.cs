using System.Collections.Immutable;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private readonly List<AttemptedStep> _caught = [];

    /// <summary>Steps that surround others; null when this is none of them.</summary>
    private Value? Wrapper(string name, Call call, Scope scope, Surroundings around)
    {
        var before = _emitted;
        var result = Wrapped(name, call, scope, around);
        if (result is not null && _emitted == before && call.Body is not null) Mark(call.Head, Fate.Approximated, "nothing inside is left to run");
        return result;
    }

    private Value? Wrapped(string name, Call call, Scope scope, Surroundings around)
    {
        if (call.Body is not { } body)
            return name is "ws" or "dir" or "timeout" or "retry" && call.Body is null && call.Arguments.Count > 0 && scope.Find(((call.Positional.LastOrDefault() as Name)?.Identifier) ?? "")?.Value is Closed closed
                ? Wrapper(name, call with { Arguments = [.. call.Arguments.Take(call.Arguments.Count - 1), new Argument(null, closed.Closure)] }, closed.Scope, around) : null;
        switch (name)
        {
            case "script" or "steps" or "timestamps" or "ansiColor":
                Mark(call.Head, name is "script" or "steps" ? Fate.Converted : Fate.Dropped, name is "script" or "steps" ? "its statements follow" : "GitHub shows times and colours by itself");
                return Inside(body, scope, around);
            case "withEnv": return WithEnv(call, body, scope, around);
            case "withCredentials": return WithCredentials(call, body, scope, around);
            case "dir" or "ws":
                var path = GivenValue(call, scope, around, "path") ?? new Opaque(call.Span, "directory");
                var directory = Expression(path, call, around);
                if (name == "ws")
                {
                    Mark(call.Head, Fate.Approximated, "GitHub chooses the workspace; the steps run in it");
                    return Inside(body, scope, around);
                }

                Mark(call.Head, path is Opaque ? Fate.Manual : Fate.Approximated, path is Opaque ? "the directory is not known" : $"the working-directory of each step inside, made before the first of them: {HardCodedSecrets.Redact(directory)}");
                if (directory is "." or "./" or "${{ env.WORKSPACE }}") return Inside(body, scope, around);
                var rooted = directory.StartsWith('/') || directory.StartsWith("${{", StringComparison.Ordinal) || around.Directory is null;
                return Inside(body, scope, around with { Directory = rooted ? directory.TrimEnd('/') : around.Directory + "/" + directory.TrimEnd('/') });
            case "timeout":
                var minutes = Minutes(call, scope, around);
                Mark(call.Head, minutes is null ? Fate.Manual : Fate.Approximated, minutes is null ? "the limit is not known: set timeout-minutes" : "timeout-minutes of each step inside; Jenkins limited their sum");
                return Inside(body, scope, minutes is null ? around : around with { TimeoutMinutes = minutes });
            case "retry":
                var times = GivenValue(call, scope, around, "count") is Known { Content: long count } ? (int)Math.Clamp(count, 1, 20) : 0;
                Mark(call.Head, times == 0 ? Fate.Manual : Fate.Approximated, times == 0 ? "how often is not known: repeat the steps by hand" : "each command inside is repeated by itself");
                return Inside(body, scope, times == 0 ? around : around with { Retries = times });
            case "lock":
                var resource = GivenValue(call, scope, around, "resource") ?? GivenValue(call, scope, around, "label", 9);
                var group = resource is null ? null : JobExpression(resource);
                if (group is null || _allocation is null)
                {
                    // Outside any runner: every job inside takes the lock.
                    void Take(WorkflowJob job) => job.ConcurrencyGroup ??= group;
                    if (group is not null) _jobSettings.Add(Take);
                    Mark(call.Head, group is null ? Fate.Manual : Fate.Approximated, group is null ? "the resource is not known: set concurrency by hand" : "concurrency of each job inside; a second waiting run replaces the first");
                    var locked = Inside(body, scope, around);
                    _jobSettings.Remove(Take);
                    return locked;
                }

                if (_job is not null && _job.ConcurrencyGroup is not null && _job.ConcurrencyGroup != group) EndJob();
                Job(around).ConcurrencyGroup = group;
                Mark(call.Head, Fate.Approximated, "concurrency of the whole job; a second waiting run replaces the first");
                return Inside(body, scope, around);
            case "catchError" or "warnError":
                return Caught(name, call, body, scope, around);
            case "container":
                return InPodContainer(call, body, scope, around);
            case "podTemplate": return PodTemplate(call, body, scope, around);
            case "withDockerContainer" when GivenValue(call, scope, around, "image") is { } image:
                Mark(call.Head, Fate.Converted, "its commands run in this image");
                return Inside(body, scope, around with { Image = Expression(image, call, around) });
            case "withDockerRegistry":
                DockerLogin(call.Named("url") is { } url ? Evaluate(url, scope, around) : new Known(""), call.Named("credentialsId") is { } id ? Evaluate(id, scope, around) : null, call, around);
                return Inside(body, scope, around);
            case "sshagent":
                return SshAgent(call, body, scope, around);
            case "waitUntil":
                var guard = OffByDefault(call, "waitUntil");
                Mark(call.Head, Fate.Manual, $"a workflow cannot poll like this; its steps stand once and are off until {guard.Expression.Split(' ')[0]} is true: write a loop in a script");
                return Inside(body, scope, around.With(guard));
            case "withTool" or "tool" or "nodejs" or "withMaven" or "withAnt" or "withGradle" or "withGo" or "golang":
                return WithTool(name, call, body, scope, around);
        }

        if (_catalogue.Rules.TryGetValue(name, out var rule) && rule.Wraps)
        {
            var inside = MappedWrapper(rule, call, scope, around);
            return Inside(body, scope, inside);
        }

        if (LibraryMethod(name, "call") is not null) return null;
        return null;
    }

    private Value Inside(Closure body, Scope scope, Surroundings around)
    {
        var completion = Run(body, scope, around);
        return completion.Value ?? Value.Null;
    }

    private int? Minutes(Call call, Scope scope, Surroundings around)
    {
        if (GivenValue(call, scope, around, "time") is not Known time || !double.TryParse(time.Text, System.Globalization.CultureInfo.InvariantCulture, out var amount)) return null;
        var unit = (GivenValue(call, scope, around, "unit", 1) as Known)?.Text.ToUpperInvariant() ?? "MINUTES";
        var minutes = unit switch { "SECONDS" => amount / 60, "HOURS" => amount * 60, "DAYS" => amount * 1440, "MILLISECONDS" => amount / 60000, "MICROSECONDS" or "NANOSECONDS" => 0.1, _ => amount };
        return (int)Math.Clamp(Math.Ceiling(minutes), 1, 43200);
    }

    private Value WithEnv(Call call, Closure body, Scope scope, Surroundings around)
    {
        var given = Given(call, "overrides");
        var list = given is null ? Value.Null : Evaluate(given, scope, around);
        Mark(call.Head, Fate.Converted, "env of the steps inside");
        if (list is not Listed entries)
        {
            Mark(call.Head, Fate.Manual, $"the variables of {Quote(call.Head, 60)} are not known: set them on the steps inside");
            return Inside(body, scope, around);
        }

        for (var index = 0; index < entries.Items.Count; index++)
        {
            Node origin = given is ListLiteral literal && index < literal.Items.Count ? literal.Items[index] : call;
            var pieces = PiecesOf(entries.Items[index], origin);
            var first = pieces.Length > 0 ? pieces[0].Literal : null;
            var equals = first?.IndexOf('=', StringComparison.Ordinal) ?? -1;
            if (equals < 1)
            {
                Mark(origin.Span, Fate.Manual, $"{Quote(origin.Span, 60)} is no NAME=value");
                continue;
            }

            var name = first![..equals].Trim();
            var value = Joined([Piece.Text(first[(equals + 1)..]), .. pieces.Skip(1)]);
            if (name.Contains('+', StringComparison.Ordinal))
            {
                var variable = name.Split('+')[0];
                if (variable == "PATH")
                    Emit(new WorkflowStep { Name = "Extend PATH", Run = $"echo {ShellText.Word(PiecesOf(value, origin))} >> \"$GITHUB_PATH\"", Shell = _allocation?.Windows == true ? "bash" : null }, around, origin);
                else SetVariable(variable, $"\"{string.Concat(ShellText.Word(PiecesOf(value, origin)).Trim('"'))}:${{{variable}:-}}\"", around, origin);
                Mark(origin.Span, Fate.Approximated, $"{variable} stays extended for the rest of the job");
                continue;
            }

            around = around.WithEnv(EnvName(name), Expression(value, origin, around));
            if (given is not ListLiteral) Mark(call.Head, Fate.Approximated, "env of the steps inside; its variables stand elsewhere in the source");
        }

        return Inside(body, scope, around);
    }

    private Value Caught(string name, Call call, Closure body, Scope scope, Surroundings around)
    {
        var result = (GivenValue(call, scope, around, "buildResult", 9) as Known)?.Text;
        var attempt = new Attempt(true, around.Attempt) { Around = around };
        Inside(body, scope, around with { Attempt = attempt });
        if (name == "catchError" && result is null or "FAILURE") _caught.AddRange(attempt.Steps.Where(entry => entry.Fails && !OnlySays(entry.Step) && entry.Step.Run != "true"));
        Mark(call.Head, Fate.Approximated, name == "catchError" && result is null or "FAILURE" ? "its steps may fail and the next ones run; the job fails at its end" : "its steps may fail and the job goes on; GitHub has no unstable result");
        return Value.Null;
    }

    /// <summary>
    /// What catchError caught still fails the run, as Jenkins would mark the build: at the end of its job, or, where other
    /// jobs go on behind it, in a job of its own.
    /// </summary>
    private void ReportCaught()
    {
        const string said = "echo \"::error::a step whose failure was caught has failed\"\nexit 1";
        var later = new List<string>();
        WorkflowJob? report = null;
        foreach (var group in _caught.GroupBy(entry => entry.Job).ToList())
        {
            var failed = AnyFailed([.. group.Select(entry => $"steps.{StepId(entry.Job, entry.Step, Topic(entry.Step))}.outcome").Distinct()]);
            if (_workflow.Jobs.All(job => !job.Needs.Contains(group.Key.Id)) && group.Key.Matrix is null)
            {
                Plumb(group.Key, new WorkflowStep { Name = "Report caught failures", If = $"always() && ({failed})", Run = said, Shell = _indirect.Contains(group.Key) || group.Key.DefaultShell is null ? "bash" : null });
                continue;
            }

            report ??= new WorkflowJob { Id = NewId(_jobIds, "caught-failures"), Name = "Caught failures", RunsOn = Yaml.Of("ubuntu-latest"), TimeoutMinutes = 5 };
            group.Key.Outputs["caught_failure"] = "${{ " + failed + " }}";
            report.Needs.Add(group.Key.Id);
            later.Add($"needs.{group.Key.Id}.outputs.caught_failure == 'true'");
        }

        _caught.Clear();
        if (report is null) return;
        report.If = $"always() && ({string.Join(" || ", later)})";
        report.Steps.Add(new WorkflowStep { Name = "Report caught failures", Run = said, Shell = "bash" });
        foreach (var step in report.Steps) _plumbing.Add(step);
        _workflow.Jobs.Add(report);
    }

    private Value Stage(Call call, Scope scope, Surroundings around)
    {
        var value = GivenValue(call, scope, around, "name");
        var name = value is null ? "stage" : Display(value is Opaque ? Value.Of(Quote(Given(call, "name")!.Span, 40)) : value);
        var constant = Given(call, "name") is Text { Constant: not null };
        Mark(call.Head, constant ? Fate.Converted : Fate.Approximated, constant ? "names the steps" : value is Opaque ? "the stage's name is computed" : $"the stage's name is worked out: {HardCodedSecrets.Redact(name)}");
        if (call.Body is not { } body)
        {
            _openStage = name;
            return Value.Null;
        }

        _openStage = null;
        var before = _emitted;
        Run(body, scope, around with { Stages = around.Stages.Add(name) });
        if (_emitted == before) Empty(name, around, call);
        return Value.Null;
    }

    /// <summary>A stage without any step still shows, as it does in Jenkins.</summary>
    private void Empty(string name, Surroundings around, Node origin) =>
        Emit(new WorkflowStep { Name = name, Run = "true", Shell = _allocation?.Windows == true ? "bash" : null }, around, origin);

    private Value Parallel(Call call, Scope scope, Surroundings around)
    {
        var branches = new List<(string Name, Value Body, Span Span)>();
        var dynamic = false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Name == "failFast" || (argument.Value is Literal && argument.Name is not null)) continue;
            if (argument.Name is not null || argument.Key is not null)
            {
                var key = argument.Name ?? Display(Evaluate(argument.Key!, scope, around));
                branches.Add((key, Evaluate(argument.Value, scope, around), argument.Value.Span));
                continue;
            }

            var value = Evaluate(argument.Value, scope, around);
            if (value is Mapped map)
                foreach (var (key, branch) in map.Entries) { if (key != "failFast") branches.Add((key, branch, call.Span)); }
            else dynamic = true;
        }

        var head = new Span(call.Span.Start, Math.Min(call.Span.End, call.Span.Start + "parallel".Length));
        if (dynamic || branches.Any(branch => branch.Body is not Closed))
        {
            Mark(call.Span, Fate.Manual, $"the branches of {Quote(call.Span, 60)} are not known before the run: use a matrix");
            Mark(head, Fate.Manual, "the branches are not known before the run: use a matrix");
        }
        else
        {
            Mark(head, Fate.Converted, "jobs side by side");
            foreach (var argument in call.Arguments.Where(argument => argument.Value is not Closure))
                Mark(argument.Value.Span, argument.Name == "failFast" ? Fate.Approximated : Fate.Converted, argument.Name == "failFast" ? "GitHub does not cancel sibling jobs; only a matrix can fail fast" : "its entries are the jobs");
        }

        if (call.Arguments.Any(argument => argument.Value is not (Closure or Literal or MapLiteral))) Mark(call.Span, Fate.Approximated, branches.Count == 0 ? "jobs side by side" : $"jobs side by side: {string.Join(", ", branches.Take(20).Select(branch => branch.Name))}");
        MarkKeys(call);
        var runnable = branches.Where(branch => branch.Body is Closed).ToList();
        if (runnable.Count == 0) return Value.Null;
        SideBySide(runnable.Select<(string Name, Value Body, Span Span), Action>(branch => () =>
        {
            var closed = (Closed)branch.Body;
            var inside = around with { Stages = around.Stages.Add(branch.Name) };
            foreach (var guard in closed.Guards) inside = inside.With(guard);
            _calls++;
            if (_calls < DeepestCall) Run(closed.Closure, closed.Scope, inside);
            _calls--;
        }));
        return Value.Null;
    }

    /// <summary>The words between the branches: their names and separators.</summary>
    private void MarkKeys(Call call)
    {
        var from = call.Span.Start;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value is Closure closure) Mark(new Span(from, closure.Span.Start + 1), Fate.Converted, "jobs side by side");
            else if (argument.Value is MapLiteral map)
                foreach (var entry in map.Entries) Mark(new Span(entry.Span.Start, Math.Max(entry.Value.Span.Start, entry.Span.Start + 1)), Fate.Converted, "a job beside others");
            from = argument.Value.Span.End;
        }
    }

    private Value SshAgent(Call call, Closure body, Scope scope, Surroundings around)
    {
        var given = Given(call, "credentials");
        var ids = given is null ? [] : Evaluate(given, scope, around) switch { Listed list => list.Items, var one => [one] };
        var keys = new List<string>();
        foreach (var id in ids)
        {
            var secret = SecretName(id, "SSH_KEY");
            NeedSecret(secret, "SSH private key");
            keys.Add("${{ secrets." + secret + " }}");
        }

        var step = new WorkflowStep { Uses = "webfactory/ssh-agent" };
        step.With["ssh-private-key"] = string.Join("\n", keys);
        Emit(step, around, call, "SSH agent");
        Mark(call.Head, Fate.Approximated, "the agent holds the keys for the rest of the job");
        return Inside(body, scope, around);
    }

    private Value WithTool(string name, Call call, Closure body, Scope scope, Surroundings around)
    {
        foreach (var argument in call.Arguments.Where(argument => argument.Value is not Closure))
        {
            var tool = argument.Name ?? name;
            if (Evaluate(argument.Value, scope, around) is Known { Content: string version }) Tool(tool, version, argument.Value, around);
        }

        if (call.Arguments.Count == 1) Tool(name, "", call, around);
        Mark(call.Head, Fate.Approximated, "the tool is installed for the rest of the job; the plugin's reports and settings are not");
        return Inside(body, scope, around);
    }

    /// <summary>Installs a Jenkins tool with the setup action of its kind; its version is read from the tool's name.</summary>
    private void Tool(string kind, string label, Node origin, Surroundings around)
    {
        if (_catalogue.ToolFor(kind, label) is not { } tool)
        {
            Mark(origin.Span, Fate.Manual, $"the tool {kind} {label} must be on the runner: no setup action is known for it");
            return;
        }

        var job = Job(around);
        var version = tool.VersionKey is { } key ? tool.With.First(pair => pair.Key == key).Value : null;
        if (job.Steps.LastOrDefault(step => step.Uses == tool.Action) is { } before)
        {
            // The version a name gives wins over one that was only assumed; two names that differ are two tools.
            if (version is null || tool.Guessed || before.With.GetValueOrDefault(tool.VersionKey!) == version || !_versioned.Contains(before))
            {
                if (version is not null && !tool.Guessed && _versioned.Add(before)) (before.With[tool.VersionKey!], before.Name) = (version, "Set up " + tool.Name);
                Mark(origin.Span, Fate.Approximated, $"{tool.Action}, once for the job{(tool.Remark is null ? "" : "; " + tool.Remark)}");
                return;
            }
        }

        var step = new WorkflowStep { Name = "Set up " + tool.Name, Uses = tool.Action };
        foreach (var (name, value) in tool.With) step.With[name] = value;
        // Caches are keyed by lock files, so there must be sources to find them in.
        if (job.Steps.Any(earlier => earlier.Uses is "actions/checkout" || earlier.Run?.StartsWith("git clone", StringComparison.Ordinal) == true || earlier.Run?.StartsWith("tar -xzf", StringComparison.Ordinal) == true) && tool.Caches.FirstOrDefault(cache => _source.Text.Contains(cache.Command, StringComparison.Ordinal)) is { } cached)
            foreach (var (name, value) in cached.With) step.With[name] = value;
        if (version is not null && !tool.Guessed) _versioned.Add(step);
        Emit(step, around with { Retries = 1, TimeoutMinutes = null, Directory = null }, origin);
        Mark(origin.Span, Fate.Approximated, tool.Remark is { } remark ? $"{tool.Action}; {remark}" : tool.Guessed ? $"{tool.Action}; Jenkins knows the version behind \"{label}\", check it" : $"{tool.Action} with the version the name \"{label}\" gives");
    }

    /// <summary>The tool step: sets the tool up and gives the directory it lies in, as Jenkins does.</summary>
    private Value ToolStep(Call call, Scope scope, Surroundings around)
    {
        var hint = _nameHint;
        _nameHint = null;
        var label = GivenValue(call, scope, around, "name") is Known { Content: string known } ? known : null;
        var kind = (GivenValue(call, scope, around, "type", 9) as Known)?.Text ?? "";
        if (kind.Length == 0 || _catalogue.ToolFor(kind, "") is null) kind = _catalogue.KindOf(label ?? "") ?? kind;
        if (label is null || _catalogue.ToolFor(kind, label) is not { } tool || tool.Program is not { } program)
        {
            Mark(call.Span, Fate.Manual, $"the tool {Quote(call.Span, 60)} must be on the runner: no setup action is known for it; set its directory where it is used");
            return new Opaque(call.Span, hint ?? "tool");
        }

        Tool(kind, label, call, around);
        _nameHint = hint;
        var name = FreshVariable(hint ?? program + "_home", around);
        _nameHint = null;
        SetPrinted(name, $"dirname \"$(dirname \"$(readlink -f \"$(command -v {program})\")\")\"", null, around, call);
        return new Composed([Piece.Env(name)]);
    }

    /// <summary><c>step([$class: 'X'])</c> and <c>step(x())</c> are steps of their own by another name.</summary>
    private Call? Delegate(Call call)
    {
        switch (call.Positional.FirstOrDefault())
        {
            case MapLiteral map when (map.Entries.FirstOrDefault(entry => entry.Name == "$class")?.Value as Text)?.Constant is { } type && _catalogue.Classes.TryGetValue(type[(type.LastIndexOf('.') + 1)..], out var step):
                return call with { Callee = new Name(call.Callee.Span, step), Arguments = [.. map.Entries.Where(entry => entry.Name is not null and not "$class").Select(entry => new Argument(entry.Name, entry.Value))] };
            case Call { Callee: Name } inner when _catalogue.Rules.ContainsKey(inner.StepName!): return inner with { Span = call.Span };
            default: return null;
        }
    }

    /// <summary>Set-up steps whose version the Jenkinsfile names.</summary>
    private readonly HashSet<WorkflowStep> _versioned = new(ReferenceEqualityComparer.Instance);
}
