using System.Globalization;
using System.Text.RegularExpressions;
using Agentic.Agents.Migration;
using Agentic.Agents.Migration.Groovy;
using Assert = NUnit.Framework.Assert;

namespace Agentic.Tests.Migration.Differential;

/// <summary>
/// Two interpreters that share no code run the source and the written workflow side by side. What they did must be
/// the same: the commands, their order, where they ran, what they could see, and how the run ended.
/// </summary>
internal sealed partial class DifferentialTests
{
    private const int Pipelines = 400;
    private const int RunsOfEach = 8;

    private static readonly Lazy<IReadOnlyList<(int Seed, string Source, string Workflow, PipelineMaker Maker)>> Made = new(() => [.. Enumerable.Range(1, Pipelines).Select(seed =>
    {
        var maker = new PipelineMaker(seed);
        var source = maker.Make();
        var migrated = JenkinsfileMigration.Migrate(new MigrationSource(source, "demo"));
        return (seed, source, migrated.WorkflowYaml ?? throw new InvalidOperationException($"seed {seed} was refused: {migrated.Problems[0]}\n{source}"), maker);
    })]);

    /// <summary>Branch, inputs and the way every command ends, all from one number.</summary>
    private static Scenario ScenarioOf(int seed)
    {
        var random = new Random(seed);
        var inputs = random.Next(3) == 0 ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["P"] = random.Next(2) == 0 ? "true" : "false", ["Q"] = random.Next(3) switch { 0 => "one", 1 => "two", _ => "three" }, ["S"] = random.Next(2) == 0 ? "plain" : "special" };
        var failing = random.Next(3) * 12;
        return new Scenario(random.Next(2) == 0 ? "main" : "topic", inputs, text =>
        {
            var command = text.Split(' ')[0];
            var number = command.StartsWith("act-", StringComparison.Ordinal) ? int.Parse(command[4..], CultureInfo.InvariantCulture) : 0;
            var luck = new Random(seed * 1009 + number);
            return new CommandOutcome(luck.Next(100) < failing ? 3 : 0, "v" + luck.Next(3).ToString(CultureInfo.InvariantCulture) + "\n");
        }, PipelineMaker.Variables);
    }

    private static string Show(Behaviour behaviour) => string.Join('\n', behaviour.Commands.Select(command => $"{command.Command}  in [{command.Directory}] with {command.Environment}")) + (behaviour.Succeeded ? "\n(succeeded)" : "\n(failed)");

    private static string Ran(Func<Behaviour> run)
    {
        try
        {
            return Show(run());
        }
        catch (Exception problem) when (problem is InvalidOperationException or IndexOutOfRangeException or KeyNotFoundException or ArgumentException or YamlDotNet.Core.YamlException)
        {
            return "cannot run: " + problem.Message;
        }
    }

    [Test]
    public void Does_what_the_source_does()
    {
        var different = new List<string>();
        var (runs, commands, failures) = (0, 0, 0);
        var used = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (seed, source, workflow, maker) in Made.Value)
        {
            foreach (var (construct, count) in maker.Used) used[construct] = used.GetValueOrDefault(construct) + count;
            var script = GroovyParser.Parse(source);
            for (var run = 0; run < RunsOfEach; run++)
            {
                var scenario = ScenarioOf(seed * 100 + run);
                var wanted = PipelineModel.Run(script, scenario);
                var got = Ran(() => WorkflowModel.Run(workflow, scenario));
                (runs, commands, failures) = (runs + 1, commands + wanted.Commands.Count, failures + (wanted.Succeeded ? 0 : 1));
                if (got == Show(wanted)) continue;
                different.Add($"seed {seed}, run {run}: branch {scenario.Branch}, {(scenario.Inputs is null ? "pushed" : string.Join(' ', scenario.Inputs))}\n{source}\n--- wanted\n{Show(wanted)}\n--- got\n{got}\n--- workflow\n{workflow}");
                break;
            }
        }

        TestContext.Out.WriteLine(FormattableString.Invariant($"{Pipelines} pipelines, {runs} runs ({failures} of them failing), {commands} commands compared, {used.Count} constructs: {string.Join(", ", used.Select(pair => $"{pair.Key} {pair.Value}"))}"));
        Assert.That(different, Is.Empty, FormattableString.Invariant($"{different.Count} of {Pipelines} pipelines differ"));
        Assert.Multiple(() =>
        {
            Assert.That(runs, Is.EqualTo(Pipelines * RunsOfEach));
            Assert.That(failures, Is.GreaterThan(runs / 10));
            Assert.That(used, Has.Count.GreaterThan(30));
            Assert.That(used.Where(pair => pair.Value < 10), Is.Empty);
        });
    }
}
