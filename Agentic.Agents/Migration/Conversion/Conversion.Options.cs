using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
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
