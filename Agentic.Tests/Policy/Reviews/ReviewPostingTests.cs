using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Integrations;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.GitLab;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Reviews;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Policy.Reviews;

/// <summary>Reviews sent to a double that refuses what GitHub and GitLab refuse.</summary>
internal sealed class ReviewPostingTests
{
    private static readonly ReviewPlace Change = new("acme/shop", 7, null, null);

    private ReviewHostDouble _host = null!;

    [SetUp]
    public async Task Start() => _host = await ReviewHostDouble.StartAsync();

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    private Task<Outcome<PostedReview>> GitHub(ValidationRecord record, ReviewPlace? place = null, string token = "right")
    {
        var options = Options.Create(new GitHubOptions { ApiUrl = _host.Address.AbsoluteUri, Token = token, RequestTimeoutSeconds = 5 });
        var accounts = new GitHubAccounts(options, new OutboundServers(Options.Create(new OutboundOptions())), new LentCredentials(TimeProvider.System));
        return new GitHubReviews(accounts, options, TimeProvider.System).Post(place ?? Change, record, Caller.Local, CancellationToken.None);
    }

    private Task<Outcome<PostedReview>> GitLab(ValidationRecord record, ReviewPlace? place = null, string token = "right")
    {
        var options = new CodeGenOptions();
        options.Connections["gitlab"] = new GitConnection { Kind = "gitlab", Url = "https://gitlab.example.com/", ApiUrl = _host.Address.AbsoluteUri, Token = token, TimeoutSeconds = 5 };
        return new GitLabReviews(new GitConnections(Options.Create(options)), TimeProvider.System).Post(place ?? Change, record, Caller.Local, CancellationToken.None);
    }

    private Task<Outcome<PostedReview>> Post(string provider, ValidationRecord record, ReviewPlace? place = null, string token = "right") =>
        provider == "github" ? GitHub(record, place, token) : GitLab(record, place, token);

    [TestCase("github")]
    [TestCase("gitlab")]
    public async Task Comments_on_changed_lines_and_sums_up_the_rest(string provider)
    {
        var posted = await Post(provider, Record("pol-1", Violation(2, "f1"), Violation(1, "f2"), Violation(40, "f3")));

        Assert.That(posted.Refusal?.Reason, Is.Null);
        Assert.That((posted.Value!.Posted, posted.Value.Found, posted.Value.IsNew), Is.EqualTo((2, 0, true)));
        var texts = _host.Comments.Concat(_host.Reviews).Select(said => (string)said["body"]!).ToList();
        Assert.That(texts, Has.Count.EqualTo(3));
        Assert.That(texts[^1], Does.Contain("main.tf:40"));
    }

    [TestCase("github")]
    [TestCase("gitlab")]
    public async Task Posts_the_same_findings_once(string provider)
    {
        await Post(provider, Record("pol-1", Violation(2, "f1")));
        var before = _host.Comments.Count + _host.Reviews.Count;

        var again = await Post(provider, Record("pol-2", Violation(2, "f1")));

        Assert.That((again.Value!.IsNew, again.Value.Posted, again.Value.Found), Is.EqualTo((false, 0, 1)));
        Assert.That(_host.Comments.Count + _host.Reviews.Count, Is.EqualTo(before));
    }

    [TestCase("github")]
    [TestCase("gitlab")]
    public async Task Posts_only_what_is_new_and_says_when_nothing_is_left(string provider)
    {
        await Post(provider, Record("pol-1", Violation(2, "f1")));

        var more = await Post(provider, Record("pol-2", Violation(2, "f1"), Violation(3, "f2")));
        var clean = await Post(provider, Record("pol-3"));

        Assert.That((more.Value!.Posted, more.Value.Found, more.Value.IsNew), Is.EqualTo((1, 1, true)));
        Assert.That((clean.Value!.Posted, clean.Value.IsNew), Is.EqualTo((0, true)));
        Assert.That((string)(provider == "github" ? _host.Reviews : _host.Comments)[^1]["body"]!, Does.Contain("Policy: passed"));
    }

    [TestCase("github")]
    [TestCase("gitlab")]
    public async Task Is_not_silenced_by_a_mark_somebody_else_wrote(string provider)
    {
        _host.Say("mallory", "<!-- agentic-policy f1 -->");

        var posted = await Post(provider, Record("pol-1", Violation(2, "f1")));

        Assert.That(posted.Value!.Posted, Is.EqualTo(1));
    }

    [TestCase("github")]
    [TestCase("gitlab")]
    public async Task Finds_its_comments_below_a_hundred_others(string provider)
    {
        await Post(provider, Record("pol-1", Violation(2, "f1")));
        var own = _host.Comments.ToList();
        _host.Comments.Clear();
        for (var i = 0; i < 250; i++)
        {
            _host.Say("ann", "hm");
        }

        _host.Comments.AddRange(own);

        Assert.That((await Post(provider, Record("pol-2", Violation(2, "f1")))).Value!.IsNew, Is.False);
    }

    [TestCase("github", "does not accept this token")]
    [TestCase("gitlab", "does not accept the token")]
    public async Task Refuses_a_wrong_token(string provider, string reason)
    {
        var refused = await Post(provider, Record("pol-1", Violation(2, "f1")), token: "wrong");

        Assert.That(refused.Refusal!.Kind, Is.EqualTo(RefusalKind.Unprocessable));
        Assert.That(refused.Refusal.Reason, Does.Contain(reason).And.Not.Contain("wrong\""));
    }

    [TestCase("github", "There is no connection 'github'")]
    [TestCase("gitlab", "has no token")]
    public async Task Refuses_where_no_token_is_configured(string provider, string reason) =>
        Assert.That((await Post(provider, Record("pol-1"), token: "")).Refusal!.Reason, Does.Contain(reason));

    [TestCase("github", "lacks the scope repo")]
    [TestCase("gitlab", "lacks the scope api")]
    public async Task Names_the_scope_the_token_lacks(string provider, string reason)
    {
        _host.Scopes = "read_user";

        Assert.That((await Post(provider, Record("pol-1", Violation(2, "f1")))).Refusal!.Reason, Does.Contain(reason));
    }

    [TestCase("github")]
    [TestCase("gitlab")]
    public async Task Posts_nothing_where_the_change_has_moved_on_or_is_closed(string provider)
    {
        var moved = await Post(provider, Record("pol-1", Violation(2, "f1")), Change with { Head = "0123456789abcdef" });
        var known = await Post(provider, Record("pol-1"), Change with { Head = ReviewHostDouble.Head[..12] });
        _host.State = "closed";
        var closed = await Post(provider, Record("pol-1", Violation(2, "f1")));
        var absent = await Post(provider, Record("pol-1"), Change with { Number = 8 });

        Assert.That((moved.Refusal!.Kind, closed.Refusal!.Kind, absent.Refusal!.Kind), Is.EqualTo((RefusalKind.Conflict, RefusalKind.Conflict, RefusalKind.NotFound)));
        Assert.That(known.Value!.IsNew, Is.True);
    }

    [Test]
    public async Task Only_comments_on_a_pull_request_of_its_own()
    {
        _host.Author = _host.Login;

        var posted = await GitHub(Record("pol-1", Violation(2, "f1")));

        Assert.That(posted.Refusal?.Reason, Is.Null);
        Assert.That((string)_host.Reviews.Single()["state"]!, Is.EqualTo("COMMENTED"));
    }

    [Test]
    public async Task Goes_on_where_GitLab_broke_off()
    {
        _host.Survives = 1;
        var broken = await GitLab(Record("pol-1", Violation(2, "f1"), Violation(3, "f2")));
        _host.Survives = int.MaxValue;

        var again = await GitLab(Record("pol-1", Violation(2, "f1"), Violation(3, "f2")));

        Assert.That(broken.Refusal!.Kind, Is.EqualTo(RefusalKind.Unavailable));
        Assert.That((again.Value!.Posted, again.Value.Found), Is.EqualTo((1, 1)));
        Assert.That(_host.Comments, Has.Count.EqualTo(3));
    }

    private static Violation Violation(int line, string fingerprint) =>
        new("high", "aws-ebs-encryption", [], "security", "aws_ebs_volume.data", "main.tf", line, "aws_ebs_volume.data is not encrypted.", "Set encrypted to true.", [], fingerprint);

    private static ValidationRecord Record(string id, params Violation[] violations) =>
        new(id, DateTimeOffset.UnixEpoch, "ada", "terraform", "staging", null, "abc", violations.Length == 0, violations.Length > 0, PolicyMode.Enforced, "Decided.", violations, [], ["terraform"], 1, []);
}
