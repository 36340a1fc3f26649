using System.Net;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;

namespace Agentic.Tests.Deployment;

internal sealed partial class DeploymentRestTests
{
    [Test]
    public async Task Steers_a_deployment_by_hand_and_refuses_what_does_not_fit_its_state()
    {
        await Deployed("1.0.0");
        var (_, second) = await Post("/deploy", Body("2.0.0", """, "strategy": "canary", "steps": [ { "weight": 10, "waitsForPromotion": true }, { "weight": 50, "waitsForPromotion": true }, { "weight": 100 } ]"""));
        var id = (string)second["deploymentId"]!;
        await Until(id, record => (string?)record["status"] == "paused");

        Assert.That((await Post("/deploy", Body("3.0.0"))).Status, Is.EqualTo(HttpStatusCode.Conflict), "one at a time");
        Assert.That((await Post($"/deployments/{id}/pause", "{}")).Status, Is.EqualTo(HttpStatusCode.Conflict), "it is paused already");
        Assert.That((await Post($"/deployments/{id}/weight", """{ "weight": 0 }""")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Post($"/deployments/{id}/weight", """{ "weight": 30 }""")).Status, Is.EqualTo(HttpStatusCode.OK));
        await Until(id, record => (int?)record["weight"] == 30);
        Assert.That((await Post($"/deployments/{id}/promote", "{}")).Status, Is.EqualTo(HttpStatusCode.OK));
        await Until(id, record => (int?)record["weight"] == 50 && (string?)record["status"] == "paused");
        var measured = (await Get($"/deployments/{id}/measurements")).Body["points"]!.AsArray();
        Assert.That(measured, Is.Not.Empty);
        Assert.That(measured[^1]!["gates"]!.AsArray(), Is.Not.Empty);
        Assert.That((await Post($"/deployments/{id}/approve", """{ "digest": "x" }""")).Status, Is.EqualTo(HttpStatusCode.Conflict), "it waits for no approval");
        Assert.That((await Post($"/deployments/{id}/abort", """{ "reason": "wrong totals" }""")).Status, Is.EqualTo(HttpStatusCode.OK));
        var ended = await Until(id, record => record["completedAt"] is not null);
        Assert.That((string?)ended["status"], Is.EqualTo("aborted"));
        Assert.That((string?)ended["reason"], Is.EqualTo("wrong totals"));
        Assert.That((await Post($"/deployments/{id}/abort", "{}")).Status, Is.EqualTo(HttpStatusCode.Conflict), "it has ended");
        Assert.That((await Post($"/deployments/{id}/resume", "{}")).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Queues_behind_the_one_in_progress_when_asked_to()
    {
        await Deployed("1.0.0");
        var (_, second) = await Post("/deploy", Body("2.0.0", """, "strategy": "canary", "steps": [ { "weight": 10, "waitsForPromotion": true }, { "weight": 100 } ]"""));
        await Until((string)second["deploymentId"]!, record => (string?)record["status"] == "paused");

        var (status, third) = await Post("/deploy", Body("3.0.0", """, "queue": true"""));

        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted), third.ToJsonString());
        var waiting = await Until((string)third["deploymentId"]!, record => (string?)record["status"] == "pending");
        Assert.That((string?)waiting["waitingFor"], Is.EqualTo("the deployment in progress"));
        await Post($"/deployments/{second["deploymentId"]}/abort", "{}");
        Assert.That((string?)(await Ended(third))["status"], Is.EqualTo("completed"));
    }

    [Test]
    public async Task Rolls_back_to_a_kept_version_and_quarantines_the_bad_one()
    {
        await Deployed("1.0.0");
        var second = await Deployed("2.0.0");

        var (status, back) = await Post($"/deployments/{second["deploymentId"]}/rollback", """{ "toVersion": "1.0.0", "reason": "wrong totals" }""");

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), back.ToJsonString());
        Assert.That((string?)back["kind"], Is.EqualTo("rollback"));
        Assert.That((string?)back["undoes"], Is.EqualTo((string?)second["deploymentId"]));
        Assert.That((string?)(await Ended(back))["status"], Is.EqualTo("completed"));
        Assert.That((await Post($"/deployments/{second["deploymentId"]}/rollback", "{}")).Status, Is.EqualTo(HttpStatusCode.Conflict), "it does not serve any more");
        var (again, quarantined) = await Post("/deploy", Body("2.0.0"));
        Assert.That(again, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((string?)quarantined["detail"], Does.Contain("quarantined").And.Contain("wrong totals"));
        Assert.That((await Post("/operations/lift_quarantine", $$"""{ "service": "{{_service}}", "environment": "dev", "digest": "{{ARollout.Digest(_service + "2.0.0")}}" }""")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((string?)(await Deployed("2.0.0"))["status"], Is.EqualTo("completed"));
    }

    [Test]
    public async Task Waits_in_production_for_an_approval_of_exactly_this()
    {
        var (status, accepted) = await Post("/deploy", Body("1.0.0", environment: "production"));
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted), accepted.ToJsonString());
        Assert.That((string?)accepted["status"], Is.EqualTo("waiting_approval"));

        var workflow = await Workflow((string)accepted["workflowId"]!, "waiting_approval");

        var (_, preview) = await Post("/deployments/preview", Body("1.0.0", environment: "production"));
        Assert.That(workflow["tasks"]![0]!.ToJsonString(), Does.Contain((string)preview["digest"]!), "the digest of artifact, target and plan is part of what is approved");
        Assert.That((bool?)preview["needsApproval"], Is.True);
    }

    [Test]
    public async Task Refuses_what_a_lock_closes_and_lets_it_through_when_it_is_lifted()
    {
        Assert.That((await Post("/operations/lock_environment", """{ "environment": "qa", "reason": "audit" }""")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Post("/operations/lock_environment", """{ "environment": "qa", "reason": "again" }""")).Status, Is.EqualTo(HttpStatusCode.Conflict));

        var (status, refused) = await Post("/deploy", Body("1.0.0", environment: "qa"));

        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((string?)refused["detail"], Does.Contain("locked by local").And.Contain("audit"));
        var (_, matrix) = await Get("/deployments/matrix");
        Assert.That(matrix["environments"]!.AsArray().Where(place => place!["closed"] is not null).Select(place => (string?)place!["name"]), Is.Empty, "an environment nobody deploys to is not in the matrix");
        Assert.That((await Post("/operations/unlock_environment", """{ "environment": "qa" }""")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Post("/operations/unlock_environment", """{ "environment": "qa" }""")).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Promotes_only_to_the_next_environment_and_only_what_serves()
    {
        Assert.That((await Promote("dev", "production")).Detail, Does.Contain("not a step of it"));
        Assert.That((await Promote("staging", "production")).Detail, Does.Contain("serves nothing"));
        await Deployed("1.0.0");

        var (_, accepted) = await Post("/operations/promote_environment", $$"""{ "service": "{{_service}}", "from": "dev", "environment": "staging" }""");

        Assert.That((await Workflow((string)accepted["workflowId"]!, "failed")).ToJsonString(), Does.Contain("Policy does not clear"), "the same digest is judged anew for the stricter place");
    }

    [Test]
    public async Task Withdraws_a_service_and_undoes_a_first_deployment()
    {
        var first = await Deployed("1.0.0");
        var (_, verified) = await Post("/operations/verify_deployment", $$"""{ "id": "{{first["deploymentId"]}}" }""");
        Assert.That((string?)verified["status"], Is.EqualTo("completed"), verified.ToJsonString());

        var (_, undone) = await Post("/operations/undo_deployment", $$"""{ "id": "{{first["deploymentId"]}}" }""");
        await Workflow((string)undone["workflowId"]!, "completed");

        var (_, matrix) = await Get("/deployments/matrix");
        Assert.That(matrix["services"]!.AsArray().Single(row => (string?)row!["service"] == _service)!["environments"]![0]!["version"], Is.Null);
        Assert.That((await _target.Observe(new ServiceKey(_service, "dev"), default)).Revisions, Is.Empty, "nothing runs on");
        var (status, gone) = await Post("/operations/verify_deployment", $$"""{ "id": "{{first["deploymentId"]}}" }""");
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), gone.ToJsonString());
        Assert.That((string?)(await Deployed("1.0.0"))["status"], Is.EqualTo("completed"), "it can come back");
    }
}
