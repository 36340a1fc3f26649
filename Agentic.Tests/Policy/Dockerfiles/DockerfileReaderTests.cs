using System.Text;
using Agentic.Agents.Policy.Dockerfiles;
using Agentic.Tests.Policy.Engines;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Dockerfiles;

public sealed class DockerfileReaderTests
{
    [Test]
    public void Joins_continued_lines_around_comments_and_keeps_the_line_numbers()
    {
        var run = Only("FROM a:1\n\nRUN one \\\n  # why\n  && two\nUSER app\n", "RUN");

        Assert.That(run.Script.Commands.Select(command => command.Name), Is.EqualTo(new[] { "one", "two" }));
        Assert.That((run.Line, run.EndLine), Is.EqualTo((3, 5)));
    }

    [Test]
    public void Honours_the_escape_directive()
    {
        var run = Only("# escape=`\nFROM a:1\nRUN dir C:\\ `\n  /s\n", "RUN");

        Assert.That(run.Arguments, Is.EqualTo(@"dir C:\   /s"));
    }

    [Test]
    public void Takes_a_here_document_as_the_script()
    {
        var run = Only("FROM a:1\nRUN <<-'EOF'\n\tapt-get update\n\tgit clone x\n\tEOF\nUSER app\n", "RUN");

        Assert.That(run.Script.Commands.Select(command => command.Name), Is.EqualTo(new[] { "apt-get", "git" }));
        Assert.That(run.EndLine, Is.EqualTo(5));
    }

    [Test]
    public void Leaves_the_input_of_another_program_alone()
    {
        var run = Only("FROM a:1\nRUN python3 <<EOF\nsudo = 1\nEOF\n", "RUN");

        Assert.That(run.Script.Commands.Select(command => command.Name), Is.EqualTo(new[] { "python3" }));
    }

    [TestCase("a=1 b && c; d | e || f", "b c d e f")]
    [TestCase("if [ -f x ]; then y; else z; fi", "[ y z")]
    [TestCase("for i in 1 2; do run $i; done", "run")]
    [TestCase("echo \"a && b\" 'c; d' e\\;f", "echo")]
    [TestCase("x=$(curl y | jq .) && (cd z && make) 2>&1 > log", "curl jq cd make")]
    [TestCase("sudo -u app env A=1 make all", "sudo env make")]
    [TestCase("bash -ec 'apt-get update && ls'", "bash apt-get ls")]
    [TestCase("case $x in a) one ;; esac", "one")]
    [TestCase("a # b && c", "a")]
    public void Finds_the_programs_a_shell_line_calls(string line, string expected)
    {
        var names = ShellScript.Of(line, new Dictionary<string, string>()).Commands.Select(command => command.Name);

        Assert.That(string.Join(' ', names), Is.EqualTo(expected));
    }

    [Test]
    public void Never_throws_on_mangled_files()
    {
        var random = new Random(815);
        var seeds = Directory.EnumerateFiles(Path.Combine(SourceTree.Cases("Policy"), "dockerfile"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();

        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Count)]);

            for (var edit = random.Next(1, 8); edit > 0; edit--)
            {
                Mangle.Once(text, random, "\\`$(){}[]<>|&;'\"#=\n\t- \u0000");
            }

            Assert.That(() => DockerfilePolicy.Check(text.ToString(), null), Throws.Nothing);
        }
    }

    private static Instruction Only(string text, string keyword) =>
        DockerfileReader.Read(text).All.Single(each => each.Instruction.Keyword == keyword).Instruction;
}
