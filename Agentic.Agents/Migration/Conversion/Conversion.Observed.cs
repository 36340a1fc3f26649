using System.Text;
using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    /// <summary>
    /// Nothing counts as converted that cannot be seen: what the source writes out and the finished workflow does not
    /// show is told, whatever the code above believed it had done with it.
    /// </summary>
    private WrittenYaml Observe()
    {
        var workflow = WorkflowWriter.Write(_workflow, _catalogue.Pins);
        var written = Visible(workflow.Text);
        var names = string.Join('\n', _workflow.Jobs.SelectMany(job => job.Steps.Select(step => step.Name).Prepend(job.Name)).OfType<string>().Select(Letters));
        foreach (var node in SyntaxWalk.All(_script.Statements).Where(node => node is Call or MapLiteral or Assign).Take(MostStatements))
            switch (node)
            {
                case Call { StepName: "stage" } stage when stage.Positional.FirstOrDefault() is Text name:
                    if (!Seen(name, names)) Unseen(name, stage.Head, "the stage's name does not show in the workflow; nothing of it was left to run, or its steps stand under another name");
                    break;
                case Call { StepName: "parallel" } parallel:
                    foreach (var branch in parallel.Arguments.Where(argument => argument.Value is Closure && argument.Name is not null && !names.Contains(Letters(argument.Name), StringComparison.Ordinal)))
                        Unseen(branch.Value, new Span(branch.Value.Span.Start, branch.Value.Span.Start + 1), $"the branch {branch.Name} has no job of its own: nothing in it was left to run");
                    break;
                case Call call:
                    foreach (var text in call.Arguments.SelectMany(argument => Texts(argument.Value)))
                        if (!Seen(text, written)) Unseen(text, text.Span, "this text does not stand in the workflow as it is written here");
                    break;
                case MapLiteral map:
                    foreach (var entry in map.Entries.Where(entry => entry is { Name.Length: > 1, Value: Closure } && !names.Contains(Letters(entry.Name!), StringComparison.Ordinal)))
                        Unseen(entry.Value, new Span(entry.Span.Start, Math.Min(entry.Value.Span.Start, entry.Span.End)), $"no job is called {entry.Name}");
                    break;
                case Assign { Target: Name or Member { Target: Name { Identifier: "env" } }, Value: Text value } assign:
                    if (!Seen(value, written)) Unseen(value, assign.Span, "its value does not stand in the workflow as it is written here");
                    break;
            }

        return workflow;
    }

    private void Unseen(Node node, Span span, string note)
    {
        // Asked last, since every answer looks through the whole ledger.
        if (_ledger.Around(node.Span) is null or Fate.Converted || _ledger.Around(span) is null or Fate.Converted) Mark(span, Fate.Approximated, note);
    }

    /// <summary>Texts that a step was given, also inside lists and maps, but not those of a block, whose steps are asked themselves.</summary>
    private static IEnumerable<Text> Texts(Expr expression) => expression switch
    {
        Text text => [text],
        ListLiteral list => list.Items.SelectMany(Texts),
        MapLiteral map => map.Entries.SelectMany(entry => Texts(entry.Value)),
        _ => [],
    };

    private static bool Seen(Text text, string written)
    {
        foreach (var part in text.Parts)
        {
            if (part.Value is not { } literal) continue;
            foreach (var line in literal.Split('\n'))
            {
                var trimmed = line.Trim();
                if (trimmed.StartsWith('#') || trimmed.StartsWith("REM ", StringComparison.OrdinalIgnoreCase)) continue;
                if (trimmed.AsSpan().IndexOfAny('$', '%') < 0)
                {
                    if (Letters(trimmed) is { Length: > 2 } all && !written.Contains(all, StringComparison.Ordinal)) return false;
                    continue;
                }

                foreach (var piece in Interpolation().Split(trimmed))
                    if (Letters(piece) is { Length: > 2 } letters && !written.Contains(letters, StringComparison.Ordinal)) return false;
            }
        }

        return true;
    }

    /// <summary>What the workflow does: comments, and the steps that only say what was not converted, show nothing.</summary>
    private static string Visible(string workflow)
    {
        var text = new StringBuilder(workflow.Length);
        foreach (var range in workflow.AsSpan().Split('\n'))
        {
            var line = workflow.AsSpan(range);
            if (!line.TrimStart().StartsWith('#') && !line.Contains("was not converted; see the migration report", StringComparison.Ordinal)) AddLetters(text, line);
        }

        return text.ToString();
    }

    private static string Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        AddLetters(letters, text);
        return letters.ToString();
    }

    private static void AddLetters(StringBuilder letters, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) letters.Append(c);
            else if (char.IsLetterOrDigit(c)) letters.Append(char.ToLowerInvariant(c));
    }

    [GeneratedRegex(@"\$\{[^{}]*\}|\$\w+|%\w+%", RegexOptions.NonBacktracking)]
    private static partial Regex Interpolation();
}
