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
}
