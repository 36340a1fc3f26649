using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
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
}
