using Agentic.Agents.Integrations.Jenkins;
using Agentic.Agents.Migration;

namespace Agentic.Tests.Migration;

/// <summary>The parts of a survey and of a job's migration that ask no server.</summary>
internal sealed class JenkinsSurveyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Forecasts_nothing_for_a_job_that_never_ran() => Assert.That(JenkinsSurvey.Forecast([], Now), Is.EqualTo((0d, 0, 0d)));

    [Test]
    public void Counts_each_begun_minute() => Assert.That(JenkinsSurvey.Forecast([Build(5, 30, 61), Build(4, 30, 1)], Now), Is.EqualTo((3d, 2, 30d)));

    [Test]
    public void Takes_a_short_history_of_an_old_job_for_a_busy_one() => Assert.That(JenkinsSurvey.Forecast([Build(900, 1, 60), Build(899, 2, 60)], Now), Is.EqualTo((30d, 2, 2d)));

    [Test]
    public void Spreads_the_first_builds_of_a_young_job_over_a_week() => Assert.That(JenkinsSurvey.Forecast([Build(1, 0.5, 420)], Now), Is.EqualTo((30d, 1, 7d)));

    [TestCase("https://github.com/acme/shop.git", "github.com", "acme/shop")]
    [TestCase("https://user@github.com/acme/shop/", "github.com", "acme/shop")]
    [TestCase("git@github.com:acme/shop.git", "github.com", "acme/shop")]
    [TestCase("ssh://git@github.example.com:2222/acme/shop.git", "github.example.com", "acme/shop")]
    [TestCase("git://github.com/acme/shop", "github.com", "acme/shop")]
    public void Locates_a_repository_by_any_address_of_Git(string url, string host, string name) => Assert.That(RepositoryPipeline.Locate(url), Is.EqualTo((host, name)));

    [TestCase("")]
    [TestCase("/srv/git/shop.git")]
    [TestCase("https://github.com/acme")]
    [TestCase("https://example.com/scm/team/shop.git")]
    public void Locates_nothing_where_there_is_no_owner_and_name(string url) => Assert.That(RepositoryPipeline.Locate(url), Is.Null);

    [TestCase("team/My Service", "my-service")]
    [TestCase("ünï_x.Y", "n-x-y")]
    [TestCase("***", "pipeline")]
    public void Names_a_workflow_file_for_the_job(string job, string expected) => Assert.That(WorkflowDelivery.Slug(job), Is.EqualTo(expected));

    private static JenkinsBuild Build(int number, double daysAgo, int seconds) => new(number, Now - TimeSpan.FromDays(daysAgo), TimeSpan.FromSeconds(seconds));
}
