using System.Diagnostics;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Dockerfiles;
using Agentic.Tests.Support;

namespace Agentic.Tests.Deploy;

/// <summary>What people run it with, checked without a container engine.</summary>
public sealed class DeployFilesTests
{
    [Test]
    public void Has_a_compose_file_that_compose_itself_accepts()
    {
        if (!Tool("docker-compose", "version", out _))
        {
            if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
                Assert.Fail("docker-compose is missing; apt-get install docker-compose.");
            Assert.Ignore("docker-compose is not on this machine; apt-get install docker-compose.");
        }

        Assert.That(Tool("docker-compose", "config -q", out var complaint), Is.True, complaint);
    }

    [Test]
    public void Breaks_none_of_its_own_rules_in_its_dockerfile()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "Dockerfile"));

        var suppressions = Suppressions.Read(text);
        var found = DockerfilePolicy.Check(text, "deploy/Dockerfile").Findings
            .Where(finding => Suppressions.Covering(suppressions, finding, null, null, text.Split('\n'), PolicyCatalogue.BuiltIn) is null);

        Assert.That(found.Select(finding => $"{finding.Rule} {finding.Line} {finding.Message}"), Is.Empty);
    }

    [Test]
    public void Copies_every_project_the_host_needs_into_the_image()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "Dockerfile"));

        foreach (var project in (string[])["Agentic.Agents", "Agentic.Persistence", "Agentic.Host"])
            Assert.That(text, Does.Contain($"COPY {project} {project}"));
        Assert.That(text, Does.Contain("USER 10001:10001"));
    }

    private static bool Tool(string program, string arguments, out string complaint)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = SourceTree.Root, RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment["AGENTIC_API_KEY"] = "agk_0123456789abcdef0123456789abcdef";
            start.Environment["POSTGRES_PASSWORD"] = "not-a-secret";
            using var process = Process.Start(start)!;
            complaint = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            complaint = missing.Message;
            return false;
        }
    }
}
