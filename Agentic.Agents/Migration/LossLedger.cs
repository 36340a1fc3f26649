using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration;

/// <summary>What became of a piece of the source, from the mildest to the one a person must see.</summary>
internal enum Fate
{
    Dropped,
    Converted,
    Approximated,
    Manual,
}

/// <summary>One account: the characters, what became of them, and how, why or what to do.</summary>
internal sealed record LedgerEntry(Span Span, Fate Fate, string Note);

/// <summary>
/// Accounts for every character of the source. Narrow entries win over wide ones; what nothing claims ends as manual,
/// so a construct the converter forgot can never be lost in silence.
/// </summary>
internal sealed class LossLedger(SourceText source)
{
    private readonly Dictionary<Span, LedgerEntry> _entries = [];

    public void Mark(Span span, Fate fate, string note)
    {
        if (span.Length <= 0) return;
        // Inlined code is seen several times: the outcome that needs a person most is the one to report.
        if (_entries.TryGetValue(span, out var known) && known.Fate > fate) return;
        if (known is not null && known.Fate == fate && known.Note.Length > 0) return;
        _entries[span] = new LedgerEntry(span, fate, note);
    }

    /// <summary>The account of the narrowest stretch around these characters.</summary>
    public Fate? Around(Span span)
    {
        LedgerEntry? best = null;
        foreach (var entry in _entries.Values)
            if (entry.Span.Contains(span) && (best is null || entry.Span.Length < best.Span.Length || (entry.Span.Length == best.Span.Length && entry.Fate > best.Fate))) best = entry;
        return best?.Fate;
    }

    public bool Holds(Fate fate) => _entries.Values.Any(entry => entry.Fate == fate);

    public IEnumerable<string> Notes(Fate fate) => _entries.Values.Where(entry => entry.Fate == fate).OrderBy(entry => entry.Span.Start).Select(entry => entry.Note).Distinct(StringComparer.Ordinal);

    public bool Knows(Span span) => _entries.ContainsKey(span);

    /// <summary>The accounts that own at least one character, in source order, with one for every unclaimed stretch.</summary>
    public IReadOnlyList<LedgerEntry> Close(IReadOnlyList<Span> comments)
    {
        var text = source.Text;
        var entries = _entries.Values.Concat(comments.Select(comment => new LedgerEntry(comment, Fate.Dropped, "a comment; it has no effect")))
            .OrderByDescending(entry => entry.Span.Length).ThenBy(entry => entry.Fate).ThenBy(entry => entry.Span.Start).ToArray();
        var owner = new int[text.Length];
        for (var index = 0; index < entries.Length; index++)
            Array.Fill(owner, index + 1, entries[index].Span.Start, entries[index].Span.Length);
        var owns = new bool[entries.Length];
        var result = new List<LedgerEntry>();
        for (var i = 0; i < text.Length;)
        {
            if (owner[i] > 0)
            {
                owns[owner[i] - 1] = true;
                i++;
                continue;
            }

            if (!Significant(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && owner[i] == 0 && text[i] != '\n') i++;
            var end = i;
            while (end > start && !Significant(text[end - 1])) end--;
            result.Add(new LedgerEntry(new Span(start, end), Fate.Manual, "not recognised by the conversion; translate it by hand"));
        }

        for (var index = 0; index < entries.Length; index++)
            if (owns[index]) result.Add(entries[index]);
        result.Sort((a, b) => a.Span.Start != b.Span.Start ? a.Span.Start.CompareTo(b.Span.Start) : b.Span.Length.CompareTo(a.Span.Length));
        return result;
    }

    /// <summary>Brackets, separators and spaces carry no meaning of their own.</summary>
    public static bool Significant(char c) => !char.IsWhiteSpace(c) && c is not ('{' or '}' or '(' or ')' or '[' or ']' or ',' or ';' or '\uFEFF' or '\u200B');
}
