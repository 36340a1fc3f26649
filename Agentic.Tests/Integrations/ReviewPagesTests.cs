using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Integrations;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.GitLab;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Reviews;
using Agentic.Tests.Policy.Reviews;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Integrations;

/// <summary>Changes with more words in them than are read.</summary>
internal sealed class ReviewPagesTests
{
    private static readonly ReviewPlace Change = new("acme/shop", 7, null, null);
    private static readonly ValidationRecord Clean = new("pol-1", DateTimeOffset.UnixEpoch, "ada", "terraform", "staging", null, "abc", true, false, PolicyMode.Enforced, "Decided.", [], [], ["terraform"], 1, []);

    [TestCase("github", 3000, "There are 3000 comments on the pull request or more")]
    [TestCase("gitlab", 5001, "There are 5000 notes on the merge request or more")]
    public async Task Posts_nothing_where_it_cannot_know_what_it_posted_before(string provider, int comments, string reason)
    {
        await using var host = await ReviewHostDouble.StartAsync();
        for (var i = 0; i < comments; i++)
        {
            host.Say("ann", "hm");
        }

        var refused = await Target(provider, host).Post(Change, Clean, Caller.Local, CancellationToken.None);

        Assert.That(refused.Refusal?.Kind, Is.EqualTo(RefusalKind.Unprocessable));
        Assert.That(refused.Refusal!.Reason, Does.StartWith(reason).And.Contain("nothing is posted"));
        Assert.That((host.Comments.Count, host.Reviews.Count), Is.EqualTo((comments, 0)));
    }

    [TestCase("github", 2999)]
    [TestCase("gitlab", 5000)]
    public async Task Posts_where_all_that_was_said_has_been_read(string provider, int comments)
    {
        await using var host = await ReviewHostDouble.StartAsync();
        for (var i = 0; i < comments; i++)
        {
            host.Say("ann", "hm");
        }

        var posted = await Target(provider, host).Post(Change, Clean, Caller.Local, CancellationToken.None);

        Assert.That(posted.Refusal?.Reason, Is.Null);
        Assert.That(posted.Value!.IsNew, Is.True);
    }

    private static IReviewTarget Target(string provider, ReviewHostDouble host)
    {
        if (provider == "gitlab")
        {
            var connections = new CodeGenOptions();
            connections.Connections["gitlab"] = new GitConnection { Kind = "gitlab", Url = "https://gitlab.example.com/", ApiUrl = host.Address.AbsoluteUri, Token = "right", TimeoutSeconds = 5 };
            return new GitLabReviews(new GitConnections(Options.Create(connections)), TimeProvider.System);
        }

        var options = Options.Create(new GitHubOptions { ApiUrl = host.Address.AbsoluteUri, Token = "right", RequestTimeoutSeconds = 5 });
        return new GitHubReviews(new GitHubAccounts(options, new OutboundServers(Options.Create(new OutboundOptions())), new LentCredentials(TimeProvider.System)), options, TimeProvider.System);
    }
}
