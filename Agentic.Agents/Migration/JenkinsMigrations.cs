using System.Globalization;
using Agentic.Agents.Integrations.Jenkins;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Migration;

/// <summary>Migrations that begin at a Jenkins server: tests, lists, converts, delivers and surveys.</summary>
internal sealed class JenkinsMigrations(MappingRules rules, IWorkflowDelivery delivery, IOptions<MigrationOptions> options, TimeProvider time)
{
    private const int BuildsLookedAt = 50;

    public async Task<Outcome<JenkinsConnectionTest>> Test(TestJenkinsConnection request, CancellationToken cancellation)
    {
        var connection = Connection(request.Url, request.Username, request.Token, request.Connection);
        if (connection.IsRefused) return connection.Refusal;
        using var client = Client(connection.Value);
        var root = await client.Json("api/json?tree=mode,jobs[name,fullName,_class]{0,1}", cancellation).ConfigureAwait(false);
        if (root.IsRefused) return root.Refusal;
        var who = await client.Json("whoAmI/api/json", cancellation).ConfigureAwait(false);
        var granted = new List<string> { "Overall/Read" };
        var missing = new List<string>();
        if (root.Value["jobs"] is System.Text.Json.Nodes.JsonArray { Count: > 0 } jobs && (string?)(jobs[0]!["fullName"] ?? jobs[0]!["name"]) is { } name)
        {
            granted.Add("Job/Read");
            var configuration = await new JenkinsJobs(client).Configuration(name, cancellation).ConfigureAwait(false);
            if (configuration.IsRefused) missing.Add($"Job/ExtendedRead, to read the configuration of jobs ({configuration.Refusal.Reason})");
            else granted.Add("Job/ExtendedRead");
        }
        else missing.Add("Job/Read, to see any job; or there is none");

        return new JenkinsConnectionTest(missing.Count == 0, null, who.IsRefused ? connection.Value.Username ?? "anonymous" : (string?)who.Value["name"] ?? "anonymous", granted, missing);
    }

    public async Task<Outcome<Page<JenkinsJobLine>>> List(ListJenkinsJobs request, CancellationToken cancellation)
    {
        var connection = Connection(request.Url, request.Username, request.Token, request.Connection);
        if (connection.IsRefused) return connection.Refusal;
        var skip = int.TryParse(request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        using var client = Client(connection.Value);
        var jobs = await new JenkinsJobs(client).List(request.Folder, skip + request.Limit + 1, cancellation).ConfigureAwait(false);
        if (jobs.IsRefused) return jobs.Refusal;
        var page = jobs.Value.Skip(skip).Take(request.Limit).Select(job => new JenkinsJobLine(job.FullName, Word(job.Kind), job.Url, job.Enabled)).ToList();
        return new Page<JenkinsJobLine>(page, jobs.Value.Count > skip + request.Limit ? (skip + request.Limit).ToString(CultureInfo.InvariantCulture) : null);
    }

    public async Task<Outcome<MigratedJob>> Migrate(MigrateJenkinsJob request, CancellationToken cancellation)
    {
        var connection = Connection(request.Url, request.Username, request.Token, request.Connection);
        if (connection.IsRefused) return connection.Refusal;
        using var client = Client(connection.Value);
        var read = await Read(new JenkinsJobs(client), request.JobName, cancellation).ConfigureAwait(false);
        if (read.IsRefused) return read.Refusal;
        var configuration = read.Value;
        var jenkinsfile = request.JenkinsfileContent ?? configuration.Jenkinsfile;
        if (jenkinsfile is null)
            return Refusal.Unprocessable($"The pipeline of {request.JobName} is the file {configuration.ScriptPath} in {configuration.RepositoryUrl ?? "its repository"}. Send that file as jenkinsfileContent.");
        var name = request.JobName[(request.JobName.LastIndexOf('/') + 1)..];
        var outcome = rules.Migrate(jenkinsfile, name, request.Options);
        if (outcome.IsRefused) return outcome.Refusal;
        var migrated = outcome.Value;
        var warnings = migrated.Warnings.Concat(configuration.Unread.Select(part => $"not read from config.xml: {part}; add it by hand")).ToList();
        DeliveredWorkflow? delivered = null;
        if (request.Repository is { } repository)
        {
            var token = GithubToken(null, request.GithubConnection);
            if (token.IsRefused) return token.Refusal;
            var slug = Slug(name);
            var handed = await delivery.Deliver(token.Value, new WorkflowDelivery(repository, request.Branch ?? "migrate/" + slug, $".github/workflows/{slug}.yml", migrated.WorkflowYaml!, $"Migrate {request.JobName} from Jenkins", MarkdownReport.Write(request.JobName, migrated.Report!, warnings), request.CreatePullRequest), cancellation).ConfigureAwait(false);
            if (handed.IsRefused) return handed.Refusal;
            delivered = handed.Value;
        }

        return new MigratedJob(request.JobName, configuration.Kind, migrated.WorkflowYaml!, migrated.Report!, warnings, configuration.Plugins, delivered, Success: true);
    }

    public async Task<Outcome<CreatedJenkinsJob>> Create(CreateJenkinsJob request, CancellationToken cancellation)
    {
        var connection = Connection(request.Url, request.Username, request.Token, request.Connection);
        if (connection.IsRefused) return connection.Refusal;
        using var client = Client(connection.Value);
        var created = await new JenkinsJobs(client).Create(request.JobName, request.Config, cancellation).ConfigureAwait(false);
        return created.Select(_ => new CreatedJenkinsJob(request.JobName, Success: true));
    }

    public async Task<Outcome<JenkinsAudit>> Audit(AuditJenkins request, CancellationToken cancellation)
    {
        var connection = Connection(request.Url, request.Username, request.Token, request.Connection);
        if (connection.IsRefused) return connection.Refusal;
        using var client = Client(connection.Value);
        var jenkins = new JenkinsJobs(client);
        var jobs = await jenkins.List(request.Folder, request.Limit, cancellation).ConfigureAwait(false);
        if (jobs.IsRefused) return jobs.Refusal;
        var plugins = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var audited = new List<AuditedJob>();
        foreach (var job in jobs.Value.Where(job => job.Kind != JenkinsJobKind.Folder))
            audited.Add(await Audit(jenkins, job, plugins, cancellation).ConfigureAwait(false));
        var read = audited.Where(job => job.Problem is null).ToList();
        // What runs often and converts by itself comes first: the most is moved for the least.
        var order = audited.OrderBy(job => job.Problem is not null).ThenBy(job => job.EffortHours).ThenByDescending(job => job.RunnerMinutesPerMonth).ThenBy(job => job.JobName, StringComparer.Ordinal).ToList();
        return new JenkinsAudit(audited.Count, read.Count, read.Count == 0 ? 0 : Math.Round(read.Average(job => job.ConversionRate), 4), Math.Round(read.Sum(job => job.EffortHours), 2), Math.Round(audited.Sum(job => job.RunnerMinutesPerMonth), 1), plugins, order);
    }

    private async Task<AuditedJob> Audit(JenkinsJobs jenkins, JenkinsJob job, SortedDictionary<string, int> plugins, CancellationToken cancellation)
    {
        var minutes = await Minutes(jenkins, job, cancellation).ConfigureAwait(false);
        var read = await Read(jenkins, job.FullName, cancellation).ConfigureAwait(false);
        if (read.IsRefused) return new AuditedJob(job.FullName, Word(job.Kind), "unknown", 0, 0, minutes, read.Refusal.Reason);
        foreach (var plugin in read.Value.Plugins) plugins[plugin] = plugins.GetValueOrDefault(plugin) + 1;
        if (read.Value.Jenkinsfile is not { } text) return new AuditedJob(job.FullName, read.Value.Kind, "unknown", 0, 0, minutes, $"its pipeline is {read.Value.ScriptPath} in {read.Value.RepositoryUrl ?? "a repository"}: migrate it from there");
        var migrated = rules.Migrate(text, job.FullName, null);
        if (migrated.IsRefused) return new AuditedJob(job.FullName, read.Value.Kind, "unknown", 0, 0, minutes, migrated.Refusal.Reason);
        var (tier, effort) = JenkinsfileSurvey.Effort(migrated.Value.Report!);
        return new AuditedJob(job.FullName, read.Value.Kind, tier, effort, migrated.Value.Report!.ConversionRate, minutes, null);
    }

    private async Task<double> Minutes(JenkinsJobs jenkins, JenkinsJob job, CancellationToken cancellation)
    {
        if (job.Kind == JenkinsJobKind.Multibranch) return 0;
        var builds = await jenkins.Builds(job.FullName, BuildsLookedAt, cancellation).ConfigureAwait(false);
        if (builds.IsRefused || builds.Value.Count == 0) return 0;
        var now = time.GetUtcNow();
        var days = Math.Max(1, (now - builds.Value.Min(build => build.At)).TotalDays);
        return Math.Round(builds.Value.Sum(build => Math.Ceiling(build.Duration.TotalMinutes)) * 30 / Math.Max(days, 30), 1);
    }

    private static async Task<Outcome<JobConfiguration>> Read(JenkinsJobs jenkins, string name, CancellationToken cancellation)
    {
        var xml = await jenkins.Configuration(name, cancellation).ConfigureAwait(false);
        return xml.Then(JobConfiguration.Read);
    }

    public Task<Outcome<GithubConnectionTest>> TestGithub(string? token, string? connection, string? repository, CancellationToken cancellation)
    {
        var known = GithubToken(token, connection);
        return known.IsRefused ? Task.FromResult<Outcome<GithubConnectionTest>>(known.Refusal) : delivery.Test(known.Value, repository, cancellation);
    }

    public async Task<Outcome<IntegrationTest>> TestBoth(TestIntegration request, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var jenkins = await Test(new TestJenkinsConnection(Connection: request.JenkinsConnection ?? "jenkins"), cancellation).ConfigureAwait(false);
        var github = await TestGithub(null, request.GithubConnection ?? "github", null, cancellation).ConfigureAwait(false);
        if (jenkins.Refusal is { } first) problems.Add("Jenkins: " + first.Reason);
        else problems.AddRange(jenkins.Value!.Missing.Select(missing => "Jenkins: " + missing));
        if (github.Refusal is { } second) problems.Add("GitHub: " + second.Reason);
        else problems.AddRange(github.Value!.Missing.Select(missing => "GitHub: " + missing));
        return new IntegrationTest(problems.Count == 0, jenkins.Value, github.Value, problems);
    }

    private Outcome<JenkinsConnection> Connection(string? url, string? username, string? token, string? name)
    {
        if (name is { Length: > 0 })
        {
            if (!options.Value.Connections.TryGetValue(name, out var known)) return Refusal.NotFound($"There is no connection '{name}'. Configure Migration:Connections:{name} or give url, username and token.");
            (url, username, token) = (known.Url, known.Username, known.Token);
        }

        if (string.IsNullOrWhiteSpace(url)) return Refusal.Malformed("The address of Jenkins is missing.", [new MemberError("url", "Give url, or connection with the name of a configured connection.")]);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) return Refusal.Malformed("The address of Jenkins is no http address.", [new MemberError("url", "Give something like https://jenkins.example.com/.")]);
        return new JenkinsConnection(address, username, token);
    }

    private Outcome<string> GithubToken(string? token, string? name)
    {
        if (token is { Length: > 0 }) return token;
        if (name is { Length: > 0 } && options.Value.Connections.TryGetValue(name, out var known)) return known.Token;
        if (options.Value.Connections.TryGetValue("github", out var usual)) return usual.Token;
        return Refusal.Malformed("There is no token for GitHub.", [new MemberError("token", "Give token, or configure Migration:Connections:github:Token.")]);
    }

    private JenkinsClient Client(JenkinsConnection connection) => new(connection, time, TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds));

    private static string Word(JenkinsJobKind kind) => kind.ToString().ToLowerInvariant();

    private static string Slug(string name) => string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-') is { Length: > 0 } slug ? slug : "pipeline";
}
