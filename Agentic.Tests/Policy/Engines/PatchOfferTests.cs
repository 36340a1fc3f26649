using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Dockerfiles;
using Agentic.Agents.Policy.Kubernetes;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Engines;

public sealed class PatchOfferTests
{
    [TestCase("docker-apt-yes", "RUN apt-get install curl", "RUN apt-get install -y curl")]
    [TestCase("docker-apt-recommends", "RUN apt-get -q install -y curl", "RUN apt-get -q install --no-install-recommends -y curl")]
    [TestCase("docker-pip-cache", "RUN pip3 install flask==3.0.3", "RUN pip3 install --no-cache-dir flask==3.0.3")]
    [TestCase("docker-add", "ADD src /app", "COPY src /app")]
    [TestCase("docker-maintainer", "MAINTAINER The Team <team@example.org>", "LABEL org.opencontainers.image.authors=\"The Team \\u003Cteam@example.org\\u003E\"")]
    [TestCase("docker-shell-form", "CMD python app.py --port 80", "CMD [\"python\", \"app.py\", \"--port\", \"80\"]")]
    public void Mends_a_dockerfile_line(string rule, string old, string mended)
    {
        var text = $"FROM debian:12\n{old}\nUSER app\n";
        var finding = DockerfilePolicy.Check(text, "Dockerfile").Findings.Single(each => each.Rule == rule);

        var patch = DockerfilePatch.For(text, "Dockerfile", finding);

        Assert.That(patch?.ApplyTo(text), Is.EqualTo($"FROM debian:12\n{mended}\nUSER app\n"));
    }

    [TestCase("CMD echo $HOME")]
    [TestCase("CMD a && b")]
    public void Offers_nothing_where_the_shell_is_needed(string line)
    {
        var text = $"FROM debian:12\n{line}\n";
        var finding = DockerfilePolicy.Check(text, "Dockerfile").Findings.Single(each => each.Rule == "docker-shell-form");

        Assert.That(DockerfilePatch.For(text, "Dockerfile", finding), Is.Null);
    }

    [Test]
    public void Writes_over_a_wrong_value_and_adds_a_missing_one()
    {
        const string Text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  hostPID: true\n  containers:\n    - name: api\n      image: a:1\n      securityContext:\n        privileged: true # why\n    - name: side\n      image: b:1\n";

        string? Mended(string rule, string container) => KubernetesPatch.For(Text, "a.yaml", KubernetesPolicy.Check(Text, "a.yaml").Findings.Single(each => each.Rule == rule && each.Fingerprint!.EndsWith("|" + container, StringComparison.Ordinal)))?.ApplyTo(Text);

        Assert.That(Mended("k8s-privileged", "api"), Does.Contain("        privileged: false # why\n"));
        Assert.That(Mended("k8s-privilege-escalation", "api"), Does.Contain("        privileged: true # why\n        allowPrivilegeEscalation: false\n    - name: side"));
        Assert.That(Mended("k8s-readonly-rootfs", "side"), Does.Contain("    - name: side\n      securityContext:\n        readOnlyRootFilesystem: true\n      image: b:1\n"));
        Assert.That(Mended("k8s-host-namespaces", ""), Does.Contain("  hostPID: false\n"));
    }

    [Test]
    public void Keeps_the_line_ends_of_the_file()
    {
        const string Text = "FROM debian:12\r\nADD src /app\r\n";
        var finding = DockerfilePolicy.Check(Text, null).Findings.Single(each => each.Rule == "docker-add");

        Assert.That(DockerfilePatch.For(Text, null, finding)!.ApplyTo(Text), Is.EqualTo("FROM debian:12\r\nCOPY src /app\r\n"));
    }

    [Test]
    public void Offers_only_patches_that_mend_every_case_they_are_made_for()
    {
        var offered = 0;

        foreach (var file in Directory.EnumerateFiles(SourceTree.Cases("Policy"), "fail-*", SearchOption.AllDirectories).Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".Dockerfile", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(file);
            var isDocker = file.EndsWith(".Dockerfile", StringComparison.Ordinal);

            if (!isDocker && !file.Contains($"{Path.DirectorySeparatorChar}kubernetes{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            {
                continue;
            }

            var rule = Path.GetFileName(Path.GetDirectoryName(file));
            var findings = (isDocker ? DockerfilePolicy.Check(text, "f") : KubernetesPolicy.Check(text, "f")).Findings.Where(each => each.Rule == rule).ToList();

            foreach (var finding in findings)
            {
                if ((isDocker ? DockerfilePatch.For(text, "f", finding) : KubernetesPatch.For(text, "f", finding)) is not { } patch)
                {
                    continue;
                }

                offered++;
                var after = isDocker ? DockerfilePolicy.Check(patch.ApplyTo(text)!, "f") : KubernetesPolicy.Check(patch.ApplyTo(text)!, "f");
                Assert.That(after.Findings.Count(each => each.Rule == rule), Is.LessThan(findings.Count), file);
            }
        }

        Assert.That(offered, Is.GreaterThan(10));
    }
}
