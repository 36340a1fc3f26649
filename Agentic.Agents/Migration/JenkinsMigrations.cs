using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Integrations;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.Jenkins;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Migration;

/// <summary>Migrations that begin at a Jenkins server: tests connections, lists, converts, delivers and creates jobs.</summary>
internal sealed class JenkinsMigrations(MappingRules rules, LibrarySources libraries, JenkinsConnections connections, GitHubAccounts accounts, IGitHubRepositories github, WorkflowDelivery delivery, LentCredentials lent, IOptions<JenkinsOptions> options, TimeProvider time)
{
    private const string Usual = "(the usual one)";

    public async Task<Outcome<JenkinsConnectionTest>> Test(TestJenkinsConnection request, Caller caller, CancellationToken cancellation)
    {
        var opened = Open(request.Url, request.Username, request.Token, request.Connection, caller);
        if (opened.IsRefused)
            return opened.Refusal;
        using var client = opened.Value;
        var user = request.Username ?? "anonymous";
        var root = await client.Json("", "mode,jobs[name,fullName]{0,1}", cancellation).ConfigureAwait(false);
        if (root.IsRefused)
            return root.Refusal.Kind == RefusalKind.Unprocessable && client.Version is not null
                ? new JenkinsConnectionTest(false, client.Version, user, [], MissingPermission.Of(root.Refusal) is { } lacked ? [$"{lacked}, to use Jenkins at all"] : [], [], root.Refusal.Reason)
                : root.Refusal;
        if (await client.Json("whoAmI/", null, cancellation).ConfigureAwait(false) is { IsRefused: false } who && (string?)who.Value["name"] is { } name)
            user = name;
        var (granted, missing, unseen) = (new List<string> { "Overall/Read" }, new List<string>(), new List<string> { "Job/Create, which only making a job would show" });
        if (root.Value["jobs"] is JsonArray { Count: > 0 } jobs && (string?)(jobs[0]!["fullName"] ?? jobs[0]!["name"]) is { } first)
        {
            granted.Add("Job/Read");
            var configuration = await new JenkinsJobs(client).Configuration(first, cancellation).ConfigureAwait(false);
            if (!configuration.IsRefused)
                granted.Add("Job/ExtendedRead");
            else if (MissingPermission.Of(configuration.Refusal) is { } permission)
                missing.Add($"{permission}, to read the configuration of jobs");
            else
                return configuration.Refusal;
        }
        else
        {
            missing.Add("Job/Read, to see any job; or there is no job");
            unseen.Add("Job/ExtendedRead, to read the configuration of jobs");
        }

        return new JenkinsConnectionTest(missing.Count == 0, client.Version, user, granted, missing, unseen, missing.Count == 0 ? null : $"The user {user} lacks {string.Join("; ", missing)}.");
    }

    public async Task<Outcome<Page<JenkinsJobLine>>> List(ListJenkinsJobs request, Caller caller, CancellationToken cancellation)
    {
        var opened = Open(request.Url, request.Username, request.Token, request.Connection, caller);
        if (opened.IsRefused)
            return opened.Refusal;
        using var client = opened.Value;
        var skip = 0;
        if (request.Cursor is { Length: > 0 } cursor && !(int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip) && skip <= 1_000_000))
            return Refusal.Malformed("This cursor was not given by this list.", [new MemberError("cursor", "Hand back nextCursor of the page before, or leave it out.")]);
        var jobs = await new JenkinsJobs(client).List(request.Folder, skip + request.Limit, cancellation).ConfigureAwait(false);
        return jobs.Select(found => new Page<JenkinsJobLine>(
            [.. found.Jobs.Skip(skip).Select(job => new JenkinsJobLine(job.FullName, Word(job.Kind), job.Url, job.Enabled))],
            found.IsComplete ? null : (skip + request.Limit).ToString(CultureInfo.InvariantCulture)));
    }

    public async Task<Outcome<MigratedJob>> Migrate(MigrateJenkinsJob request, Caller caller, CancellationToken cancellation)
    {
        var read = request.Config is { Length: > 0 } given ? JobConfiguration.Read(given) : await Configuration(request, caller, cancellation).ConfigureAwait(false);
        if (read.IsRefused)
            return read.Refusal;
        var configuration = read.Value;
        var account = Account(request.GithubUrl, request.GithubToken, request.GithubConnection, caller, isNeeded: request.Repository is not null);
        if (account.IsRefused)
            return account.Refusal;
        var pipeline = request.JenkinsfileContent is { Length: > 0 } sent ? sent : configuration.Jenkinsfile;
        if (pipeline is null)
        {
            var found = await RepositoryPipeline.Read(github, account.Value.Found, configuration, cancellation).ConfigureAwait(false);
            if (found.IsRefused)
                return found.Refusal with { Reason = $"The pipeline of {request.JobName} is the file {configuration.ScriptPath} in {configuration.RepositoryUrl ?? "a repository its configuration does not name"}. {found.Refusal.Reason} Or send the file as jenkinsfileContent." };
            pipeline = found.Value;
        }

        var choices = await libraries.Complete(pipeline, request.Options, cancellation).ConfigureAwait(false);
        if (choices.Refusal is { } noLibrary)
            return noLibrary;
        var outcome = rules.Migrate(pipeline, request.JobName[(request.JobName.LastIndexOf('/') + 1)..], choices.Value);
        if (outcome.IsRefused)
            return outcome.Refusal;
        var report = WithUnread(outcome.Value.Report!, configuration.Unread);
        IReadOnlyList<string> warnings = [.. outcome.Value.Warnings, .. configuration.Unread.Select(part => $"not part of a pipeline: {part}")];
        DeliveredWorkflow? delivered = null;
        if (request.Repository is { } repository)
        {
            var handed = await delivery.Deliver(account.Value.Found!, new WorkflowDestination(repository, request.Branch, request.CreatePullRequest), request.JobName, outcome.Value, report, warnings, cancellation).ConfigureAwait(false);
            if (handed.IsRefused)
                return handed.Refusal;
            delivered = handed.Value;
        }

        return new MigratedJob(request.JobName, configuration.Kind, outcome.Value.WorkflowYaml!, report, warnings, configuration.Plugins, configuration.Kind is "freestyle" or "maven" ? pipeline : null, delivered, Success: true, outcome.Value.Actions.Count > 0 ? outcome.Value.Actions : null);
    }

    public async Task<Outcome<ProposedMigration>> Propose(ProposeMigration request, Caller caller, CancellationToken cancellation)
    {
        var account = accounts.Find(request.GithubUrl, request.GithubToken, request.GithubConnection, caller);
        if (account.IsRefused)
            return account.Refusal;
        var choices = await libraries.Complete(request.JenkinsfileContent, request.Options, cancellation).ConfigureAwait(false);
        if (choices.Refusal is { } noLibrary)
            return noLibrary;
        var outcome = rules.Migrate(request.JenkinsfileContent, request.ProjectName, choices.Value);
        if (outcome.IsRefused)
            return outcome.Refusal;
        var migrated = outcome.Value;
        var delivered = await delivery.Deliver(account.Value, new WorkflowDestination(request.Repository, request.Branch, request.CreatePullRequest), request.ProjectName, migrated, migrated.Report!, migrated.Warnings, cancellation).ConfigureAwait(false);
        return delivered.Select(handed => new ProposedMigration(migrated.WorkflowYaml!, migrated.Report!, migrated.Warnings, handed, Success: true, migrated.Actions.Count > 0 ? migrated.Actions : null));
    }

    public async Task<Outcome<CreatedJenkinsJob>> Create(CreateJenkinsJob request, Caller caller, CancellationToken cancellation)
    {
        // Read before it is sent: Jenkins answers broken XML with a stack trace.
        if (JobConfiguration.Problem(request.Config) is { } problem)
            return Refusal.Malformed(problem.Reason, [new MemberError("config", "Send the config.xml of a job.")]);
        var opened = Open(request.Url, request.Username, request.Token, request.Connection, caller);
        if (opened.IsRefused)
            return opened.Refusal;
        using var client = opened.Value;
        var created = await new JenkinsJobs(client).Create(request.JobName, request.Config, cancellation).ConfigureAwait(false);
        return created.Select(url => new CreatedJenkinsJob(request.JobName, url, Success: true));
    }

    public async Task<Outcome<GithubConnectionTest>> Test(TestGithubConnection request, Caller caller, CancellationToken cancellation)
    {
        var account = accounts.Find(request.Url, request.Token, request.Connection, caller);
        if (account.IsRefused)
            return account.Refusal;
        var seen = await github.Test(account.Value, request.Repository, cancellation).ConfigureAwait(false);
        return seen.Select(access => new GithubConnectionTest(access.Missing.Count == 0, access.Login, access.Scopes, access.Missing, access.NotObserved));
    }

    public async Task<Outcome<IntegrationTest>> Test(TestIntegration request, Caller caller, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var jenkins = await Test(request.Jenkins ?? new TestJenkinsConnection(Connection: request.JenkinsConnection), caller, cancellation).ConfigureAwait(false);
        var hub = await Test(request.Github ?? new TestGithubConnection(Connection: request.GithubConnection), caller, cancellation).ConfigureAwait(false);
        if (jenkins.IsRefused)
            problems.Add("Jenkins: " + jenkins.Refusal.Reason);
        else if (!jenkins.Value.Success)
            problems.Add("Jenkins: " + jenkins.Value.Problem);
        if (hub.IsRefused)
            problems.Add("GitHub: " + hub.Refusal.Reason);
        else
            problems.AddRange(hub.Value.Missing.Select(missing => "GitHub: the token lacks " + missing));
        return new IntegrationTest(problems.Count == 0, jenkins.Value, hub.Value, problems);
    }

    /// <summary>Puts the credentials of a job's migration away, since its input is journalled.</summary>
    public Outcome<JsonElement> Admit(JsonElement input, Call call)
    {
        var members = JsonObject.Create(input)!;
        var refusal = Lend(members, "url", "username", "token", "connection", call.Caller) ?? Lend(members, "githubUrl", null, "githubToken", "githubConnection", call.Caller);
        return refusal is not null
            ? refusal
            : JsonSerializer.SerializeToElement(members, AgenticJson.Options);
    }

    public Outcome<JenkinsClient> Open(string? url, string? username, string? token, string? connection, Caller caller) =>
        connections.Find(url, username, token, connection, caller).Select(found => new JenkinsClient(found, time, TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds)));

    /// <summary>What has no place in a pipeline is accounted for like what could not be converted.</summary>
    private static MigrationReport WithUnread(MigrationReport report, IReadOnlyList<string> unread)
    {
        if (unread.Count == 0)
            return report;
        var counts = report.Counts with { Manual = report.Counts.Manual + unread.Count };
        return report with
        {
            Counts = counts,
            ConversionRate = Math.Round((counts.Converted + counts.Approximated) / (double)(counts.Converted + counts.Approximated + counts.Manual), 4),
            Ledger = [.. report.Ledger, .. unread.Select(part => new ReportRow("manual", 1, 1, "config.xml", $"not part of a pipeline: {part}", null))],
            ManualTasks = [.. report.ManualTasks, .. unread.Select(part => $"[ ] config.xml: {part}")],
        };
    }

    private async Task<Outcome<JobConfiguration>> Configuration(MigrateJenkinsJob request, Caller caller, CancellationToken cancellation)
    {
        var opened = Open(request.Url, request.Username, request.Token, request.Connection, caller);
        if (opened.IsRefused)
            return opened.Refusal;
        using var client = opened.Value;
        return (await new JenkinsJobs(client).Configuration(request.JobName, cancellation).ConfigureAwait(false)).Then(JobConfiguration.Read);
    }

    /// <summary>A wrong account is always refused; having none only where one is needed.</summary>
    private Outcome<(GitHubAccount? Found, string Name)> Account(string? url, string? token, string? connection, Caller caller, bool isNeeded)
    {
        var isNamed = url is { Length: > 0 } || token is { Length: > 0 } || connection is { Length: > 0 };
        if (!isNamed && !isNeeded)
            return (accounts.Default(), Usual);
        return accounts.Find(url, token, connection, caller).Select(found => ((GitHubAccount?)found, connection ?? Usual));
    }

    private Refusal? Lend(JsonObject members, string url, string? username, string token, string connection, Caller caller)
    {
        if (Text(members, token) is not { Length: > 0 } secret)
            return null;
        if (Text(members, connection) is { Length: > 0 })
            return Refusal.Malformed("A connection brings its own address and token.", [new MemberError(connection, $"Give either {connection}, or {url} and {token}.")]);
        // What would be refused when the work is done is better refused now.
        var found = username is null ? accounts.Find(Text(members, url), secret, null, caller).Refusal : connections.Find(Text(members, url), Text(members, username), secret, null, caller).Refusal;
        if (found is not null)
            return found;

        members[connection] = lent.Lend(new LentServer(Text(members, url) ?? "", username is null ? null : Text(members, username), secret), caller);
        members.Remove(token);
        members.Remove(url);
        if (username is not null)
            members.Remove(username);
        return null;
    }

    private static string? Text(JsonObject members, string name) => members[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string Word(JenkinsJobKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
