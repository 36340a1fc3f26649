using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.Jenkins;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Migration;

/// <summary>Looks at every job of a Jenkins and says what its migration would take. A server that gives out half-way leaves a partial answer that says so.</summary>
internal sealed class JenkinsSurvey(MappingRules rules, JenkinsMigrations jenkins, GitHubAccounts accounts, IGitHubRepositories github, IOptions<JenkinsOptions> options, TimeProvider time)
{
    private const int AtOnce = 4;
    private const int BuildsLookedAt = 50;
    private const int FailuresInARow = 5;
    private const int DaysOfMonth = 30;
    private const int ShortestHistory = 7;

    public async Task<Outcome<JenkinsAudit>> Audit(AuditJenkins request, Caller caller, CancellationToken cancellation)
    {
        var opened = jenkins.Open(request.Url, request.Username, request.Token, request.Connection, caller);
        if (opened.IsRefused)
            return opened.Refusal;
        using var client = opened.Value;
        var account = request.GithubConnection is { Length: > 0 } named ? accounts.Find(null, null, named, caller) : default;
        if (account.IsRefused)
            return account.Refusal;
        var listed = await new JenkinsJobs(client).List(request.Folder, request.Limit, cancellation).ConfigureAwait(false);
        if (listed.IsRefused)
            return listed.Refusal;
        var jobs = listed.Value.Jobs.Where(job => job.Kind != JenkinsJobKind.Folder).ToList();
        var look = new Look(new JenkinsJobs(client), request.GithubConnection is { Length: > 0 } ? account.Value : accounts.Default(), time.GetUtcNow());
        var seen = new Seen[jobs.Count];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.AuditLimitSeconds), time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var failures = 0;
        await Parallel.ForAsync(0, jobs.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (index, _) =>
        {
            if (until.IsCancellationRequested || Volatile.Read(ref failures) >= FailuresInARow)
            {
                seen[index] = NotLookedAt(jobs[index], until.IsCancellationRequested ? "not looked at: the survey's time was up" : "not looked at: the server stopped answering");
                return;
            }

            try
            {
                seen[index] = await Judge(look, jobs[index], until.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                seen[index] = NotLookedAt(jobs[index], "not looked at: the survey's time was up");
            }

            // In a row: a server that is gone is not asked five hundred times.
            if (seen[index].IsUnavailable)
                Interlocked.Increment(ref failures);
            else
                Volatile.Write(ref failures, 0);
        }).ConfigureAwait(false);
        return Sum(seen, listed.Value.IsComplete);
    }

    private static JenkinsAudit Sum(IReadOnlyList<Seen> seen, bool isComplete)
    {
        var jobs = seen.Select(each => each.Job).ToList();
        var read = jobs.Where(job => job.Problem is null).ToList();
        // What takes no hand comes first, and of that what runs most: the most is moved for the least. Switched-off jobs can wait.
        var order = jobs.OrderBy(job => job.Problem is not null).ThenBy(job => !job.Enabled).ThenBy(job => job.EffortHours).ThenByDescending(job => job.RunnerMinutesPerMonth).ThenBy(job => job.JobName, StringComparer.Ordinal).ToList();
        return new JenkinsAudit(
            jobs.Count, read.Count, isComplete && !seen.Any(each => each.IsUnavailable || each.IsSkipped), Count(jobs.Select(job => job.Kind)), Count(jobs.Select(job => job.Tier)),
            read.Count == 0 ? 0 : Math.Round(read.Average(job => job.ConversionRate), 4), Math.Round(read.Sum(job => job.EffortHours), 2), Math.Round(jobs.Sum(job => job.RunnerMinutesPerMonth), 1),
            Count(seen.SelectMany(each => each.Plugins)), Count(seen.SelectMany(each => each.UnknownSteps)), order);
    }

    private async Task<Seen> Judge(Look look, JenkinsJob job, CancellationToken cancellation)
    {
        var xml = await look.Jenkins.Configuration(job.FullName, cancellation).ConfigureAwait(false);
        var read = xml.Then(JobConfiguration.Read);
        if (read.IsRefused)
            return NotJudged(job, job.Kind.ToString().ToLowerInvariant(), read.Refusal.Reason, [], default) with { IsUnavailable = xml.Refusal?.IsTransient == true };
        var builds = await look.Jenkins.Builds(job, BuildsLookedAt, cancellation).ConfigureAwait(false);
        var forecast = builds.IsRefused ? default : Forecast(builds.Value, look.Now);
        var configuration = read.Value;
        Outcome<string> pipeline = configuration.Jenkinsfile is { } inline ? inline : await RepositoryPipeline.Read(github, look.Account, configuration, cancellation).ConfigureAwait(false);
        if (pipeline.IsRefused)
            return NotJudged(job, configuration.Kind, $"its pipeline is {configuration.ScriptPath} in {configuration.RepositoryUrl ?? "a repository"}. {pipeline.Refusal.Reason}", configuration.Plugins, forecast);
        var migrated = rules.Migrate(pipeline.Value, job.FullName, null);
        if (migrated.IsRefused)
            return NotJudged(job, configuration.Kind, migrated.Refusal.Reason, configuration.Plugins, forecast);
        var analysis = JenkinsfileSurvey.Of(new MigrationSource(pipeline.Value, job.FullName), migrated.Value);
        var manual = configuration.Unread.Count;
        return new Seen(
            new AuditedJob(job.FullName, configuration.Kind, job.Enabled, manual > 0 && analysis.Tier == "simple" ? "moderate" : analysis.Tier, Math.Round(analysis.EffortHours + manual / 6.0, 2), analysis.ConversionRate, forecast.Minutes, forecast.Builds, forecast.Days, null),
            configuration.Plugins, analysis.UnknownSteps);
    }

    /// <summary>
    /// Minutes per month if the job runs on as its newest builds did, each begun minute counted as GitHub bills it. Old builds are deleted
    /// by Jenkins, so a short history says how often a job runs; a young job's few builds are spread over a week, not over a day.
    /// </summary>
    public static (double Minutes, int Builds, double Days) Forecast(IReadOnlyList<JenkinsBuild> builds, DateTimeOffset now)
    {
        if (builds.Count == 0)
            return default;
        var days = Math.Max((now - builds.Min(build => build.At)).TotalDays, builds.Min(build => build.Number) > 1 ? 1 : ShortestHistory);
        return (Math.Round(builds.Sum(build => Math.Max(1, Math.Ceiling(build.Duration.TotalMinutes))) * DaysOfMonth / days, 1), builds.Count, Math.Round(days, 1));
    }

    private static Seen NotJudged(JenkinsJob job, string kind, string problem, IReadOnlyList<string> plugins, (double Minutes, int Builds, double Days) forecast) =>
        new(new AuditedJob(job.FullName, kind, job.Enabled, "unknown", 0, 0, forecast.Minutes, forecast.Builds, forecast.Days, problem), plugins, []);

    private static Seen NotLookedAt(JenkinsJob job, string problem) => NotJudged(job, job.Kind.ToString().ToLowerInvariant(), problem, [], default) with { IsSkipped = true };

    private static SortedDictionary<string, int> Count(IEnumerable<string> words) =>
        new(words.GroupBy(word => word, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal), StringComparer.Ordinal);

    private sealed record Look(JenkinsJobs Jenkins, GitHubAccount? Account, DateTimeOffset Now);

    private sealed record Seen(AuditedJob Job, IReadOnlyList<string> Plugins, IReadOnlyList<string> UnknownSteps)
    {
        public bool IsUnavailable { get; init; }

        public bool IsSkipped { get; init; }
    }
}
