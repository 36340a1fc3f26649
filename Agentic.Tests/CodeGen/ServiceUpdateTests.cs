using System.Text;
using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Updating;

namespace Agentic.Tests.CodeGen;

internal sealed class ServiceUpdateTests
{
    [Test]
    public void Takes_a_change_of_the_templates_where_nobody_touched_the_file() =>
        Assert.That(Plan("a\n", "a\n", "b\n"), Is.EqualTo((UpdateKind.Updated, "b\n", 0)));

    [Test]
    public void Adds_what_the_templates_make_anew() => Assert.That(Plan(null, null, "b\n"), Is.EqualTo((UpdateKind.Added, "b\n", 0)));

    [Test]
    public void Removes_what_the_templates_make_no_more() => Assert.That(Plan("a\n", "a\n", null), Is.EqualTo((UpdateKind.Removed, (string?)null, 0)));

    [Test]
    public void Keeps_an_edited_file_that_the_templates_make_no_more() => Assert.That(Plan("a\n", "x\n", null), Is.EqualTo((UpdateKind.Kept, "not changed", 0)));

    [Test]
    public void Leaves_a_deleted_file_deleted() => Assert.That(Plan("a\n", null, "b\n"), Is.EqualTo((UpdateKind.StaysDeleted, "not changed", 0)));

    [Test]
    public void Merges_what_both_sides_changed_at_different_places() =>
        Assert.That(Plan("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n"), Is.EqualTo((UpdateKind.Merged, "A\nb\nC\n", 0)));

    [Test]
    public void Shows_what_both_sides_changed_at_one_place() =>
        Assert.That(Plan("a\n", "x\n", "y\n"), Is.EqualTo((UpdateKind.Conflicted, "<<<<<<< repository\nx\n=======\ny\n>>>>>>> template\n", 1)));

    [Test]
    public void Shows_both_where_somebody_made_a_file_of_the_same_name() =>
        Assert.That(Plan(null, "x\n", "y\n"), Is.EqualTo((UpdateKind.Conflicted, "<<<<<<< repository\nx\n=======\ny\n>>>>>>> template\n", 1)));

    [Test]
    public void Keeps_the_repositorys_binary_file_and_says_so() => Assert.That(Plan("a\0", "b\0", "c\0"), Is.EqualTo((UpdateKind.Kept, "not changed", 1)));

    [Test]
    public void Merges_a_file_whose_lines_end_otherwise_in_the_repository() =>
        Assert.That(Plan("a\nb\nc\n", "A\r\nb\r\nc\r\n", "a\nb\nC\n"), Is.EqualTo((UpdateKind.Merged, "A\r\nb\r\nC\r\n", 0)));

    [TestCase("a\n", "a\n", "a\n")]
    [TestCase("a\n", "x\n", "a\n")]
    [TestCase("a\n", "x\n", "x\n")]
    [TestCase("a\n", null, "a\n")]
    [TestCase("a\n", null, null)]
    [TestCase(null, "x\n", null)]
    public void Does_nothing_where_nothing_is_to_be_done(string? old, string? ours, string? theirs) => Assert.That(Step(old, ours, theirs).Files, Is.Empty);

    [Test]
    public void Shows_every_difference_of_an_edited_file_whose_original_nobody_knows()
    {
        var plan = ServiceUpdate.Plan(
            new Dictionary<string, byte[]?> { ["f"] = null }, new RepositorySnapshot("main", "1", [new("f", "x\nsame\n"u8.ToArray())]), new GeneratedFiles([new("f", "y\nsame\n"u8.ToArray())]));

        Assert.That(Encoding.UTF8.GetString(plan.Changes.Single().Content!), Is.EqualTo("<<<<<<< repository\nx\n=======\ny\n>>>>>>> template\nsame\n"));
    }

    [Test]
    public void Puts_no_file_where_the_repository_has_a_folder_nor_below_a_file()
    {
        var plan = ServiceUpdate.Plan(
            new Dictionary<string, byte[]?>(),
            new RepositorySnapshot("main", "1", [new("docs", "x"u8.ToArray()), new("run/now", "x"u8.ToArray())]),
            new GeneratedFiles([new("docs/index.md", "y"u8.ToArray()), new("run", "y"u8.ToArray())]));

        Assert.That(plan.Changes, Is.Empty);
        Assert.That(plan.Files.Select(file => (file.Path, file.Change, file.Conflicts)), Is.EqualTo(new[] { ("docs/index.md", UpdateKind.Kept, 1), ("run", UpdateKind.Kept, 1) }));
    }

    [Test]
    public void Leaves_links_alone()
    {
        var plan = ServiceUpdate.Plan(
            new Dictionary<string, byte[]?> { ["f"] = "a"u8.ToArray() }, new RepositorySnapshot("main", "1", [new("f", "../x"u8.ToArray(), RepositoryFileKind.Link)]), new GeneratedFiles([new("f", "b"u8.ToArray())]));

        Assert.That(plan.Changes, Is.Empty);
        Assert.That(plan.Files.Single().Change, Is.EqualTo(UpdateKind.Kept));
    }

    private static (UpdateKind, string?, int) Plan(string? old, string? ours, string? theirs)
    {
        var plan = Step(old, ours, theirs);
        var change = plan.Changes.SingleOrDefault();
        return (plan.Files.Single().Change, change is null ? "not changed" : change.Content is null ? null : Encoding.UTF8.GetString(change.Content), plan.Conflicts);
    }

    private static UpdatePlan Step(string? old, string? ours, string? theirs) => ServiceUpdate.Plan(
        old is null ? [] : new Dictionary<string, byte[]?> { ["f"] = Encoding.UTF8.GetBytes(old) },
        new RepositorySnapshot("main", "1", ours is null ? [] : [new RepositoryFile("f", Encoding.UTF8.GetBytes(ours))]),
        new GeneratedFiles(theirs is null ? [] : [new GeneratedFile("f", Encoding.UTF8.GetBytes(theirs))]));
}
