using System.Text;
using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Updating;

namespace Agentic.Tests.CodeGen;

/// <summary>
/// Fifty edits of a generated repository against a new version of its templates. What must come out is worked out line by line from the
/// edits themselves, not by a merge.
/// </summary>
internal sealed class SeededEditsTests
{
    private const int Edits = 50;

    [TestCase("python", 1)]
    [TestCase("nodejs", 2)]
    [TestCase("go", 3)]
    [TestCase("python", 4)]
    [TestCase("nodejs", 5)]
    [TestCase("go", 6)]
    public void Fifty_edits_survive_with_conflicts_only_where_both_changed_the_same_lines(string language, int seed)
    {
        var random = new Random(seed);
        var original = Service.Generated(Service.In(language, "postgresql"));
        var files = original.Files.Where(file => file.Path != Provenance.Path).ToList();
        var deleted = files.Where(_ => random.Next(12) == 0).Take(3).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var left = files.Where(file => !deleted.Contains(file.Path)).ToList();
        var (ours, theirs) = (new Dictionary<string, List<LineEdit>>(), new Dictionary<string, List<LineEdit>>());
        for (var edit = deleted.Count; edit < Edits; edit++)
            Add(ours, left[random.Next(left.Count)], $"ours {edit}", random);
        // Half of the new version's changes are where an edit is, so that both kinds of meeting happen.
        foreach (var (path, edits) in ours)
        {
            foreach (var edit in edits.Where(_ => random.Next(2) == 0))
            {
                theirs.TryAdd(path, []);
                theirs[path].Add(edit with { Kind = (EditKind)random.Next(3), Token = $"# theirs at {edit.Token}" });
            }
        }

        for (var change = 0; change < 40; change++)
            Add(theirs, files[random.Next(files.Count)], $"theirs {change}", random);

        var repository = new RepositorySnapshot("main", "1", [.. left.Select(file => new RepositoryFile(file.Path, Apply(file, ours)))]);
        var updated = new GeneratedFiles(files.Select(file => new GeneratedFile(file.Path, Apply(file, theirs))).Append(new GeneratedFile(Provenance.Path, "{}"u8.ToArray())));
        var plan = ServiceUpdate.Plan(original.Files.ToDictionary(file => file.Path, byte[]? (file) => file.Content), repository, updated);

        var changes = plan.Changes.ToDictionary(change => change.Path, change => change.Content);
        var collisions = 0;
        foreach (var file in left)
        {
            var (expected, conflicts) = Expected(file, ours.GetValueOrDefault(file.Path, []), theirs.GetValueOrDefault(file.Path, []));
            collisions += conflicts;
            var text = Encoding.UTF8.GetString(changes.GetValueOrDefault(file.Path) ?? repository.Find(file.Path)!.Content);
            Assert.That(text, Is.EqualTo(expected), file.Path);
            Assert.That(plan.Files.SingleOrDefault(update => update.Path == file.Path)?.Conflicts ?? 0, Is.EqualTo(conflicts), file.Path);
        }

        Assert.That(changes.Keys.Intersect(deleted), Is.Empty, "a deleted file came back");
        Assert.That(plan.Conflicts, Is.EqualTo(collisions));
        TestContext.Out.WriteLine($"{language}: {Edits} edits, {collisions} place(s) changed by both");
    }

    private static void Add(Dictionary<string, List<LineEdit>> edits, GeneratedFile file, string token, Random random)
    {
        var lines = LineDiff.Lines(file.Text);
        // A line that stands once says without doubt which one was meant, and edits of one side that touch would be one edit.
        var once = lines.CountBy(line => line).Where(pair => pair.Value == 1).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        var own = edits.GetValueOrDefault(file.Path, []);
        var unique = Enumerable.Range(0, lines.Count).Where(index => once.Contains(lines[index]) && lines[index][^1] == '\n' && !own.Exists(edit => Math.Abs(edit.Line - index) < 2)).ToList();
        if (unique.Count == 0)
            return;
        var kind = (EditKind)random.Next(3);
        edits.TryAdd(file.Path, []);
        edits[file.Path].Add(new LineEdit(unique[random.Next(unique.Count)], kind, $"# {token}\n"));
    }

    private static byte[] Apply(GeneratedFile file, Dictionary<string, List<LineEdit>> edits)
    {
        var (lines, own) = (LineDiff.Lines(file.Text), edits.GetValueOrDefault(file.Path, []));
        return Encoding.UTF8.GetBytes(string.Concat(lines.Select((line, index) => own.Find(edit => edit.Line == index)?.Of(line) ?? line)));
    }

    private static (string Text, int Conflicts) Expected(GeneratedFile file, List<LineEdit> ours, List<LineEdit> theirs)
    {
        var lines = LineDiff.Lines(file.Text);
        var (text, conflicts) = (new StringBuilder(), 0);
        for (var index = 0; index < lines.Count; index++)
        {
            var (mine, other) = (ours.Find(edit => edit.Line == index), theirs.Find(edit => edit.Line == index));
            switch (mine?.Kind, other?.Kind)
            {
                case (EditKind.InsertAfter, EditKind.InsertAfter):
                    text.Append(lines[index]);
                    Collide(mine!.Token, other!.Token);
                    break;
                case (EditKind.InsertAfter, not null):
                    text.Append(other!.Of(lines[index])).Append(mine!.Token);
                    break;
                case (not null, EditKind.InsertAfter):
                    text.Append(mine!.Of(lines[index])).Append(other!.Token);
                    break;
                case (EditKind.Delete, EditKind.Delete):
                    break;
                case (not null, not null):
                    Collide(mine!.Of(lines[index]), other!.Of(lines[index]));
                    break;
                default:
                    text.Append((mine ?? other)?.Of(lines[index]) ?? lines[index]);
                    break;
            }
        }

        return (text.ToString(), conflicts);

        void Collide(string our, string their)
        {
            conflicts++;
            text.Append("<<<<<<< repository\n").Append(our).Append("=======\n").Append(their).Append(">>>>>>> template\n");
        }
    }

    private enum EditKind
    {
        Replace,
        Delete,
        InsertAfter,
    }

    private sealed record LineEdit(int Line, EditKind Kind, string Token)
    {
        public string Of(string line) => Kind switch
        {
            EditKind.Replace => Token,
            EditKind.Delete => "",
            _ => line + Token,
        };
    }
}
