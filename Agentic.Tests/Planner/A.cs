using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

/// <summary>Plans, workflows and operations for tests of the planner.</summary>
internal static class A
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Caller Ada = new("ada", [Scope.Operate]);

    public static readonly Caller Bob = new("bob", [Scope.Operate, Scope.Approve]);

    public static OperationCatalogue Catalogue { get; } = new([new Source()]);

    public static PlannedTask Task(string id, params string[] after) => new(id, "planner", "echo", new JsonObject { ["text"] = id }) { DependsOn = after };

    public static Workflow Workflow(params PlannedTask[] tasks) => Start(Caller.Local, tasks);

    public static Workflow Start(Caller caller, params PlannedTask[] tasks) => Replay(WorkflowDecisions.Create(
        new StartWorkflow("wf-1", new Plan("tasks", tasks), null, "digest", null), caller, Noon));

    public static Workflow Replay(IEnumerable<IPlannerEvent> events)
    {
        Workflow? workflow = null;
        foreach (var happened in events)
            workflow = happened is WorkflowCreated created ? Agents.Planner.Workflow.Start(created) : workflow!.Apply(happened);
        return workflow!;
    }

    public static Workflow And(this Workflow workflow, IEnumerable<IPlannerEvent> events) => events.Aggregate(workflow, (so, happened) => so.Apply(happened));

    public static Workflow Completes(this Workflow workflow, string task, JsonNode? result = null, DateTimeOffset? at = null) =>
        workflow.And(workflow.Ended(task, workflow.Find(task)!.Attempts, result, null, at ?? Noon));

    public static Workflow Refuses(this Workflow workflow, string task, Refusal refusal, DateTimeOffset? at = null) =>
        workflow.And(workflow.Ended(task, workflow.Find(task)!.Attempts, refusal, null, at ?? Noon));

    public static Workflow Crashes(this Workflow workflow, string task, DateTimeOffset? at = null) =>
        workflow.And(workflow.Ended(task, workflow.Find(task)!.Attempts, default, "It broke.", at ?? Noon));

    public static Workflow Does(this Workflow workflow, IWorkflowCommand command, Caller? by = null, DateTimeOffset? at = null)
    {
        var decided = workflow.Decide(command, by ?? Caller.Local, at ?? Noon);
        Assert.That(decided.Refusal, Is.Null);
        return workflow.And(decided.Value!);
    }

    public static TaskPhase Phase(this Workflow workflow, string task) => workflow.Find(task)!.Phase;

    internal sealed record Echo([property: System.ComponentModel.Description("Text to repeat.")] string Text, [property: System.ComponentModel.Description("Where.")] string? Environment = null);

    internal sealed record Echoed(string Text);

    internal sealed class Source : IOperationSource
    {
        public IEnumerable<Operation> Operations =>
        [
            Operation.Define<Echo, Echoed>("echo", "planner", Effect.Reads, Mode.Durable, "Repeats a text as it was given.", Handle),
            Operation.Define<Echo, Echoed>("change_place", "planner", Effect.Changes, Mode.Durable, "Changes something in an environment.", Handle) with { ActsOnEnvironment = true },
        ];

        private static Task<Outcome<Echoed>> Handle(Echo request, Call call, CancellationToken cancellation) =>
            System.Threading.Tasks.Task.FromResult<Outcome<Echoed>>(new Echoed(request.Text));
    }
}
