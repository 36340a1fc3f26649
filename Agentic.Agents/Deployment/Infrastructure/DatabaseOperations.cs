using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Infrastructure;

internal sealed record ProvisionDatabase(
    [property: Description("Service the database is for."), StringLength(63)] string Service,
    [property: Description("Environment it is for."), StringLength(63)] string Environment,
    [property: Description("Engine: postgresql, or none to do nothing."), AllowedValues("postgresql", "none")] string Engine = "postgresql");

internal sealed record ReleaseDatabase(
    [property: Description("Service the database was for."), StringLength(63)] string Service,
    [property: Description("The environment it was for; a name of its own, since an undo asks nobody."), StringLength(63)] string Place);

internal sealed record ReleasedDatabase(bool Removed);

/// <summary>Databases of services that run on this host.</summary>
internal sealed class DatabaseOperations(IServiceDatabases databases, IOptions<DeploymentOptions> options) : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<ProvisionDatabase, ServiceDatabase>("provision_database", "deployment", Effect.Changes, Mode.Durable,
            "Gives a service its own PostgreSQL database in an environment, on the configured server or on one this host runs itself. The service gets its address as DATABASE_URL when it is deployed; nobody else does.",
            Provide) with { ActsOnEnvironment = true, EstimatedDuration = TimeSpan.FromSeconds(10) },
        Operation.Define<ReleaseDatabase, ReleasedDatabase>("release_database", "deployment", Effect.Changes, Mode.Durable,
            "Removes the database that this same workflow made; one that was there before stays. The undo of provision_database.",
            async (r, call, cancellation) => !call.Caller.MayTouch(r.Place)
                ? Refusal.Forbidden($"{call.Caller.Name} may not touch the environment '{r.Place}'.")
                : (await databases.Remove(new ServiceKey(r.Service, r.Place), Maker(call), cancellation).ConfigureAwait(false)).Select(removed => new ReleasedDatabase(removed))),
    ];

    private static string Maker(Call call) => call.Effect?.Workflow ?? call.Caller.Name;

    private async Task<Outcome<ServiceDatabase>> Provide(ProvisionDatabase r, Call call, CancellationToken cancellation)
    {
        var key = new ServiceKey(r.Service, r.Environment);
        if (key.Fault() is { } fault)
        {
            return Refusal.Unprocessable(fault);
        }

        if (r.Engine == "none")
        {
            return new ServiceDatabase("none", "", "", "", false);
        }

        // A database that somebody configured is used as it is.
        if (options.Value.Secrets.GetValueOrDefault(r.Environment)?.ContainsKey(r.Service) == true && options.Value.Secrets[r.Environment][r.Service].ContainsKey("DATABASE_URL"))
        {
            return new ServiceDatabase(r.Engine, "as configured", "as configured", "DATABASE_URL", false);
        }

        return options.Value.TargetOf(r.Environment) != "process"
            ? Refusal.Unprocessable($"Services of {r.Environment} run on {options.Value.TargetOf(r.Environment)}, where this host makes no databases; use provision_infrastructure.")
            : await databases.Provide(key, Maker(call), cancellation).ConfigureAwait(false);
    }
}
