using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Workflows;

/// <summary>Hygiene of GitLab CI pipelines.</summary>
internal static partial class GitLabRules
{
    private const string Topic = "gitlab-ci";

    /// <summary>Predefined variables whose text anyone who pushes a branch or opens a merge request chooses.</summary>
    private static readonly string[] Untrusted =
    [
        "CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE", "CI_COMMIT_DESCRIPTION", "CI_MERGE_REQUEST_TITLE", "CI_MERGE_REQUEST_DESCRIPTION", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
        "CI_COMMIT_BRANCH", "CI_COMMIT_REF_NAME", "CI_COMMIT_TAG_MESSAGE", "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME",
    ];

    private static readonly string[] SecretWords = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIAL"];

    public static IReadOnlyList<WorkflowRule<GitLabPipeline>> Rules { get; } =
    [
        WorkflowRule<GitLabPipeline>.Of("gitlab-unpinned-include", "MEDIUM", Topic, "an include of another project or a remote file has no fixed version",
            "Give project includes a ref that is a commit or a protected tag, and remote includes an integrity digest.", UnpinnedIncludes),
        WorkflowRule<GitLabPipeline>.Of("gitlab-unpinned-image", "LOW", Topic, "an image or service has no version (or :latest)",
            "Name a released version of the image, best with its digest.",
            pipeline => pipeline.Images().Where(each => ImageName.IsLoose(each.Image)).Select(each => new WorkflowHit(each.At, each.Place, $"runs in the image {each.Image}"))),
        WorkflowRule<GitLabPipeline>.Of("gitlab-script-injection", "HIGH", Topic, "text an outsider writes is evaluated by a shell",
            "Do not hand such variables to eval, sh -c or an unquoted command; quote them and check them first.", ScriptInjection),
        WorkflowRule<GitLabPipeline>.Of("gitlab-secret-in-log", "HIGH", Topic, "a secret or the whole environment is printed",
            "Do not print secrets; mask and protect the variable.",
            pipeline => pipeline.Scripts().Where(each => ScriptText.Prints(each.Script, IsSecretVariable) is not null).Select(each => new WorkflowHit(each.At, each.Place, "prints a secret, or an environment that may hold one, to the log"))),
        WorkflowRule<GitLabPipeline>.Of("gitlab-plain-secret-variable", "HIGH", Topic, "a variable in the file holds a secret in clear text",
            "Keep the value in a masked and protected CI/CD variable or a secret store.", PlainSecrets),
        WorkflowRule<GitLabPipeline>.Of("gitlab-curl-pipe-shell", "MEDIUM", Topic, "a download is piped into a shell",
            "Download to a file, check its digest, then run it.",
            pipeline => pipeline.Scripts().Where(each => ScriptText.RunsADownload(each.Script)).Select(each => new WorkflowHit(each.At, each.Place, "runs what it downloads without a look at it"))),
        WorkflowRule<GitLabPipeline>.Of("gitlab-insecure-download", "MEDIUM", Topic, "certificate checks are switched off",
            "Remove the switch and trust the right certificate authority instead.",
            pipeline => pipeline.Scripts().Where(each => ScriptText.SkipsCertificateChecks(each.Script)).Select(each => new WorkflowHit(each.At, each.Place, "downloads without checking the certificate"))
                .Concat(Variables(pipeline).Where(each => each.Name == "GIT_SSL_NO_VERIFY" && each.Value.Text is "1" or "true").Select(each => new WorkflowHit(each.Value, each.Place, "sets GIT_SSL_NO_VERIFY")))),
        WorkflowRule<GitLabPipeline>.Of("gitlab-privileged-docker", "MEDIUM", Topic, "Docker runs without TLS (DOCKER_TLS_CERTDIR empty)",
            "Set DOCKER_TLS_CERTDIR to \"/certs\", or build without a daemon.",
            pipeline => Variables(pipeline).Where(each => each.Name == "DOCKER_TLS_CERTDIR" && each.Value is { Kind: YamlKind.Scalar, Text: "" }).Select(each => new WorkflowHit(each.Value, each.Place, "talks to Docker without TLS"))),
    ];

    private static IEnumerable<WorkflowHit> UnpinnedIncludes(GitLabPipeline pipeline)
    {
        var include = pipeline.Root.Get("include");

        foreach (var item in include?.Kind == YamlKind.List ? include.Items : include is null ? [] : [include])
        {
            if (item.Kind == YamlKind.Scalar)
            {
                if (item.Text.StartsWith("http", StringComparison.OrdinalIgnoreCase))
                {
                    yield return new WorkflowHit(item, "include", $"includes {item.Text} as it is at that moment");
                }
            }
            else if (item.TextOf("remote") is { } remote && !item.Has("integrity"))
            {
                yield return new WorkflowHit(item, "include", $"includes {remote} as it is at that moment");
            }
            else if (item.TextOf("project") is { } project && (item.TextOf("ref") is not { } reference || IsBranch(reference)))
            {
                yield return new WorkflowHit(item, "include", $"includes the project {project} at {item.TextOf("ref") ?? "its default branch"}");
            }
            else if (item.TextOf("component") is { } component && (!component.Contains('@') || component.EndsWith("@~latest", StringComparison.Ordinal) || IsBranch(component[(component.LastIndexOf('@') + 1)..])))
            {
                yield return new WorkflowHit(item, "include", $"includes the component {component}");
            }
        }
    }

    private static bool IsBranch(string reference) => reference is "main" or "master" or "develop" or "dev" or "trunk" or "HEAD" or "stable" or "latest";

    private static IEnumerable<WorkflowHit> ScriptInjection(GitLabPipeline pipeline)
    {
        foreach (var (place, at, script) in pipeline.Scripts())
        {
            foreach (var line in script.Split('\n'))
            {
                var evaluates = Evaluation().IsMatch(line);

                if (evaluates && Untrusted.FirstOrDefault(name => line.Contains("$" + name, StringComparison.Ordinal) || line.Contains("${" + name, StringComparison.Ordinal)) is { } name)
                {
                    yield return new WorkflowHit(at, place, $"lets a shell evaluate {name}");
                    break;
                }
            }
        }
    }

    private static bool IsSecretVariable(string word)
    {
        foreach (Match variable in Variable().Matches(word))
        {
            if (SecretWords.Any(part => variable.Value.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<WorkflowHit> PlainSecrets(GitLabPipeline pipeline) =>
        Variables(pipeline).Where(each => SecretWords.Any(part => each.Name.EndsWith(part, StringComparison.OrdinalIgnoreCase)) && (each.Value.Kind == YamlKind.Scalar ? each.Value.Text : each.Value.TextOf("value")) is { Length: >= 6 } value
                && !value.Contains('$') && !Secrets.Wording.IsPlaceholder(value))
            .Select(each => new WorkflowHit(each.Value, each.Place, $"holds the value of {each.Name} in clear text"));

    private static IEnumerable<(string Place, string Name, YamlValue Value)> Variables(GitLabPipeline pipeline) =>
        pipeline.Jobs.Select(job => ($"job {job.Name}", job.Spec)).Prepend(("pipeline", pipeline.Root))
            .SelectMany(each => (each.Item2.Get("variables")?.Entries ?? []).Select(entry => (each.Item1, entry.Key, entry.Value)));

    [GeneratedRegex(@"\beval\b|\b(?:ba|z|da)?sh\s+-[a-z]*c\b|\bpython3?\s+-c\b|\bssh\b.*\$|`", RegexOptions.NonBacktracking)]
    private static partial Regex Evaluation();

    [GeneratedRegex(@"\$\{?[A-Za-z_][A-Za-z0-9_]*", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
