namespace Agentic.Agents.CodeGen.Updating;

/// <summary>Lines [<paramref name="Start"/>, <paramref name="End"/>) of one text became lines [<paramref name="NewStart"/>, <paramref name="NewEnd"/>) of another.</summary>
internal readonly record struct Hunk(int Start, int End, int NewStart, int NewEnd);

/// <summary>
/// The shortest edit from one list of lines to another (Myers, An O(ND) Difference Algorithm and Its Variations, 1986). Where it would
/// be very long, lines that stand once on either side divide the texts first, so that time and memory stay bounded.
/// </summary>
internal sealed class LineDiff
{
    private const int LongestSearch = 1_000;

    private readonly int[] _old;
    private readonly int[] _new;
    private readonly bool[] _deleted;
    private readonly bool[] _inserted;

    private LineDiff(int[] old, int[] @new)
    {
        (_old, _new) = (old, @new);
        (_deleted, _inserted) = (new bool[old.Length], new bool[@new.Length]);
    }

    /// <summary>The hunks in order; between them the lines are equal.</summary>
    public static IReadOnlyList<Hunk> Between(IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var diff = new LineDiff(Numbered(old, numbers), Numbered(@new, numbers));
        diff.Compare(0, old.Count, 0, @new.Count);
        return diff.Hunks();
    }

    /// <summary>Lines with their ends, so that putting them together gives the text again.</summary>
    public static IReadOnlyList<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    private static int[] Numbered(IReadOnlyList<string> lines, Dictionary<string, int> numbers)
    {
        var found = new int[lines.Count];
        for (var index = 0; index < found.Length; index++)
        {
            if (!numbers.TryGetValue(lines[index], out var number))
                numbers[lines[index]] = number = numbers.Count;
            found[index] = number;
        }

        return found;
    }

    private void Compare(int oldStart, int oldEnd, int newStart, int newEnd)
    {
        for (; oldStart < oldEnd && newStart < newEnd && _old[oldStart] == _new[newStart]; oldStart++)
            newStart++;
        for (; oldStart < oldEnd && newStart < newEnd && _old[oldEnd - 1] == _new[newEnd - 1]; oldEnd--)
            newEnd--;
        if (oldStart == oldEnd || newStart == newEnd)
            Replace(oldStart, oldEnd, newStart, newEnd);
        else if (!Shortest(oldStart, oldEnd, newStart, newEnd))
            ByAnchors(oldStart, oldEnd, newStart, newEnd);
    }

    private void Replace(int oldStart, int oldEnd, int newStart, int newEnd)
    {
        _deleted.AsSpan(oldStart, oldEnd - oldStart).Fill(true);
        _inserted.AsSpan(newStart, newEnd - newStart).Fill(true);
    }

    // Furthest reaching paths for 0, 1, 2 … edits, each kept so that the way can be walked back.
    private bool Shortest(int oldStart, int oldEnd, int newStart, int newEnd)
    {
        var (n, m) = (oldEnd - oldStart, newEnd - newStart);
        var most = Math.Min(n + m, LongestSearch);
        var reach = new int[2 * most + 3];
        var centre = most + 1;
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            trace.Add(reach[(centre - d)..(centre + d + 1)]);
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || (k != d && reach[centre + k - 1] < reach[centre + k + 1]) ? reach[centre + k + 1] : reach[centre + k - 1] + 1;
                for (var y = x - k; x < n && y < m && _old[oldStart + x] == _new[newStart + y]; y++)
                    x++;
                reach[centre + k] = x;
                if (x < n || x - k < m)
                    continue;
                WalkBack(trace, oldStart, newStart, n, m);
                return true;
            }
        }

        return false;
    }

    // Row d of the trace holds what was reached with d - 1 edits, for the diagonals -d to d.
    private void WalkBack(List<int[]> trace, int oldStart, int newStart, int x, int y)
    {
        for (var d = trace.Count - 1; d > 0; d--)
        {
            var (reach, k) = (trace[d], x - y);
            var isInsertion = k == -d || (k != d && reach[d + k - 1] < reach[d + k + 1]);
            var before = isInsertion ? k + 1 : k - 1;
            x = reach[d + before];
            y = x - before;
            if (isInsertion)
                _inserted[newStart + y] = true;
            else
                _deleted[oldStart + x] = true;
        }
    }

    // Lines that stand once on either side and in the same order divide the region; without one it counts as replaced.
    private void ByAnchors(int oldStart, int oldEnd, int newStart, int newEnd)
    {
        var (oldAt, newAt) = (Once(_old, oldStart, oldEnd), Once(_new, newStart, newEnd));
        var common = oldAt.Where(line => line.Value >= 0 && newAt.GetValueOrDefault(line.Key, -1) >= 0).Select(line => (Old: line.Value, New: newAt[line.Key])).Order().ToList();
        var anchors = Rising(common);
        if (anchors.Count == 0)
        {
            Replace(oldStart, oldEnd, newStart, newEnd);
            return;
        }

        foreach (var (old, @new) in anchors)
        {
            Compare(oldStart, old, newStart, @new);
            (oldStart, newStart) = (old + 1, @new + 1);
        }

        Compare(oldStart, oldEnd, newStart, newEnd);
    }

    private static Dictionary<int, int> Once(int[] lines, int start, int end)
    {
        var found = new Dictionary<int, int>();
        for (var index = start; index < end; index++)
            found[lines[index]] = found.ContainsKey(lines[index]) ? -1 : index;
        return found;
    }

    // The longest subsequence that rises on the new side too.
    private static List<(int Old, int New)> Rising(List<(int Old, int New)> pairs)
    {
        var (tails, before) = (new List<int>(), new int[pairs.Count]);
        for (var index = 0; index < pairs.Count; index++)
        {
            var (low, high) = (0, tails.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = pairs[tails[middle]].New < pairs[index].New ? (middle + 1, high) : (low, middle);
            }

            before[index] = low == 0 ? -1 : tails[low - 1];
            if (low == tails.Count)
                tails.Add(index);
            else
                tails[low] = index;
        }

        var rising = new List<(int, int)>();
        for (var at = tails.Count == 0 ? -1 : tails[^1]; at >= 0; at = before[at])
            rising.Add(pairs[at]);
        rising.Reverse();
        return rising;
    }

    private List<Hunk> Hunks()
    {
        var hunks = new List<Hunk>();
        for (int old = 0, @new = 0; old < _old.Length || @new < _new.Length;)
        {
            var (start, newStart) = (old, @new);
            while (old < _old.Length && _deleted[old])
                old++;
            while (@new < _new.Length && _inserted[@new])
                @new++;
            if (old > start || @new > newStart)
                hunks.Add(new Hunk(start, old, newStart, @new));
            else
                (old, @new) = (old + 1, @new + 1);
        }

        return hunks;
    }
}
