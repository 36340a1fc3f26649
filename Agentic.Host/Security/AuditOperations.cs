using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Operations;
using Route = Agentic.Agents.Operations.Route;

namespace Agentic.Host.Security;

internal sealed record ListAudit(
    [property: Description("Only what this caller did.")] string? Caller = null,
    [property: Description("Only this operation.")] string? Operation = null,
    [property: Description("Only what is about this id, e.g. a workflow.")] string? Subject = null,
    [property: Description("How many at most."), Range(1, 500)] int Limit = 50,
    [property: Description("nextCursor of the part before.")] string? Cursor = null);

/// <summary>Reading the audit trail and proving that nobody changed it.</summary>
internal sealed class AuditOperations(IAuditTrail audit) : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<ListAudit, Page<AuditLine>>(
            "list_audit", "platform", Effect.Reads, Mode.Immediate,
            "Lists who did what through which door and with which outcome, newest first, each record with its place in the hash chain.",
            (list, _, cancellation) => audit.Read(new AuditFilter(list.Caller, list.Operation, list.Subject, list.Limit, list.Cursor), cancellation))
            with { Route = Route.Get("/audit"), Scope = Scope.Admin, IsTool = false, Example = new ListAudit(Limit: 20) },
        Operation.Define<Nothing, AuditVerification>(
            "verify_audit", "platform", Effect.Reads, Mode.Immediate,
            "Recomputes every hash chain of the audit trail and says whether it is whole, and where the first break is if it is not.",
            async (_, _, cancellation) => await audit.Verify(cancellation)) with { Scope = Scope.Admin, Example = new Nothing() },
    ];
}
