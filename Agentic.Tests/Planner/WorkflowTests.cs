using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

public sealed class WorkflowTests
{
    [Test]
    public void Starts_everything_that_waits_for_nothing_in_the_decision_that_creates_it()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b"), A.Task("c", "a", "b"));

        Assert.That(workflow.Tasks.Select(task => task.Phase), Is.EqualTo(new[] { TaskPhase.InProgress, TaskPhase.InProgress, TaskPhase.Pending }));
    }

    [Test]
    public void Starts_a_task_once_the_last_of_its_dependencies_completed()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b"), A.Task("c", "a", "b")).Completes("a");
        Assert.That(workflow.Phase("c"), Is.EqualTo(TaskPhase.Pending));

        workflow = workflow.Completes("b");
        Assert.That(workflow.Phase("c"), Is.EqualTo(TaskPhase.InProgress));
        Assert.That(workflow.Completes("c").Phase, Is.EqualTo(WorkflowPhase.Completed));
    }

    [Test]
    public void Hands_an_earlier_result_to_the_task_that_refers_to_it()
    {
        var second = A.Task("b", "a") with { Input = new JsonObject { ["text"] = "${tasks.a.result.size}" } };
        var before = A.Workflow(A.Task("a"), second);

        var events = before.Ended("a", 1, new JsonObject { ["size"] = 7 }, null, A.Noon);

        var started = events.OfType<TaskStarted>().Single();
        Assert.That(started.InputDigest, Is.EqualTo(WorkflowDecisions.DigestOf("echo", new JsonObject { ["text"] = 7 })));
    }

    [Test]
    public void Fails_a_task_whose_reference_leads_nowhere_and_says_where()
    {
        var second = A.Task("b", "a") with { Input = new JsonObject { ["text"] = "${tasks.a.result.sise}" } };

        var workflow = A.Workflow(A.Task("a"), second).Completes("a", new JsonObject { ["size"] = 7 });

        Assert.That(workflow.Phase, Is.EqualTo(WorkflowPhase.Failed));
        Assert.That(workflow.Find("b")!.Error!.Reason, Does.Contain("there is no 'sise'"));
    }

    [Test]
    public void Skips_a_task_whose_condition_is_false_and_goes_on_after_it()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b", "a") with { When = "${tasks.a.result.go} == true" }, A.Task("c", "b"))
            .Completes("a", new JsonObject { ["go"] = false });

        Assert.That(workflow.Phase("b"), Is.EqualTo(TaskPhase.Skipped));
        Assert.That(workflow.Phase("c"), Is.EqualTo(TaskPhase.InProgress));
    }

    [Test]
    public void Tries_again_with_growing_delays_and_gives_up_after_the_last_attempt()
    {
        var workflow = A.Workflow(A.Task("a")).Crashes("a");
        var first = workflow.Find("a")!.NotBefore!.Value - A.Noon;
        workflow = workflow.And(workflow.Due("a", A.Noon + TimeSpan.FromMinutes(1)));
        Assert.That(workflow.Find("a")!.Attempts, Is.EqualTo(2));

        workflow = workflow.Crashes("a");
        var second = workflow.Find("a")!.NotBefore!.Value - A.Noon;
        workflow = workflow.And(workflow.Due("a", A.Noon + TimeSpan.FromMinutes(2))).Crashes("a");

        Assert.That(first, Is.InRange(TimeSpan.FromMilliseconds(800), TimeSpan.FromMilliseconds(1200)));
        Assert.That(second, Is.InRange(TimeSpan.FromMilliseconds(1600), TimeSpan.FromMilliseconds(2400)));
        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.Failed));
        Assert.That(workflow.Phase, Is.EqualTo(WorkflowPhase.Failed));
    }

    [Test]
    public void Does_not_start_a_retry_before_its_time()
    {
        var workflow = A.Workflow(A.Task("a")).Crashes("a");

        Assert.That(workflow.Due("a", A.Noon), Is.Empty);
    }

    [Test]
    public void Does_not_try_a_refusal_again_that_no_retry_changes()
    {
        var workflow = A.Workflow(A.Task("a")).Refuses("a", Refusal.Unprocessable("No."));

        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.Failed));
        Assert.That(workflow.Find("a")!.Error, Is.EqualTo(new TaskError("unprocessable", "No.")));
    }

    [Test]
    public void Waits_as_long_as_a_transient_refusal_asks()
    {
        var workflow = A.Workflow(A.Task("a")).Refuses("a", Refusal.Unavailable("Busy.", TimeSpan.FromSeconds(40)));

        Assert.That(workflow.Find("a")!.NotBefore, Is.EqualTo(A.Noon + TimeSpan.FromSeconds(40)));
    }

    [Test]
    public void Ignores_the_answer_of_an_attempt_that_is_no_longer_the_current_one()
    {
        var workflow = A.Workflow(A.Task("a")).Crashes("a");
        workflow = workflow.And(workflow.Due("a", A.Noon + TimeSpan.FromMinutes(1)));

        Assert.That(workflow.Ended("a", 1, JsonValue.Create("late"), null, A.Noon), Is.Empty);
        Assert.That(workflow.Completes("a").Ended("a", 2, JsonValue.Create("again"), null, A.Noon), Is.Empty);
    }

    [Test]
    public void Lets_what_runs_finish_before_it_fails_and_starts_nothing_more()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b"), A.Task("c", "b")).Refuses("a", Refusal.Conflict("No."));
        Assert.That(workflow.Phase, Is.EqualTo(WorkflowPhase.Running));

        workflow = workflow.Completes("b");
        Assert.That(workflow.Phase("c"), Is.EqualTo(TaskPhase.Pending));
        Assert.That(workflow.Phase, Is.EqualTo(WorkflowPhase.Failed));
    }

    [Test]
    public void Goes_on_from_a_failed_task_that_is_retried_with_a_corrected_input()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b", "a")).Refuses("a", Refusal.Conflict("No."))
            .Does(new RetryTask("wf-1", "a", new JsonObject { ["text"] = "right" }), A.Bob);

        Assert.That(workflow.Phase, Is.EqualTo(WorkflowPhase.Running));
        Assert.That(workflow.Find("a")!.InputDigest, Is.EqualTo(WorkflowDecisions.DigestOf("echo", new JsonObject { ["text"] = "right" })));
        Assert.That(workflow.Find("a")!.RunAs, Is.EqualTo(A.Bob), "a corrected input has the rights of who sent it");
        Assert.That(workflow.Completes("a").Completes("b").Phase, Is.EqualTo(WorkflowPhase.Completed));
    }

    [Test]
    public void Gives_a_retried_task_all_its_attempts_again()
    {
        var workflow = A.Workflow(A.Task("a") with { Retry = RetryPolicy.Default with { MaxAttempts = 2 } }).Crashes("a");
        workflow = workflow.And(workflow.Due("a", A.Noon.AddHours(1))).Crashes("a").Does(new RetryTask("wf-1", "a"));
        Assert.That(workflow.Find("a")!.Attempts, Is.EqualTo(3));

        Assert.That(workflow.Crashes("a").Phase("a"), Is.EqualTo(TaskPhase.Retrying));
    }

    [Test]
    public void Refuses_to_retry_a_completed_task()
    {
        var workflow = A.Workflow(A.Task("a")).Completes("a");

        Assert.That(workflow.Decide(new RetryTask("wf-1", "a"), Caller.Local, A.Noon).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
    }

    [Test]
    public void Waits_for_an_approval_of_exactly_the_resolved_input()
    {
        var workflow = A.Start(A.Ada, A.Task("a") with { NeedsApproval = true });
        var approval = workflow.Find("a")!.Approval!;
        Assert.That(WorkflowView.StatusOf(workflow), Is.EqualTo("waiting_approval"));
        Assert.That(approval.Digest, Is.EqualTo(WorkflowDecisions.DigestOf("echo", new JsonObject { ["text"] = "a" })));

        var stale = workflow.Decide(new ApproveTask("wf-1", "a", new string('0', 64)), A.Bob, A.Noon);
        Assert.That(stale.Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));

        workflow = workflow.Does(new ApproveTask("wf-1", "a", approval.Digest), A.Bob);
        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.InProgress));
    }

    [Test]
    public void Lets_nobody_approve_their_own_request_or_without_the_scope()
    {
        var ada = new Caller("ada", [Scope.Operate, Scope.Approve]);
        var workflow = A.Start(ada, A.Task("a") with { NeedsApproval = true });
        var digest = workflow.Find("a")!.Approval!.Digest;

        Assert.That(workflow.Decide(new ApproveTask("wf-1", "a", digest), ada, A.Noon).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
        Assert.That(workflow.Decide(new ApproveTask("wf-1", "a", digest), new Caller("eve", [Scope.Operate]), A.Noon).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
    }

    [Test]
    public void Rejects_an_approval_nobody_gave_in_time()
    {
        var workflow = A.Start(A.Ada, A.Task("a") with { NeedsApproval = true });

        workflow = workflow.And(workflow.Due("a", A.Noon + TimeSpan.FromDays(8)));

        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.Rejected));
        Assert.That(workflow.Phase, Is.EqualTo(WorkflowPhase.Failed));
    }

    [Test]
    public void Asks_for_approval_again_after_an_edited_retry()
    {
        var workflow = A.Start(A.Ada, A.Task("a") with { NeedsApproval = true });
        workflow = workflow.Does(new ApproveTask("wf-1", "a", workflow.Find("a")!.Approval!.Digest), A.Bob).Refuses("a", Refusal.Conflict("No."));

        workflow = workflow.Does(new RetryTask("wf-1", "a", new JsonObject { ["text"] = "other" }), A.Ada);

        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.WaitingApproval));
    }

    [Test]
    public void Asks_for_approval_when_a_corrected_input_aims_at_production()
    {
        var workflow = A.Start(A.Ada, A.Task("a") with { ActsOnEnvironment = true, Input = new JsonObject { ["environment"] = "dev" } }).Refuses("a", Refusal.Conflict("No."));

        workflow = workflow.Does(new RetryTask("wf-1", "a", new JsonObject { ["environment"] = "production" }), A.Bob);

        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.WaitingApproval));
        Assert.That(workflow.Find("a")!.Approval!.Summary, Does.EndWith("in production"));
        var own = workflow.Decide(new ApproveTask("wf-1", "a", workflow.Find("a")!.Approval!.Digest), A.Bob, A.Noon);
        Assert.That(own.Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden), "the corrected input is Bob's request");
    }

    [Test]
    public void Lets_only_who_may_touch_the_place_of_a_step_approve_it()
    {
        var workflow = A.Start(A.Ada, A.Task("a") with { NeedsApproval = true, Input = new JsonObject { ["environment"] = "production" } });
        var approve = new ApproveTask("wf-1", "a", workflow.Find("a")!.Approval!.Digest);

        Assert.That(workflow.Decide(approve, A.Bob with { Environments = ["dev"] }, A.Noon).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
        Assert.That(workflow.Decide(approve, A.Bob with { Environments = ["production"] }, A.Noon).Refusal, Is.Null);
    }

    [Test]
    public void Refuses_to_go_on_with_a_workflow_that_was_cancelled()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b")).Refuses("a", Refusal.Conflict("No.")).Does(new CancelWorkflow("wf-1"));
        Assert.That((workflow.Phase("a"), workflow.Phase("b")), Is.EqualTo((TaskPhase.Failed, TaskPhase.Cancelled)));

        Assert.That(workflow.Decide(new RetryTask("wf-1", "a"), Caller.Local, A.Noon).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That(workflow.Decide(new SkipTask("wf-1", "a", "because"), Caller.Local, A.Noon).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
    }

    [Test]
    public void Cancels_what_runs_and_what_waits_and_keeps_what_is_done()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b"), A.Task("c", "b")).Completes("a").Does(new CancelWorkflow("wf-1", "Changed my mind"));

        Assert.That(workflow.Tasks.Select(task => task.Phase), Is.EqualTo(new[] { TaskPhase.Completed, TaskPhase.Cancelled, TaskPhase.Cancelled }));
        Assert.That(workflow.Phase, Is.EqualTo(WorkflowPhase.Cancelled));
        Assert.That(workflow.Ended("b", 1, default, null, A.Noon), Is.Empty);
    }

    [Test]
    public void Starts_nothing_while_paused_and_everything_due_when_resumed()
    {
        var workflow = A.Workflow(A.Task("a"), A.Task("b", "a")).Does(new PauseWorkflow("wf-1")).Completes("a");
        Assert.That(workflow.Phase("b"), Is.EqualTo(TaskPhase.Pending));

        Assert.That(workflow.Does(new ResumeWorkflow("wf-1")).Phase("b"), Is.EqualTo(TaskPhase.InProgress));
    }

    [Test]
    public void Holds_a_delayed_task_back_until_its_time()
    {
        var workflow = A.Workflow(A.Task("a") with { Delay = TimeSpan.FromSeconds(30) });
        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.Scheduled));

        Assert.That(workflow.Due("a", A.Noon.AddSeconds(29)), Is.Empty);
        Assert.That(workflow.And(workflow.Due("a", A.Noon.AddSeconds(30))).Phase("a"), Is.EqualTo(TaskPhase.InProgress));
    }

    [Test]
    public void Undoes_completed_tasks_in_reverse_when_a_later_one_fails()
    {
        PlannedTask Undoable(string id, params string[] after) =>
            A.Task(id, after) with { Compensation = new Compensation("echo", new JsonObject { ["text"] = $"${{tasks.{id}.result.name}}" }) };
        var workflow = A.Workflow(Undoable("a"), Undoable("b", "a"), A.Task("c", "b"))
            .Completes("a", new JsonObject { ["name"] = "A" }).Completes("b", new JsonObject { ["name"] = "B" }).Refuses("c", Refusal.Conflict("No."));
        Assert.That((workflow.Phase, workflow.Phase("b"), workflow.Phase("a")), Is.EqualTo((WorkflowPhase.Compensating, TaskPhase.Compensating, TaskPhase.Completed)));

        workflow = workflow.Completes("b");
        Assert.That(workflow.Phase("a"), Is.EqualTo(TaskPhase.Compensating));

        workflow = workflow.Completes("a");
        Assert.That((workflow.Phase, workflow.Phase("a"), workflow.Phase("b"), workflow.Phase("c")), Is.EqualTo((WorkflowPhase.Failed, TaskPhase.Compensated, TaskPhase.Compensated, TaskPhase.Failed)));
    }

    [Test]
    public void Tries_an_undo_again_with_backoff_before_it_gives_up()
    {
        var undoable = A.Task("a") with
        {
            Compensation = new Compensation("echo", new JsonObject { ["text"] = "undo" }),
            Retry = RetryPolicy.Default with { MaxAttempts = 2, InitialDelay = TimeSpan.FromSeconds(10), Jitter = 0 },
        };
        var workflow = A.Workflow(undoable, A.Task("b", "a")).Completes("a").Refuses("b", Refusal.Conflict("No."));
        Assert.That((workflow.Phase("a"), workflow.Find("a")!.Attempts), Is.EqualTo((TaskPhase.Compensating, 2)));

        workflow = workflow.Crashes("a");
        Assert.That((workflow.Phase, workflow.Phase("a"), workflow.Find("a")!.NotBefore), Is.EqualTo((WorkflowPhase.Compensating, TaskPhase.Compensating, A.Noon.AddSeconds(10))));
        Assert.That(workflow.Due("a", A.Noon.AddSeconds(9)), Is.Empty);

        workflow = workflow.And(workflow.Due("a", A.Noon.AddSeconds(10)));
        Assert.That((workflow.Find("a")!.Attempts, workflow.Find("a")!.NotBefore), Is.EqualTo((3, (DateTimeOffset?)null)));

        workflow = workflow.Crashes("a");
        Assert.That((workflow.Phase, workflow.Phase("a")), Is.EqualTo((WorkflowPhase.Failed, TaskPhase.Failed)));
    }

    [Test]
    public void Does_not_stop_half_way_through_an_undo()
    {
        var undoable = A.Task("a") with { Compensation = new Compensation("echo", new JsonObject { ["text"] = "undo" }) };
        var workflow = A.Workflow(undoable, A.Task("b", "a")).Completes("a").Refuses("b", Refusal.Conflict("No."));

        Assert.That(workflow.Decide(new CancelWorkflow("wf-1"), Caller.Local, A.Noon).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
    }

    [Test]
    public void Keeps_a_caller_from_steering_it_whose_environment_is_only_that_of_a_later_task()
    {
        var tasks = new[] { A.Task("a"), A.Task("b", "a") with { Input = new JsonObject { ["text"] = "x", ["environment"] = "production" } } };
        var workflow = Workflow.Start(new WorkflowCreated("wf-1", new Plan("tasks", tasks) { Environment = "dev" }, A.Ada, null, "d", null, A.Noon));

        var decided = workflow.Decide(new PauseWorkflow("wf-1"), new Caller("dev", [Scope.Operate], ["dev"]), A.Noon);

        Assert.That(decided.Refusal!.Reason, Does.Contain("'production'"));
    }

    [Test]
    public void Keeps_a_caller_bound_to_other_environments_from_steering_it()
    {
        var created = new WorkflowCreated("wf-1", new Plan("tasks", [A.Task("a")]) { Environment = "production" }, A.Ada, null, "d", null, A.Noon);
        var workflow = Workflow.Start(created);

        var decided = workflow.Decide(new CancelWorkflow("wf-1"), new Caller("dev", [Scope.Operate], ["dev"]), A.Noon);

        Assert.That(decided.Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
    }

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
