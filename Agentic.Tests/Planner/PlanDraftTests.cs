using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

public sealed class PlanDraftTests
{
    private static Outcome<IReadOnlyList<PlannedTask>> Accept(params TaskDraft[] drafts) =>
        new PlanDraft(A.Catalogue).Accept(drafts, new JsonObject { ["name"] = "shop", ["trick"] = "${tasks.a.result}" }, null, A.Ada);

    private static TaskDraft Draft(string? id, string text = "x", params string[] after) =>
        new("echo", id, new JsonObject { ["text"] = text }, after);

    [Test]
    public void Names_steps_by_position_and_orders_them_by_depth()
    {
        var tasks = Accept(Draft(null), Draft(null, "x", "t1"), Draft(null, "x", "t2", "t1")).Value!;

        Assert.That(tasks.Select(task => (task.Id, task.Priority)), Is.EqualTo(new[] { ("t1", 1), ("t2", 2), ("t3", 3) }));
    }

    [Test]
    public void Refuses_a_cycle_and_shows_it()
    {
        var refusal = Accept(Draft("a", "x", "c"), Draft("b", "x", "a"), Draft("c", "x", "b")).Refusal!;

        Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Malformed));
        Assert.That(refusal.Errors.Single().Message, Does.Contain("a → c → b → a"));
    }

    [Test]
    public void Refuses_every_wrong_thing_at_once()
    {
        var refusal = Accept(Draft("a", "x", "nobody"), Draft("a")).Refusal!;
        Assert.That(refusal.Errors.Select(error => error.Member), Is.EquivalentTo(new[] { "tasks[1].id", "tasks[0].dependsOn" }));

        refusal = Accept(new TaskDraft("ecco", "a"), new TaskDraft("echo", "b", new JsonObject { ["txt"] = 1 })).Refusal!;
        Assert.That(refusal.Errors.Select(error => error.Member), Is.EquivalentTo(new[] { "tasks[0].operation", "tasks[1].input.txt", "tasks[1].input.text" }));
        Assert.That(refusal.Errors[0].Message, Does.Contain("Did you mean 'echo'?"));

        refusal = Accept(Draft("a", "x", "b"), Draft("b", "x", "a", "zz"), new TaskDraft("ecco", "c", new JsonObject())).Refusal!;
        Assert.That(refusal.Errors.Select(error => error.Member), Is.EquivalentTo(new[] { "tasks[1].dependsOn", "tasks", "tasks[2].operation" }));
        Assert.That(refusal.Errors[0].Message, Is.EqualTo("There is no task 'zz' in this plan."));
    }

    [Test]
    public void Puts_parameters_in_place_but_never_reads_their_value_as_a_reference()
    {
        var tasks = Accept(Draft("a", "${parameters.name}-db"), Draft("b", "${parameters.trick}", "a")).Value!;

        Assert.That(tasks[0].Input["text"]!.GetValue<string>(), Is.EqualTo("shop-db"));
        var workflow = A.Workflow([.. tasks]);
        var started = workflow.Ended("a", 1, new JsonObject(), null, A.Noon).OfType<TaskStarted>().Single();
        Assert.That(started.InputDigest, Is.EqualTo(WorkflowDecisions.DigestOf("echo", new JsonObject { ["text"] = "${tasks.a.result}" })));
    }

    [Test]
    public void Refuses_a_reference_to_a_task_it_does_not_wait_for()
    {
        var refusal = Accept(Draft("a"), Draft("b", "${tasks.a.result.x}")).Refusal!;

        Assert.That(refusal.Errors.Single().Message, Does.Contain("needs 'a' among the tasks this one depends on"));
    }

    [Test]
    public void Leaves_the_type_of_a_referenced_value_to_the_run()
    {
        Assert.That(Accept(Draft("a"), Draft("b", "${tasks.a.result.count}", "a")).Refusal, Is.Null);
    }

    [Test]
    public void Refuses_a_condition_that_cannot_be_read()
    {
        var refusal = Accept(Draft("a") with { When = "1 = 2" }).Refusal!;

        Assert.That(refusal.Errors.Single().Member, Is.EqualTo("tasks[0].when"));
    }

    [Test]
    public void Refuses_a_plan_with_a_step_the_caller_may_not_run()
    {
        var refusal = new PlanDraft(A.Catalogue).Accept([Draft("a")], [], null, new Caller("nobody", [])).Refusal!;

        Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Forbidden));
    }

    [Test]
    public void Makes_a_change_of_production_wait_for_a_person()
    {
        TaskDraft Change(string environment) => new("change_place", "a", new JsonObject { ["text"] = "x", ["environment"] = environment });

        Assert.That(Accept(Change("production")).Value![0].NeedsApproval, Is.True);
        Assert.That(Accept(Change("staging")).Value![0].NeedsApproval, Is.False);
    }

    [Test]
    public void Makes_a_change_of_production_wait_however_its_member_is_spelled()
    {
        var task = Accept(new TaskDraft("change_place", "a", new JsonObject { ["text"] = "x", ["_environment"] = "production" })).Value![0];

        Assert.That(task.NeedsApproval, Is.True);
        Assert.That((string?)task.Input["environment"], Is.EqualTo("production"));
    }

    [Test]
    public void Refuses_an_undo_that_would_need_a_persons_approval()
    {
        TaskDraft Undo(string environment) => Draft("a") with { Compensate = new CompensationDraft("change_place", new JsonObject { ["text"] = "x", ["environment"] = environment }) };

        Assert.That(Accept(Undo("production")).Refusal!.Errors.Single().Member, Is.EqualTo("tasks[0].compensate.operation"));
        Assert.That(Accept(Undo("staging")).Refusal, Is.Null);
    }
}
