using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Engines;

namespace Agentic.Tests.Policy.Engines;

public sealed class ExecutableEngineTests
{
    private static readonly EngineAliases Aliases = new([("k8s-privileged", "trivy", "KSV-0017"), ("k8s-privileged", "checkov", "CKV_K8S_16"), ("k8s-selinux-type", "kyverno", "disallow-selinux/selinux-type"),
        ("k8s-host-path", "kyverno", "disallow-host-path"), ("github-pat", "gitleaks", "github-pat")]);

    private static readonly EngineInput Input = new("kubernetes", new Dictionary<string, string> { ["app/a.yaml"] = "apiVersion: v1\nkind: Pod\n" });

    [Test]
    public async Task Reads_a_trivy_report_under_our_ids()
    {
        const string Report = """
            {"SchemaVersion":2,"Results":[
              {"Target":"app/a.yaml","Misconfigurations":[
                {"ID":"KSV017","Title":"Privileged","Message":"Container 'a' is privileged","Resolution":"Set it to false","Status":"FAIL","CauseMetadata":{"StartLine":7,"EndLine":12}},
                {"ID":"KSV014","Title":"Root filesystem","Status":"PASS"}]},
              {"Target":"package-lock.json","Vulnerabilities":[{"VulnerabilityID":"CVE-2021-23337","PkgName":"lodash","InstalledVersion":"4.17.20","FixedVersion":"4.17.21","Title":"command injection"}]}]}
            """;

        var result = await RunAsync(EngineTools.Trivy("trivy"), Report);

        Assert.That(result.Findings.Select(finding => (finding.Rule, finding.File, finding.Line)), Is.EqualTo(new (string, string?, int?)[] { ("k8s-privileged", "app/a.yaml", 7), ("trivy:CVE-2021-23337", "package-lock.json", null) }));
        Assert.That(result.Findings[1].Fix, Is.EqualTo("Update lodash to 4.17.21."));
    }

    [Test]
    public async Task Reads_checkov_reports_of_one_and_of_many_frameworks()
    {
        const string Part = """{"check_type":"kubernetes","results":{"failed_checks":[{"check_id":"CKV_K8S_16","check_name":"Container should not be privileged","file_path":"/app/a.yaml","file_line_range":[1,9],"resource":"Pod.default.a"}]}}""";

        Assert.That((await RunAsync(EngineTools.Checkov("checkov"), Part, exit: 1)).Findings.Single(), Is.EqualTo(new Finding("k8s-privileged", "Pod.default.a", "app/a.yaml", 1, "Container should not be privileged.") { EndLine = 9 }));
        Assert.That((await RunAsync(EngineTools.Checkov("checkov"), $"[{Part},{Part}]", exit: 1)).Findings, Has.Count.EqualTo(2));
        Assert.That((await RunAsync(EngineTools.Checkov("checkov"), """{"passed":0,"failed":0,"skipped":0}""")).NotChecked, Is.Empty);
    }

    [Test]
    public async Task Reads_a_gitleaks_report()
    {
        var result = await RunAsync(EngineTools.Gitleaks("gitleaks"), """[{"RuleID":"github-pat","Description":"Uncovered a GitHub token","StartLine":3,"EndLine":3,"File":"/tmp/x/input/app/.env","Secret":"REDACTED"},{"RuleID":"new-rule","StartLine":1,"File":"b"}]""");

        Assert.That(result.Findings.Select(finding => (finding.Rule, finding.File)), Is.EqualTo(new[] { ("github-pat", "app/.env"), ("gitleaks:new-rule", "b") }));
    }

    [Test]
    public async Task Reads_a_kyverno_policy_report_below_its_talk()
    {
        const string Output = "Applying 3 policy rule(s) to 1 resource(s)...\n----\napiVersion: wgpolicyk8s.io/v1alpha2\nkind: ClusterPolicyReport\nresults:\n- policy: disallow-selinux\n  rule: selinux-type\n  result: fail\n  message: type is restricted\n  resources:\n  - {kind: Pod, namespace: shop, name: a}\n- policy: disallow-host-path\n  rule: host-path\n  result: fail\n  message: no\n  resources:\n  - {kind: Pod, name: b}\n- policy: x\n  rule: y\n  result: pass\n";

        var result = await RunAsync(EngineTools.Kyverno("kyverno", "policies"), Output, exit: 1);

        Assert.That(result.Findings.Select(finding => (finding.Rule, finding.Resource)), Is.EqualTo(new[] { ("k8s-selinux-type", "Pod/shop/a"), ("k8s-host-path", "Pod/default/b") }));
    }

    [TestCase("""{"result":[{"expressions":[{"value":["a","b"]}]}]}""", 2, "")]
    [TestCase("{}", 0, "undefined")]
    [TestCase("""{"errors":[{"message":"rego_parse_error: no match found"}]}""", 0, "rego_parse_error")]
    public async Task Reads_an_opa_evaluation(string output, int findings, string why)
    {
        var result = await RunAsync(EngineTools.Opa("opa", "bundle", "agentic/policy/deny"), output);

        Assert.That(result.Findings, Has.Count.EqualTo(findings));
        Assert.That(string.Concat(result.NotChecked.Select(item => item.Why)), why.Length == 0 ? Is.Empty : Does.Contain(why));
    }

    [TestCase("")]
    [TestCase("Traceback (most recent call last)")]
    [TestCase("{\"Results\": [")]
    [TestCase("{}")]
    [TestCase("\"ok\"")]
    public async Task Counts_garbage_as_not_checked(string output)
    {
        foreach (var tool in (EngineTool[])[EngineTools.Trivy("trivy"), EngineTools.Checkov("checkov"), EngineTools.Gitleaks("gitleaks"), EngineTools.Kyverno("kyverno", "p"), EngineTools.Opa("opa", "b", "d")])
        {
            var result = await RunAsync(tool, output);
            Assert.That((result.Findings.Count, result.NotChecked.Count), Is.EqualTo((0, 1)), tool.Name);
        }
    }

    [Test]
    public async Task Says_why_a_program_did_not_check()
    {
        Assert.That((await RunAsync(EngineTools.Trivy("trivy"), "", outcome: new ProcessOutcome(-1, "", "") { IsMissing = true })).NotChecked.Single().Why, Does.Contain("could not be started"));
        Assert.That((await RunAsync(EngineTools.Trivy("trivy"), "", outcome: new ProcessOutcome(-1, "", "") { HasTimedOut = true })).NotChecked.Single().Why, Does.Contain("within 5 s"));
        Assert.That((await RunAsync(EngineTools.Trivy("trivy"), "", outcome: new ProcessOutcome(2, "", "\nFATAL no database\nmore"))).NotChecked.Single().Why, Is.EqualTo("It ended with exit code 2: FATAL no database"));
    }

    [TestCase("../outside.yaml")]
    [TestCase("/etc/cron.d/x")]
    [TestCase("a/../../b")]
    public async Task Refuses_paths_that_leave_the_scratch_folder(string path)
    {
        var process = new FakeProcess(new ProcessOutcome(0, "[]", ""));
        var engine = new ExecutableEngine(EngineTools.Gitleaks("gitleaks"), process, Aliases, TimeSpan.FromSeconds(5));

        var result = await engine.CheckAsync(new EngineInput("files", new Dictionary<string, string> { [path] = "x" }), CancellationToken.None);

        Assert.That(result.NotChecked.Single().Why, Does.Contain("leaves the folder"));
        Assert.That(process.Folder, Is.Null);
    }

    [Test]
    public async Task Removes_its_scratch_folder()
    {
        var process = new FakeProcess(new ProcessOutcome(0, "[]", ""));

        await new ExecutableEngine(EngineTools.Gitleaks("gitleaks"), process, Aliases, TimeSpan.FromSeconds(5)).CheckAsync(Input, CancellationToken.None);

        Assert.That(process.Seen, Is.EqualTo("apiVersion: v1\nkind: Pod\n"));
        Assert.That(Directory.Exists(process.Folder), Is.False);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Stops_a_program_that_hangs_and_reports_one_that_is_missing()
    {
        var process = new LocalEngineProcess();
        var folder = Path.GetTempPath();

        Assert.That((await process.RunAsync("/bin/sleep", ["60"], folder, TimeSpan.FromMilliseconds(200), CancellationToken.None)).HasTimedOut);
        Assert.That((await process.RunAsync("/no/such/program", [], folder, TimeSpan.FromSeconds(5), CancellationToken.None)).IsMissing);
        Assert.That((await process.RunAsync("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"], folder, TimeSpan.FromSeconds(20), CancellationToken.None)), Is.EqualTo(new ProcessOutcome(3, "out\n", "err\n")));
    }

    [Test]
    public void Merges_what_two_tools_saw_in_one_place()
    {
        var own = new Checked([new Finding("k8s-privileged", "Pod/shop/a", "app/a.yaml", 8, "ours")], []);
        var others = new Checked([new Finding("k8s-privileged", "Pod.shop.a", "/app/a.yaml", 1, "theirs") { EndLine = 9 }, new Finding("k8s-privileged", "Pod.shop.b", "app/b.yaml", 1, "another"), new Finding("trivy:X", null, "app/a.yaml", 8, "new")], [new NotChecked("opa", "late")]);

        var merged = EngineMerge.Merge(own, [others]);

        Assert.That(merged.Findings.Select(finding => finding.Message), Is.EqualTo(new[] { "ours", "another", "new" }));
        Assert.That(merged.NotChecked, Has.Count.EqualTo(1));
    }

    [Test]
    public void Imports_sarif_without_suppressed_results()
    {
        const string Log = """
            {"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Trivy","rules":[{"id":"KSV017"}]}},"results":[
              {"ruleIndex":0,"level":"error","message":{"text":"privileged"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"app/a%20b.yaml"},"region":{"startLine":4,"endLine":6}}}]},
              {"ruleId":"X","message":{"text":"known"},"suppressions":[{"kind":"inSource"}]},
              {"ruleId":"Y","kind":"pass","message":{"text":"fine"}}],
              "invocations":[{"executionSuccessful":false}]}]}
            """;

        var result = SarifImport.Read(Log, Aliases);

        Assert.That(result.Findings.Single(), Is.EqualTo(new Finding("k8s-privileged", null, "app/a b.yaml", 4, "privileged") { EndLine = 6, Severity = "high", Engine = "trivy" }));
        Assert.That(result.NotChecked.Single().What, Is.EqualTo("trivy"));
        Assert.That(SarifImport.Read("{}", Aliases).NotChecked, Has.Count.EqualTo(1));
        Assert.That(SarifImport.Read("<x/>", Aliases).NotChecked, Has.Count.EqualTo(1));
    }

    private static Task<Checked> RunAsync(EngineTool tool, string output, int exit = 0, ProcessOutcome? outcome = null) =>
        new ExecutableEngine(tool, new FakeProcess(outcome ?? new ProcessOutcome(exit, output, "")), Aliases, TimeSpan.FromSeconds(5)).CheckAsync(Input, CancellationToken.None);

    private sealed class FakeProcess(ProcessOutcome outcome) : IEngineProcess
    {
        public string? Folder { get; private set; }

        public string? Seen { get; private set; }

        public string? Find(string name) => null;

        public Task<ProcessOutcome> RunAsync(string executable, IReadOnlyList<string> arguments, string folder, TimeSpan limit, CancellationToken cancellation)
        {
            Folder = folder;
            Seen = File.ReadAllText(Path.Combine(folder, "input", "app", "a.yaml"));
            return Task.FromResult(outcome);
        }
    }
}
