using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
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
}
