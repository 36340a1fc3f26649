using System.Collections.Immutable;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private bool _skipsCheckout;

    /// <summary>The calls of a block that is read as settings.</summary>
    private IEnumerable<Call> Sections(Closure body)
    {
        _ran.Add(body);
        return SectionsOf(body);
    }

    private static IEnumerable<Call> SectionsOf(Closure body) => body.Body.OfType<ExpressionStmt>().Select(statement => statement.Expression).OfType<Call>();

    private Call? Section(Closure body, string name) => Sections(body).FirstOrDefault(call => call.StepName == name);

    /// <summary>A declarative pipeline: its sections in the order Jenkins applies them.</summary>
    private void Declarative(Call pipeline, Surroundings around)
    {
        var body = pipeline.Body!;
        Mark(pipeline.Head, Fate.Converted, "the workflow");
        foreach (var call in Sections(body)) if (call.StepName is not null) MarkWord(call);
        _skipsCheckout = Section(body, "options")?.Body is { } early && Sections(early).Any(option => option.StepName == "skipDefaultCheckout" && !(option.Arguments is [{ Value: Literal { Value: false } }]));
        if (Section(body, "libraries")?.Body is { } libraries) foreach (var library in Sections(libraries)) LibraryAccount(library.Span);
        if (Section(body, "parameters")?.Body is { } parameters) foreach (var parameter in Sections(parameters)) Parameter(parameter, _globals, around);
        if (Section(body, "triggers")?.Body is { } triggers) foreach (var trigger in Sections(triggers)) Trigger(trigger, _globals, around);
        var scope = _globals;
        if (Section(body, "environment")?.Body is { } environment) around = Environment(environment, scope, around, (name, value, span) => _workflow.Env[name] = new EnvEntry(value, span));
        if (Section(body, "options")?.Body is { } options) foreach (var option in Sections(options)) around = Option(option, scope, around, wholePipeline: true);
        var agent = Section(body, "agent");
        var allocation = agent is null ? null : Agent(agent, scope, around, checksOut: !_skipsCheckout);
        var tools = Section(body, "tools")?.Body;
        if (tools is not null)
        {
            var list = Sections(tools).ToList();
            foreach (var tool in list) ToolAccount(tool, scope, around);
            var outer = around;
            if (allocation is not null) Prepare(allocation, () => { foreach (var tool in list) UseTool(tool, scope, outer); });
            else _stageTools = list;
        }

        _allocation = allocation;
        if (Section(body, "stages") is { Body: { } stages }) foreach (var stage in Sections(stages)) DeclarativeStage(stage, scope, around);
        ReportCaught();
        if (Section(body, "post") is { Body: { } post }) PipelinePost(post, allocation, scope, around);
    }

    private List<Call> _stageTools = [];

    private void MarkWord(Call call) => Mark(new Span(call.Span.Start, call.Span.Start + call.StepName!.Length), Fate.Converted, "a section of the pipeline");

    private static void Prepare(Allocation allocation, Action action)
    {
        var before = allocation.Prepare;
        allocation.Prepare = job =>
        {
            before?.Invoke(job);
            action();
        };
    }

    private void ToolAccount(Call tool, Scope scope, Surroundings around)
    {
        if (tool.Arguments.Count == 0) return;
        var label = Evaluate(tool.Arguments[0].Value, scope, around);
        if (label is not Known) Mark(tool.Span, Fate.Manual, $"the tool {Quote(tool.Span, 60)} is named by a value: set it up by hand");
    }

    private void UseTool(Call tool, Scope scope, Surroundings around)
    {
        if (tool.Arguments.Count == 0 || tool.StepName is not { } kind) return;
        if (Evaluate(tool.Arguments[0].Value, scope, around) is not Known label) return;
        Tool(kind, label.Text, tool, new Surroundings());
        foreach (var step in _workflow.Jobs[^1].Steps.Where(step => step.Source == tool.Span)) _plumbing.Add(step);
    }

    /// <summary>Reads an environment section; each value may use those before it.</summary>
    private Surroundings Environment(Closure environment, Scope scope, Surroundings around, Action<string, string, Span>? set)
    {
        _ran.Add(environment);
        foreach (var statement in environment.Body)
        {
            if (statement is not ExpressionStmt { Expression: Assign { Target: Name name } assign })
            {
                Mark(statement.Span, Fate.Manual, "not an assignment");
                continue;
            }

            var variable = EnvName(name.Identifier);
            void Set(string key, string value)
            {
                _environment[key] = set is null ? null : value;
                if (set is null) around = around.WithEnv(key, value);
                else set(key, value, assign.Span);
            }

            if (assign.Value is Call { StepName: "credentials" } credentials)
            {
                EnvironmentCredential(variable, credentials.Arguments.Count > 0 ? Evaluate(credentials.Arguments[0].Value, scope, around) : null, assign, Set);
                continue;
            }

            _nameHint = variable;
            _hintOfEnvironment = true;
            var deferred = set is not null && (HasSideEffects(assign.Value) || assign.Value is not Literal && SyntaxWalk.All([new ExpressionStmt(assign.Span, assign.Value)]).Any(node => (node is Name { Identifier: var used } || node is Member { Target: Name { Identifier: "env" }, Identifier: var member } && (used = member) is not null) && _deferred.Any(earlier => earlier.Variable == used)));
            if (deferred)
            {
                // The value comes from a command: the first job works it out, the others get it as an output.
                _environment[variable] = null;
                _deferred.Add((variable, assign));
                _nameHint = null;
                _hintOfEnvironment = false;
                Mark(assign.Span, Fate.Approximated, "worked out once, by the first job");
                continue;
            }

            var value = Evaluate(assign.Value, scope, around);
            _nameHint = null;
            _hintOfEnvironment = false;
            var text = set is null ? value is Opaque ? null : Expression(value, assign, around) : JobExpression(value);
            if (value is Known known) FindSecrets(name.Identifier + "=" + known.Text, assign);
            if (text is null)
            {
                NeedSecret(Upper(variable), Invariant($"the value of {variable}, line {LineOf(assign)} of the Jenkinsfile; a repository variable does as well when it is not secret"));
                Set(variable, "${{ secrets." + Upper(variable) + " }}");
                Mark(assign.Span, Fate.Manual, $"{variable} is computed: {Quote(assign.Value.Span, 80)}; the workflow reads it from the secret {Upper(variable)}");
                continue;
            }

            Set(variable, text);
            var written = assign.Value is Text { Constant: not null } or Literal;
            Mark(assign.Span, written ? Fate.Converted : Fate.Approximated, written ? "env" : "env; its value is worked out: " + HardCodedSecrets.Redact(text));
        }

        return around;
    }

    private readonly List<(string Variable, Assign Assign)> _deferred = [];

    private static bool HasSideEffects(Expr expression) => expression switch
    {
        Call call => call.StepName is "sh" or "bat" or "powershell" or "readFile" or "pwd" or "readMavenPom" or "fileExists" || call.Arguments.Any(argument => HasSideEffects(argument.Value)) || HasSideEffects(call.Callee),
        Member member => HasSideEffects(member.Target),
        Binary binary => HasSideEffects(binary.Left) || HasSideEffects(binary.Right) || binary.Operator == "?:",
        Ternary => true,
        Text text => text.Parts.Any(part => part.Expression is not null && HasSideEffects(part.Expression)),
        _ => false,
    };

    /// <summary>Commands that give the pipeline's variables their values run before the first stage.</summary>
    private void Deferred(Scope scope, Surroundings around)
    {
        if (_deferred.Count == 0) return;
        var list = _deferred.ToList();
        _deferred.Clear();
        foreach (var (variable, assign) in list)
        {
            _nameHint = variable;
            _hintOfEnvironment = true;
            var value = Evaluate(assign.Value, scope, around with { Stages = [] });
            _nameHint = null;
            _hintOfEnvironment = false;
            if (value is Opaque)
            {
                NeedSecret(Upper(variable), Invariant($"the value of {variable}, line {LineOf(assign)} of the Jenkinsfile; a repository variable does as well when it is not secret"));
                _workflow.Env[variable] = new EnvEntry("${{ secrets." + Upper(variable) + " }}");
                Mark(assign.Span, Fate.Manual, $"{variable} is computed: {Quote(assign.Value.Span, 80)}; the workflow reads it from the secret {Upper(variable)}");
                continue;
            }

            if (value is Composed { Pieces: [{ Variable: { } same }] } && (same == variable || same == variable + "_value") && same == variable) continue;
            SetVariable(variable, ShellText.Word(PiecesOf(value, assign)), around with { Stages = [] }, assign);
        }
    }

    private void DeclarativeStage(Call stage, Scope scope, Surroundings around)
    {
        if (stage.Body is not { } body) return;
        var value = GivenValue(stage, scope, around, "name");
        var name = value is null ? "stage" : Display(value);
        Mark(stage.Head, Fate.Converted, "names the steps");
        around = around with { Stages = around.Stages.Add(name) };
        foreach (var call in Sections(body)) if (call.StepName is not null) MarkWord(call);
        var ownAgent = Section(body, "agent");
        Allocation? allocation = null;
        if (ownAgent is not null && ownAgent.Arguments is not [{ Value: Name { Identifier: "none" } }])
        {
            var skip = _skipsCheckout || Section(body, "options")?.Body is { } early && Sections(early).Any(option => option.StepName == "skipDefaultCheckout");
            allocation = Agent(ownAgent, scope, around, checksOut: !skip);
        }
        else if (ownAgent is not null) Mark(ownAgent.Span, Fate.Converted, "no runner of its own");

        if (_deferred.Count > 0 && _allocation is not null) Deferred(scope, around with { Stages = [] });
        void Content()
        {
            if (_deferred.Count > 0 && _allocation is not null) Deferred(scope, around with { Stages = [] });
            var inner = around;
            if (Section(body, "input")?.Body is { } input) StageInput(input, scope, inner);
            if (Section(body, "when") is { Body: { } when } whenCall) inner = When(whenCall, when, scope, inner);
            if (Section(body, "options")?.Body is { } options) foreach (var option in Sections(options)) inner = Option(option, scope, inner, wholePipeline: false);
            if (Section(body, "environment")?.Body is { } environment) inner = Environment(environment, scope, inner, null);
            var tools = (Section(body, "tools")?.Body is { } own ? Sections(own).ToList() : []).Concat(_allocation is not null && allocation is not null ? _stageTools : []).ToList();
            foreach (var tool in tools)
            {
                ToolAccount(tool, scope, inner);
                if (tool.Arguments.Count > 0 && Evaluate(tool.Arguments[0].Value, scope, inner) is Known label) Tool(tool.StepName!, label.Text, tool, inner);
            }

            var attempt = new Attempt(false, inner.Attempt) { Around = inner };
            var before = _emitted;
            var working = inner with { Attempt = attempt };
            if (Section(body, "post") is not null && Section(body, "steps")?.Body is { } first) Enter(attempt, first.Body, inner, stage);
            if (Section(body, "steps")?.Body is { } steps) Run(steps, scope, working);
            if (Section(body, "stages")?.Body is { } stages) foreach (var nested in Sections(stages)) DeclarativeStage(nested, scope, working);
            if (Section(body, "parallel")?.Body is { } parallel) SideBySide(Sections(parallel).Where(branch => branch.StepName == "stage").Select<Call, Action>(branch => () => DeclarativeStage(branch, scope, working)));
            if (Section(body, "matrix") is { Body: { } matrix }) Matrix(matrix, scope, working);
            if (_emitted == before) Empty(name, inner, stage);
            foreach (var other in body.Body.OfType<ExpressionStmt>())
                if (other.Expression is Call { StepName: "failFast" } or Name) Mark(other.Span, Fate.Approximated, "GitHub does not cancel sibling jobs; only a matrix can fail fast");
            if (Section(body, "post")?.Body is { } post) StagePost(post, attempt, scope, inner);
        }

        if (allocation is null) Content();
        else OnAgent(allocation, Content);
    }

    private void StageInput(Closure input, Scope scope, Surroundings around)
    {
        var message = Sections(input).FirstOrDefault(call => call.StepName == "message") is { Arguments: [var given, ..] } ? Evaluate(given.Value, scope, around) : Value.Of("approval");
        Approve(message, input, around);
        foreach (var field in Sections(input))
            if (field is { StepName: "parameters", Body: { } asked })
            {
                MarkWord(field);
                foreach (var parameter in Sections(asked)) InputParameter(parameter, scope, around);
            }
            else Mark(field.Span, field.StepName is "message" or "id" ? Fate.Approximated : Fate.Manual, field.StepName is "message" or "id" ? $"the environment {_lastEnvironment} with required reviewers" : $"{field.StepName} of the input has no equal: {Quote(field.Span, 100)}; reviewers of the environment {_lastEnvironment} decide");
    }

    private Surroundings When(Call call, Closure when, Scope scope, Surroundings around)
    {
        Guard? all = null;
        foreach (var condition in Sections(when))
        {
            if (condition.StepName is "beforeAgent" or "beforeInput" or "beforeOptions")
            {
                Mark(condition.Span, Fate.Dropped, "a condition of a job is always asked before its runner is taken");
                continue;
            }

            var one = WhenCondition(condition, scope, around);
            all = all is null ? one : Guard.And(all, one);
        }

        foreach (var statement in when.Body.Where(statement => !_ledger.Knows(statement.Span) && statement is ExpressionStmt { Expression: not Call }))
            Mark(statement.Span, Fate.Manual, "not a condition this conversion knows");
        _ = call;
        return all is null ? around : around.With(all);
    }

    private Guard WhenCondition(Call condition, Scope scope, Surroundings around)
    {
        Guard Off(string why)
        {
            var guard = OffByDefault(condition, Quote(condition.Span));
            Mark(condition.Span, Fate.Manual, $"{why}: {Quote(condition.Span, 100)}; the stage is off until {guard.Expression.Split(' ')[0]} is true");
            return guard;
        }

        Guard Good(Guard guard, string? note = null)
        {
            if (note is null && condition is { StepName: "expression", Body: { } asked })
            {
                MarkCondition(condition.Span, new Unreadable(asked.Span), guard);
                return guard;
            }

            Mark(condition.Span, note is null ? Fate.Converted : Fate.Approximated, note ?? "if");
            return guard;
        }

        switch (condition.StepName)
        {
            case "allOf" or "anyOf" when condition.Body is { } group:
                Guard? joined = null;
                MarkWord(condition);
                foreach (var inner in Sections(group))
                {
                    var one = WhenCondition(inner, scope, around);
                    joined = joined is null ? one : condition.StepName == "allOf" ? Guard.And(joined, one) : Guard.Or(joined, one);
                }

                return joined ?? new Guard("true", false);
            case "not" when condition.Body is { } negated && Sections(negated).FirstOrDefault() is { } only:
                MarkWord(condition);
                return WhenCondition(only, scope, around).Negated();
            case "branch":
                return GivenText(condition, scope, around, "pattern") is { } branch && condition.Named("comparator") is not Text { Constant: "REGEXP" }
                    ? BranchGlob(branch) is { } glob ? Good(glob) : Off("this pattern has no equal")
                    : GivenText(condition, scope, around, "pattern") is { } expression && Simple(expression, new Guard("github.ref_name", false), whole: true) is { } regular ? Good(regular) : Off("this pattern has no equal");
            case "buildingTag": return Good(new Guard("github.ref_type == 'tag'", false));
            case "tag":
                if (condition.Arguments.Count == 0) return Good(new Guard("github.ref_type == 'tag'", false));
                var tag = GivenText(condition, scope, around, "pattern");
                var pattern = tag is null ? null : condition.Named("comparator") is Text { Constant: "REGEXP" } ? Simple(tag, new Guard("github.ref_name", false), whole: true) : Glob(tag, "github.ref_name");
                return pattern is null ? Off("this pattern has no equal") : Good(Guard.And(new Guard("github.ref_type == 'tag'", false), pattern));
            case "changeRequest":
                var change = new Guard("github.event_name == 'pull_request'", false);
                foreach (var argument in condition.Arguments)
                {
                    var field = argument.Name switch { "target" => "github.base_ref", "branch" => "github.head_ref", "author" => "github.event.pull_request.user.login", "title" => "github.event.pull_request.title", "id" => "github.event.number", _ => null };
                    var text = (Evaluate(argument.Value, scope, around) as Known)?.Text;
                    if (argument.Name == "comparator") continue;
                    var test = field is null || text is null ? null : condition.Named("comparator") is Text { Constant: "REGEXP" } ? Simple(text, new Guard(field, false), whole: true) : Glob(text, field);
                    if (test is null) return Off("this part of a change request has no equal");
                    change = Guard.And(change, test);
                }

                return Good(change);
            case "environment":
                var name = (GivenValue(condition, scope, around, "name") as Known)?.Text;
                var value = GivenValue(condition, scope, around, "value", 1);
                return name is not null && value is not null && Equal(new Composed([Piece.Env(EnvName(name))]), value) is Truth truth ? Good(truth.Guard) : Off("this comparison has no equal");
            case "equals":
                var expected = condition.Named("expected") is { } left ? Evaluate(left, scope, around) : Value.Null;
                var actual = condition.Named("actual") is { } right ? Evaluate(right, scope, around) : Value.Null;
                return (Result(expected, actual) ?? Equal(expected, actual)) switch { Truth equal => Good(equal.Guard), Known constant => Good(Constant(constant), "constant with the values in this file"), _ => Off("GitHub cannot compare these") };
            case "expression" when condition.Body is { } code: return ExpressionCondition(condition, code, scope, around, Good, Off);
            case "triggeredBy":
                var cause = GivenText(condition, scope, around, "cause") ?? (condition.Arguments.FirstOrDefault()?.Value as Text)?.Constant ?? "";
                return cause switch
                {
                    "TimerTrigger" or "TimerTriggerCause" or "hudson.triggers.TimerTrigger$TimerTriggerCause" => Good(new Guard("github.event_name == 'schedule'", false)),
                    "SCMTrigger" or "SCMTriggerCause" or "BranchEventCause" or "BranchIndexingCause" => Good(new Guard("github.event_name == 'push'", false)),
                    "UserIdCause" or "UserCause" => Good(condition.Named("detail") is { } detail && Evaluate(detail, scope, around) is Known who ? Guard.And(new Guard("github.event_name == 'workflow_dispatch'", false), new Guard($"github.actor == {Guard.Quote(who.Text)}", false)) : new Guard("github.event_name == 'workflow_dispatch'", false)),
                    "UpstreamCause" or "BuildUpstreamCause" => Good(new Guard("github.event_name == 'workflow_run'", false)),
                    _ => Off("this cause has no event"),
                };
            case "changeset" or "changelog": return ChangedFiles(condition, scope, around, Good, Off);
            case "isRestartedRun": return Good(new Guard("github.run_attempt > 1", false));
        }

        return Off("this condition is unknown here");
    }

    private string? GivenText(Call call, Scope scope, Surroundings around, string name) => (GivenValue(call, scope, around, name) as Known)?.Text;

    private static Guard Constant(Value value) => new(IsTrue(value) ? "github.run_id != ''" : "github.run_id == ''", false);

    private Guard ExpressionCondition(Call condition, Closure code, Scope scope, Surroundings around, Func<Guard, string?, Guard> good, Func<string, Guard> off)
    {
        _ran.Add(code);
        var statements = code.Body;
        if (statements.Count == 0) return good(Constant(Value.Null), "an empty expression is never true");
        var inner = new Scope(scope);
        var early = around with { Stages = around.Stages };
        var allocated = _allocation is not null;
        foreach (var statement in statements.Take(statements.Count - 1))
        {
            if (!allocated && statement is not Declaration) return off("the expression does more than compare");
            if (Execute(statement, inner, early) is { Left: true } or { When: not null }) return off("the expression returns early");
        }

        var last = statements[^1] switch { ExpressionStmt expression => expression.Expression, Return { Value: { } returned } => returned, _ => null };
        if (last is null) return off("GitHub cannot evaluate this");
        if (!allocated && HasSideEffects(last)) return off("it runs a command before there is a runner");
        return ConditionOf(last, inner, early) switch
        {
            Truth truth => good(truth.Guard, null),
            Known known => good(Constant(known), "constant with the values in this file"),
            _ => off("GitHub cannot evaluate this"),
        };
    }

    /// <summary>Which files changed is asked of git by a step of the job.</summary>
    private Guard ChangedFiles(Call condition, Scope scope, Surroundings around, Func<Guard, string?, Guard> good, Func<string, Guard> off)
    {
        if (GivenText(condition, scope, around, "pattern") is not { } pattern) return off("the pattern is not known");
        if (_allocation is null) return off("no runner is there to ask git");
        var (what, command) = condition.StepName == "changelog"
            ? ("log", $"git log --format=%B -n 20 | grep -Eq {ShellText.Quote(Posix(pattern.Replace(".*", ".*", StringComparison.Ordinal)))}")
            : ("files", $"git diff --name-only \"${{BASE_COMMIT:-HEAD~1}}\" HEAD | grep -Eq {ShellText.Quote(condition.Named("comparator") is Text { Constant: "REGEXP" } ? "^(" + Posix(pattern) + ")$" : "^" + AntToRegex(pattern) + "$")}");
        var step = new WorkflowStep { Name = "Look at the changed " + what, Run = $"if {command}; then echo \"changed=true\" >> \"$GITHUB_OUTPUT\"; else echo \"changed=false\" >> \"$GITHUB_OUTPUT\"; fi" };
        step.Env["BASE_COMMIT"] = "${{ github.event.pull_request.base.sha || github.event.before }}";
        if (_allocation.Windows) step.Shell = "bash";
        Emit(step, around, condition);
        var job = Job(around);
        foreach (var checkout in job.Steps.Where(earlier => earlier.Uses == "actions/checkout")) checkout.With["fetch-depth"] = "0";
        return good(new Guard($"steps.{StepId(job, step, "changed-" + what)}.outputs.changed == 'true'", true), $"a step asks git which {what} changed; Jenkins compared with the last build");
    }

    private static string AntToRegex(string pattern) => pattern.Replace(".", "\\.", StringComparison.Ordinal).Replace("**/", "\u0001", StringComparison.Ordinal).Replace("**", "\u0002", StringComparison.Ordinal)
        .Replace("*", "[^/]*", StringComparison.Ordinal).Replace("?", "[^/]", StringComparison.Ordinal).Replace("\u0001", "(.*/)?", StringComparison.Ordinal).Replace("\u0002", ".*", StringComparison.Ordinal);

    private static Guard? BranchGlob(string pattern)
    {
        if (pattern.StartsWith("PR-", StringComparison.Ordinal)) return new Guard("github.event_name == 'pull_request'", false);
        if (pattern.IndexOfAny(['*', '?', '{', '[']) < 0) return new Guard($"github.ref == {Guard.Quote("refs/heads/" + pattern)}", false);
        return Glob(pattern, "github.ref_name");
    }

    private static Guard? Glob(string pattern, string subject)
    {
        var body = pattern.Replace("**", "*", StringComparison.Ordinal).Replace("/*", "/*", StringComparison.Ordinal);
        var stars = body.Count(c => c == '*');
        if (body.IndexOfAny(['?', '{', '[']) >= 0 || stars > 2) return null;
        if (stars == 0) return new Guard($"{subject} == {Guard.Quote(body)}", false);
        if (body == "*") return new Guard($"{subject} != ''", false);
        var parts = body.Split('*');
        if (stars == 1)
        {
            var first = parts[0].Length > 0 ? new Guard($"startsWith({subject}, {Guard.Quote(parts[0])})", false) : null;
            var last = parts[1].Length > 0 ? new Guard($"endsWith({subject}, {Guard.Quote(parts[1])})", false) : null;
            return first is not null && last is not null ? Guard.And(first, last) : first ?? last;
        }

        return parts[0].Length == 0 && parts[2].Length == 0 ? new Guard($"contains({subject}, {Guard.Quote(parts[1])})", false) : null;
    }

    private void StagePost(Closure post, Attempt attempt, Scope scope, Surroundings around)
    {
        foreach (var condition in Ordered(post))
        {
            MarkWord(condition);
            if (condition.Body is not { } body) continue;
            var here = attempt.Steps.Where(entry => ReferenceEquals(entry.Job, _job)).Select(entry => entry.Step).ToList();
            var split = attempt.Steps.Count > 0 && here.Count < attempt.Steps.Select(entry => entry.Step).Distinct().Count();
            var inner = split ? AcrossJobs(condition, around, [.. attempt.Steps.Select(entry => entry.Job).Distinct()]) : WithinJob(condition, around);
            if (inner is null) continue;
            if (!split && inner.Status is not null && Begun(attempt, around) is { } begun) inner = inner.With(begun);
            var before = _emitted;
            Run(body, scope, Handler(inner, attempt.Steps.Select(entry => entry.Step)));
            AccountPost(condition, before, split);
        }
    }

    private void AccountPost(Call condition, int before, bool otherJob)
    {
        var word = new Span(condition.Span.Start, condition.Span.Start + condition.StepName!.Length);
        if (_emitted > MostSteps) Mark(word, Fate.Manual, Invariant($"the workflow would have more than {MostSteps} steps; what this condition runs is left out"));
        else if (_emitted == before) Mark(word, Fate.Approximated, "nothing in it is left to run");
        else if (otherJob) Mark(word, Fate.Approximated, "asked of the results of the jobs before");
    }

    private static readonly string[] PostOrder = ["always", "changed", "fixed", "regression", "aborted", "failure", "success", "unstable", "unsuccessful", "notBuilt", "cleanup"];

    private IEnumerable<Call> Ordered(Closure post) => Sections(post).Where(call => PostOrder.Contains(call.StepName)).OrderBy(call => Array.IndexOf(PostOrder, call.StepName));

    /// <summary>A post condition of steps in the same job.</summary>
    private Surroundings? WithinJob(Call condition, Surroundings around)
    {
        switch (condition.StepName)
        {
            case "always" or "cleanup": return around with { Status = "always()" };
            case "success": return around with { Status = "success()" };
            case "failure": return around with { Status = "failure()" };
            case "aborted": return around with { Status = "cancelled()" };
            case "unsuccessful": return around with { Status = "(failure() || cancelled())" };
        }

        return Unmatched(condition, around with { Status = "always()" });
    }

    private Surroundings? AcrossJobs(Call condition, Surroundings around, IReadOnlyList<WorkflowJob>? jobs)
    {
        if (jobs is not null)
        {
            EndJob();
            foreach (var job in jobs) if (!_frontier.Contains(job)) _frontier.Add(job);
        }

        around = around with { Status = null, Guards = [.. around.Guards.Where(guard => !guard.OnlyInSteps)] };
        const string failed = "contains(needs.*.result, 'failure')";
        const string cancelled = "contains(needs.*.result, 'cancelled')";
        switch (condition.StepName)
        {
            case "always" or "cleanup": return around with { Status = "always()" };
            case "success": return around.With(new Guard($"!{failed} && !{cancelled}", true)) with { Status = "success()" };
            case "failure": return around.With(new Guard($"({failed} || failure())", true)) with { Status = "always()" };
            case "aborted": return around.With(new Guard(cancelled, true)) with { Status = "always()" };
            case "unsuccessful": return around.With(new Guard($"({failed} || {cancelled} || failure())", true)) with { Status = "always()" };
        }

        return Unmatched(condition, around with { Status = "always()" });
    }

    /// <summary>Conditions that need the run before: a step asks for its conclusion.</summary>
    private Surroundings? Unmatched(Call condition, Surroundings around)
    {
        var word = new Span(condition.Span.Start, condition.Span.Start + condition.StepName!.Length);
        if (condition.StepName is "unstable" or "notBuilt")
        {
            var off = OffByDefault(condition, "the post condition " + condition.StepName);
            Mark(word, Fate.Manual, $"GitHub has no result called {condition.StepName}; its steps are off until {off.Expression.Split(' ')[0]} is true");
            return around.With(off);
        }

        var step = new WorkflowStep
        {
            Name = "Look up the previous conclusion",
            Run = "echo \"conclusion=$(gh run list --workflow \"$GITHUB_WORKFLOW\" --branch \"$GITHUB_REF_NAME\" --status completed --limit 1 --json conclusion --jq '.[0].conclusion')\" >> \"$GITHUB_OUTPUT\"",
        };
        step.Env["GH_TOKEN"] = "${{ github.token }}";
        if (_allocation?.Windows == true) step.Shell = "bash";
        Emit(step, around, condition);
        _workflow.Permissions["actions"] = "read";
        var id = StepId(Job(around), step, "previous");
        Mark(word, Fate.Approximated, "compared with the last completed run of this workflow on the branch");
        var now = condition.StepName switch { "fixed" => "job.status == 'success' && steps.{0}.outputs.conclusion == 'failure'", "regression" => "job.status == 'failure' && steps.{0}.outputs.conclusion == 'success'", _ => "job.status != steps.{0}.outputs.conclusion" };
        return around.With(new Guard(now.Replace("{0}", id, StringComparison.Ordinal), true));
    }

    /// <summary>The post section of the pipeline: in the same job when there is only one, else in a last job behind all.</summary>
    private void PipelinePost(Closure post, Allocation? allocation, Scope scope, Surroundings around)
    {
        var single = _workflow.Jobs.Count <= 1 && allocation is not null;
        if (!single)
        {
            _frontier = [.. _workflow.Jobs];
            _job = null;
            _allocation = allocation ?? new Allocation { RunsOn = Yaml.Of("ubuntu-latest"), ChecksOut = false };
        }

        foreach (var condition in Ordered(post))
        {
            MarkWord(condition);
            if (condition.Body is not { } body) continue;
            Surroundings? inner;
            if (single) inner = WithinJob(condition, around);
            else inner = AcrossJobs(condition, around, null);

            if (inner is null) continue;
            var before = _workflow.Jobs.Count;
            var emitted = _emitted;
            Run(body, scope, Handler(inner with { Stages = ["Post " + condition.StepName] }, []));
            AccountPost(condition, emitted, !single);
            if (!single && _job is not null && before < _workflow.Jobs.Count) _job.Name = "post";
        }

        if (!single && _job is not null) _job.If = "always()";
    }

    private void Matrix(Closure matrix, Scope scope, Surroundings around)
    {
        foreach (var call in Sections(matrix)) if (call.StepName is not null) MarkWord(call);
        var map = new YamlMap();
        var names = new List<string>();
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var axis in Section(matrix, "axes") is { Body: { } axes } ? Sections(axes) : [])
        {
            if (axis.Body is not { } body) continue;
            var name = Section(body, "name") is { Arguments: [var given, ..] } && Evaluate(given.Value, scope, around) is Known known ? EnvName(known.Text) : "AXIS";
            var list = Section(body, "values")?.Arguments.Select(argument => Evaluate(argument.Value, scope, around)).SelectMany(value => value is Listed many ? many.Items : [value]).Select(Display).ToList() ?? [];
            map.Add(name, Yaml.List(list));
            names.Add(name);
            values[name] = list;
            Mark(axis.Span, Fate.Converted, "an axis of the matrix");
        }

        if (Section(matrix, "excludes") is { Body: { } excludes })
        {
            var list = new YamlList([]);
            foreach (var exclude in Sections(excludes))
            {
                if (exclude.Body is not { } rows) continue;
                var combinations = new List<YamlMap> { new() };
                foreach (var axis in Sections(rows))
                {
                    if (axis.Body is not { } body || Section(body, "name") is not { Arguments: [var given, ..] } || Evaluate(given.Value, scope, around) is not Known known) continue;
                    var excluded = Section(body, "values")?.Arguments.Select(argument => Display(Evaluate(argument.Value, scope, around))).ToList();
                    var kept = Section(body, "notValues")?.Arguments.Select(argument => Display(Evaluate(argument.Value, scope, around))).ToList();
                    excluded ??= kept is not null && values.TryGetValue(EnvName(known.Text), out var all) ? [.. all.Except(kept)] : [];
                    combinations = [.. combinations.SelectMany(one => excluded.Select(value =>
                    {
                        var copy = new YamlMap();
                        foreach (var entry in one.Entries) copy.Entries.Add(entry);
                        copy.Add(EnvName(known.Text), Yaml.Of(value));
                        return copy;
                    }))];
                }

                foreach (var combination in combinations.Where(one => one.Entries.Count > 0)) list.Items.Add(new YamlEntry(null, combination, [], exclude.Span));
                Mark(exclude.Span, Fate.Converted, "exclude of the matrix");
            }

            if (list.Items.Count > 0) map.Add("exclude", list);
        }

        foreach (var name in names) _environment[name] = "${{ matrix." + name + " }}";
        foreach (var name in names) around = around.WithEnv(name, "${{ matrix." + name + " }}");
        var suffix = string.Join(", ", names.Select(name => "${{ matrix." + name + " }}"));
        void Settle(WorkflowJob job)
        {
            job.Matrix = map;
            job.Name = $"{job.Name} ({suffix})";
            foreach (var name in names) job.Env[name] = "${{ matrix." + name + " }}";
        }

        var inner = around;
        foreach (var name in names) inner = inner with { Env = inner.Env.RemoveAll(pair => pair.Key == name) };
        _jobSettings.Add(Settle);
        EndJob();
        var allocation = Section(matrix, "agent") is { } agent ? Agent(agent, scope, around, checksOut: !_skipsCheckout) : null;
        void Content()
        {
            if (Section(matrix, "when") is { Body: { } when } whenCall) inner = When(whenCall, when, scope, inner);
            if (Section(matrix, "options")?.Body is { } options) foreach (var option in Sections(options)) inner = Option(option, scope, inner, wholePipeline: false);
            if (Section(matrix, "environment")?.Body is { } environment) inner = Environment(environment, scope, inner, null);
            if (Section(matrix, "tools")?.Body is { } tools) foreach (var tool in Sections(tools)) UseToolIn(tool, scope, inner);
            var attempt = new Attempt(false, inner.Attempt) { Around = inner };
            if (Section(matrix, "stages")?.Body is { } stages) foreach (var stage in Sections(stages)) DeclarativeStage(stage, scope, inner with { Attempt = attempt });
            if (Section(matrix, "post")?.Body is { } post) StagePost(post, attempt, scope, inner);
        }

        if (allocation is null) Content();
        else OnAgent(allocation, Content);
        _jobSettings.Remove(Settle);
        EndJob();
        // The cells have workspaces of their own, so nothing of theirs is handed on.
        if (_allocation is { } outer) outer.Last = [.. outer.Last.Where(job => job.Matrix is null)];
    }

    private void UseToolIn(Call tool, Scope scope, Surroundings around)
    {
        ToolAccount(tool, scope, around);
        if (tool.Arguments.Count > 0 && Evaluate(tool.Arguments[0].Value, scope, around) is Known label) Tool(tool.StepName!, label.Text, tool, around);
    }

    private Surroundings Option(Call option, Scope scope, Surroundings around, bool wholePipeline)
    {
        switch (option.StepName)
        {
            case "timeout":
                var minutes = Minutes(option, scope, around);
                if (minutes is { } limit)
                {
                    if (wholePipeline) _jobSettings.Add(job => job.TimeoutMinutes ??= limit);
                    else around = around with { TimeoutMinutes = limit };
                }

                Mark(option.Span, minutes is null ? Fate.Manual : Fate.Approximated, minutes is null ? "the limit is not known: set timeout-minutes" : wholePipeline ? "timeout-minutes of every job; Jenkins limited the whole build" : "timeout-minutes of each step; Jenkins limited their sum");
                return around;
            case "retry":
                var times = GivenValue(option, scope, around, "count") is Known { Content: long count } ? (int)Math.Clamp(count, 1, 20) : 1;
                Mark(option.Span, Fate.Approximated, "each command is repeated by itself; Jenkins repeated the whole");
                return around with { Retries = times };
            case "disableConcurrentBuilds":
                _workflow.ConcurrencyGroup = "${{ github.workflow }}-${{ github.ref }}";
                _workflow.CancelInProgress = option.Named("abortPrevious") is Literal { Value: true };
                Mark(option.Span, Fate.Converted, "concurrency");
                return around;
            case "lock":
                var resource = GivenValue(option, scope, around, "resource");
                if (resource is not null && JobExpression(resource) is { } group) _jobSettings.Add(job => job.ConcurrencyGroup ??= group);
                Mark(option.Span, Fate.Approximated, "concurrency of the jobs; a second waiting run replaces the first");
                return around;
            case "withCredentials" or "withEnv":
                Mark(option.Span, Fate.Manual, $"{Quote(option.Span, 80)} as an option: set env by hand");
                foreach (var argument in option.Arguments.Select(argument => argument.Value)) foreach (var binding in argument is ListLiteral list ? list.Items : [argument])
                    if (binding is Call { } bound && bound.Named("credentialsId") is { } id && bound.Named("variable") is { } variable && Evaluate(id, scope, around) is Known known && Evaluate(variable, scope, around) is Known name)
                    {
                        NeedSecret(Upper(known.Text), "text");
                        around = around.WithEnv(EnvName(name.Text), "${{ secrets." + Upper(known.Text) + " }}");
                        Mark(binding.Span, Fate.Converted, "env from secrets");
                    }

                return around;
            case "skipDefaultCheckout": Mark(option.Span, Fate.Converted, "no checkout step"); return around;
            case "parallelsAlwaysFailFast": Mark(option.Span, Fate.Approximated, "GitHub does not cancel sibling jobs; only a matrix can fail fast"); return around;
            case "buildDiscarder": Mark(option.Span, Fate.Approximated, "set the retention of runs and artifacts in the repository's settings"); return around;
            case "timestamps" or "ansiColor": Mark(option.Span, Fate.Dropped, "GitHub shows times and colours by itself"); return around;
            case "skipStagesAfterUnstable": Mark(option.Span, Fate.Approximated, "GitHub has no unstable result"); return around;
            case "checkoutToSubdirectory":
                if (GivenText(option, scope, around, "path") is { } path) _jobSettings.Add(job => { foreach (var step in job.Steps.Where(step => step.Uses == "actions/checkout")) step.With["path"] = path; });
                Mark(option.Span, Fate.Approximated, "path of the checkout");
                return around;
            case "preserveStashes" or "durabilityHint" or "disableResume" or "newContainerPerStage" or "quietPeriod" or "overrideIndexTriggers" or "copyArtifactPermission" or "rateLimitBuilds" or "disableRestartFromStage" or "authorizationMatrix":
                Mark(option.Span, Fate.Dropped, $"{option.StepName} steers Jenkins itself; nothing in a workflow needs it");
                return around;
        }

        if (_catalogue.Rules.TryGetValue(option.StepName ?? "", out var rule) && rule.Wraps)
        {
            Mark(option.Span, Fate.Manual, $"{option.StepName} as an option: {rule.Note}");
            return around;
        }

        Mark(option.Span, Fate.Manual, $"the option {Quote(option.Span, 80)} is unknown here and has no equal in a workflow");
        return around;
    }
}
