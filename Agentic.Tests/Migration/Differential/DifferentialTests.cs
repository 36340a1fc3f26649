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
    private const int Pipelines = 300;
    private const int RunsOfEach = 8;

    private static readonly Lazy<IReadOnlyList<(int Seed, string Source, string Workflow, PipelineMaker Maker)>> Made = new(() => [.. Enumerable.Range(1, Pipelines).Select(seed =>
    {
        var maker = new PipelineMaker(seed);
        var source = maker.Make();
        var migrated = JenkinsfileMigration.Migrate(new MigrationSource(source, "demo"));
        return (seed, source, migrated.WorkflowYaml ?? throw new InvalidOperationException($"seed {seed} was refused: {migrated.Problems[0]}\n{source}"), maker);
    })]);

    /// <summary>Branch, inputs and the way every command ends, all from one number.</summary>
    private static Scenario ScenarioOf(int seed, int worst = 24)
    {
        var random = new Random(seed);
        var inputs = random.Next(3) == 0 ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["P"] = random.Next(2) == 0 ? "true" : "false", ["Q"] = random.Next(3) switch { 0 => "one", 1 => "two", _ => "three" }, ["S"] = random.Next(2) == 0 ? "plain" : "special" };
        var failing = random.Next(3) * worst / 2;
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

    /// <summary>Faults a writer could have: each takes the text of a workflow and gives every text with that one fault.</summary>
    private static readonly (string Name, Func<string[], IEnumerable<string[]>> Plant)[] Faults =
    [
        ("leaves out a condition", lines => Each(lines, line => Condition().IsMatch(line), (all, at) => Without(all, at))),
        ("turns a condition round", lines => Each(lines, line => Condition().IsMatch(line), (all, at) => With(all, at, Turned(all[at])))),
        ("forgets always()", lines => Each(lines, line => line.Contains("if: always() && ", StringComparison.Ordinal), (all, at) => With(all, at, all[at].Replace("always() && ", "", StringComparison.Ordinal)))),
        ("forgets continue-on-error", lines => Each(lines, line => line.Trim() == "continue-on-error: true", Without)),
        ("forgets what a job needs", lines => Each(lines, line => line.StartsWith("    needs:", StringComparison.Ordinal), Without)),
        ("forgets a variable of a step", lines => Each(lines, line => line.StartsWith("          ", StringComparison.Ordinal) && line.Trim() is ['A' or 'B' or 'C' or 'D' or 'E' or 'F', ':', ..], Without)),
        ("forgets a directory", lines => Each(lines, line => line.Trim().StartsWith("working-directory:", StringComparison.Ordinal), Without)),
        ("forgets a step", lines => Each(lines, line => line.StartsWith("      - name: 'Stage", StringComparison.Ordinal), (all, at) => [.. all.Take(at), .. all.Skip(at + Length(all, at))])),
        ("swaps two steps", lines => Each(lines, line => line.StartsWith("      - name: 'Stage", StringComparison.Ordinal), Swapped)),
        ("changes a command", lines => Each(lines, line => line.Contains("run: act-", StringComparison.Ordinal), (all, at) => With(all, at, all[at] + " more"))),
    ];

    private static IEnumerable<string[]> Each(string[] lines, Func<string, bool> here, Func<string[], int, string[]?> plant)
    {
        for (var at = 0; at < lines.Length; at++)
            if (here(lines[at]) && Acts(lines, at) && plant(lines, at) is { } planted) yield return planted;
    }

    /// <summary>Whether a line belongs to a step that runs a command; what only prints or sets a value has less to lose.</summary>
    private static bool Acts(string[] lines, int at)
    {
        if (!lines[at].StartsWith("      ", StringComparison.Ordinal)) return true;
        var first = at;
        while (!lines[first].StartsWith("      - ", StringComparison.Ordinal)) first--;
        return lines.Skip(first).Take(Length(lines, first)).Any(line => line.Contains("act-", StringComparison.Ordinal) && !line.Contains("name:", StringComparison.Ordinal));
    }

    private static string[] Without(string[] lines, int at) => [.. lines.Take(at), .. lines.Skip(at + 1)];

    private static string[] With(string[] lines, int at, string line) => [.. lines.Take(at), line, .. lines.Skip(at + 1)];

    private static string Turned(string line)
    {
        var colon = line.IndexOf("if: ", StringComparison.Ordinal) + 4;
        var condition = line[colon..].Trim();
        if (condition.StartsWith("${{", StringComparison.Ordinal)) condition = condition[3..^2].Trim();
        return line[..colon] + "${{ !(" + condition + ") }}";
    }

    private static int Length(string[] lines, int at) => 1 + lines.Skip(at + 1).TakeWhile(line => line.StartsWith("       ", StringComparison.Ordinal) || line.Length == 0).Count();

    private static string[]? Swapped(string[] lines, int at)
    {
        var first = Length(lines, at);
        if (at + first >= lines.Length || !lines[at + first].StartsWith("      - name: 'Stage", StringComparison.Ordinal)) return null;
        var second = Length(lines, at + first);
        return [.. lines.Take(at), .. lines.Skip(at + first).Take(second), .. lines.Skip(at).Take(first), .. lines.Skip(at + first + second)];
    }

    [GeneratedRegex("^        if: ", RegexOptions.NonBacktracking)]
    private static partial Regex Condition();

    [Test]
    public void Catches_what_a_faulty_writer_would_do()
    {
        var found = new List<string>();
        var (allPlanted, allCaught) = (0, 0);
        var random = new Random(7);
        foreach (var (name, plant) in Faults)
        {
            var (planted, caught) = (0, 0);
            foreach (var (seed, source, workflow, _) in Made.Value)
            {
                if (planted >= 40) break;
                var candidates = plant(workflow.Split('\n')).ToList();
                if (candidates.Count == 0) continue;
                var faulty = string.Join('\n', candidates[random.Next(candidates.Count)]);
                var script = GroovyParser.Parse(source);
                planted++;
                if (Enumerable.Range(0, 40).Select(run => ScenarioOf((seed * 100) + run, worst: 50)).Any(scenario => Show(PipelineModel.Run(script, scenario)) != Ran(() => WorkflowModel.Run(faulty, scenario)))) caught++;
            }

            (allPlanted, allCaught) = (allPlanted + planted, allCaught + caught);
            found.Add(FormattableString.Invariant($"{name}: {caught} of {planted}"));
            Assert.That(planted, Is.GreaterThan(20), name);
            // Some faults change nothing: a command no run gets to, a condition that always holds. Most must show.
            Assert.That(caught, Is.GreaterThan(planted * 0.35), name);
        }

        TestContext.Out.WriteLine(string.Join('\n', found));
        Assert.That((double)allCaught / allPlanted, Is.GreaterThan(0.65));
    }
}
