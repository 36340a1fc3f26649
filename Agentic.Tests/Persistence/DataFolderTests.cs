using System.Diagnostics;
using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.ArgoCd;
using Agentic.Agents.Integrations.Terraform;
using Agentic.Persistence.Storage;
using Agentic.Tests.Support;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Persistence;

internal sealed class DataFolderTests
{
    private StorePlace place = null!;

    [SetUp]
    public async Task CreatePlace() => place = await StorePlace.Create(StoreKind.Sqlite);

    [TearDown]
    public void DropPlace() => place?.Dispose();

    [Test]
    public void Refuses_a_second_host_and_names_the_first()
    {
        using var first = place.Folder();

        var refused = Assert.Throws<DataFolderHeldException>(() => place.Folder());

        Assert.That(refused!.Message, Does.Match($"in use by another host \\(process {Environment.ProcessId}, started \\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC\\)"));
        Assert.That(refused.Message, Does.Contain("Persistence:DataPath"));
    }

    [Test]
    public void Lets_the_next_host_in_once_the_first_is_gone()
    {
        place.Folder().Dispose();

        Assert.That(() => place.Folder().Dispose(), Throws.Nothing);
    }

    [Test]
    public async Task Lets_the_next_host_in_after_the_first_was_killed()
    {
        Programs.Require("flock");
        place.Folder().Dispose();
        using var holder = Process.Start(new ProcessStartInfo("flock", ["--exclusive", Path.Combine(place.Options.DataPath, "host.lock"), "-c", "echo held; exec sleep 60"]) { RedirectStandardOutput = true })!;
        Assert.That(await holder.StandardOutput.ReadLineAsync(), Is.EqualTo("held"));
        Assert.Throws<DataFolderHeldException>(() => place.Folder());

        holder.Kill(entireProcessTree: true);
        await holder.WaitForExitAsync();

        Assert.That(() => place.Folder().Dispose(), Throws.Nothing);
    }

    [Test]
    public void Is_not_fooled_by_a_note_left_behind()
    {
        File.WriteAllText(Path.Combine(place.Options.DataPath, "host.json"), """{"pid":1,"startedAt":"2026-01-01T00:00:00+00:00"}""");

        Assert.That(() => place.Folder().Dispose(), Throws.Nothing);
    }

    [Test]
    public void Refuses_even_where_the_note_cannot_be_read()
    {
        using var first = place.Folder();
        File.WriteAllText(Path.Combine(place.Options.DataPath, "host.json"), "not json");

        Assert.That(() => place.Folder(), Throws.InstanceOf<DataFolderHeldException>().With.Message.Contains("a process that left no note"));
    }

    [Test]
    public async Task Holds_what_the_agents_keep_unless_they_are_told_otherwise()
    {
        await using var host = await AgenticHost.StartAsync(options => options.Settings["Terraform:Root"] = "elsewhere");

        Assert.That(host.Get<IOptions<DeploymentOptions>>().Value.Process.Folder, Is.EqualTo(Path.Combine(Path.GetFullPath(host.DataFolder), "services")));
        Assert.That(host.Get<IOptions<TerraformOptions>>().Value.Folder, Is.EqualTo(Path.Combine(Path.GetFullPath(host.DataFolder), "terraform")));
        Assert.That(host.Get<IOptions<TerraformOptions>>().Value.Root, Is.EqualTo("elsewhere"));
        Assert.That(host.Get<IOptions<ArgoCdOptions>>().Value.Folder, Is.EqualTo(Path.Combine(Path.GetFullPath(host.DataFolder), "gitops")));
    }
}
