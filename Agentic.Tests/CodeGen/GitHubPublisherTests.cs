using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.CodeGen;

/// <summary>Publishing to GitHub over the double that keeps real Git objects.</summary>
internal sealed class GitHubPublisherTests
{
    private const string Token = "ghp_0000000000000000000000000000000000aa";

    private GitHubDouble _github = null!;
    private GitHubPublisher _publisher = null!;

    [SetUp]
    public async Task Start()
    {
        _github = await new GitHubDouble().Start();
        _github.AddToken(Token, "ann", "repo, workflow");
        _github.AddOrganisation("acme");
        _publisher = new GitHubPublisher(new GitHubRepositories(Options.Create(new GitHubOptions { RequestTimeoutSeconds = 5 }), TimeProvider.System));
    }

    [TearDown]
    public async Task Stop() => await _github.DisposeAsync();

    [Test]
    public async Task Makes_the_repository_with_all_files_and_finds_it_again()
    {
        var first = await Publish("acme/user-service");
        var second = await Publish("acme/user-service");

        Assert.That(first.Refusal?.Reason, Is.Null);
        Assert.That((first.Value!.Found, first.Value.Branch), Is.EqualTo((false, "main")));
        Assert.That((second.Value!.Found, second.Value.Review), Is.EqualTo((true, (string?)null)));
        Assert.That(_github.Requests.Count(request => request == "POST /api/v3/orgs/acme/repos"), Is.EqualTo(1));
    }

    [Test]
    public async Task Refuses_a_name_that_is_taken_and_proposes_when_asked()
    {
        _github.AddRepository("acme/user-service");

        var refused = await Publish("acme/user-service");
        var proposed = await Publish("acme/user-service", review: true);
        var again = await Publish("acme/user-service", review: true);

        Assert.That((refused.Refusal!.Kind, refused.Refusal.Reason), Is.EqualTo((RefusalKind.Conflict, refused.Refusal.Reason)));
        Assert.That(refused.Refusal.Reason, Does.StartWith("The name acme/user-service is taken on GitHub"));
        Assert.That(proposed.Value!.Review, Does.Contain("/pull/"));
        Assert.That((again.Value!.Found, again.Value.Review), Is.EqualTo((true, proposed.Value.Review)));
    }

    [Test]
    public async Task Says_which_scope_the_token_lacks()
    {
        _github.AddToken(Token, "ann", "repo");

        Assert.That((await Publish("acme/user-service")).Refusal!.Reason, Does.Contain("lacks the scope workflow"));
    }

    [Test]
    public async Task Makes_nothing_unless_asked() =>
        Assert.That((await Publish("acme/user-service", creates: false)).Refusal!.Reason, Does.Contain("acme/user-service does not exist"));

    [Test]
    public async Task Refuses_a_path_that_is_no_owner_and_name() =>
        Assert.That((await Publish("user-service")).Refusal!.Reason, Does.StartWith("A repository on GitHub is owner/name"));

    private Task<Outcome<Published>> Publish(string repository, bool review = false, bool creates = true) => _publisher.Publish(
        new GitConnection { Kind = "github", Url = "http://127.0.0.1/", ApiUrl = _github.Url, Token = Token },
        new Publication("user-service", repository, "main", Service.Generated(Service.In("go")), "Add user-service", review, creates, true, DateTimeOffset.UnixEpoch),
        default);
}
