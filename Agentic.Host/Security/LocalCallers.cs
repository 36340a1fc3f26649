using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

/// <summary>Everybody who reaches a loopback address is the person at this machine.</summary>
internal sealed class LocalCallers : ICallerSource
{
    public ValueTask<Outcome<Identity>> Identify(HttpContext http) => ValueTask.FromResult<Outcome<Identity>>(new Identity(Caller.Local));
}
