using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>One rule of Jenkins a declarative pipeline breaks, and where.</summary>
internal sealed record RuleBreach(Span Span, string Message);
/// <summary>
/// The rules Jenkins itself checks before it runs a declarative pipeline. What depends on the plugins of one server
/// is not judged here; the conversion reports it instead.
/// </summary>
internal sealed partial class DeclarativeRules
{
    private static readonly string[] PipelineSections = ["agent", "stages", "post", "environment", "tools", "options", "parameters", "triggers", "libraries"];
    private static readonly string[] StageSections = ["agent", "steps", "stages", "parallel", "matrix", "when", "post", "environment", "tools", "options", "input", "failFast"];
    private static readonly string[] MatrixSections = ["axes", "excludes", "stages", "agent", "environment", "input", "options", "post", "tools", "when"];
    private static readonly string[] PostConditions = ["aborted", "always", "changed", "cleanup", "failure", "fixed", "notBuilt", "regression", "success", "unstable", "unsuccessful"];
    private static readonly string[] JobOnlyOptions = ["buildDiscarder", "disableConcurrentBuilds", "overrideIndexTriggers", "durabilityHint", "disableResume", "quietPeriod", "newContainerPerStage", "preserveStashes", "parallelsAlwaysFailFast", "copyArtifactPermission", "rateLimitBuilds", "skipStagesAfterUnstable", "checkoutToSubdirectory", "disableRestartFromStage"];

    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["notifications"] = "The 'notifications' section has been removed. Use 'post' for all post-build actions",
        ["postBuild"] = "The 'postBuild' section has been renamed. Use 'post' for all post-build actions",
        ["jobProperties"] = "The 'jobProperties' section has been renamed. Use 'options' instead",
        ["properties"] = "The 'properties' section has been renamed. Use 'options' instead",
    };

    private readonly List<RuleBreach> _breaches = [];

    private DeclarativeRules()
    {
    }

    /// <summary>The <c>pipeline { }</c> call of a statement, if it is one.</summary>
    public static Call? PipelineOf(Stmt statement) => statement switch
    {
        ExpressionStmt { Expression: Call { Callee: Name { Identifier: "pipeline" }, Body: not null } call } when call.Arguments.Count == 1 => call,
        Return { Value: Call { Callee: Name { Identifier: "pipeline" }, Body: not null } call } when call.Arguments.Count == 1 => call,
        _ => null,
    };

    /// <summary>Every rule the file breaks, in source order; nothing for scripted pipelines.</summary>
    public static IReadOnlyList<RuleBreach> Check(GroovyScript script)
    {
        var rules = new DeclarativeRules();
        var pipelines = script.Statements.Select(PipelineOf).OfType<Call>().ToList();
        if (pipelines.Count == 0)
        {
            foreach (var statement in script.Statements.OfType<ExpressionStmt>())
                foreach (var nested in SyntaxWalk.All([statement]).OfType<Call>().Where(call => call is { Callee: Name { Identifier: "pipeline" }, Body: { } body } && call.Arguments.Count == 1 && body.Body.OfType<ExpressionStmt>().Any(section => section.Expression is Call { StepName: "stages" })))
                    rules.Breach(nested.Head, "The pipeline block must be at the top-level, not within another block");
            // A file that means to be declarative but cannot be read would not start in Jenkins either.
            if (script.Problems.Count > 0 && script.Statements.OfType<UnreadableStmt>().Any(bad => script.Source.Slice(bad.Span).TrimStart().StartsWith("pipeline", StringComparison.Ordinal)))
                foreach (var problem in script.Problems.Take(20)) rules.Breach(problem.Span, problem.Message);
            return rules._breaches;
        }

        foreach (var problem in script.Problems.Take(20)) rules.Breach(problem.Span, problem.Message);
        foreach (var pipeline in pipelines) rules.Pipeline(pipeline);
        return [.. rules._breaches.OrderBy(breach => breach.Span.Start)];
    }

    private void Breach(Span span, string message) => _breaches.Add(new RuleBreach(span, message));

    private static IEnumerable<Call> Calls(Closure body) => body.Body.OfType<ExpressionStmt>().Select(statement => statement.Expression).OfType<Call>();

    /// <summary>Checks that a block holds only known sections, each once, each with a block of its own.</summary>
    private Dictionary<string, Call> Sections(Closure body, string[] allowed, string owner)
    {
        var found = new Dictionary<string, Call>(StringComparer.Ordinal);
        foreach (var statement in body.Body)
        {
            if (statement is UnreadableStmt) continue;
            var name = statement switch { ExpressionStmt { Expression: Call call } => call.StepName, ExpressionStmt { Expression: Name word } => word.Identifier, _ => null };
            if (name is null)
            {
                Breach(statement.Span, $"Not a valid {owner}section definition. Some extra configuration is required");
                continue;
            }

            if (Renamed.TryGetValue(name, out var renamed) && owner.Length == 0)
            {
                Breach(statement.Span, renamed);
                continue;
            }

            if (!allowed.Contains(name))
            {
                Breach(statement.Span, owner == "stage " ? $"Unknown stage section \"{name}\". Steps in a stage must be in a 'steps' block" : $"Undefined section \"{name}\"");
                continue;
            }

            if (statement is not ExpressionStmt { Expression: Call section })
            {
                Breach(statement.Span, $"Not a valid {owner}section definition: \"{name}\". Some extra configuration is required");
                found.TryAdd(name, new Call(statement.Span, new Name(statement.Span, name), [], Parenthesised: false));
                continue;
            }

            if (!found.TryAdd(name, section))
            {
                Breach(section.Head, $"Multiple occurrences of the {name} section");
                continue;
            }

            if (section.Body is null && name is not ("agent" or "failFast")) Breach(section.Span, $"Expected a block for {name}");
        }

        return found;
    }

    private void Pipeline(Call pipeline)
    {
        var body = pipeline.Body!;
        var sections = Sections(body, PipelineSections, "");
        if (!sections.ContainsKey("agent")) Breach(pipeline.Head, "Missing required section \"agent\"");
        if (!sections.ContainsKey("stages")) Breach(pipeline.Head, "Missing required section \"stages\"");
        Common(sections, stage: false);
        if (sections.GetValueOrDefault("stages") is { Body: { } stages } call) Stages(stages, call, inParallel: false);
        if (sections.GetValueOrDefault("parameters") is { Body: { } parameters } parametersCall) Definitions(parameters, parametersCall, "Build parameters", unique: false, Parameter);
        if (sections.GetValueOrDefault("triggers") is { Body: { } triggers } triggersCall) Definitions(triggers, triggersCall, "Triggers", unique: true, Trigger);
        if (sections.GetValueOrDefault("libraries") is { Body: { } libraries } librariesCall)
        {
            if (libraries.Body.Count == 0) Breach(librariesCall.Head, "libraries can not be empty");
            foreach (var statement in libraries.Body)
                if (statement is not ExpressionStmt { Expression: Call { StepName: "lib" } library } || library.Arguments is not [{ Value: Text }]) Breach(statement.Span, "Expected a \"lib(...)\"");
        }
    }

    /// <summary>Sections pipelines and stages share.</summary>
    private void Common(Dictionary<string, Call> sections, bool stage)
    {
        if (sections.TryGetValue("agent", out var agent)) Agent(agent);
        if (sections.GetValueOrDefault("environment") is { Body: { } environment } environmentCall) Environment(environment, environmentCall);
        if (sections.GetValueOrDefault("tools") is { Body: { } tools } toolsCall) Tools(tools, toolsCall);
        if (sections.GetValueOrDefault("options") is { Body: { } options } optionsCall) Definitions(options, optionsCall, "Options", unique: true, option => Option(option, stage));
        if (sections.GetValueOrDefault("post") is { Body: { } post } postCall) Post(post, postCall);
    }

    private void Stages(Closure stages, Call owner, bool inParallel)
    {
        if (stages.Body.Count == 0) Breach(owner.Head, "No stages specified");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in stages.Body)
        {
            if (statement is UnreadableStmt) continue;
            if (statement is ExpressionStmt { Expression: Call { StepName: "failFast" } failFast } && owner.StepName == "parallel")
            {
                if (failFast.Arguments is not [{ Value: Literal { Value: bool } }]) Breach(failFast.Span, "Expected a boolean with failFast");
                continue;
            }

            if (statement is not ExpressionStmt { Expression: Call { StepName: "stage" } stage })
            {
                Breach(statement.Span, "Expected a stage");
                continue;
            }

            Stage(stage, inParallel);
            if (stage.Positional.FirstOrDefault() is Text { Constant: { } name } && !names.Add(name)) Breach(stage.Head, $"Duplicate stage name: \"{name}\"");
        }
    }

    private void Stage(Call stage, bool inParallel)
    {
        var name = stage.Positional.FirstOrDefault() is Text text ? text.Constant ?? "..." : null;
        if (name is null) Breach(stage.Head, stage.Positional.FirstOrDefault() is null or Closure ? "Expected a stage name but did not find any" : "Expected string literal");
        if (name is { Length: 0 }) Breach(stage.Head, "Stage does not have a name");
        if (stage.Body is not { } body)
        {
            Breach(stage.Span, "Stage does not have a block");
            return;
        }

        var sections = Sections(body, StageSections, "stage ");
        Common(sections, stage: true);
        var kinds = ((string[])["steps", "stages", "parallel", "matrix"]).Where(sections.ContainsKey).ToList();
        if (kinds.Count == 0) Breach(stage.Head, $"Expected one of \"steps\", \"stages\", or \"parallel\" for stage \"{name}\"");
        if (kinds.Count > 1) Breach(stage.Head, $"Only one of \"matrix\", \"parallel\", \"stages\", or \"steps\" allowed for stage \"{name}\"");
        var branches = sections.ContainsKey("parallel") || sections.ContainsKey("matrix");
        if (branches && inParallel) Breach(stage.Head, "\"matrix\" or \"parallel\" cannot be nested inside another \"matrix\" or \"parallel\"");
        if (branches && sections.TryGetValue("agent", out var agent) && agent.Arguments is not [{ Value: Name { Identifier: "none" } }]) Breach(agent.Head, $"\"agent\" is not allowed in stage \"{name}\" as it contains parallel or matrix stages");
        if (branches && sections.TryGetValue("tools", out var tools)) Breach(tools.Head, $"\"tools\" is not allowed in stage \"{name}\" as it contains parallel or matrix stages");
        if (sections.GetValueOrDefault("steps") is { Body: { } steps } stepsCall)
        {
            if (steps.Body.Count == 0) Breach(stepsCall.Head, $"No steps specified for branch of stage \"{name}\"");
            Steps(steps);
        }

        if (sections.GetValueOrDefault("stages") is { Body: { } nested } nestedCall) Stages(nested, nestedCall, inParallel);
        if (sections.GetValueOrDefault("parallel") is { Body: { } parallel } parallelCall) Stages(parallel, parallelCall, inParallel: true);
        if (sections.GetValueOrDefault("matrix") is { Body: { } matrix } matrixCall) Matrix(matrix, matrixCall);
        if (sections.GetValueOrDefault("when") is { Body: { } when } whenCall) When(when, whenCall);
        if (sections.GetValueOrDefault("input") is { Body: { } input } inputCall) Input(input, inputCall);
        if (sections.TryGetValue("failFast", out var failFast) && failFast.Arguments is not [{ Value: Literal { Value: bool } }]) Breach(failFast.Span, "Expected a boolean with failFast");
    }
}
