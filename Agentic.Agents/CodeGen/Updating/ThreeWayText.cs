using System.Text;

namespace Agentic.Agents.CodeGen.Updating;

/// <param name="Conflicts">Places where both sides changed the same lines, each between markers in the text.</param>
internal sealed record MergedText(string Text, int Conflicts);

/// <summary>
/// Merges two changes of one text by lines. What one side changed is taken; where both changed the same lines differently, both stand
/// between markers. Changes of neighbouring lines do not collide.
/// </summary>
internal static class ThreeWayText
{
    public const string OursMark = "<<<<<<<";
    private const string Between = "=======";
    private const string TheirsMark = ">>>>>>>";

    public static MergedText Merge(string original, string ours, string theirs, string ourName, string theirName)
    {
        if (ours == theirs || theirs == original)
            return new MergedText(ours, 0);
        if (ours == original)
            return new MergedText(theirs, 0);

        var sides = new Sides(LineDiff.Lines(original), LineDiff.Lines(ours), LineDiff.Lines(theirs));
        var output = new Output(ourName, theirName, original.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n");
        while (sides.Next() is { } place)
        {
            output.Add(place.Before);
            if (place.Theirs is null)
                output.Add(place.Ours!);
            else if (place.Ours is null)
                output.Add(place.Theirs);
            else
                output.Collide(place.Ours, place.Theirs);
        }

        output.Add(sides.Rest);
        return output.Merged;
    }

    /// <summary>Both texts where nothing is known of what they came from: every difference stands between markers, so that neither is lost.</summary>
    public static MergedText Join(string ours, string theirs, string ourName, string theirName)
    {
        var (ourLines, theirLines) = (LineDiff.Lines(ours), LineDiff.Lines(theirs));
        var output = new Output(ourName, theirName, ours.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n");
        var at = 0;
        foreach (var hunk in LineDiff.Between(ourLines, theirLines))
        {
            output.Add(Range(ourLines, at, hunk.Start));
            output.Collide(Range(ourLines, hunk.Start, hunk.End), Range(theirLines, hunk.NewStart, hunk.NewEnd));
            at = hunk.End;
        }

        output.Add(Range(ourLines, at, ourLines.Count));
        return output.Merged;
    }

    private static IReadOnlyList<string> Range(IReadOnlyList<string> lines, int start, int end) => [.. lines.Skip(start).Take(end - start)];

    /// <param name="Before">Unchanged lines before the place.</param>
    /// <param name="Ours">What stands here on our side; null where only the other changed it.</param>
    private sealed record Place(IReadOnlyList<string> Before, IReadOnlyList<string>? Ours, IReadOnlyList<string>? Theirs);

    /// <summary>Walks through the original and gathers what belongs together.</summary>
    private sealed class Sides(IReadOnlyList<string> original, IReadOnlyList<string> ours, IReadOnlyList<string> theirs)
    {
        private readonly IReadOnlyList<Hunk> _ours = LineDiff.Between(original, ours);
        private readonly IReadOnlyList<Hunk> _theirs = LineDiff.Between(original, theirs);
        private int _our;
        private int _their;
        private int _at;

        public IReadOnlyList<string> Rest => Range(original, _at, original.Count);

        public Place? Next()
        {
            var (our, their) = (Peek(_ours, _our), Peek(_theirs, _their));
            if (our is null && their is null)
                return null;
            if (their is null || (our is not null && IsFirst(our.Value, their.Value)))
                return Alone(our!.Value, ours, isOurs: true);
            if (our is null || IsFirst(their.Value, our.Value))
                return Alone(their.Value, theirs, isOurs: false);
            return Together();
        }

        private static Hunk? Peek(IReadOnlyList<Hunk> hunks, int index) => index < hunks.Count ? hunks[index] : null;

        // Wholly before the other; an insertion where the other begins to replace goes first, two insertions at one place collide.
        private static bool IsFirst(Hunk hunk, Hunk other) =>
            hunk.End < other.Start || (hunk.End == other.Start && (hunk.Start < hunk.End || other.Start < other.End));

        private Place Alone(Hunk hunk, IReadOnlyList<string> side, bool isOurs)
        {
            var before = Range(original, _at, hunk.Start);
            _at = hunk.End;
            if (isOurs)
                _our++;
            else
                _their++;
            var lines = Range(side, hunk.NewStart, hunk.NewEnd);
            return isOurs ? new Place(before, lines, null) : new Place(before, null, lines);
        }

        private Place Together()
        {
            var start = Math.Min(_ours[_our].Start, _theirs[_their].Start);
            var end = Math.Max(_ours[_our].End, _theirs[_their].End);
            var (ourFrom, theirFrom) = (_our++, _their++);
            while (true)
            {
                if (Peek(_ours, _our) is { } our && Reaches(our, end))
                    (end, _our) = (Math.Max(end, our.End), _our + 1);
                else if (Peek(_theirs, _their) is { } their && Reaches(their, end))
                    (end, _their) = (Math.Max(end, their.End), _their + 1);
                else
                    break;
            }

            var place = new Place(Range(original, _at, start), Text(_ours, ourFrom, _our, ours, start, end), Text(_theirs, theirFrom, _their, theirs, start, end));
            _at = end;
            return place;
        }

        private static bool Reaches(Hunk next, int end) => next.Start < end;

        // What one side has in place of the original's lines [start, end).
        private List<string> Text(IReadOnlyList<Hunk> hunks, int from, int to, IReadOnlyList<string> side, int start, int end)
        {
            var lines = new List<string>();
            for (var index = from; index < to; index++)
            {
                lines.AddRange(Range(original, start, hunks[index].Start));
                lines.AddRange(Range(side, hunks[index].NewStart, hunks[index].NewEnd));
                start = hunks[index].End;
            }

            lines.AddRange(Range(original, start, end));
            return lines;
        }
    }

    private sealed class Output(string ourName, string theirName, string newLine)
    {
        private readonly StringBuilder _text = new();
        private int _conflicts;

        public MergedText Merged => new(_text.ToString(), _conflicts);

        public void Add(IReadOnlyList<string> lines)
        {
            foreach (var line in lines)
            {
                // A last line without an end that is no longer the last one.
                EndLine();
                _text.Append(line);
            }
        }

        /// <summary>What both sides agree on at the edges of the place is taken; only the rest stands between markers.</summary>
        public void Collide(IReadOnlyList<string> ours, IReadOnlyList<string> theirs)
        {
            var shorter = Math.Min(ours.Count, theirs.Count);
            var (head, tail) = (0, 0);
            while (head < shorter && ours[head] == theirs[head])
                head++;
            while (tail < shorter - head && ours[^(tail + 1)] == theirs[^(tail + 1)])
                tail++;
            Add(Range(ours, 0, head));
            var (mine, others) = (Range(ours, head, ours.Count - tail), Range(theirs, head, theirs.Count - tail));
            if (mine.Count > 0 || others.Count > 0)
            {
                _conflicts++;
                Mark($"{OursMark} {ourName}");
                Add(mine);
                Mark(Between);
                Add(others);
                Mark($"{TheirsMark} {theirName}");
            }

            Add(Range(ours, ours.Count - tail, ours.Count));
        }

        private void Mark(string line)
        {
            EndLine();
            _text.Append(line).Append(newLine);
        }

        private void EndLine()
        {
            if (_text.Length > 0 && _text[^1] != '\n')
                _text.Append(newLine);
        }
    }
}
