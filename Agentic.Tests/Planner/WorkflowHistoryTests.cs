using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

public sealed class WorkflowHistoryTests
{
    /// <summary>Whatever people, agents and clocks do in whatever order: replay equals live, ended stays ended, no task runs before its dependencies.</summary>
    [Test]
    public void Holds_its_invariants_over_random_histories([Range(1, 60)] int seed)
    {
        var chance = new Random(seed);
        var tasks = Enumerable.Range(0, chance.Next(1, 8)).Select(i => A.Task($"t{i}", [.. Enumerable.Range(0, i).Where(_ => chance.Next(3) == 0).Select(j => $"t{j}")]) with
        {
            NeedsApproval = chance.Next(5) == 0,
            Delay = chance.Next(5) == 0 ? TimeSpan.FromSeconds(5) : TimeSpan.Zero,
            Compensation = chance.Next(4) == 0 ? new Compensation("echo", new JsonObject { ["text"] = "undo" }) : null,
        }).ToArray();
        var events = new List<IPlannerEvent>(WorkflowDecisions.Create(new StartWorkflow("wf-1", new Plan("tasks", tasks), null, "d", null), Caller.Local, A.Noon));
        var workflow = A.Replay(events);
        var now = A.Noon;
        for (var step = 0; step < 200; step++)
        {
            now += TimeSpan.FromSeconds(chance.Next(0, 3));
            var task = workflow.Tasks[chance.Next(workflow.Tasks.Length)];
            var id = task.Planned.Id;
            IWorkflowCommand? command = chance.Next(40) switch
            {
                0 => new PauseWorkflow("wf-1"),
                1 or 2 or 3 => new ResumeWorkflow("wf-1"),
                4 or 5 => new RetryTask("wf-1", id),
                6 => new SkipTask("wf-1", id, "because"),
                7 when chance.Next(4) == 0 => new CancelWorkflow("wf-1"),
                8 or 9 or 10 or 11 => new ApproveTask("wf-1", id, task.Approval?.Digest ?? ""),
                12 => new RejectTask("wf-1", id),
                13 => new RetryWorkflow("wf-1"),
                _ => null,
            };
            IReadOnlyList<IPlannerEvent> happened = command is not null
                ? workflow.Decide(command, Caller.Local, now) is { Refusal: null } decided ? decided.Value! : []
                : chance.Next(4) switch
                {
                    0 => workflow.Due(id, now),
                    1 => workflow.Ended(id, task.Attempts, default, "It broke.", now),
                    _ => workflow.Ended(id, task.Attempts, new JsonObject { ["n"] = step }, null, now),
                };
            var wasEnded = workflow.IsEnded;
            foreach (var each in happened)
            {
                if (each is TaskStarted started)
                    foreach (var before in workflow.Find(started.TaskId)!.Planned.DependsOn)
                        Assert.That(workflow.Find(before)!.IsSatisfied, $"{started.TaskId} started before {before} ended");
                workflow = workflow.Apply(each);
                events.Add(each);
            }

            if (wasEnded && happened.Count > 0)
                Assert.That(command, Is.InstanceOf<RetryTask>().Or.InstanceOf<RetryWorkflow>().Or.InstanceOf<SkipTask>());
            if (happened.Count > 0)
                Assert.That(workflow.Advance(now), Is.Empty, "a decision includes all that follows from it");
        }

        var replayed = A.Replay(events);
        Assert.That(System.Text.Json.JsonSerializer.Serialize(replayed.ToRecord(), AgenticJson.Options), Is.EqualTo(System.Text.Json.JsonSerializer.Serialize(workflow.ToRecord(), AgenticJson.Options)));
        Assert.That(workflow.Revision, Is.EqualTo(events.Count));
    }
}
