using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    /// <summary>What a statement that is being converted can see, and the variables made on its behalf.</summary>
    private readonly Stack<(Scope Scope, HashSet<string> Made)> _frames = new();

    private string? _nameHint;
    private bool _hintOfEnvironment;

    /// <summary>The function whose body is being converted; it names what has no better name.</summary>
    private string? _function;

    /// <summary>
    /// An environment variable for a value that is worked out during the run. Another one takes its name only when
    /// nothing can ask for the first any more: else the second would silently take its place.
    /// </summary>
    private string FreshVariable(string wanted, Surroundings around)
    {
        var name = EnvName(wanted);
        if (ReservedVariables.Contains(name) || !_hintOfEnvironment && KnownVariable(name)) name += "_value";
        if (!_hintOfEnvironment || _frames.Any(frame => frame.Made.Contains(name)))
        {
            var free = name;
            for (var number = 2; InUse(free, around); number++) free = Invariant($"{name}_{number}");
            name = free;
        }

        _hintOfEnvironment = false;
        if (_frames.TryPeek(out var current)) current.Made.Add(name);
        return name;
    }

    private bool InUse(string name, Surroundings around)
    {
        if (_frames.Any(frame => frame.Made.Contains(name))) return true;
        if (around.Guards.Any(guard => Mentions(guard.Expression, name)) || around.Env.Any(pair => Mentions(pair.Value, name)) || Mentions(around.Directory, name) || Mentions(around.Image, name)) return true;
        var seen = new HashSet<Scope>(ReferenceEqualityComparer.Instance);
        return _frames.Any(frame => Holds(frame.Scope, name, seen)) || Holds(_globals, name, seen);
    }

    private static bool Holds(Scope? scope, string name, HashSet<Scope> seen)
    {
        for (; scope is not null && seen.Add(scope); scope = scope.Parent)
            foreach (var slot in scope.Slots)
                if (slot.Variable == name || Holds(slot.Value, name, seen)) return true;
        return false;
    }

    private static bool Holds(Value value, string name, HashSet<Scope> seen) => value switch
    {
        Composed composed => composed.Pieces.Any(piece => piece.Variable == name),
        Listed list => list.Items.Any(item => Holds(item, name, seen)),
        Mapped map => map.Entries.Values.Any(item => Holds(item, name, seen)),
        Truth truth => Mentions(truth.Guard.Expression, name),
        DockerImage image => Holds(image.Name, name, seen),
        Closed closed => closed.Guards.Any(guard => Mentions(guard.Expression, name)) || Holds(closed.Scope, name, seen),
        _ => false,
    };

    private static bool Mentions(string? text, string name)
    {
        if (text is null) return false;
        var wanted = "env." + name;
        for (var at = text.IndexOf(wanted, StringComparison.Ordinal); at >= 0; at = text.IndexOf(wanted, at + 1, StringComparison.Ordinal))
            if (at + wanted.Length == text.Length || !(char.IsLetterOrDigit(text[at + wanted.Length]) || text[at + wanted.Length] == '_')) return true;
        return false;
    }

    /// <summary>A value that leaves a function lives on in the statement that called it.</summary>
    private void Keep(Value? value)
    {
        if (value is null || !_frames.TryPeek(out var frame)) return;
        switch (value)
        {
            case Composed composed: foreach (var piece in composed.Pieces) if (piece.Variable is { } variable) frame.Made.Add(variable); break;
            case Listed list: foreach (var item in list.Items.Take(200)) Keep(item); break;
            case Mapped map: foreach (var item in map.Entries.Values.Take(200)) Keep(item); break;
            case Truth truth:
                var made = frame.Made.GetAlternateLookup<ReadOnlySpan<char>>();
                foreach (var word in new Identifiers(truth.Guard.Expression)) made.Add(word);
                break;
            case DockerImage image: Keep(image.Name); break;
        }
    }
}
