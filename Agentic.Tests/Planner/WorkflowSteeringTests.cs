using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

/// <summary>What people may do to a workflow: approve, pause, cancel, retry; and what they may not.</summary>
public sealed class WorkflowSteeringTests
{
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
}
