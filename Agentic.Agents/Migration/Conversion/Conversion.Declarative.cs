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
}
