using System.Text;
using Agentic.Agents.Integrations;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Integrations;

/// <summary>The GitHub adapter against a double that says no where GitHub does.</summary>
internal sealed partial class GitHubRepositoriesTests
{
    private const string Token = "ghp_0000000000000000000000000000000000aa";

    private GitHubDouble _github = null!;
    private GitHubRepositories _repositories = null!;
    private GitHubAccount _account = null!;

    [SetUp]
    public async Task Start()
    {
        _github = await new GitHubDouble().Start();
        _github.AddToken(Token, "ann", "repo, workflow");
        _repositories = new GitHubRepositories(Options.Create(new GitHubOptions { RequestTimeoutSeconds = 2 }), TimeProvider.System);
        _account = new GitHubAccount(new Uri(_github.Url), Token, Reach.Configured);
    }

    [TearDown]
    public async Task Stop() => await _github.DisposeAsync();

    [Test]
    public async Task Says_who_a_token_is_and_what_it_lacks()
    {
        _github.AddToken("classic", "ben", "public_repo, gist");
        _github.AddRepository("acme/shop").CanPush = false;

        var full = await Test(Token);
        var little = await Test("classic", "acme/shop");

        Assert.That(full.Value!.Login, Is.EqualTo("ann"));
        Assert.That(full.Value.Missing, Is.Empty);
        Assert.That(little.Value!.Scopes, Is.EqualTo(new[] { "public_repo", "gist" }));
        Assert.That(little.Value.Missing, Is.EqualTo(new[] { "repo, to push to private repositories", "workflow, to add files under .github/workflows", "write access to acme/shop" }));
    }

    [Test]
    public async Task Does_not_claim_to_know_what_a_fine_grained_token_may_do()
    {
        _github.AddToken("github_pat_1", "ann", scopes: null, repositories: "ann/other");
        _github.AddRepository("acme/shop");

        var seen = await Test("github_pat_1", "acme/shop");

        Assert.That(seen.Value!.Missing, Is.EqualTo(new[] { "acme/shop does not exist, or the token may not see it" }));
        Assert.That(seen.Value.NotObserved, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Makes_a_repository_once_for_a_user_and_for_an_organisation()
    {
        _github.AddOrganisation("acme");

        var own = await Ensure("ann/tool");
        var shared = await Ensure("acme/shop");
        var again = await Ensure("acme/shop");
        var nowhere = await Ensure("strangers/shop");

        Assert.That(own.Value, Is.EqualTo(new GitHubRepository("ann/tool", "main", "https://github.com/ann/tool", "https://github.com/ann/tool.git", true, IsNew: true)));
        Assert.That((shared.Value!.IsNew, again.Value!.IsNew), Is.EqualTo((true, false)));
        Assert.That(nowhere.Refusal!.Kind, Is.EqualTo(RefusalKind.NotFound));
        Assert.That(nowhere.Refusal.Reason, Does.Contain("organisation strangers"));
    }

    [Test]
    public async Task Commits_text_and_bytes_on_a_new_branch_and_keeps_the_rest()
    {
        var repository = _github.AddRepository("acme/shop");
        byte[] picture = [0x89, 0x50, 0, 0xff, 0xfe];

        var commit = await Commit("migrate/build", [Text(".github/workflows/ci.yml", "on: push\n# ünï ☃\n"), new FileToCommit("logo.png", picture), new FileToCommit("run.sh", "#!/bin/sh\n"u8.ToArray(), IsExecutable: true)]);

        Assert.That(commit.Refusal?.Reason, Is.Null);
        Assert.That(commit.Value!.IsNew, Is.True);
        Assert.That(repository.Branches["migrate/build"], Is.EqualTo(commit.Value.Sha));
        Assert.That(repository.Files("migrate/build"), Is.EqualTo(new[] { ".github/workflows/ci.yml", "README.md", "logo.png", "run.sh" }));
        Assert.That(repository.Text("migrate/build", ".github/workflows/ci.yml"), Is.EqualTo("on: push\n# ünï ☃\n"));
        var tree = repository.Trees[repository.Commits[commit.Value.Sha].Tree];
        Assert.That(repository.Blobs[tree["logo.png"].Blob], Is.EqualTo(picture));
        Assert.That(tree["run.sh"].Mode, Is.EqualTo("100755"));
        Assert.That(repository.Files("main"), Is.EqualTo(new[] { "README.md" }));
    }

    [Test]
    public async Task Changes_nothing_when_the_same_commit_is_delivered_again()
    {
        var repository = _github.AddRepository("acme/shop");
        var first = await Commit("migrate/build", [Text("ci.yml", "on: push\n")]);
        repository.Push("migrate/build", "Somebody's own work", ("notes.md", "x"));

        var second = await Commit("migrate/build", [Text("ci.yml", "on: push\n")]);

        Assert.That(first.Value!.IsNew, Is.True);
        Assert.That(second.Value!.IsNew, Is.False);
        Assert.That(second.Value.Sha, Is.EqualTo(repository.Branches["migrate/build"]));
        Assert.That(repository.Commits, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Finds_its_earlier_commit_of_the_whole_content_below_pages_of_later_ones()
    {
        var repository = _github.AddRepository("acme/shop");
        var first = await Commit("main", [Text("a.txt", "1")], replacesAll: true);
        for (var i = 0; i < 150; i++)
            repository.Push("main", "More", ("b.txt", i.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        var again = await Commit("main", [Text("a.txt", "1")], replacesAll: true);

        Assert.That(again.Value, Is.EqualTo(first.Value! with { IsNew = false }));
        Assert.That(repository.Files("main"), Is.EqualTo(new[] { "a.txt", "b.txt" }));
    }

    [Test]
    public async Task Writes_again_on_top_when_somebody_pushes_in_between()
    {
        var repository = _github.AddRepository("acme/shop");
        _github.Before = request =>
        {
            if (request.StartsWith("PATCH", StringComparison.Ordinal) && !repository.Files("main").Contains("theirs.txt"))
                repository.Push("main", "Faster", ("theirs.txt", "x"));
        };

        var commit = await Commit("main", [Text("ours.txt", "y")]);

        Assert.That(commit.Refusal?.Reason, Is.Null);
        Assert.That(repository.Files("main"), Is.EqualTo(new[] { "README.md", "ours.txt", "theirs.txt" }));
    }

    [Test]
    public async Task Gives_an_empty_repository_its_first_commit()
    {
        var repository = _github.AddRepository("acme/empty", isEmpty: true);

        var commit = await Commit("feature", [Text("a.txt", "1"), Text("b.txt", "2")], repository: "acme/empty");

        Assert.That(commit.Refusal?.Reason, Is.Null);
        Assert.That(repository.Files("feature"), Is.EqualTo(new[] { "a.txt", "b.txt" }));
        Assert.That(repository.Files("main"), Is.EqualTo(new[] { "a.txt" }));
    }

    [TestCase("repo", "The token lacks the scope workflow, without which GitHub takes no files under .github/workflows.")]
    [TestCase("gist", "The token may not push to acme/shop.")]
    public async Task Says_which_right_a_commit_of_a_workflow_lacks(string scopes, string expected)
    {
        _github.AddToken("weak", "ben", scopes);
        _github.AddRepository("acme/shop");

        var commit = await _repositories.Commit(_account with { Token = "weak" }, new WantedCommit("acme/shop", "b", "m", [Text(".github/workflows/ci.yml", "x")]), CancellationToken.None);

        Assert.That(commit.Refusal!.Reason, Is.EqualTo(expected));
        Assert.That(_github.Repositories["acme/shop"].Branches.Keys, Is.EqualTo(new[] { "main" }));
    }

    [Test]
    public async Task Refuses_a_path_that_leaves_the_repository_and_an_archive()
    {
        _github.AddRepository("acme/shop");
        _github.AddRepository("acme/old").IsArchived = true;

        var outside = await Commit("b", [Text("../x", "x")]);
        var archived = await Commit("b", [Text("x", "x")], repository: "acme/old");

        Assert.That(outside.Refusal!.Reason, Is.EqualTo("GitHub refused: tree.path contains a malformed path component."));
        Assert.That(archived.Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
    }

    [Test]
    public async Task Opens_a_pull_request_once_and_brings_its_text_up_to_date()
    {
        var repository = _github.AddRepository("acme/shop");
        await Commit("migrate/build", [Text("ci.yml", "on: push\n")]);

        var first = await Propose("Report 1");
        var second = await Propose("Report 2");

        Assert.That(first.Value, Is.EqualTo(new GitHubPullRequest(1, "https://github.com/acme/shop/pull/1", IsNew: true)));
        Assert.That(second.Value, Is.EqualTo(new GitHubPullRequest(1, "https://github.com/acme/shop/pull/1", IsNew: false)));
        Assert.That((string?)repository.PullRequests.Single()["body"], Is.EqualTo("Report 2"));
    }

    [Test]
    public async Task Cuts_a_report_to_what_a_pull_request_holds()
    {
        var repository = _github.AddRepository("acme/shop");
        await Commit("migrate/build", [Text("ci.yml", "on: push\n")]);

        var request = await Propose(string.Concat(Enumerable.Repeat("a line of the report\n", 5000)));

        Assert.That(request.Refusal?.Reason, Is.Null);
        Assert.That((string?)repository.PullRequests.Single()["body"], Does.EndWith("a line of the report\n\nThe rest did not fit here.\n"));
    }

    [Test]
    public async Task Says_that_there_is_nothing_to_propose()
    {
        _github.AddRepository("acme/shop").Branches["migrate/build"] = _github.Repositories["acme/shop"].Branches["main"];

        var request = await Propose("x");

        Assert.That(request.Refusal!.Reason, Is.EqualTo("GitHub refused: Validation Failed; No commits between main and migrate/build."));
    }

    [Test]
    public async Task Reads_small_and_large_files_and_says_what_is_not_there()
    {
        var repository = _github.AddRepository("acme/shop");
        var large = new string('x', 1_200_000);
        repository.Push("main", "More", ("ci/Jenkinsfile", "node { sh 'ü' }\n"), ("large.txt", large));

        Assert.That((await Read("ci/Jenkinsfile")).Value, Is.EqualTo("node { sh 'ü' }\n"));
        Assert.That((await Read("large.txt")).Value, Is.EqualTo(large));
        Assert.That((await Read("ci")).Refusal!.Reason, Is.EqualTo("ci in acme/shop is no file."));
        Assert.That((await Read("Jenkinsfile", "main")).Refusal!.Reason, Is.EqualTo("Jenkinsfile is not in acme/shop at main, or the token may not see it."));
    }

    private static FileToCommit Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));

    private Task<Outcome<GitHubAccess>> Test(string token, string? repository = null) => _repositories.Test(_account with { Token = token }, repository, CancellationToken.None);

    private Task<Outcome<GitHubRepository>> Ensure(string name) => _repositories.Ensure(_account, new WantedRepository(name), CancellationToken.None);

    private Task<Outcome<GitHubCommit>> Commit(string branch, IReadOnlyList<FileToCommit> files, bool replacesAll = false, string repository = "acme/shop") =>
        _repositories.Commit(_account, new WantedCommit(repository, branch, "Add files", files, ReplacesAll: replacesAll), CancellationToken.None);

    private Task<Outcome<GitHubPullRequest>> Propose(string body) => _repositories.Propose(_account, new WantedPullRequest("acme/shop", "migrate/build", "Migrate build from Jenkins", body), CancellationToken.None);

    private Task<Outcome<string>> Read(string path, string? reference = null) => _repositories.Read(_account, "acme/shop", path, reference, CancellationToken.None);
}
