using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Resources;
using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Terraform;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Terraform;

/// <summary>
/// A module that breaks no rule, broken in one place at a time. Whichever way the wrong value gets there (written out, through a
/// variable, a local, a condition, a module's input), what is found is the fault and nothing else.
/// </summary>
internal sealed partial class OneFaultTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Cases("Policy"), "terraform-hardened");
    private static readonly string Sound = File.ReadAllText(Path.Combine(Folder, "main.tf")).ReplaceLineEndings("\n");

    internal sealed record Fault(string Name, IReadOnlyList<(string Rule, string Resource)> Expected, string Site, string[] Old, string[] New)
    {
        public override string ToString() => Name;
    }

    private static IEnumerable<Fault> Faults()
    {
        var number = 0;
        foreach (var section in File.ReadAllText(Path.Combine(Folder, "faults.txt")).ReplaceLineEndings("\n").Split("#### ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = section.Split('\n');
            var head = Head().Match(lines[0]);
            var expected = head.Groups["expected"].Value.Split("; ").Select(part => part.Split(": ")).Select(part => (part[0], part[1])).ToList();
            string[] Marked(char mark) => [.. lines.Skip(1).Where(line => line.StartsWith(mark)).Select(line => line.Length > 2 ? line[2..] : "")];
            string[] added = Marked('+') is [""] ? [] : Marked('+');
            yield return new Fault($"{++number:000} {lines[0]}", expected, head.Groups["site"] is { Success: true, Value: var site } ? site : expected[0].Item2, Marked('-'), added);
        }
    }

    [Test]
    public void Finds_nothing_where_nothing_is_wrong() => Assert.That(Found(Read(Sound)), Is.Empty);

    [TestCaseSource(nameof(Faults))]
    public void Finds_the_one_fault_and_nothing_else(Fault fault)
    {
        foreach (var (form, files, prefix) in Forms(fault))
        {
            var expected = fault.Expected.Select(one => $"{one.Rule} {prefix}{one.Resource}");
            var graph = TerraformConfiguration.Read(files).Graph;

            Assert.That(Found(graph), Is.EquivalentTo(expected), form);
        }
    }

    [TestCaseSource(nameof(Faults))]
    public void Finds_it_in_the_plan_unless_the_plan_does_not_know(Fault fault)
    {
        var graph = Read(Broken(fault, fault.New));

        var (plan, _) = PlanReader.Read(PlanOf.Resources(graph));

        // A policy made of attributes that are known after apply is as a whole known after apply.
        var expected = Found(graph).Where(found => !graph.All.Any(resource => found.EndsWith(" " + resource.Address, StringComparison.Ordinal) && resource.At("policy").IsUnknown));
        Assert.That(Found(plan!), Is.EquivalentTo(expected));
    }

    private static IEnumerable<(string Form, Dictionary<string, string> Files, string Prefix)> Forms(Fault fault)
    {
        static Dictionary<string, string> One(string text) => new(StringComparer.Ordinal) { ["main.tf"] = text };
        yield return ("as it is", One(Broken(fault, fault.New)), "");
        if (fault.Old is not [var sound] || Assignment().Match(sound) is not { Success: true } was)
        {
            yield break;
        }

        var (name, good) = (was.Groups["name"].Value, was.Groups["value"].Value);
        string Set(string value, string more = "") => Broken(fault, [$"{name} = {value}"]) + more;
        if (fault.New.Length == 0)
        {
            yield return ("null", One(Set("null")), "");
            yield return ("null by condition", One(Set($"var.careful ? {good} : null", "\nvariable \"careful\" {\n  default = false\n}\n")), "");
        }
        else if (fault.New is [var line] && Assignment().Match(line) is { Success: true } now && now.Groups["name"].Value == name)
        {
            var bad = now.Groups["value"].Value;
            yield return ("variable", One(Set("var.fault", $"\nvariable \"fault\" {{\n  default = {bad}\n}}\n")), "");
            yield return ("local", One(Set("local.fault", $"\nlocals {{\n  fault = {bad}\n}}\n")), "");
            yield return ("condition", One(Set($"var.careful ? {good} : {bad}", "\nvariable \"careful\" {\n  default = false\n}\n")), "");
            yield return ("lookup", One(Set($"lookup({{ good = {good}, bad = {bad} }}, \"bad\", {good})")), "");
            yield return ("merge", One(Set($"merge({{ value = {good} }}, {{ value = {bad} }}).value")), "");
            yield return ("try", One(Set($"try(local.nothing.here, {bad})", "\nlocals {\n  nothing = {}\n}\n")), "");
            yield return ("tfvars", new(One(Set("var.fault", "\nvariable \"fault\" {}\n"))) { ["terraform.tfvars"] = $"fault = {bad}\n" }, "");
            yield return ("module", new(StringComparer.Ordinal)
            {
                ["main.tf"] = $"module \"app\" {{\n  source = \"./app\"\n  fault  = {bad}\n}}\n",
                ["app/main.tf"] = Set("var.fault", "\nvariable \"fault\" {}\n"),
            }, "module.app.");
        }
    }

    /// <summary>The module with the marked lines of one resource replaced.</summary>
    private static string Broken(Fault fault, string[] replacement)
    {
        var label = fault.Site.Split('.');
        var start = Sound.IndexOf($"resource \"{label[0]}\" \"{label[1]}\" {{", StringComparison.Ordinal);
        var end = Sound.IndexOf("\n}\n", start, StringComparison.Ordinal) + 3;
        var lines = Sound[start..end].Split('\n').ToList();
        var at = Enumerable.Range(0, lines.Count).First(i => fault.Old.Select((old, k) => i + k < lines.Count && lines[i + k].Trim() == old.Trim()).All(same => same));
        lines.RemoveRange(at, fault.Old.Length);
        lines.InsertRange(at, replacement.Select(line => "    " + line));
        return Sound[..start] + string.Join('\n', lines) + Sound[end..];
    }

    private static ResourceGraph Read(string text) => TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = text }).Graph;

    private static List<string> Found(ResourceGraph graph) => [.. TerraformRules.Check(graph, OrganisationRules.Default).Select(found => $"{found.Finding.Rule} {found.Finding.Resource}").Distinct()];

    [GeneratedRegex("^(?<expected>.*?)(?: in (?<site>\\S+))?$", RegexOptions.NonBacktracking)]
    private static partial Regex Head();

    [GeneratedRegex("^(?<name>\\w+)\\s+= (?<value>[^{]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Assignment();
}
