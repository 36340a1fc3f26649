using System.Text;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Dependencies;
using Agentic.Tests.Policy.Engines;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Dependencies;

/// <summary>Runs every case folder under <c>cases/dependencies/&lt;rule&gt;/</c>; the folder's name says what is expected.</summary>
public sealed class DependencyPolicyTests
{
    private static IEnumerable<TestCaseData> Cases() => RuleCases.In("dependencies");

    private static IEnumerable<string> RuleIds() => DependencyPolicy.Rules.Select(rule => rule.Id);

    [TestCaseSource(nameof(Cases))]
    public void Reports_the_rule_exactly_where_a_case_fails(string rule, bool fails, string folder)
    {
        var result = DependencyPolicy.Check(Files(folder), new DependencyOptions());

        Assert.That(result.NotChecked.Select(item => item.What), Is.SubsetOf(new[] { "vulnerabilities", "licences" }));
        Assert.That(result.Findings.Any(finding => finding.Rule == rule), Is.EqualTo(fails), string.Join('\n', result.Findings.Select(finding => finding.Message)));
    }

    [TestCaseSource(nameof(RuleIds))]
    public void Has_at_least_two_failing_and_two_passing_cases(string rule) => RuleCases.AssertCovered("dependencies", rule);

    [Test]
    public void Says_what_it_cannot_know()
    {
        var result = DependencyPolicy.Check("flask==3.0.3\n", "requirements.txt");

        Assert.That(result.NotChecked.Select(item => item.What), Is.EquivalentTo(new[] { "vulnerabilities", "licences" }));
    }

    [TestCase("package.json", "{\"dependencies\": ")]
    [TestCase("package.json", "[1]")]
    [TestCase("pom.xml", "<project>")]
    [TestCase("pom.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><project>&a;</project>")]
    [TestCase("pom.xml", "<html/>")]
    public void Says_which_file_could_not_be_read(string path, string text)
    {
        Assert.That(DependencyPolicy.Check(text, path).NotChecked.Single().What, Is.EqualTo(path));
    }

    [Test]
    public void Shows_the_host_of_an_address_and_not_its_password()
    {
        var finding = DependencyPolicy.Check("--index-url http://bot:d8Ks92Ld0q@pypi.example.org/simple\n", "requirements.txt").Findings.Single();

        Assert.That(finding.Message, Is.EqualTo("Packages are fetched without encryption from pypi.example.org."));
    }

    [Test]
    public void Never_throws_on_mangled_files()
    {
        var random = new Random(31);
        var seeds = Directory.EnumerateFiles(Path.Combine(SourceTree.Cases("Policy"), "dependencies"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllText(file))).ToList();

        for (var round = 0; round < 1500; round++)
        {
            var (name, seed) = seeds[random.Next(seeds.Count)];
            var text = new StringBuilder(seed);

            for (var edit = random.Next(1, 8); edit > 0; edit--)
            {
                Mangle.Once(text, random, "{}[]:,&*<>|'\"=$@#-\\\n\t /");
            }

            Assert.That(() => DependencyPolicy.Check(text.ToString(), name), Throws.Nothing);
        }
    }

    private static Dictionary<string, string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllText);
}
