using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment.Infrastructure;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Terraform;

/// <summary>Runs the Terraform program: plan files are kept by digest, and only a kept one can be applied, once.</summary>
internal sealed class TerraformInfrastructure(TerraformOptions options, Redactor redactor) : IInfrastructure
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _folders = new(StringComparer.Ordinal);

    public Task<Outcome<InfrastructurePlan>> Plan(InfrastructurePlace place, bool destroys, CancellationToken cancellation) => InTurn<InfrastructurePlan>(place, async () =>
    {
        if (await Initialise(place, cancellation) is { } refusal)
        {
            return refusal;
        }

        Directory.CreateDirectory(Plans);
        var file = Path.Combine(Plans, $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.new");
        try
        {
            string[] mode = destroys ? ["-destroy"] : [];
            var planned = await Run(place, ["plan", "-input=false", "-no-color", LockTimeout, $"-out={file}", .. mode], options.PlanLimit, cancellation);
            if (!planned.Succeeded)
            {
                return Failed("plan", planned);
            }

            var shown = await Show(place, file, cancellation);
            if (shown.IsRefused)
            {
                return shown.Refusal;
            }

            var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, cancellation)));
            File.Move(file, PlanFile(place, digest), overwrite: true);
            return TerraformPlanText.Read(digest, shown.Value);
        }
        finally
        {
            File.Delete(file);
        }
    }, cancellation);

    public Task<Outcome<InfrastructureResult>> Apply(InfrastructurePlace place, string digest, CancellationToken cancellation) => InTurn<InfrastructureResult>(place, async () =>
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))
        {
            return Refusal.Unprocessable("The digest must be the one plan_infrastructure answered with (64 hex characters).");
        }

        var file = PlanFile(place, digest);
        if (!File.Exists(file))
        {
            return Refusal.Conflict("There is no kept plan with this digest for this folder and environment: it was applied, or made for another place. Plan again.");
        }

        // What is applied is what was approved, byte for byte.
        if (Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, cancellation))) != digest)
        {
            File.Delete(file);
            return Refusal.Conflict("The kept plan file was changed after it was planned, so it is not applied. Plan again.");
        }

        if (await Initialise(place, cancellation) is { } refusal)
        {
            return refusal;
        }

        // Moved away first: a plan is tried once. After a crash half way, only a new plan can tell what is left to do.
        var applying = file + ".applying";
        File.Move(file, applying, overwrite: true);
        try
        {
            var applied = await Run(place, ["apply", "-input=false", "-no-color", LockTimeout, applying], options.ApplyLimit, cancellation);
            if (!applied.Succeeded)
            {
                return Failed("apply", applied);
            }

            var summary = applied.Output.Split('\n').LastOrDefault(line => line.StartsWith("Apply complete!", StringComparison.Ordinal)) ?? "Apply complete!";
            return new InfrastructureResult(digest, summary.Trim(), await Outputs(place, cancellation));
        }
        finally
        {
            File.Delete(applying);
        }
    }, cancellation);

    public Task<Outcome<InfrastructureDrift>> Drift(InfrastructurePlace place, CancellationToken cancellation) => InTurn<InfrastructureDrift>(place, async () =>
    {
        if (await Initialise(place, cancellation) is { } refusal)
        {
            return refusal;
        }

        Directory.CreateDirectory(Plans);
        var file = Path.Combine(Plans, $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.drift");
        try
        {
            var planned = await Run(place, ["plan", "-detailed-exitcode", "-input=false", "-no-color", LockTimeout, $"-out={file}"], options.PlanLimit, cancellation);
            if (planned.ExitCode == 0)
            {
                return new InfrastructureDrift(false, []);
            }

            if (planned.ExitCode != 2)
            {
                return Failed("plan", planned);
            }

            var shown = await Show(place, file, cancellation);
            return shown.Select(json => new InfrastructureDrift(true, [.. TerraformPlanText.Changes(json["resource_changes"]), .. TerraformPlanText.Changes(json["resource_drift"])]));
        }
        finally
        {
            File.Delete(file);
        }
    }, cancellation);

    private string Plans => Path.GetFullPath(Path.Combine(options.Folder, "plans"));

    private string LockTimeout => string.Create(CultureInfo.InvariantCulture, $"-lock-timeout={(int)options.LockLimit.TotalSeconds}s");

    /// <summary>Bound to the place too: a plan for staging is no plan for production.</summary>
    private string PlanFile(InfrastructurePlace place, string digest)
    {
        var where = SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(place.Folder)}\n{place.Environment}"));
        return Path.Combine(Plans, $"{Convert.ToHexStringLower(where.AsSpan(0, 6))}-{digest}.tfplan");
    }

    private async Task<Refusal?> Initialise(InfrastructurePlace place, CancellationToken cancellation)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Root)) + Path.DirectorySeparatorChar;
        if (!(Path.GetFullPath(place.Folder) + Path.DirectorySeparatorChar).StartsWith(root, StringComparison.Ordinal))
        {
            return Refusal.Forbidden($"'{place.Folder}' does not lie below the folder of configurations this host may run. Put it there, or ask an administrator to set Terraform:Root.");
        }

        if (!Directory.Exists(place.Folder) || !Directory.EnumerateFiles(place.Folder).Any(path => path.EndsWith(".tf", StringComparison.Ordinal) || path.EndsWith(".tf.json", StringComparison.Ordinal)))
        {
            return Refusal.NotFound($"{place.Folder} holds no Terraform configuration (*.tf).");
        }

        var result = await Run(place, ["init", "-input=false", "-no-color", LockTimeout], options.PlanLimit, cancellation);
        return result.Succeeded ? null : Failed("init", result);
    }

    private async Task<Outcome<JsonNode>> Show(InfrastructurePlace place, string file, CancellationToken cancellation)
    {
        var shown = await Run(place, ["show", "-json", "-no-color", file], options.PlanLimit, cancellation, outputLimit: 64 * 1024 * 1024);
        if (!shown.Succeeded)
        {
            return Failed("show", shown);
        }

        try
        {
            return JsonNode.Parse(shown.Output[Math.Max(0, shown.Output.IndexOf('{', StringComparison.Ordinal))..])!;
        }
        catch (JsonException broken)
        {
            return Refusal.Unprocessable($"terraform show answered no JSON: {broken.Message}");
        }
    }

    private async Task<JsonObject> Outputs(InfrastructurePlace place, CancellationToken cancellation)
    {
        var shown = await Run(place, ["output", "-json", "-no-color"], options.PlanLimit, cancellation);
        try
        {
            var outputs = shown.Succeeded ? JsonNode.Parse(shown.Output) as JsonObject ?? [] : [];
            return new JsonObject(outputs.Select(output => KeyValuePair.Create(output.Key, TerraformPlanText.Redact(output.Value!)["value"]?.DeepClone())));
        }
        catch (JsonException)
        {
            // The apply succeeded; without readable outputs there are none to show.
            return [];
        }
    }

    private async Task<CommandResult> Run(InfrastructurePlace place, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation, int? outputLimit = null)
    {
        var environment = ScrubbedEnvironment.ForBuild(place.Folder);
        environment["TF_IN_AUTOMATION"] = "1";
        environment["TF_INPUT"] = "0";
        environment["CHECKPOINT_DISABLE"] = "1";
        foreach (var (name, value) in options.Variables)
        {
            environment[name] = value;
        }

        foreach (var (name, value) in place.Variables)
        {
            environment[$"TF_VAR_{name}"] = value;
        }

        return await BoundedCommand.Run([options.Executable, .. arguments], place.Folder, environment, limit, cancellation, options.StopGrace, interrupts: true, outputLimit);
    }

    private Refusal Failed(string step, CommandResult result)
    {
        var text = redactor.Redact(result.Output).Trim();
        text = text.Length <= 2000 ? text : "…" + text[^2000..];
        var reason = $"terraform {step} {(result.TimedOut ? "took too long" : $"failed with exit code {result.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}")}: {text}";
        return result.Output.Contains("Error acquiring the state lock", StringComparison.Ordinal)
            ? Refusal.Unavailable(reason, TimeSpan.FromMinutes(1))
            : Refusal.Unprocessable(reason);
    }

    /// <summary>One command at a time in a folder: they share its .terraform.</summary>
    private async Task<Outcome<T>> InTurn<T>(InfrastructurePlace place, Func<Task<Outcome<T>>> act, CancellationToken cancellation)
    {
        var turn = _folders.GetOrAdd(Path.GetFullPath(place.Folder), _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);
        try
        {
            return await act();
        }
        finally
        {
            turn.Release();
        }
    }
}
