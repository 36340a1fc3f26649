using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    /// <summary>Everything that can only be decided when all steps are known.</summary>
    private void Finish()
    {
        if (_workflow.Jobs.Count == 0 || _workflow.Jobs.All(job => job.Steps.Count == 0))
        {
            var job = Job(new Surroundings());
            if (job.Steps.Count == 0)
                job.Steps.Add(new WorkflowStep { Name = "Nothing was converted", Run = "echo \"::error::No step of the Jenkinsfile could be converted; see the migration report\"\nexit 1" });
        }

        foreach (var job in _workflow.Jobs)
            if (job.Steps.Count == 0) job.Steps.Add(new WorkflowStep { Name = job.Name, Run = "true" });
        HandOnVariables();
        foreach (var job in _workflow.Jobs.Where(_savesWorkspace.Contains)) SaveWorkspace(job);
        HoistConditions();
        BuiltInVariables();
        Triggers(null);
        FinishTriggers();
        FinishPermissions();
    }

    /// <summary>Variables set by a step live in its job only; later jobs that use them get them as outputs.</summary>
    private void HandOnVariables()
    {
        var setters = new Dictionary<string, List<(WorkflowJob Job, WorkflowStep Step)>>(StringComparer.Ordinal);
        foreach (var job in _workflow.Jobs)
            foreach (var step in job.Steps)
                foreach (var name in step.Sets)
                {
                    if (!setters.TryGetValue(name, out var list)) setters[name] = list = [];
                    list.Add((job, step));
                }

        if (setters.Count == 0) return;
        var wanted = setters.Keys.ToHashSet(StringComparer.Ordinal);
        var words = _workflow.Jobs.ToDictionary(job => job, job => NamesIn(job.Steps, wanted));
        foreach (var (name, list) in setters)
        {
            foreach (var job in _workflow.Jobs)
            {
                if (!words[job].Contains(name) && !_assigned.Contains(name) || job.Steps.All(_plumbing.Contains)) continue;
                var ancestors = Ancestors(job);
                var sources = list.Where(setter => !ReferenceEquals(setter.Job, job) && ancestors.Contains(setter.Job.Id)).Select(setter => setter.Job).Distinct().ToList();
                if (sources.Count == 0) continue;
                var values = new List<string>();
                foreach (var from in sources)
                {
                    if (!from.Outputs.ContainsKey(name))
                    {
                        var last = new WorkflowStep { Name = "Hand on " + name, If = "always()", Run = $"printf '%s<<END_OF_VALUE\\n%s\\nEND_OF_VALUE\\n' {name} \"${{{name}:-}}\" >> \"$GITHUB_OUTPUT\"", Shell = "bash" };
                        StepId(from, last, "hand-on-" + name);
                        Plumb(from, last);
                        from.Outputs[name] = $"${{{{ steps.{last.Id}.outputs.{name} }}}}";
                    }

                    if (!job.Needs.Contains(from.Id)) job.Needs.Add(from.Id);
                    values.Add($"needs.{from.Id}.outputs.{name}");
                }

                values.Reverse();
                if (!job.Env.ContainsKey(name)) job.Env[name] = "${{ " + string.Join(" || ", values) + " }}";
            }
        }
    }

    /// <summary>Variables a script assigned to env: every command may look at them, also where their name is not written.</summary>
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);

    /// <summary>Those of some names that steps mention anywhere a variable can stand.</summary>
    private static HashSet<string> NamesIn(IEnumerable<WorkflowStep> steps, HashSet<string> wanted)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var lookup = wanted.GetAlternateLookup<ReadOnlySpan<char>>();
        void Look(string? text)
        {
            foreach (var word in new Identifiers(text))
                if (lookup.TryGetValue(word, out var name)) found.Add(name);
        }

        foreach (var step in steps)
        {
            Look(step.Run);
            Look(step.If);
            Look(step.WorkingDirectory);
            foreach (var value in step.With.Values) Look(value);
            foreach (var value in step.Env.Values) Look(value);
        }

        return found;
    }

    private HashSet<string> Ancestors(WorkflowJob job)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(job.Needs);
        while (open.TryPop(out var id))
            if (found.Add(id))
                foreach (var before in _workflow.Jobs.First(other => other.Id == id).Needs) open.Push(before);
        return found;
    }

    /// <summary>A condition all steps of a job share, and that jobs may ask, is asked once for the job.</summary>
    private void HoistConditions()
    {
        var conditional = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in _workflow.Jobs)
        {
            var own = job.Steps.Where(step => !_plumbing.Contains(step)).ToList();
            var shared = new List<Guard>();
            if (own.Count > 0 && own.All(_guardsOf.ContainsKey))
                foreach (var guard in _guardsOf[own[0]])
                {
                    if (!guard.OnlyInSteps && own.All(step => _guardsOf[step].Contains(guard))) shared.Add(guard);
                }

            foreach (var step in own.Where(_ => shared.Count > 0))
            {
                var rest = _guardsOf[step].Where(guard => !shared.Contains(guard)).ToList();
                var status = step.If is { } condition && StepCondition.StatusOf(condition) is { } found ? found : null;
                step.If = StepCondition.Of(status, rest);
            }

            var waitsForConditional = Ancestors(job).Overlaps(conditional);
            if (job.If is null)
            {
                var parts = new List<string>();
                if (waitsForConditional) parts.Add("!cancelled() && !failure()");
                parts.AddRange(shared.Select(guard => Guard.Wrap(guard.Expression)));
                if (parts.Count > 0) job.If = parts.Count == 1 ? StepCondition.Unwrap(parts[0]) : string.Join(" && ", parts);
            }

            if (shared.Count > 0 || waitsForConditional) conditional.Add(job.Id);
        }
    }

    private void BuiltInVariables()
    {
        var wanted = _catalogue.BuiltIns.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var step in _workflow.Jobs.SelectMany(job => job.Steps).Concat(UsedActions.SelectMany(action => action.Steps)))
            foreach (var name in NamesIn([step], wanted))
            {
                var expression = _catalogue.BuiltIns[name];
                if (!expression.Contains("runner.", StringComparison.Ordinal)) _workflow.Env.TryAdd(name, new EnvEntry("${{ " + expression + " }}"));
                else if (!step.Env.ContainsKey(name) && !_workflow.Env.ContainsKey(name)) step.Env[name] = "${{ " + expression + " }}";
            }
    }

    private void FinishPermissions()
    {
        foreach (var step in _workflow.Jobs.SelectMany(job => job.Steps).Concat(UsedActions.SelectMany(action => action.Steps)))
        {
            if (step.Run?.Contains("gh workflow run", StringComparison.Ordinal) == true) _workflow.Permissions["actions"] = "write";
            if (step.Uses is { } uses && _catalogue.Permissions.TryGetValue(uses, out var permissions))
                foreach (var (scope, level) in permissions) _workflow.Permissions[scope] = level;
        }
    }

    private List<CompositeAction> UsedActions =>
        [.. _actions.Values.OfType<CompositeAction>().Where(action => _workflow.Jobs.Any(job => job.Steps.Any(step => step.Uses == "./" + action.Folder))).OrderBy(action => action.Name, StringComparer.Ordinal)];
}
