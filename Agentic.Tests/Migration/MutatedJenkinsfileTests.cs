using System.Text;
using Agentic.Agents.Migration;
using Agentic.Tests.Support;

namespace Agentic.Tests.Migration;

internal sealed class MutatedJenkinsfileTests
{
    private const string Noise = "{}()[]'\"$\\/\n;:,.=?!@`#\t\u0000\u00e9\ud83d\ude00";

    [Test]
    public void Answers_every_mutated_Jenkinsfile_with_a_workflow_or_a_reason()
    {
        var seeds = Directory.GetDirectories(SourceTree.Cases("Migration")).Select(folder => File.ReadAllText(Path.Combine(folder, "Jenkinsfile"))).ToList();
        var random = new Random(1966);
        for (var round = 0; round < 1500; round++)
        {
            var text = Mutated(random.Next(4) == 0 ? RandomPipelines.Next(random) : seeds[random.Next(seeds.Count)], random);

            var migrated = JenkinsfileMigration.Migrate(new MigrationSource(text, "demo"));

            Assert.That(migrated.WorkflowYaml is not null || migrated.Problems.Count > 0, Is.True, () => text);
        }
    }

    private static string Mutated(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (var count = random.Next(1, 6); count > 0 && mutated.Length > 4; count--)
        {
            var at = random.Next(mutated.Length);
            switch (random.Next(5))
            {
                case 0: mutated.Remove(at, Math.Min(random.Next(1, 12), mutated.Length - at)); break;
                case 1: mutated.Insert(at, Noise[random.Next(Noise.Length)]); break;
                case 2: mutated.Insert(at, mutated.ToString(random.Next(mutated.Length / 2), Math.Min(30, mutated.Length / 2))); break;
                case 3: mutated[at] = Noise[random.Next(Noise.Length)]; break;
                default: mutated.Length = Math.Max(1, at); break;
            }
        }

        return mutated.ToString();
    }

    [Test]
    public void Refuses_more_than_five_megabytes_unread() =>
        Assert.That(JenkinsfileMigration.Migrate(new MigrationSource(new string('x', JenkinsfileMigration.LargestSource + 1), "demo")).Problems.Single().Message, Is.EqualTo("the text has 5242881 characters; at most 5242880 are read"));

    [Test]
    public void Survives_large_and_deep_and_repeating_input()
    {
        var wide = "node {\n" + string.Concat(Enumerable.Range(0, 20000).Select(number => FormattableString.Invariant($"sh 'echo {number}'\n"))) + "}\n";
        var deep = "node {\n" + string.Concat(Enumerable.Repeat("dir('a') {\n", 5000)) + "sh 'x'" + new string('}', 5000) + "}\n";
        var doubling = string.Concat(Enumerable.Range(1, 40).Select(number => FormattableString.Invariant($"def f{number}() {{ f{number - 1}(); f{number - 1}() }}\n"))) + "def f0() { sh 'x' }\nnode { f40() }\n";
        var endless = "def a() { b() }\ndef b() { a() }\nnode { a() }\n";
        var strings = "x = " + string.Concat(Enumerable.Repeat("\"${", 4000)) + "1";

        foreach (var text in (string[])[wide, deep, doubling, endless, strings])
        {
            var migrated = JenkinsfileMigration.Migrate(new MigrationSource(text, "demo"));

            Assert.That(migrated.Problems.Count > 0 || migrated.Report!.Counts.Manual > 0, Is.True);
        }
    }

    [TestCase("def a = 'x'\n", "a = \"${a}${a}\"\n", "sh a")]
    [TestCase("def a = 'x'\n", "a += a\n", "sh a")]
    [TestCase("def a = 'xx'\n", "a = a.replace('x', 'xxxx')\n", "sh a")]
    [TestCase("def a = ['x']\n", "a = [a, a]\n", "sh \"y ${a}\"")]
    [TestCase("def a = ['x']\n", "a = a + a\n", "sh a.join(' ')")]
    [TestCase("def a = ['x']\n", "a.addAll(a)\n", "sh a.join(' ')")]
    [TestCase("def a = [k: 'x']\n", "a = [a: a, b: a]\n", "sh \"y ${a}\"")]
    [TestCase("def a = []\n", "a << a\n", "sh \"y ${a}\"")]
    [TestCase("def a = [:]\n", "a.self = a\na['x'] = a\na.put('y', a)\n", "sh \"y ${a}\"")]
    public void Bounds_values_that_double_or_hold_themselves(string start, string again, string use)
    {
        var text = start + string.Concat(Enumerable.Repeat(again, 40)) + "node {\n def o = sh(script: 'one', returnStdout: true)\n " + use + "\n sh \"two ${o}\"\n}\n";

        var migrated = JenkinsfileMigration.Migrate(new MigrationSource(text, "demo"));

        Assert.That(migrated.WorkflowYaml, Has.Length.LessThan(2_000_000).And.Contain("two ${o}"));
    }
}
