using Agentic.Agents.CodeGen.Updating;

namespace Agentic.Tests.CodeGen;

internal sealed class ThreeWayTextTests
{
    [TestCase("a\nb\nc\n", "a\nB\nc\n", "a\nb\nC\n", "a\nB\nC\n")]
    [TestCase("a\nb\nc\n", "a\nb\nc\nd\n", "z\na\nb\nc\n", "z\na\nb\nc\nd\n")]
    [TestCase("a\nb\nc\n", "a\nc\n", "a\nb\nC\n", "a\nC\n")]
    [TestCase("a\nb\nc\n", "a\nb\nx\nc\n", "a\nB\nc\n", "a\nB\nx\nc\n")]
    [TestCase("a\nb\n", "a\nb", "A\nb\n", "A\nb")]
    [TestCase("a\nb\n", "", "", "")]
    [TestCase("", "a\n", "a\n", "a\n")]
    [TestCase("a\r\nb\r\n", "a\r\nB\r\n", "A\r\nb\r\n", "A\r\nB\r\n")]
    public void Takes_what_only_one_side_changed(string original, string ours, string theirs, string merged) =>
        Assert.That(Merge(original, ours, theirs), Is.EqualTo(new MergedText(merged, 0)));

    [TestCase("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", "a\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\nc\n")]
    [TestCase("a\nb\n", "a\nb\nX\n", "a\nb\nY\n", "a\nb\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\n")]
    [TestCase("a\nb\nc\n", "a\nc\n", "a\nY\nc\n", "a\n<<<<<<< ours\n=======\nY\n>>>>>>> theirs\nc\n")]
    [TestCase("a\nb\nc\n", "a\nX", "a\nY", "a\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\n")]
    [TestCase("a\nb\n", "a\nsame\nX\nend\n", "a\nsame\nY\nend\n", "a\nsame\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\nend\n")]
    public void Shows_both_where_both_changed_the_same_lines(string original, string ours, string theirs, string merged) =>
        Assert.That(Merge(original, ours, theirs), Is.EqualTo(new MergedText(merged, 1)));

    [Test]
    public void Shows_every_difference_where_the_original_is_not_known()
    {
        var joined = ThreeWayText.Join("a\nx\nb\nc\n", "a\nb\nC\n", "ours", "theirs");

        Assert.That(joined, Is.EqualTo(new MergedText("a\n<<<<<<< ours\nx\n=======\n>>>>>>> theirs\nb\n<<<<<<< ours\nc\n=======\nC\n>>>>>>> theirs\n", 2)));
    }

    [Test]
    public void Holds_what_a_merge_must_hold_for_any_three_texts()
    {
        var random = new Random(20_241_105);
        for (var round = 0; round < 4_000; round++)
        {
            var original = Text(random, random.Next(0, 14));
            var (ours, theirs) = (Edited(original, random), Edited(original, random));
            var merged = Merge(original, ours, theirs);

            Assert.That(Merge(original, ours, original), Is.EqualTo(new MergedText(ours, 0)));
            Assert.That(Merge(original, original, theirs), Is.EqualTo(new MergedText(theirs, 0)));
            Assert.That(Merge(original, ours, ours), Is.EqualTo(new MergedText(ours, 0)));
            Assert.That(Merge(original, theirs, ours).Conflicts, Is.EqualTo(merged.Conflicts), "conflicts do not depend on who is who");
            Assert.That(Lines(merged.Text), Is.SupersetOf(New(original, ours)), "an edit of ours was lost");
            Assert.That(Lines(merged.Text), Is.SupersetOf(New(original, theirs)), "an edit of theirs was lost");
            Assert.That(merged.Text.Contains("<<<<<<<", StringComparison.Ordinal), Is.EqualTo(merged.Conflicts > 0));
        }
    }

    [Test]
    public void Finds_the_shortest_edit_and_one_that_leads_from_the_old_to_the_new()
    {
        var random = new Random(7);
        for (var round = 0; round < 3_000; round++)
        {
            var (old, @new) = (LineDiff.Lines(Text(random, random.Next(0, 20), 4)), LineDiff.Lines(Text(random, random.Next(0, 20), 4)));
            var hunks = LineDiff.Between(old, @new);

            Assert.That(Applied(old, @new, hunks), Is.EqualTo(@new));
            Assert.That(hunks.Sum(hunk => hunk.End - hunk.Start + hunk.NewEnd - hunk.NewStart), Is.EqualTo(old.Count + @new.Count - (2 * Common(old, @new))));
        }
    }

    [Test]
    public void Leads_from_the_old_to_the_new_where_nearly_everything_differs()
    {
        var random = new Random(11);
        var old = Enumerable.Range(0, 6_000).Select(index => $"old {index}\n").ToList();
        var @new = Enumerable.Range(0, 6_000).Select(index => index % 50 == 0 ? $"old {index}\n" : random.Next(4) == 0 ? "}\n" : $"new {index}\n").ToList();

        var hunks = LineDiff.Between(old, @new);

        Assert.That(Applied(old, @new, hunks), Is.EqualTo(@new));
        Assert.That(hunks, Has.Count.EqualTo(120), "the lines in common divide the rest");
    }

    private static MergedText Merge(string original, string ours, string theirs) => ThreeWayText.Merge(original, ours, theirs, "ours", "theirs");

    private static string Text(Random random, int lines, int words = 30) => string.Concat(Enumerable.Range(0, lines).Select(_ => $"w{random.Next(words)}\n"));

    private static string Edited(string text, Random random)
    {
        var lines = LineDiff.Lines(text).ToList();
        for (var edit = random.Next(0, 4); edit > 0; edit--)
        {
            var at = random.Next(lines.Count + 1);
            var line = $"edit {random.Next(6)}\n";
            if (random.Next(3) == 0 || at == lines.Count)
                lines.Insert(at, line);
            else if (random.Next(2) == 0)
                lines[at] = line;
            else
                lines.RemoveAt(at);
        }

        return string.Concat(lines);
    }

    private static IEnumerable<string> Lines(string text) => LineDiff.Lines(text).Select(line => line.TrimEnd('\n'));

    private static IEnumerable<string> New(string original, string edited)
    {
        var (old, @new) = (LineDiff.Lines(original), LineDiff.Lines(edited));
        return LineDiff.Between(old, @new).SelectMany(hunk => Enumerable.Range(hunk.NewStart, hunk.NewEnd - hunk.NewStart)).Select(index => @new[index].TrimEnd('\n')).Distinct();
    }

    private static List<string> Applied(IReadOnlyList<string> old, IReadOnlyList<string> @new, IReadOnlyList<Hunk> hunks)
    {
        var (result, at) = (new List<string>(), 0);
        foreach (var hunk in hunks)
        {
            result.AddRange(old.Skip(at).Take(hunk.Start - at));
            result.AddRange(@new.Skip(hunk.NewStart).Take(hunk.NewEnd - hunk.NewStart));
            at = hunk.End;
        }

        result.AddRange(old.Skip(at));
        return result;
    }

    private static int Common(IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        var table = new int[old.Count + 1, @new.Count + 1];
        for (var i = old.Count - 1; i >= 0; i--)
        {
            for (var j = @new.Count - 1; j >= 0; j--)
                table[i, j] = old[i] == @new[j] ? table[i + 1, j + 1] + 1 : Math.Max(table[i + 1, j], table[i, j + 1]);
        }

        return table[0, 0];
    }
}
