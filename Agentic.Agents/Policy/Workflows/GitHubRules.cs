using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Workflows;

/// <summary>Hygiene of GitHub Actions workflows: what an outsider, a moved tag or a log line could turn against the repository.</summary>
internal static partial class GitHubRules
{
    private const string Topic = "github-actions";

    /// <summary>Parts of the event that anyone who opens an issue or pull request writes.</summary>
    private static readonly string[] Untrusted =
    [
        "github.event.issue.title", "github.event.issue.body", "github.event.pull_request.title", "github.event.pull_request.body", "github.event.pull_request.head.ref",
        "github.event.pull_request.head.label", "github.event.pull_request.head.repo.default_branch", "github.event.comment.body", "github.event.review.body", "github.event.review_comment.body",
        "github.event.pages", "github.event.commits", "github.event.head_commit.message", "github.event.head_commit.author", "github.event.discussion.title", "github.event.discussion.body",
        "github.event.workflow_run.head_branch", "github.event.workflow_run.head_commit", "github.event.workflow_run.pull_requests", "github.head_ref", "github.event.inputs", "github.event.client_payload",
    ];

    public static IReadOnlyList<WorkflowRule<GitHubWorkflow>> Rules { get; } =
    [
        WorkflowRule<GitHubWorkflow>.Of("gha-unpinned-action", "MEDIUM", Topic, "an action of someone else is used by a tag or branch instead of a commit",
            "Name the full commit (uses: owner/name@<40 hex digits> # v4.2.0); a tag can be moved.", UnpinnedActions),
        WorkflowRule<GitHubWorkflow>.Of("gha-broad-permissions", "MEDIUM", Topic, "the job token may write everything, or no permissions are stated",
            "State permissions at the top of the workflow (permissions: contents: read) and add single ones per job.", BroadPermissions),
        WorkflowRule<GitHubWorkflow>.Of("gha-script-injection", "HIGH", Topic, "text an outsider writes is put into a script",
            "Hand the value over in env: and use the variable, quoted, in the script.", ScriptInjection),
        WorkflowRule<GitHubWorkflow>.Of("gha-pull-request-target-checkout", "CRITICAL", Topic, "pull_request_target or workflow_run checks out the code of the pull request",
            "Use pull_request, or do not check out and run the pull request's code where secrets are at hand.", PrivilegedCheckout),
        WorkflowRule<GitHubWorkflow>.Of("gha-secret-in-log", "HIGH", Topic, "a secret or the whole environment is printed",
            "Do not print secrets: masking fails for parts and encodings of them.", SecretInLog),
        WorkflowRule<GitHubWorkflow>.Of("gha-secrets-inherit", "MEDIUM", Topic, "a called workflow receives every secret (secrets: inherit)",
            "Name the secrets the called workflow needs.", SecretsInherit),
        WorkflowRule<GitHubWorkflow>.Of("gha-curl-pipe-shell", "MEDIUM", Topic, "a download is piped into a shell",
            "Download to a file, check its digest, then run it.", workflow => Runs(workflow).Where(step => ScriptText.RunsADownload(step.Script)).Select(step => new WorkflowHit(step.At, step.Place, "runs what it downloads without a look at it"))),
        WorkflowRule<GitHubWorkflow>.Of("gha-insecure-download", "MEDIUM", Topic, "certificate checks are switched off",
            "Remove the switch and trust the right certificate authority instead.", workflow => Runs(workflow).Where(step => ScriptText.SkipsCertificateChecks(step.Script)).Select(step => new WorkflowHit(step.At, step.Place, "downloads without checking the certificate"))),
        WorkflowRule<GitHubWorkflow>.Of("gha-insecure-commands", "HIGH", Topic, "ACTIONS_ALLOW_UNSECURE_COMMANDS is set",
            "Remove it and write to GITHUB_ENV and GITHUB_OUTPUT.", InsecureCommands),
        WorkflowRule<GitHubWorkflow>.Of("gha-environment-injection", "HIGH", Topic, "text an outsider writes goes into GITHUB_ENV or GITHUB_PATH",
            "Check the value against a list or a pattern before it is written.", EnvironmentInjection),
        WorkflowRule<GitHubWorkflow>.Of("gha-unpinned-image", "LOW", Topic, "a job or service container has no version (or :latest)",
            "Name a released version of the image, best with its digest.", UnpinnedImages),
        WorkflowRule<GitHubWorkflow>.Of("gha-self-hosted-public", "MEDIUM", Topic, "a self-hosted runner runs pull requests",
            "Run pull requests on hosted or throw-away runners.", SelfHosted),
        WorkflowRule<GitHubWorkflow>.Of("gha-persisted-credentials", "LOW", Topic, "a checkout leaves the token behind and the workspace is uploaded",
            "Set persist-credentials: false on the checkout, or upload a folder of results only.", PersistedCredentials),
        WorkflowRule<GitHubWorkflow>.Of("gha-job-timeout", "LOW", Topic, "a job has no timeout-minutes",
            "Set timeout-minutes to what the job needs; the default is six hours.", JobTimeout),
    ];

    private static IEnumerable<WorkflowHit> UnpinnedActions(GitHubWorkflow workflow)
    {
        foreach (var (uses, place, at) in Uses(workflow))
        {
            var reference = uses.Split('#')[0].Trim();
            var isOwn = reference.StartsWith("./", StringComparison.Ordinal) || reference.StartsWith("../", StringComparison.Ordinal);

            if (isOwn || reference.Contains("${{", StringComparison.Ordinal))
            {
                continue;
            }

            if (reference.StartsWith("docker://", StringComparison.Ordinal))
            {
                if (!reference.Contains("@sha256:", StringComparison.Ordinal))
                {
                    yield return new WorkflowHit(at, place, $"uses {reference} without a digest");
                }

                continue;
            }

            var sign = reference.LastIndexOf('@');
            var version = sign < 0 ? "" : reference[(sign + 1)..];

            if (!CommitDigest().IsMatch(version))
            {
                yield return new WorkflowHit(at, place, version.Length == 0 ? $"uses {reference} without a version" : $"uses {reference}: '{version}' can be moved to other code");
            }
        }
    }

    private static IEnumerable<WorkflowHit> BroadPermissions(GitHubWorkflow workflow)
    {
        if (workflow.IsAction)
        {
            yield break;
        }

        var top = workflow.Root.Get("permissions");

        foreach (var (permissions, place) in workflow.Jobs.Select(job => (job.Spec.Get("permissions"), $"job {job.Name}")).Prepend((top, "workflow")))
        {
            if (permissions is { Kind: YamlKind.Scalar, Text: "write-all" })
            {
                yield return new WorkflowHit(permissions, place, "asks for permissions: write-all");
            }
        }

        foreach (var job in workflow.Jobs)
        {
            if (!workflow.Root.Has("permissions") && !job.Spec.Has("permissions"))
            {
                yield return new WorkflowHit(job.Spec, $"job {job.Name}", "states no permissions, so its token gets the repository's default");
            }
        }
    }

    private static IEnumerable<WorkflowHit> ScriptInjection(GitHubWorkflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            foreach (var step in job.Steps)
            {
                var script = step.Run ?? (step.Uses?.StartsWith("actions/github-script@", StringComparison.Ordinal) == true ? step.With?.TextOf("script") : null);

                if (script is not null && Outsiders(script).FirstOrDefault() is { } expression)
                {
                    yield return new WorkflowHit(step.Spec.Get("run") ?? step.Spec, $"job {job.Name}, {step.Name}", $"puts {expression} into its script");
                }
            }
        }
    }

    private static IEnumerable<WorkflowHit> EnvironmentInjection(GitHubWorkflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            foreach (var step in job.Steps.Where(step => step.Run is not null && (step.Run.Contains("GITHUB_ENV", StringComparison.Ordinal) || step.Run.Contains("GITHUB_PATH", StringComparison.Ordinal))))
            {
                var fromOutside = (step.Spec.Get("env")?.Entries ?? []).Where(entry => Outsiders(entry.Value.Text).Any()).Select(entry => entry.Key);

                if (fromOutside.FirstOrDefault(name => step.Run!.Split('\n').Any(line => line.Contains(name, StringComparison.Ordinal) && (line.Contains("GITHUB_ENV", StringComparison.Ordinal) || line.Contains("GITHUB_PATH", StringComparison.Ordinal)))) is { } name)
                {
                    yield return new WorkflowHit(step.Spec.Get("run"), $"job {job.Name}, {step.Name}", $"writes {name}, which an outsider can set, into the environment of later steps");
                }
            }
        }
    }

    private static IEnumerable<WorkflowHit> PrivilegedCheckout(GitHubWorkflow workflow)
    {
        if (!workflow.StartsOn("pull_request_target") && !workflow.StartsOn("workflow_run") && !workflow.StartsOn("issue_comment"))
        {
            yield break;
        }

        foreach (var job in workflow.Jobs)
        {
            foreach (var step in job.Steps)
            {
                var reference = (step.With?.TextOf("ref") ?? "") + " " + (step.With?.TextOf("repository") ?? "");
                var isCheckout = step.Uses?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true && NamesPullRequest(reference);
                var isFetch = step.Run is { } run && (run.Contains("gh pr checkout", StringComparison.Ordinal) || (run.Contains("git fetch", StringComparison.Ordinal) && (run.Contains("refs/pull/", StringComparison.Ordinal) || run.Contains("pull/${{", StringComparison.Ordinal))));

                if (isCheckout || isFetch)
                {
                    yield return new WorkflowHit(step.Spec, $"job {job.Name}, {step.Name}", "checks out the code of the pull request with the repository's secrets at hand");
                }
            }
        }
    }

    private static bool NamesPullRequest(string reference) =>
        reference.Contains("pull_request.head", StringComparison.Ordinal) || reference.Contains("github.head_ref", StringComparison.Ordinal) || reference.Contains("workflow_run.head", StringComparison.Ordinal)
        || reference.Contains("refs/pull/", StringComparison.Ordinal) || reference.Contains("pull_request.merge_commit_sha", StringComparison.Ordinal);

    private static IEnumerable<WorkflowHit> SecretInLog(GitHubWorkflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            foreach (var step in job.Steps.Where(step => step.Run is not null))
            {
                var fromSecrets = new[] { step.Spec, job.Spec, workflow.Root }.SelectMany(level => level.Get("env")?.Entries ?? [])
                    .Where(entry => entry.Value.Text.Contains("secrets.", StringComparison.Ordinal)).Select(entry => entry.Key).ToList();
                var line = ScriptText.Prints(step.Run!, word => SecretExpression().IsMatch(word)
                    || fromSecrets.Any(name => word.Contains("$" + name, StringComparison.Ordinal) || word.Contains("${" + name + "}", StringComparison.Ordinal) || word.Contains("$env:" + name, StringComparison.OrdinalIgnoreCase)));

                if (line is not null || (fromSecrets.Count > 0 && step.Run!.Contains("toJSON(secrets)", StringComparison.OrdinalIgnoreCase)))
                {
                    yield return new WorkflowHit(step.Spec.Get("run"), $"job {job.Name}, {step.Name}", "prints a secret, or an environment that may hold one, to the log");
                }
            }
        }
    }

    private static IEnumerable<WorkflowHit> SecretsInherit(GitHubWorkflow workflow) =>
        workflow.Jobs.Where(job => job.Spec.TextOf("secrets") == "inherit").Select(job => new WorkflowHit(job.Spec.Get("secrets"), $"job {job.Name}", "hands every secret to the workflow it calls"));

    private static IEnumerable<WorkflowHit> InsecureCommands(GitHubWorkflow workflow)
    {
        foreach (var (spec, place) in workflow.Jobs.SelectMany(job => job.Steps.Select(step => (step.Spec, $"job {job.Name}, {step.Name}")).Prepend((job.Spec, $"job {job.Name}"))).Prepend((workflow.Root, "workflow")))
        {
            if (spec.Get("env", "ACTIONS_ALLOW_UNSECURE_COMMANDS") is { } value && value.AsBool() == true)
            {
                yield return new WorkflowHit(value, place, "allows the workflow commands that were switched off for their risk");
            }
        }
    }

    private static IEnumerable<WorkflowHit> UnpinnedImages(GitHubWorkflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            var containers = (job.Spec.Get("services")?.Entries ?? []).Select(service => service.Value).Append(job.Spec.Get("container"));

            foreach (var container in containers)
            {
                var image = container?.Kind == YamlKind.Scalar ? container.Text : container?.TextOf("image");

                if (image is { Length: > 0 } && ImageName.IsLoose(image))
                {
                    yield return new WorkflowHit(container, $"job {job.Name}", $"runs in the image {image}");
                }
            }
        }
    }

    private static IEnumerable<WorkflowHit> SelfHosted(GitHubWorkflow workflow) =>
        workflow.StartsOn("pull_request") || workflow.StartsOn("pull_request_target")
            ? workflow.Jobs.Where(job => job.Spec.Get("runs-on") is { } runner && (runner.Text == "self-hosted" || runner.Items.Any(item => item.Text == "self-hosted")))
                .Select(job => new WorkflowHit(job.Spec.Get("runs-on"), $"job {job.Name}", "runs pull requests on a self-hosted runner"))
            : [];

    private static IEnumerable<WorkflowHit> PersistedCredentials(GitHubWorkflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            var keeps = job.Steps.FirstOrDefault(step => step.Uses?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true && step.With?.Get("persist-credentials")?.AsBool() != false);
            var uploads = job.Steps.Any(step => step.Uses?.StartsWith("actions/upload-artifact@", StringComparison.Ordinal) == true && step.With?.TextOf("path")?.Trim() is "." or "./" or "${{ github.workspace }}" or "*" or "**");

            if (keeps is not null && uploads)
            {
                yield return new WorkflowHit(keeps.Spec, $"job {job.Name}, {keeps.Name}", "leaves its token in .git, and the whole workspace is uploaded");
            }
        }
    }

    private static IEnumerable<WorkflowHit> JobTimeout(GitHubWorkflow workflow) =>
        workflow.IsAction ? [] : workflow.Jobs.Where(job => !job.Spec.Has("timeout-minutes") && !job.Spec.Has("uses")).Select(job => new WorkflowHit(job.Spec, $"job {job.Name}", "may run for six hours: it has no timeout-minutes"));

    private static IEnumerable<(string Uses, string Place, YamlValue? At)> Uses(GitHubWorkflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            if (job.Spec.TextOf("uses") is { } called)
            {
                yield return (called, $"job {job.Name}", job.Spec.Get("uses"));
            }

            foreach (var step in job.Steps)
            {
                if (step.Uses is { } uses)
                {
                    yield return (uses, $"job {job.Name}, {step.Name}", step.Spec.Get("uses"));
                }
            }
        }
    }

    private static IEnumerable<(string Script, string Place, YamlValue? At)> Runs(GitHubWorkflow workflow) =>
        workflow.Jobs.SelectMany(job => job.Steps.Where(step => step.Run is not null).Select(step => (step.Run!, $"job {job.Name}, {step.Name}", step.Spec.Get("run"))));

    private static IEnumerable<string> Outsiders(string text)
    {
        foreach (Match expression in Expression().Matches(text))
        {
            var inner = expression.Groups[1].Value;

            if (Untrusted.Any(part => inner.Contains(part, StringComparison.Ordinal)) && !inner.Contains("contains(", StringComparison.Ordinal) && !inner.Contains("startsWith(", StringComparison.Ordinal) && !inner.Contains("==", StringComparison.Ordinal))
            {
                yield return expression.Value;
            }
        }
    }

    [GeneratedRegex("^[0-9a-f]{40}$|^[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex CommitDigest();

    [GeneratedRegex(@"\$\{\{([^}]*)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\$\{\{\s*secrets\.[A-Za-z0-9_]+", RegexOptions.NonBacktracking)]
    private static partial Regex SecretExpression();
}
