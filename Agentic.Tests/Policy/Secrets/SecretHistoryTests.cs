using Agentic.Agents.Policy.Engines;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Tests.Policy.Secrets;

public sealed class SecretHistoryTests
{
    [Test]
    public void Reports_a_removed_secret_where_it_first_came_in()
    {
        var secret = SecretSamples.Make("ghp_{a36}", new Random(9));
        var patch = $"""
            commit 3333333333333333333333333333333333333333

            diff --git a/app/.env b/app/.env
            --- a/app/.env
            +++ b/app/.env
            @@ -4 +3,0 @@
            -TOKEN={secret}
            commit 2222222222222222222222222222222222222222

            diff --git a/app/.env b/app/.env
            --- a/app/.env
            +++ b/app/.env
            @@ -2 +4 @@ x
            -OLD
            +TOKEN={secret}
            commit 1111111111111111111111111111111111111111

            diff --git a/app/.env b/app/.env
            --- /dev/null
            +++ b/app/.env
            @@ -0,0 +1,3 @@
            +A=1
            ++++ b/other
            +TOKEN={secret}
            """;

        var finding = SecretHistory.Read(patch).Findings.Single();

        Assert.That((finding.Rule, finding.Resource, finding.File, finding.Line), Is.EqualTo(("github-pat", new string('1', 40), "app/.env", 3)));
        Assert.That(finding.Message, Does.EndWith("added by commit 111111111111.").And.Not.Contain(secret[8..]));
    }

    [Test]
    public async Task Searches_a_real_repository()
    {
        var folder = Directory.CreateTempSubdirectory("agentic-history-").FullName;
        var process = new LocalEngineProcess();

        try
        {
            async Task<int> Git(params string[] arguments) =>
                (await process.RunAsync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", .. arguments], folder, TimeSpan.FromSeconds(60), CancellationToken.None)).ExitCode;

            if (await Git("init", "-q") != 0)
            {
                Assert.Ignore("git is not installed, so its history cannot be read.");
            }

            await File.WriteAllTextAsync(Path.Combine(folder, "a.env"), $"ONE=1\nKEY={SecretSamples.Make("AKIA{U16}", new Random(2))}\n");
            await Git("add", "-A");
            await Git("commit", "-qm", "one");
            await File.WriteAllTextAsync(Path.Combine(folder, "a.env"), "ONE=1\n");
            await Git("commit", "-qam", "two");

            var all = await new GitHistoryScan(process).CheckAsync(folder, 100, TimeSpan.FromSeconds(60), CancellationToken.None);
            var newest = await new GitHistoryScan(process).CheckAsync(folder, 1, TimeSpan.FromSeconds(60), CancellationToken.None);

            Assert.That(all.Findings.Select(finding => (finding.Rule, finding.File, finding.Line)), Is.EqualTo(new (string, string?, int?)[] { ("aws-access-token", "a.env", 2) }));
            Assert.That(newest.Findings, Is.Empty);
            Assert.That(newest.NotChecked.Single().Why, Does.Contain("newest 1 commits"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Says_when_there_is_no_repository()
    {
        var folder = Directory.CreateTempSubdirectory("agentic-history-").FullName;

        try
        {
            var result = await new GitHistoryScan(new LocalEngineProcess()).CheckAsync(folder, 10, TimeSpan.FromSeconds(60), CancellationToken.None);
            Assert.That(result.NotChecked, Has.Count.EqualTo(1));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
