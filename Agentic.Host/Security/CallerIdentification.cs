using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace Agentic.Host.Security;

/// <summary>Establishes the caller of every request, and turns away who has none where the endpoint wants one.</summary>
internal static class CallerIdentification
{
    private const string Refused = "Agentic.Security.Refused";

    public static void UseCallerIdentification(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var identity = await http.RequestServices.GetRequiredService<ICallerSource>().Identify(http);
        if (identity.IsRefused)
            http.Items[Refused] = identity.Refusal;
        else if (identity.Value.Caller is { } caller)
            CallerFeature.Set(http, caller);
        await next(http);
    });

    public static void UseCallerRequirement(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return next(http);
        if (http.Features.Get<Caller>() is not { } caller)
            return Challenge(http);
        return endpoint?.Metadata.GetMetadata<RequiredScope>() is { } required && !caller.Has(required.Scope)
            ? RefusalProblems.Write(http, Refusal.Forbidden($"This needs the scope '{OperationListing.Word(required.Scope)}', which {caller.Name} does not have. Ask an administrator for a key with it."))
            : next(http);
    });

    private static Task Challenge(HttpContext http)
    {
        var refusal = http.Items[Refused] as Refusal;
        if (refusal is { Kind: not RefusalKind.Unauthenticated })
            return RefusalProblems.Write(http, refusal);
        http.Response.Headers[HeaderNames.WWWAuthenticate] = refusal is null
            ? "Bearer realm=\"agentic\""
            : "Bearer realm=\"agentic\", error=\"invalid_token\"";
        return RefusalProblems.Write(http, refusal ?? Refusal.Unauthenticated(
            "This needs a key or token. Send it as 'Authorization: Bearer …', or sign in at the console."));
    }
}

/// <summary>On an endpoint that is written by hand: the least its caller must hold.</summary>
internal sealed record RequiredScope(Scope Scope);
