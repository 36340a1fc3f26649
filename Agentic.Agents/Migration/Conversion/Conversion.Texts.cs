using System.Collections.Immutable;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value TextValue(Text text, Scope scope, Surroundings around)
    {
        if (text.Constant is { } constant) return new Known(constant);
        var pieces = new List<Piece>();
        foreach (var part in text.Parts)
            if (part.Expression is null) pieces.Add(Piece.Text(part.Value!));
            else pieces.AddRange(GivenPieces(Evaluate(part.Expression, scope, around), part.Expression));
        return Joined(pieces);
    }

    private static Value Joined(IReadOnlyList<Piece> pieces)
    {
        if (pieces.Sum(piece => (long)(piece.Literal?.Length ?? piece.Whole?.Pieces.Sum(part => part.Literal?.Length ?? 1) ?? 1)) > LongestText) return new Opaque(default, "text");
        var merged = Merged(pieces);
        Value value = merged.All(piece => piece.Literal is not null) ? new Known(string.Concat(merged.Select(piece => piece.Literal))) : new Composed([.. merged]);
        return pieces.Any(piece => piece.From is not null) ? value with { Made = [.. pieces] } : value;
    }

    private static List<Piece> Merged(IReadOnlyList<Piece> pieces)
    {
        var merged = new List<Piece>(pieces.Count);
        foreach (var piece in pieces.SelectMany(piece => piece.Whole is { } whole ? whole.Pieces : (IEnumerable<Piece>)[piece]))
        {
            if (piece.Literal is { Length: 0 }) continue;
            if (piece.Literal is not null && merged.Count > 0 && merged[^1].Literal is { } before) merged[^1] = Piece.Text(before + piece.Literal);
            else merged.Add(piece.From is null ? piece : piece with { From = null });
        }

        return merged;
    }

    /// <summary>The pieces of a value as text; what is unknown becomes a hole that stops the step which needs it.</summary>
    private ImmutableArray<Piece> PiecesOf(Value value, Node origin)
    {
        switch (value)
        {
            case Known known: return [Piece.Text(known.Text)];
            case Composed composed: return composed.Pieces;
            case DockerImage image: return PiecesOf(image.Name, origin);
            case Listed list when list.Items.All(item => item is Known): return [Piece.Text("[" + string.Join(", ", list.Items.Cast<Known>().Select(item => item.Text)) + "]")];
            case Mapped map when map.Entries.Values.All(item => item is Known): return [Piece.Text("[" + string.Join(", ", map.Entries.Select(item => item.Key + ":" + ((Known)item.Value).Text)) + "]")];
        }

        var name = HoleName(value, origin);
        Mark(origin.Span, Fate.Manual, $"the value of {Quote(origin.Span, 60)} is not known to the workflow: set {name} in the environment, or rewrite the place that uses it");
        return [Piece.Hole(name, _source.LineOf(Math.Min(origin.Span.Start, Math.Max(0, _source.Text.Length - 1))))];
    }

    private string HoleName(Value value, Node origin)
    {
        var text = origin switch
        {
            Name name => name.Identifier,
            Member member => _source.Slice(member.Span),
            Call { Callee: Name callee } => callee.Identifier,
            Call { Callee: Member callee } => _source.Slice(callee.Span),
            _ => value is Opaque opaque ? opaque.Name : "value",
        };
        var cleaned = EnvName(text.Trim());
        return cleaned.Length > 40 ? cleaned[..40] : ReservedVariables.Contains(cleaned) ? cleaned + "_value" : cleaned;
    }

    private static string Display(Value value) => value switch
    {
        Known known => known.Text,
        Composed composed => string.Concat(composed.Pieces.Select(piece => piece.Literal ?? piece.Variable)),
        _ => "value",
    };

    /// <summary>Text for a place where GitHub evaluates expressions: <c>with</c>, <c>env</c>, names.</summary>
    private string Expression(Value value, Node origin, Surroundings around) => string.Concat(PiecesOf(value, origin).Select(piece =>
    {
        if (piece.MissingLine > 0) _holes.TryAdd(piece.Variable!, piece.MissingLine);
        return piece.Literal ?? around.Env.LastOrDefault(pair => pair.Key == piece.Variable).Value ?? "${{ env." + piece.Variable + " }}";
    }));

    /// <summary>Variables that stand for what is not known, by the line that needs them.</summary>
    private readonly Dictionary<string, int> _holes = new(StringComparer.Ordinal);
    private readonly HashSet<(WorkflowJob, string)> _asked = [];

    /// <summary>An expression of GitHub takes a missing variable for empty; a step before it asks, as a shell would.</summary>
    private void AskForHoles(WorkflowStep step, WorkflowJob job, Surroundings around, Node node)
    {
        if (_holes.Count == 0) return;
        var texts = step.With.Values.Concat(step.Env.Values).Concat(around.Env.Select(pair => pair.Value)).Append(around.Directory ?? "").Where(text => text.Contains("${{ env.", StringComparison.Ordinal)).ToList();
        if (texts.Count == 0) return;
        var missing = _holes.Where(hole => texts.Any(text => text.Contains("${{ env." + hole.Key + " }}", StringComparison.Ordinal)) && _asked.Add((job, hole.Key))).ToList();
        if (missing.Count == 0) return;
        Emit(new WorkflowStep { Name = "Values the next steps need", Run = string.Join('\n', missing.Select(hole => Invariant($": \"${{{hole.Key}:?the value of line {hole.Value} was not converted}}\""))), Shell = _allocation?.Windows == true ? "bash" : null }, around with { Env = [], Directory = null, Retries = 1, Image = null }, node);
    }

    /// <summary>Text for a place outside steps, where the environment cannot be asked.</summary>
    private string? JobExpression(Value value)
    {
        switch (value)
        {
            case Known known: return known.Text;
            case Composed composed:
                var parts = new List<string>();
                foreach (var piece in composed.Pieces)
                {
                    if (piece.Literal is not null) parts.Add(piece.Literal);
                    else if (JobLevel(piece.Variable!) is { } expression) parts.Add(expression);
                    else return null;
                }

                return string.Concat(parts);
            default: return null;
        }
    }

    private string? JobLevel(string variable)
    {
        if (_environment.TryGetValue(variable, out var known)) return known;
        return _catalogue.BuiltIns.TryGetValue(variable, out var expression) && !expression.Contains("runner.", StringComparison.Ordinal) ? "${{ " + expression + " }}" : null;
    }
}
