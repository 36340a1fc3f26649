using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Policy.Engines;

/// <summary>
/// Stands in for an OPA server and is as strict: wrong method, path, content type, token or body get the answers OPA gives.
/// Listens on a free loopback port.
/// </summary>
internal sealed class OpaDouble : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly TaskCompletionSource _released = new();

    private OpaDouble(WebApplication server) => _server = server;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public string Decision { get; init; } = "agentic/policy/deny";

    public string? Token { get; init; }

    /// <summary>What the server answers: status and body.</summary>
    public (int Status, string Body) Answer { get; set; } = (200, "{}");

    public bool Hangs { get; set; }

    public List<JsonElement> Inputs { get; } = [];

    public static async Task<OpaDouble> StartAsync(string? token = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var opa = new OpaDouble(server) { Token = token };
        server.Run(opa.ServeAsync);
        await server.StartAsync();
        opa.Address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return opa;
    }

    public async ValueTask DisposeAsync()
    {
        _released.TrySetResult();
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        if (Hangs)
        {
            await Task.WhenAny(_released.Task, Task.Delay(Timeout.Infinite, http.RequestAborted));
            return;
        }

        var (status, body) = await JudgeAsync(http.Request);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body);
    }

    private async Task<(int, string)> JudgeAsync(HttpRequest request)
    {
        if (Token is not null && request.Headers.Authorization != $"Bearer {Token}")
        {
            return (401, """{"code":"unauthorized","message":"request rejected by administrative policy"}""");
        }

        if (request.Method != "POST" || request.Path != "/v1/data/" + Decision)
        {
            return (404, """{"code":"not_found","message":"not found"}""");
        }

        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            return (400, """{"code":"invalid_parameter","message":"content type"}""");
        }

        using var document = await JsonDocument.ParseAsync(request.Body);
        var members = document.RootElement.EnumerateObject().Select(member => member.Name).ToList();

        if (!members.SequenceEqual(["input"]))
        {
            return (400, """{"code":"invalid_parameter","message":"error(s) occurred while parsing request body"}""");
        }

        Inputs.Add(document.RootElement.GetProperty("input").Clone());
        return Answer;
    }
}
