using System.Diagnostics;
using Agentic.Agents.Deployment.Infrastructure;
using Agentic.Agents.Integrations.Terraform;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Deployment;

/// <summary>Real Terraform with its builtin provider.</summary>
public class TerraformInfrastructureTests
{
    private const string Configuration = """
        variable "password" {
          type      = string
          sensitive = true
          default   = "hunter22-secret"
        }
        resource "terraform_data" "name" {
          input = file("${path.module}/wanted.txt")
        }
        resource "terraform_data" "secret" {
          input = var.password
        }
        output "name" {
          value = terraform_data.name.output
        }
        output "secret" {
          value     = terraform_data.secret.output
          sensitive = true
        }
        """;

    private string _folder = "";
    private TerraformInfrastructure _terraform = null!;
    private InfrastructurePlace _place = null!;

    [SetUp]
    public void Begin()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "terraform"))))
        {
            if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
            {
                Assert.Fail("terraform is not on PATH");
            }

            Assert.Ignore("terraform is not on PATH");
        }

        _folder = Directory.CreateTempSubdirectory("agentic-terraform-").FullName;
        _place = new InfrastructurePlace(Path.Combine(_folder, "root"), "staging", new Dictionary<string, string>());
        Directory.CreateDirectory(_place.Folder);
        Write("main.tf", Configuration);
        Write("wanted.txt", "first");
        _terraform = new TerraformInfrastructure(
            new TerraformOptions { Root = Path.GetTempPath(), Folder = Path.Combine(_folder, "kept"), LockLimit = TimeSpan.FromSeconds(1), StopGrace = TimeSpan.FromSeconds(20) }, new Redactor());
    }

    [TearDown]
    public void End()
    {
        if (_folder.Length > 0)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Plans_applies_exactly_that_plan_and_sees_drift()
    {
        var plan = (await _terraform.Plan(_place, false, default)).Value!;
        Assert.That(plan.ToAdd, Is.EqualTo(2));
        Assert.That(plan.Changes, Does.Contain(new ResourceChange("terraform_data.name", "create")));
        Assert.That(plan.Json.ToJsonString(), Does.Not.Contain("hunter22-secret"));

        var applied = await _terraform.Apply(_place, plan.Digest, default);
        Assert.That(applied.Refusal, Is.Null);
        Assert.That(applied.Value!.Summary, Does.Contain("2 added"));
        Assert.That(applied.Value.Outputs["name"]!.GetValue<string>(), Is.EqualTo("first"));
        Assert.That(applied.Value.Outputs["secret"]!.GetValue<string>(), Is.EqualTo("[redacted]"));

        Assert.That((await _terraform.Drift(_place, default)).Value!.HasDrifted, Is.False);
        Write("wanted.txt", "second");
        var drift = (await _terraform.Drift(_place, default)).Value!;
        Assert.That(drift.HasDrifted);
        Assert.That(drift.Changes.Select(change => change.Address), Does.Contain("terraform_data.name"));
    }

    [Test]
    public async Task Applies_a_plan_once_and_no_other_and_none_for_another_place()
    {
        var plan = (await _terraform.Plan(_place, false, default)).Value!;

        Assert.That((await _terraform.Apply(_place with { Environment = "production" }, plan.Digest, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That((await _terraform.Apply(_place, new string('a', 64), default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That((await _terraform.Apply(_place, "../../x", default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Unprocessable));
        Assert.That((await _terraform.Apply(_place, plan.Digest, default)).Refusal, Is.Null);
        Assert.That((await _terraform.Apply(_place, plan.Digest, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
    }

    [Test]
    public async Task Does_not_apply_a_plan_file_that_was_changed()
    {
        var plan = (await _terraform.Plan(_place, false, default)).Value!;
        var file = Directory.GetFiles(Path.Combine(_folder, "kept", "plans"), "*.tfplan").Single();
        await File.AppendAllTextAsync(file, "x");

        Assert.That((await _terraform.Apply(_place, plan.Digest, default)).Refusal!.Reason, Does.Contain("was changed"));
    }

    [Test]
    public async Task Refuses_a_stale_plan_with_terraforms_own_words()
    {
        var old = (await _terraform.Plan(_place, false, default)).Value!;

        // Two plans of the same thing in the same moment are the same bytes, and so the same plan.
        Write("wanted.txt", "second");
        var current = (await _terraform.Plan(_place, false, default)).Value!;
        await _terraform.Apply(_place, current.Digest, default);

        Assert.That((await _terraform.Apply(_place, old.Digest, default)).Refusal!.Reason, Does.Contain("stale"));
    }

    [Test]
    public async Task Destroys_by_a_destroying_plan()
    {
        await _terraform.Apply(_place, (await _terraform.Plan(_place, false, default)).Value!.Digest, default);

        var plan = (await _terraform.Plan(_place, true, default)).Value!;

        Assert.That(plan.ToDestroy, Is.EqualTo(2));
        Assert.That((await _terraform.Apply(_place, plan.Digest, default)).Refusal, Is.Null);
    }

    [Test]
    public async Task Says_what_fails_half_way_and_what_is_left_by_planning_again()
    {
        Write("main.tf", """
            resource "terraform_data" "one" {}
            resource "terraform_data" "two" {
              depends_on = [terraform_data.one]
              provisioner "local-exec" { command = "echo password=supersecretvalue; exit 7" }
            }
            """);
        var plan = (await _terraform.Plan(_place, false, default)).Value!;

        var refusal = (await _terraform.Apply(_place, plan.Digest, default)).Refusal!;

        Assert.That(refusal.Reason, Does.Contain("apply failed").And.Not.Contain("supersecretvalue"));
        Assert.That((await _terraform.Plan(_place, false, default)).Value!.Changes.Select(change => change.Address), Is.EqualTo(new[] { "terraform_data.two" }));
    }

    [Test]
    public async Task Runs_no_configuration_from_elsewhere_on_the_machine()
    {
        var closed = new TerraformInfrastructure(new TerraformOptions { Root = Path.Combine(_folder, "allowed"), Folder = Path.Combine(_folder, "kept") }, new Redactor());

        Assert.That((await closed.Plan(_place, false, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
        Assert.That((await closed.Plan(_place with { Folder = Path.Combine(_folder, "allowed", "..", "root") }, false, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
    }

    [Test]
    public async Task Stops_in_order_when_cancelled_and_leaves_no_lock()
    {
        Write("main.tf", $$"""
            resource "terraform_data" "slow" {
              provisioner "local-exec" { command = "touch {{_folder}}/begun; sleep 600" }
            }
            """);
        var plan = (await _terraform.Plan(_place, false, default)).Value!;
        using var cancel = new CancellationTokenSource();

        var applying = _terraform.Apply(_place, plan.Digest, cancel.Token);
        var began = TimeProvider.System.GetTimestamp();
        while (!File.Exists(Path.Combine(_folder, "begun")) && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(10);
        }

        await cancel.CancelAsync();

        Assert.That(async () => await applying, Throws.InstanceOf<OperationCanceledException>());

        // Its own children end a moment after it.
        await Eventually.Holds(() => Task.FromResult(!Process.GetProcessesByName("sleep").Any(process => CurrentFolder(process.Id) == _place.Folder)));
        Write("main.tf", Configuration);
        Assert.That((await _terraform.Plan(_place, false, default)).Refusal, Is.Null, "the state is not locked");
    }

    private static string? CurrentFolder(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/cwd").LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    [Test]
    public async Task Waits_for_a_held_state_lock_only_so_long()
    {
        Write("main.tf", $$"""
            resource "terraform_data" "slow" {
              provisioner "local-exec" { command = "touch {{_folder}}/begun; while [ ! -e {{_folder}}/go ]; do sleep 0.05; done" }
            }
            """);
        var plan = (await _terraform.Plan(_place, false, default)).Value!;
        var applying = _terraform.Apply(_place, plan.Digest, default);
        var began = TimeProvider.System.GetTimestamp();
        while (!File.Exists(Path.Combine(_folder, "begun")) && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(10);
        }

        var second = new TerraformInfrastructure(new TerraformOptions { Root = Path.GetTempPath(), Folder = Path.Combine(_folder, "kept"), LockLimit = TimeSpan.FromSeconds(1) }, new Redactor());
        var refusal = (await second.Plan(_place, false, default)).Refusal!;
        Write("go", "");
        Write("../go", "");

        Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Unavailable));
        Assert.That((await applying).Refusal, Is.Null);
    }

    [Test]
    public async Task Says_when_there_is_no_configuration_or_no_terraform()
    {
        Assert.That((await _terraform.Plan(_place with { Folder = _folder }, false, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.NotFound));
        var missing = new TerraformInfrastructure(new TerraformOptions { Root = Path.GetTempPath(), Folder = _folder, Executable = "no-such-terraform" }, new Redactor());
        Assert.That((await missing.Plan(_place, false, default)).Refusal!.Reason, Does.Contain("terraform init failed"));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_place.Folder, name), text);
}
