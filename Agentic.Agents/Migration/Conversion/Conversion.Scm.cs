using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private static readonly string[] ScmVariables = ["GIT_COMMIT", "GIT_BRANCH", "GIT_URL", "GIT_PREVIOUS_COMMIT", "GIT_LOCAL_BRANCH", "GIT_PREVIOUS_SUCCESSFUL_COMMIT"];

    private Value ScmResult()
    {
        var map = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var name in ScmVariables) map[name] = new Composed([Piece.Env(name)]);
        return new Mapped(map);
    }

    private Value CheckoutStep(Call call, Scope scope, Surroundings around)
    {
        var argument = Given(call, "scm");
        if (argument is null or Name { Identifier: "scm" })
        {
            var job = Job(around);
            if (_allocation!.ChecksOut && around.Directory is null && job.Steps.Count > 0 && job.Steps.Any(step => _plumbing.Contains(step) && step.Uses == "actions/checkout"))
            {
                Mark(call.Span, Fate.Converted, "the job checks out already");
                return ScmResult();
            }

            var step = Checkout();
            step.Name = null;
            if (around.Directory is { } path) step.With["path"] = path;
            Emit(step, around with { Directory = null, Env = [] }, call);
            Mark(call.Span, Fate.Converted, "actions/checkout");
            return ScmResult();
        }

        var settings = new Checkouts();
        Collect(argument, scope, around, settings);
        foreach (var named in call.Arguments.Where(given => given.Name is not null)) CollectNamed(named.Name!, named.Value, scope, around, settings);
        return Clone(settings, call, around);
    }

    private sealed class Checkouts
    {
        public Value? Url { get; set; }

        public Value? Branch { get; set; }

        public Value? Credentials { get; set; }

        public Value? Directory { get; set; }

        public bool Submodules { get; set; }

        public bool Lfs { get; set; }

        public long? Depth { get; set; }

        public List<string> Ignored { get; } = [];
    }

    private void Collect(Expr expression, Scope scope, Surroundings around, Checkouts settings)
    {
        switch (expression)
        {
            case MapLiteral map:
                var kind = (map.Entries.FirstOrDefault(entry => entry.Name == "$class")?.Value as Text)?.Constant ?? "";
                Extension(kind, settings);
                foreach (var entry in map.Entries.Where(entry => entry.Name is not null)) CollectNamed(entry.Name!, entry.Value, scope, around, settings);
                break;
            case ListLiteral list:
                foreach (var item in list.Items) Collect(item, scope, around, settings);
                break;
            case Call call:
                Extension(call.StepName ?? "", settings);
                foreach (var argument in call.Arguments)
                    if (argument.Name is { } name) CollectNamed(name, argument.Value, scope, around, settings);
                    else if (call.StepName is "cleanBeforeCheckout" or "localBranch" or "relativeTargetDirectory" && argument.Value is Text) CollectNamed("relativeTargetDir", argument.Value, scope, around, settings);
                    else Collect(argument.Value, scope, around, settings);
                break;
            case Name name when scope.Find(name.Identifier)?.Value is Mapped { Entries: var entries }:
                if (entries.TryGetValue("url", out var url)) settings.Url ??= url;
                break;
        }
    }

    private static void Extension(string kind, Checkouts settings)
    {
        switch (kind)
        {
            case "" or "GitSCM" or "scmGit" or "git" or "CloneOption" or "cloneOption" or "RelativeTargetDirectory" or "relativeTargetDirectory" or "UserRemoteConfig" or "BranchSpec" or "checkoutOption" or "CheckoutOption": break;
            case "SubmoduleOption" or "submodule" or "submoduleOption": settings.Submodules = true; break;
            case "GitLFSPull" or "lfs": settings.Lfs = true; break;
            case "CleanBeforeCheckout" or "CleanCheckout" or "WipeWorkspace" or "cleanBeforeCheckout" or "cleanAfterCheckout" or "wipeWorkspace" or "PruneStaleBranch" or "pruneStaleBranch" or "LocalBranch" or "localBranch": break;
            default: settings.Ignored.Add(kind); break;
        }
    }

    private void CollectNamed(string name, Expr value, Scope scope, Surroundings around, Checkouts settings)
    {
        switch (name)
        {
            case "url" or "remote": settings.Url ??= Evaluate(value, scope, around); break;
            case "name" or "branch" when settings.Branch is null && value is not (MapLiteral or ListLiteral) && !(value is Text { Constant: "origin" }): settings.Branch = Evaluate(value, scope, around); break;
            case "credentialsId": settings.Credentials ??= Evaluate(value, scope, around); break;
            case "relativeTargetDir": settings.Directory = Evaluate(value, scope, around); break;
            case "depth" when Evaluate(value, scope, around) is Known { Content: long depth }: settings.Depth = depth; break;
            case "branches" or "extensions" or "userRemoteConfigs" or "locations" or "scm": Collect(value, scope, around, settings); break;
        }
    }

    private Value GitStep(Call call, Scope scope, Surroundings around)
    {
        var settings = new Checkouts { Url = GivenValue(call, scope, around, "url"), Branch = call.Named("branch") is { } branch ? Evaluate(branch, scope, around) : null, Credentials = call.Named("credentialsId") is { } id ? Evaluate(id, scope, around) : null };
        return Clone(settings, call, around);
    }

    private Value Clone(Checkouts settings, Call call, Surroundings around)
    {
        var url = settings.Url is null ? null : Expression(settings.Url, call, around);
        var branch = settings.Branch is null ? null : Expression(settings.Branch, call, around);
        branch = branch is null ? null : branch.StartsWith("*/", StringComparison.Ordinal) ? branch[2..] : branch.StartsWith("origin/", StringComparison.Ordinal) ? branch[7..] : branch.StartsWith("refs/heads/", StringComparison.Ordinal) ? branch[11..] : branch;
        var directory = settings.Directory is null ? around.Directory : Expression(settings.Directory, call, around);
        var secret = settings.Credentials is null or Known { Content: null or "" } ? null : SecretName(settings.Credentials, "GIT_TOKEN");
        var repository = url is null ? null : GitHubUrl().Match(url) is { Success: true } match ? match.Groups[1].Value : null;
        if (secret is not null) NeedSecret(secret, "token that may read the repository");
        var anonymous = settings.Credentials is Known { Content: null or "" };
        var fate = settings.Ignored.Count > 0 || url is null || anonymous ? Fate.Approximated : Fate.Converted;
        var note = settings.Ignored.Count > 0 ? "without " + string.Join(", ", settings.Ignored.Distinct()) : url is null ? "the repository is not written here: the workflow's own is checked out" : (anonymous ? "a checkout without a credential, since its credentialsId is empty, of " : "a checkout of ") + HardCodedSecrets.Redact(url);
        if (url is null || repository is not null)
        {
            var step = Checkout();
            step.Name = null;
            if (repository is not null) step.With["repository"] = repository;
            if (branch is { Length: > 0 }) step.With["ref"] = branch;
            if (secret is not null) step.With["token"] = "${{ secrets." + secret + " }}";
            if (directory is not null) step.With["path"] = directory;
            if (settings.Submodules) step.With["submodules"] = "recursive";
            if (settings.Lfs) step.With["lfs"] = "true";
            if (settings.Depth is { } depth) step.With["fetch-depth"] = depth.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Emit(step, around with { Directory = null, Env = around.Env }, call, repository is null ? null : "check out " + (repository.Contains("${{", StringComparison.Ordinal) ? "a repository" : repository));
            Mark(call.Span, fate, note);
            return ScmResult();
        }

        var run = new WorkflowStep { Run = $"git clone {(branch is { Length: > 0 } ? "--branch \"$CLONE_BRANCH\" " : "")}{(settings.Submodules ? "--recurse-submodules " : "")}{(settings.Depth is { } shallow ? Invariant($"--depth {shallow} ") : "")}\"$CLONE_URL\" {(directory is null ? "." : "\"$CLONE_DIRECTORY\"")}" };
        run.Env["CLONE_URL"] = secret is not null && url.StartsWith("https://", StringComparison.Ordinal) ? $"https://${{{{ secrets.{secret} }}}}@{url["https://".Length..]}" : url;
        if (branch is { Length: > 0 }) run.Env["CLONE_BRANCH"] = branch;
        if (directory is not null) run.Env["CLONE_DIRECTORY"] = directory;
        if (_allocation?.Windows == true) run.Shell = "bash";
        Emit(run, around with { Directory = null }, call, "clone");
        Mark(call.Span, Fate.Approximated, note + "; cloned by git itself, which needs access from the runner");
        return ScmResult();
    }

    [GeneratedRegex(@"[^A-Za-z0-9._-]", RegexOptions.NonBacktracking)]
    private static partial Regex NotArtifact();

    [GeneratedRegex(@"^(?:https?://(?:[^@/]+@)?github\.com/|git@github\.com:|ssh://git@github\.com/|git://github\.com/)((?:[^/\s{}]|\$\{\{[^{}]*\}\})+/(?:[^/\s{}]|\$\{\{[^{}]*\}\})+?)(?:\.git)?/?$", RegexOptions.NonBacktracking)]
    private static partial Regex GitHubUrl();

    private Value Stash(string name, Call call, Scope scope, Surroundings around)
    {
        var label = GivenValue(call, scope, around, "name") ?? Value.Of("stash");
        var artifact = "stash-" + string.Concat(PiecesOf(label, call).Select(piece => piece.Literal is { } literal ? NotArtifact().Replace(literal, "-") : "${{ env." + piece.Variable + " }}"));
        if (name == "stash")
        {
            var includes = call.Named("includes") is { } expression ? Expression(Evaluate(expression, scope, around), expression, around) : "**";
            var excludes = call.Named("excludes") is { } not ? Expression(Evaluate(not, scope, around), not, around) : null;
            var step = new WorkflowStep { Uses = "actions/upload-artifact" };
            step.With["name"] = artifact;
            step.With["path"] = Patterns(includes, excludes, around.Directory);
            step.With["include-hidden-files"] = "true";
            step.With["overwrite"] = "true";
            step.With["retention-days"] = "1";
            step.With["if-no-files-found"] = call.Named("allowEmpty") is Literal { Value: true } ? "ignore" : "error";
            Emit(step, around with { Directory = null }, call, "stash " + Display(label));
        }
        else
        {
            var step = new WorkflowStep { Uses = "actions/download-artifact" };
            step.With["name"] = artifact;
            if (around.Directory is { } directory) step.With["path"] = directory;
            Emit(step, around with { Directory = null }, call, "unstash " + Display(label));
        }

        Mark(call.Span, Fate.Approximated, "an artifact; file modes are lost and a common leading directory is left out");
        return Value.Null;
    }

    /// <summary>Jenkins separates patterns by commas; GitHub by lines, with '!' before those to leave out.</summary>
    private static string Patterns(string includes, string? excludes, string? directory)
    {
        var prefix = directory is null ? "" : directory + "/";
        var lines = includes.Split((char[])[',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(pattern => prefix + pattern);
        if (excludes is not null) lines = lines.Concat(excludes.Split((char[])[',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(pattern => "!" + prefix + pattern));
        return string.Join('\n', lines);
    }

    private Value Input(Call call, Scope scope, Surroundings around)
    {
        var message = GivenValue(call, scope, around, "message") ?? Value.Of("approval");
        Approve(message is Opaque ? Value.Of("approval") : message, call, around);
        var asked = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var parameter in call.Named("parameters") is ListLiteral list ? list.Items : [])
        {
            InputParameter(parameter, scope, around);
            if (parameter is Call { } given && given.Named("name") is { } named && Evaluate(named, scope, around) is Known name && _parameters.TryGetValue(name.Text, out var variable)) asked[name.Text] = new Composed([Piece.Env(variable)]);
        }

        var rest = call.Arguments.Where(argument => argument.Name is not (null or "message" or "id") && !(argument.Name == "parameters" && asked.Count > 0)).Select(argument => argument.Name).ToList();
        Mark(call.Span, Fate.Approximated, $"the job waits for the reviewers of the environment {_lastEnvironment}: create it with required reviewers{(rest.Count > 0 ? "; not carried over: " + string.Join(", ", rest) + " " + Quote(call.Span, 120) : "")}");
        return asked.Count switch { 0 => new Opaque(call.Span, "input"), 1 => asked.Values.First(), _ => new Mapped(asked) };
    }

    private string _lastEnvironment = "approval";

    private void Approve(Value message, Node origin, Surroundings around)
    {
        EndJob();
        var stage = around.Stages.Count > 0 ? around.Stages[^1] : "approval";
        _lastEnvironment = NotIdentifier().Replace(stage, "-").Trim('-').ToLowerInvariant() is { Length: > 0 } name ? name : "approval";
        var environment = _lastEnvironment;
        _approval = environment;
        var job = Job(around);
        job.Environment = environment;
        _approval = null;
        NeedVariable("environment " + environment, "create this environment with required reviewers; the job waits there for approval");
        Emit(new WorkflowStep { Run = $"echo {ShellText.Word(PiecesOf(message, origin))}", Shell = _allocation?.Windows == true ? "bash" : null }, around, origin, "approved");
    }

    private Value BuildJob(Call call, Scope scope, Surroundings around)
    {
        var job = GivenValue(call, scope, around, "job");
        var wait = call.Named("wait") is not Literal { Value: false };
        var arguments = new List<string>();
        var step = new WorkflowStep();
        if (call.Named("parameters") is { } parameters)
        {
            var all = parameters is ListLiteral ? null : Evaluate(parameters, scope, around) as Listed;
            foreach (var (parameter, known) in parameters is ListLiteral list ? list.Items.Select(item => (item, (Value?)null)) : (all?.Items ?? []).Select(item => (parameters, (Value?)item)))
            {
                var (name, value) = (known, parameter) switch
                {
                    (null, Call given) when given.Named("name") is { } called => (Evaluate(called, scope, around), given.Named("value") is { } passed ? Evaluate(passed, scope, around) : null),
                    _ => (known ?? Evaluate(parameter, scope, around)) is Mapped map && map.Entries.TryGetValue("name", out var called) ? (called, map.Entries.GetValueOrDefault("value")) : (null, null),
                };
                if (name is not Known key)
                {
                    Mark(parameter.Span, Fate.Manual, $"the parameter {Quote(parameter.Span, 60)} is computed: pass it by hand");
                    continue;
                }

                arguments.Add($"-f {ShellText.Quote(key.Text)}={ShellText.Word(value is null ? [] : PiecesOf(value, parameter))}");
            }

            if (parameters is not ListLiteral && all is null) Mark(parameters.Span, Fate.Manual, $"the parameters {Quote(parameters.Span, 60)} are computed: pass them by hand");
        }

        var target = job is Known or Composed ? ShellText.Word(PiecesOf(job, call)) : "\"${JOB:?the job's name is computed}\"";
        step.Run = $"gh workflow run {target}{string.Concat(arguments.Select(argument => " " + argument))}";
        step.Env["GH_TOKEN"] = "${{ github.token }}";
        if (_allocation?.Windows == true) step.Shell = "bash";
        Emit(step, around with { Retries = 1 }, call, "start another workflow");
        Mark(call.Span, Fate.Approximated, $"starts the workflow that replaces the job; {(wait ? "it does not wait for the result, use workflow_call where the result matters; " : "")}that workflow needs workflow_dispatch with these inputs");
        return new Opaque(call.Span, "build");
    }
}
