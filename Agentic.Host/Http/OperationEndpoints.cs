using System.Diagnostics;
using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Host.Security;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Http;

/// <summary>Offers every operation of the catalogue over REST: at its own route, and at <c>POST /operations/{name}</c>.</summary>
internal sealed class OperationEndpoints(OperationCatalogue catalogue, OperationGate gate, IOptions<HttpOptions> options)
{
    private readonly byte[] _listing = JsonSerializer.SerializeToUtf8Bytes(OperationListing.Of(catalogue), AgenticJson.Options);

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var operation in catalogue.All)
        {
            if (operation.Route is { } route)
                routes.MapMethods(route.Template, [route.Method], http => Answer(http, operation)).WithName(operation.Name);
        }

        routes.MapGet("/operations", List);
        routes.MapPost("/operations/{name}", AnswerByName);
    }

    private Task List(HttpContext http)
    {
        http.Response.ContentType = JsonAnswer.ContentType;
        return http.Response.Body.WriteAsync(_listing, http.RequestAborted).AsTask();
    }

    private Task AnswerByName(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        http.Request.RouteValues.Remove("name");
        return catalogue.Find(name) is { } operation
            ? Answer(http, operation)
            : RefusalProblems.Write(http, catalogue.Unknown(name));
    }

    private async Task Answer(HttpContext http, Operation operation)
    {
        if (!RequestBody.IsReadable(http))
        {
            await RefusalProblems.Write(http, StatusCodes.Status415UnsupportedMediaType, UnreadableBody(http));
            return;
        }

        var body = await RequestBody.Read(http, Math.Max(options.Value.MaxBodyBytes, operation.MaxInputBytes));
        var input = body.IsRefused ? body : OperationInput.Combine(operation, body.Value, http.Request.Query, http.Request.RouteValues);
        var call = input.IsRefused ? input.Refusal : CallOf(http);
        if (call.IsRefused)
        {
            await RefusalProblems.Write(http, call.Refusal);
            return;
        }

        var answer = await gate.Ask(operation.Name, input.Value, call.Value, http.RequestAborted);
        if (answer.IsRefused)
            await RefusalProblems.Write(http, answer.Refusal);
        else
            await JsonAnswer.Write(http, operation, answer.Value, call.Value);
    }

    private static Outcome<Call> CallOf(HttpContext http)
    {
        var key = IdempotencyKey.Of(http.Request.Headers[IdempotencyKey.Header]);
        if (key.IsRefused)
            return key.Refusal;
        return new Call(http.Caller(), "rest")
        {
            IdempotencyKey = key.Value.Length == 0 ? null : key.Value,
            Wait = Preferences.Wait(http.Request.Headers["Prefer"]),
            TraceParent = Activity.Current?.Id,
        };
    }

    private static string UnreadableBody(HttpContext http) => http.Request.ContentType is { Length: > 0 } type
        ? $"A body of type '{type}' cannot be read here. Send JSON in UTF-8 with the header Content-Type: application/json."
        : "The body has no Content-Type. Send JSON in UTF-8 with the header Content-Type: application/json.";
}
