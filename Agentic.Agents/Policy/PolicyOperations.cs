using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Engines;
using Agentic.Agents.Policy.Kubernetes;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Agents.Policy;

/// <summary>What Policy judges: content, artifacts, images, the reports of others, a repository's history, and what a cluster is about to take in.</summary>
internal sealed class PolicyOperations(
    PolicyJudge judge, PolicyEngines engines, GitHistoryScan history, IPolicyArtifacts? artifacts, IAuditTrail? audit, TimeProvider time, IOptions<PolicyOptions> options) : IOperationSource
{
    private const string Agent = "policy";

    private static readonly Dictionary<string, string> NoFiles = [];

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<ValidatePolicy, PolicyValidation>("validate_policy", Agent, Effect.Reads, Mode.Immediate,
            "Checks Terraform, plans, CloudFormation, Kubernetes, Dockerfiles, workflows, dependencies or a whole repository against the rules, and says what it found, what it decided and what it did not check. Advisory blocks nothing; enforced and strict block from severity medium on; strict also where an engine that is expected is missing or failed, or a part could not be read; low and info never block.",
            Validate) with
        {
            Route = Route.Post("/policy/validate"),
            MaxInputBytes = 48L * 1024 * 1024,
            Example = new ValidatePolicy("dockerfile", "FROM alpine:3.20\nUSER app\n", "plain", "dev"),
        },
        Operation.Define<ValidateArtifact, PolicyValidation>("validate_artifact", Agent, Effect.Reads, Mode.Immediate,
            "Gates a generated artifact: checks all of its files for an environment, and is refused where policy blocks it there, so that a workflow stops before anything is deployed. The decision goes to the audit.",
            Gate),
        Operation.Define<ValidateImage, PolicyValidation>("validate_image", Agent, Effect.Reads, Mode.Immediate,
            "Looks into a container image for known vulnerabilities, secrets and misconfiguration. Needs Trivy on this host; without it the answer says that nobody looked.",
            Image),
        Operation.Define<ImportSarif, PolicyValidation>("import_sarif", Agent, Effect.Reads, Mode.Immediate,
            "Takes in the findings of another scanner (SARIF 2.1.0), names them as the built-in rules where they are the same, and decides over them like over its own.",
            Import) with { MaxInputBytes = 48L * 1024 * 1024 },
        Operation.Define<ScanHistory, PolicyValidation>("scan_history", Agent, Effect.Reads, Mode.Immediate,
            "Searches the whole history of a Git repository for secrets that were ever added: a repository of this host by name, a Git bundle, or the text of git log -p.",
            History) with { MaxInputBytes = 64L * 1024 * 1024 },
        Operation.Define<ReviewAdmission, JsonObject>("review_admission", Agent, Effect.Reads, Mode.Immediate,
            "Validating admission webhook of Kubernetes: answers an AdmissionReview by the rules of the cluster's environment. Closed for environments that Policy:AdmissionEnvironments does not name.",
            Admit) with { Route = Route.Post("/policy/admission/{environment}"), IsTool = false },
    ];

    private async Task<Outcome<PolicyValidation>> Validate(ValidatePolicy request, Call call, CancellationToken cancellation)
    {
        var content = PolicyContent.Read(request.Type, request.Content, request.Encoding);
        return content.IsRefused
            ? content.Refusal
            : await Answer(
                new PolicyCase(content.Value, request.Environment, request.Subject, PolicyJudge.Hex(request.Content))
                {
                    Baseline = request.Baseline?.ToHashSet(StringComparer.Ordinal),
                    WithPatches = request.Fixes,
                },
                call,
                cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<PolicyValidation>> Gate(ValidateArtifact request, Call call, CancellationToken cancellation)
    {
        if (artifacts is null)
        {
            return Refusal.Unavailable("This host has no artifact store, so there is nothing to validate.");
        }

        if (await artifacts.Read(request.Artifact, cancellation).ConfigureAwait(false) is not { } files)
        {
            return Refusal.NotFound($"There is no artifact '{request.Artifact}'.");
        }

        var outcome = await Answer(new PolicyCase(new PolicyContent("files", files, []), request.Environment, request.Subject, PolicyJudge.Hex(files)), call, cancellation).ConfigureAwait(false);
        if (outcome.IsRefused)
        {
            return outcome;
        }

        await Record(request, outcome.Value, call, cancellation).ConfigureAwait(false);
        return !outcome.Value.Blocked
            ? outcome
            : Refusal.Unprocessable(
                $"{outcome.Value.Decision} explain_decision {outcome.Value.ValidationId} shows everything.",
                [.. outcome.Value.Violations.Take(20).Select(violation => new MemberError(violation.File ?? violation.Resource ?? "artifact", $"{violation.Rule}: {violation.Message}"))]);
    }

    /// <summary>The gate before a deployment is a decision someone may have to account for later.</summary>
    private Task Record(ValidateArtifact request, PolicyValidation validation, Call call, CancellationToken cancellation) =>
        audit is null ? Task.CompletedTask : audit.Append(
            new AuditRecord(
                time.GetUtcNow(), "decision", call.Caller.Name, call.Door, "validate_artifact", request.Environment, validation.ValidationId, null, validation.Blocked ? "blocked" : "passed",
                new JsonObject { ["artifact"] = request.Artifact, ["decision"] = validation.Decision, ["violations"] = validation.Violations.Count, ["waived"] = validation.Waived.Count }),
            cancellation);

    private async Task<Outcome<PolicyValidation>> Image(ValidateImage request, Call call, CancellationToken cancellation)
    {
        var answers = await engines.AskAboutImage(request.Image, cancellation).ConfigureAwait(false);
        return await Other("image", request.Environment, request.Subject ?? request.Image, PolicyJudge.Hex(request.Image), new ContentResult([], [], []), answers, null, call, cancellation).ConfigureAwait(false);
    }

    private Task<Outcome<PolicyValidation>> Import(ImportSarif request, Call call, CancellationToken cancellation)
    {
        var read = SarifImport.Read(request.Sarif, engines.Aliases);
        if (read.Findings.Count == 0 && read.NotChecked is [{ What: "sarif" } broken])
        {
            return Task.FromResult<Outcome<PolicyValidation>>(Refusal.Unprocessable(broken.Why, [new MemberError("sarif", broken.Why)]));
        }

        var names = read.Findings.Select(finding => finding.Engine!).Distinct(StringComparer.Ordinal).ToList();
        return Other("sarif", request.Environment, request.Subject, PolicyJudge.Hex(request.Sarif), new ContentResult(read.Findings, read.NotChecked, names), EngineAnswers.None, request.Baseline, call, cancellation);
    }

    private async Task<Outcome<PolicyValidation>> History(ScanHistory request, Call call, CancellationToken cancellation)
    {
        var sources = new[] { request.Repository, request.Bundle, request.Log }.Count(source => source is not null);
        if (sources != 1)
        {
            return Refusal.Malformed("Send one of repository, bundle and log.", [new MemberError("repository", "Name a repository, or send a bundle or a log instead.")]);
        }

        var found = request.Log is { } log
            ? SecretHistory.Read(log)
            : request.Bundle is { } bundle ? await history.CheckBundle(bundle, request.Commits, cancellation).ConfigureAwait(false)
            : await history.CheckNamed(options.Value.RepositoryFolder, request.Repository!, request.Commits, cancellation).ConfigureAwait(false);
        if (found.IsRefused)
        {
            return found.Refusal;
        }

        var digest = PolicyJudge.Hex(request.Log ?? request.Bundle ?? request.Repository!);
        return await Other("history", request.Environment, request.Subject ?? request.Repository, digest, ContentResult.Of(found.Value, "secrets"), EngineAnswers.None, null, call, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<JsonObject>> Admit(ReviewAdmission request, Call call, CancellationToken cancellation)
    {
        if (options.Value.AdmissionEnvironments?.Contains(request.Environment, StringComparer.Ordinal) != true)
        {
            return Refusal.Forbidden($"This host answers no admission reviews for '{request.Environment}'. Name it in Policy:AdmissionEnvironments to let its cluster ask.");
        }

        if (AdmissionReview.Read(request.ApiVersion, request.Request) is not { } question)
        {
            return Refusal.Malformed("The body is not an AdmissionReview: it has no request with a uid.", [new MemberError("request.uid", "Send the AdmissionReview of the API server.")]);
        }

        if (question.Manifest is null)
        {
            return AdmissionReview.Answer(question, null);
        }

        var content = new PolicyContent("kubernetes", new Dictionary<string, string> { ["object.yaml"] = question.Manifest }, []);
        var outcome = await judge.Judge(
            new PolicyCase(content, request.Environment, question.Subject, PolicyJudge.Hex(question.Manifest)) { InHaste = true, IsTrial = question.IsDryRun }, call, cancellation).ConfigureAwait(false);
        return outcome.IsRefused ? outcome.Refusal : AdmissionReview.Answer(question, outcome.Value.Verdict);
    }

    private Task<Outcome<PolicyValidation>> Other(
        string type, string? environment, string? subject, string digest, ContentResult seen, EngineAnswers answers, IReadOnlyList<string>? baseline, Call call, CancellationToken cancellation) =>
        Answer(
            new PolicyCase(new PolicyContent(type, NoFiles, []), environment, subject, digest) { Seen = seen, Answers = answers, Baseline = baseline?.ToHashSet(StringComparer.Ordinal) },
            call,
            cancellation);

    private async Task<Outcome<PolicyValidation>> Answer(PolicyCase asked, Call call, CancellationToken cancellation)
    {
        var outcome = await judge.Judge(asked, call, cancellation).ConfigureAwait(false);
        return outcome.Select(judged => judged.Validation);
    }
}
