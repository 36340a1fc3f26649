using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

/// <summary>Says who sent a request; one per <see cref="AuthMode"/>.</summary>
internal interface ICallerSource
{
    /// <summary>The caller; null where the request carries nothing that names one; a refusal where what it carries is not valid.</summary>
    ValueTask<Outcome<Identity>> Identify(HttpContext http);
}

/// <summary>What a request says about its sender.</summary>
/// <param name="Caller">Null: it says nothing.</param>
internal readonly record struct Identity(Caller? Caller)
{
    public static Identity None => default;
}
