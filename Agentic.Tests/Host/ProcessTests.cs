using System.Diagnostics;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment.Processes;

namespace Agentic.Tests.Host;

/// <summary>The host as a process of its own: what it prints, and how it ends.</summary>
[Platform("Unix", Reason = "Ends the process by a signal.")]
internal sealed class ProcessTests
{
    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("agentic-process-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Prints_one_line_with_its_address_and_ends_well_when_it_is_told_to()
    {
        using var host = Start("--urls=http://127.0.0.1:0", "--Management:Url=http://127.0.0.1:0");
        var ready = await host.StandardOutput.ReadLineAsync();
        ProcessTable.Signal(host.Id, ProcessTable.Terminate);
        await host.WaitForExitAsync();

        Assert.That(ready, Does.Match("Agentic is ready. Open http://127.0.0.1:[0-9]+ "));
        Assert.That(host.ExitCode, Is.Zero);
        Assert.That(await host.StandardOutput.ReadToEndAsync(), Does.Contain("Agentic is stopping"));
        Assert.That(await host.StandardError.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task Writes_its_log_as_json_where_that_is_wanted()
    {
        using var host = Start("--urls=http://127.0.0.1:0", "--Management:Url=http://127.0.0.1:0", "--Logging:Json=true");
        var line = JsonNode.Parse((await host.StandardOutput.ReadLineAsync())!)!;
        ProcessTable.Signal(host.Id, ProcessTable.Terminate);
        await host.WaitForExitAsync();

        Assert.That((string?)line["LogLevel"], Is.EqualTo("Information"));
        Assert.That((string?)line["State"]!["Address"], Does.StartWith("http://127.0.0.1:"));
    }

    [Test]
    public async Task Says_in_one_sentence_why_it_did_not_start()
    {
        using var host = Start("--urls=http://0.0.0.0:0");
        await host.WaitForExitAsync();

        Assert.That(host.ExitCode, Is.EqualTo(1));
        Assert.That(await host.StandardError.ReadToEndAsync(), Does.StartWith("Agentic did not start. Auth:Mode=Local").And.Not.Contain(" at Agentic"));
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Agentic.Host.dll"), .. arguments, $"--Persistence:DataPath={_folder}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        foreach (var setting in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(setting);
        return Process.Start(start)!;
    }
}
