using System.Text;
using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Reports;
using Agentic.Host.Security;
using Microsoft.Net.Http.Headers;

namespace Agentic.Host.Http;

/// <summary>The compliance report as a page a browser opens: the same operation through the same gate, without the JSON around it.</summary>
internal static class PolicyReportEndpoints
{
    public static void MapPolicyReports(this IEndpointRouteBuilder routes) => routes.MapGet("/policy/reports/{quarter}.html", Answer);

    private static async Task Answer(HttpContext http)
    {
        var gate = http.RequestServices.GetRequiredService<OperationGate>();
        var input = JsonSerializer.SerializeToElement(new { quarter = (string)http.Request.RouteValues["quarter"]!, format = "html" }, AgenticJson.Options);
        var answer = await gate.Ask("compliance_report", input, new Call(http.Caller(), "rest"), http.RequestAborted);
        if (answer.IsRefused)
        {
            await RefusalProblems.Write(http, answer.Refusal);
            return;
        }

        var page = Encoding.UTF8.GetBytes((string)answer.Value.Body["content"]!);
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = page.Length;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers[HeaderNames.ContentSecurityPolicy] = ComplianceHtml.ContentSecurityPolicy;
        await http.Response.Body.WriteAsync(page, http.RequestAborted);
    }
}
