using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Reviews;

namespace Agentic.Tests.Policy.Reviews;

internal sealed class ReviewTests
{
    private const string Diff = """
        diff --git a/main.tf b/main.tf
        --- a/main.tf
        +++ b/main.tf
        @@ -1,3 +1,5 @@
         locals {}
        +resource "aws_ebs_volume" "data" {
        +  size = 20
         }
        -old
        +new
        diff --git a/gone.tf b/gone.tf
        --- a/gone.tf
        +++ /dev/null
        @@ -1 +0,0 @@
        -x
        """;

    [Test]
    public void Comments_on_changed_lines_only_and_names_the_rest_in_the_summary()
    {
        var review = ReviewText.Of(Record(Violation("main.tf", 3), Violation("main.tf", 40), Violation(null, null)), ChangedLines.Read(Diff));

        Assert.That(review.Comments.Select(comment => (comment.File, comment.From)), Is.EqualTo(new[] { ("main.tf", 3) }));
        Assert.That(review.Summary, Does.Contain("main.tf:40").And.Contain("aws\\_ebs\\_volume.data"));
    }

    [Test]
    public void Suggests_the_line_an_insertion_stands_beside_together_with_it()
    {
        var patch = new FixPatch("main.tf", "--- a/main.tf\n+++ b/main.tf\n@@ -2,1 +2,2 @@\n resource \"aws_ebs_volume\" \"data\" {\n+  encrypted = true\n", 3, 2, "  encrypted = true");

        var comment = ReviewText.Of(Record(Violation("main.tf", 2) with { Patch = patch }), ChangedLines.Read(Diff)).Comments.Single();

        Assert.That((comment.From, comment.To, comment.Suggestion), Is.EqualTo((2, 2, "resource \"aws_ebs_volume\" \"data\" {\n  encrypted = true")));
        Assert.That((string)ReviewPayload.GitHub(new ReviewText("", [comment], true), "pol-1", "abc")["comments"]![0]!["body"]!, Does.Contain("\n```suggestion\nresource \"aws_ebs_volume\" \"data\" {\n  encrypted = true\n```"));
    }

    [Test]
    public void Places_a_comment_of_GitLab_by_commits_and_both_lines()
    {
        var changes = ChangedLines.Read(Diff);
        var review = ReviewText.Of(Record(Violation("main.tf", 2), Violation("main.tf", 4) with { Fingerprint = "f2" }), changes);

        var payload = ReviewPayload.GitLab(review, "pol-1", changes, new DiffCommits("aaa", "bbb", "ccc"));

        Assert.That(payload["discussions"]![0]!["position"]!.ToJsonString(), Is.EqualTo("""{"position_type":"text","base_sha":"aaa","start_sha":"bbb","head_sha":"ccc","old_path":"main.tf","new_path":"main.tf","new_line":2}"""));
        Assert.That((int)payload["discussions"]![1]!["position"]!["old_line"]!, Is.EqualTo(2));
        Assert.That((string)payload["note"]!["body"]!, Does.Contain("agentic-policy pol-1"));
    }

    [Test]
    public void Lets_names_from_the_change_neither_call_a_person_nor_become_markup()
    {
        var text = ReviewText.Of(Record(Violation("main.tf", 2) with { Message = "@everyone ![x](http://evil/`a`) <b>" }), null).Comments.Single().Text;

        Assert.That(text, Does.Contain("@\u200Beveryone \\!\\[x\\](http://evil/\\`a\\`) \\<b\\>"));
    }

    [Test]
    public void Fences_a_suggestion_that_holds_a_fence()
    {
        var comment = new ReviewComment("a.md", 1, 1, "t", "```sh", "f");

        Assert.That((string)ReviewPayload.GitHub(new ReviewText("", [comment], false), "pol-1", null)["comments"]![0]!["body"]!, Does.Contain("````suggestion\n```sh\n````"));
    }

    [Test]
    public void Reads_any_diff_without_failing()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var text = new System.Text.StringBuilder(Diff);
            for (var edit = random.Next(1, 6); edit > 0; edit--)
            {
                Engines.Mangle.Once(text, random, "+-@ ,\n0123456789/ab");
            }

            Assert.That(() => ChangedLines.Read(text.ToString()), Throws.Nothing);
        }
    }

    private static Violation Violation(string? file, int? line) =>
        new("high", "aws-ebs-encryption", ["CKV_AWS_3"], "security", "aws_ebs_volume.data", file, line, "aws_ebs_volume.data is not encrypted.", "Set encrypted to true.", [], "f1");

    private static ValidationRecord Record(params Violation[] violations) =>
        new("pol-1", DateTimeOffset.UnixEpoch, "ada", "terraform", "staging", null, "abc", false, true, PolicyMode.Enforced, "Blocked: 1 violation is open.", violations, [], ["terraform"], 1, []);
}
