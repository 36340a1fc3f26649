using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>Migrating a Jenkinsfile, checking a file against policy, and reading the audit.</summary>
internal sealed class ToolPageTests : PageTest
{
    private ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    [Test]
    public async Task Shows_a_pipeline_beside_its_workflow_and_jumps_by_the_ledger()
    {
        await Go("migrate");
        await Page.GetByLabel("Jenkinsfile", new PageGetByLabelOptions { Exact = true }).FillAsync("pipeline {\n  agent any\n  stages {\n    sh 'make'\n    withCredentials([]) {}\n  }\n}\n");
        await Button("Migrate").ClickAsync();
        await Page.Locator(".ledger button", new PageLocatorOptions { HasText = "sh 'make'" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Jenkinsfile", Exact = true }).Locator(".hit")).ToHaveTextAsync("    sh 'make'");
        await Expect(Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Workflow", Exact = true }).Locator(".hit")).ToContainTextAsync("run: make");
        await Button("Manual 1").ClickAsync();
        await Expect(Page.Locator(".ledger li")).ToHaveCountAsync(1);
        await Photograph("migrated");
    }

    [Test]
    public async Task Shows_findings_with_their_line_and_what_was_not_checked()
    {
        await Go("policy");
        await Page.GetByLabel("What to check", new PageGetByLabelOptions { Exact = true }).FillAsync("resource \"aws_s3_bucket\" \"logs\" {\n  acl = \"public-read\"\n}\n");
        await Button("Check").ClickAsync();

        await Expect(Page.Locator("main")).ToContainTextAsync("No OPA is configured.");
        await Button("main.tf, line 2").ClickAsync();
        await Expect(Page.Locator(".code .hit")).ToHaveTextAsync("  acl = \"public-read\"");
        await Photograph("checked");
    }

    [Test]
    public async Task Says_so_when_the_agent_is_not_on_this_host()
    {
        await Page.RouteAsync("**/policy/validate", route => route.FulfillAsync(new RouteFulfillOptions { Status = 404, ContentType = "application/problem+json", Body = "{}" }));
        await Go("policy");
        await Page.GetByLabel("What to check", new PageGetByLabelOptions { Exact = true }).FillAsync("x");
        await Button("Check").ClickAsync();

        await Expect(Page.GetByText("This agent is not on this host")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Verifies_the_audit_chain()
    {
        await Go("audit");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(3);
        await Button("Verify chain").ClickAsync();

        await Expect(Page.GetByText("The chain is whole.")).ToBeVisibleAsync();
    }
}
