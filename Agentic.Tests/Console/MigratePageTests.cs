using System.Text.Json.Nodes;
using Agentic.Tests.Support;
using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>The migration page in each of its states, and once against the real host.</summary>
internal sealed class MigratePageTests : PageTest
{
    private const string Jenkinsfile = "pipeline {\n  agent any\n  stages {\n    sh 'make'\n    withCredentials([]) {}\n  }\n}\n";

    private ILocator Source => Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Jenkinsfile", Exact = true });

    private ILocator Workflow => Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Workflow", Exact = true });

    [Test]
    public async Task Asks_for_a_Jenkinsfile_before_it_asks_the_host()
    {
        await Go("migrate");
        await Button("Migrate").ClickAsync();

        await Expect(Page.GetByText("Paste a Jenkinsfile, or choose one.")).ToBeVisibleAsync();
        await Expect(Page.GetByLabel("Jenkinsfile", new PageGetByLabelOptions { Exact = true })).ToBeFocusedAsync();
        Assert.That(Host.Requests, Is.Empty);
    }

    [Test]
    public async Task Takes_a_file_from_disk()
    {
        await Go("migrate");
        await Page.GetByLabel("Jenkinsfile: choose a file").SetInputFilesAsync(new FilePayload { Name = "Jenkinsfile", MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(Jenkinsfile) });

        await Expect(Page.GetByLabel("Jenkinsfile", new PageGetByLabelOptions { Exact = true })).ToHaveValueAsync(Jenkinsfile);
    }

    [Test]
    public async Task Shows_that_it_works_until_the_answer_comes()
    {
        var held = new TaskCompletionSource();
        await Page.RouteAsync("**/migration/migrate", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await Migrate();

        await Expect(Page.Locator(".bones")).ToBeVisibleAsync();
        held.SetResult();
        await Expect(Source).ToBeVisibleAsync();
    }

    [Test]
    public async Task Leads_from_a_line_to_its_counterpart_by_click_and_by_keyboard()
    {
        await Migrate();
        await Source.Locator("[data-line='4']").ClickAsync();
        await Expect(Workflow.Locator(".hit")).ToContainTextAsync("run: make");
        await Workflow.Locator("[data-line='6']").ClickAsync();
        await Expect(Source.Locator(".hit")).ToHaveTextAsync("  agent any");

        await Source.FocusAsync();
        for (var line = 0; line < 2; line++)
            await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Source.Locator(".hit")).ToHaveTextAsync("    sh 'make'");
        await Expect(Workflow.Locator(".hit")).ToContainTextAsync("run: make");
        await Expect(Page.Locator(".ledger [aria-current=true]")).ToContainTextAsync("sh 'make'");
    }

    [Test]
    public async Task Opens_a_pull_request_and_links_to_it()
    {
        await Go("migrate");
        await Page.GetByLabel("Repository (optional)", new PageGetByLabelOptions { Exact = true }).FillAsync("git@github.com:acme/shop.git");
        await Migrate(goes: false);
        await Button("Open pull request").First.ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("Repository", new LocatorGetByLabelOptions { Exact = true })).ToHaveValueAsync("acme/shop");
        await Photograph("propose");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Open pull request" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "https://github.com/acme/shop/pull/7" })).ToBeVisibleAsync();
        await Photograph("proposed");
        var sent = JsonNode.Parse(Host.Requests.Single(request => request.Path == "/operations/propose_migration").Body)!;
        Assert.That((string?)sent["jenkinsfileContent"], Is.EqualTo(Jenkinsfile));
        Assert.That(sent["createPullRequest"]!.GetValue<bool>(), Is.True);
        Assert.That(sent["branch"], Is.Null);
    }

    [Test]
    public async Task Says_in_the_dialog_why_a_pull_request_was_refused()
    {
        await Migrate();
        await Button("Open pull request").First.ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Repository", new LocatorGetByLabelOptions { Exact = true }).FillAsync("locked/shop");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Open pull request" }).ClickAsync();

        await Expect(dialog.GetByText("The token lacks the scope workflow")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Shows_the_lines_that_Jenkins_would_not_run()
    {
        await Page.RouteAsync("**/migration/migrate", route => route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 422, ContentType = "application/problem+json",
            Body = """{"title":"Refused","status":422,"detail":"Jenkins would not run this file: line 4, column 5: expected a stage.","errors":[{"member":"jenkinsfileContent","message":"line 4, column 5: expected a stage"}]}""",
        }));
        await Migrate();

        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("expected a stage");
        await Expect(Source.Locator(".mark")).ToHaveTextAsync("    sh 'make'");
        await Photograph("migrate-refused");
    }

    [Test]
    public async Task Shows_a_long_ledger_in_parts_and_leaves_nothing_out()
    {
        var rows = new JsonArray([.. Enumerable.Range(1, 2000).Select(line => new JsonObject { ["status"] = line % 3 == 0 ? "manual" : "converted", ["line"] = line, ["endLine"] = line, ["workflowLine"] = line, ["source"] = $"sh 'step {line}'", ["note"] = new string('x', 200) })]);
        var answer = new JsonObject
        {
            ["success"] = true, ["githubWorkflow"] = string.Concat(Enumerable.Range(1, 6000).Select(line => $"line: {line}\n")), ["warnings"] = new JsonArray([.. Enumerable.Range(1, 60).Select(number => JsonValue.Create($"warning {number}"))]),
            ["migrationReport"] = new JsonObject { ["kind"] = "scripted", ["conversionRate"] = 0.66, ["ledger"] = rows, ["manualTasks"] = new JsonArray(), ["secrets"] = new JsonObject(), ["variables"] = new JsonObject(), ["runnerLabels"] = new JsonObject() },
        };
        var text = answer.ToJsonString();
        await Page.RouteAsync("**/migration/migrate", route => route.FulfillAsync(new RouteFulfillOptions { Status = 200, ContentType = "application/json", Body = text }));
        await Migrate(string.Concat(Enumerable.Range(1, 2000).Select(line => $"sh 'step {line}'\n")));

        await Expect(Page.Locator(".ledger li")).ToHaveCountAsync(301);
        await Button("Manual 666").ClickAsync();
        await Button("Show the other 366").ClickAsync();
        await Page.Locator(".ledger button", new PageLocatorOptions { HasText = "sh 'step 1998'" }).ClickAsync();
        await Expect(Source.Locator(".hit")).ToHaveTextAsync("sh 'step 1998'");
        await Page.GetByText("52 more").ClickAsync();
        await Expect(Page.GetByText("warning 60")).ToBeVisibleAsync();
        await Page.SetViewportSizeAsync(390, 844);
        await Photograph("migrate-long.390");
        Assert.That(await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"), Is.LessThanOrEqualTo(0));
    }

    [Test]
    public async Task Looks_right_at_every_width_in_both_themes([Values(390, 1280)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await Page.SetViewportSizeAsync(width, width < 800 ? 844 : 860);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await Migrate();
        await Source.Locator("[data-line='4']").ClickAsync();
        await Expect(Workflow.Locator(".hit")).ToBeVisibleAsync();

        await Photograph(FormattableString.Invariant($"migrate-result.{width}.{scheme}"));
        Assert.That(await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"), Is.LessThanOrEqualTo(0));
    }

    [Test]
    public async Task Converts_on_the_real_host_and_proposes_to_GitHub()
    {
        await using var github = await new GitHubDouble().Start();
        github.AddToken("ghp_console", "ann", "repo, workflow");
        github.AddRepository("acme/shop");
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["GitHub:ApiUrl"] = github.Url;
            options.Settings["GitHub:Token"] = "ghp_console";
        });
        await Page.GotoAsync(new Uri(host.BaseAddress, "/#/migrate").ToString());
        await Migrate("pipeline {\n    agent any\n    stages {\n        stage('Build') {\n            steps {\n                sh 'make all'\n            }\n        }\n    }\n}\n", goes: false);
        await Source.Locator("[data-line='6']").ClickAsync();
        await Expect(Workflow.Locator(".hit")).ToContainTextAsync("Build: make");
        await Photograph("migrate-real");
        await Button("Open pull request").First.ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Repository", new LocatorGetByLabelOptions { Exact = true }).FillAsync("acme/shop");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Open pull request" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "https://github.com/acme/shop/pull/1" })).ToBeVisibleAsync();
        Assert.That(github.Repositories["acme/shop"].Text("migrate/my-project", ".github/workflows/my-project.yml"), Does.Contain("make all"));
    }

    private ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    private async Task Migrate(string text = Jenkinsfile, bool goes = true)
    {
        if (goes)
            await Go("migrate");
        await Page.GetByLabel("Jenkinsfile", new PageGetByLabelOptions { Exact = true }).FillAsync(text);
        await Button("Migrate").ClickAsync();
    }
}
