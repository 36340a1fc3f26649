using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

/// <summary>Carries the established caller along with the request.</summary>
internal static class CallerFeature
{
    /// <summary>Throws where no caller was established: an endpoint that asks must not be anonymous.</summary>
    public static Caller Caller(this HttpContext http) => http.Features.Get<Caller>()
        ?? throw new InvalidOperationException($"{http.Request.Path} asks for its caller and lets anybody in.");

    public static void Set(HttpContext http, Caller caller) => http.Features.Set(caller);
}
