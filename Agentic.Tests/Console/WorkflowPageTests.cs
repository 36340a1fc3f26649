using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>The first journey: ask for a service, watch it, read its files, steer it.</summary>
internal sealed partial class WorkflowPageTests : PageTest
{
    private ILocator Node(string task) => Page.Locator($".node[data-task='{task}']");

    [Test]
    public async Task Leads_from_the_form_to_a_run_that_updates_live_to_its_files_to_a_cancel()
    {
        await Go("new");
        await Page.GetByLabel("Service name").FillAsync("user-service");
        await Choose("python");
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Preview plan" }).ClickAsync();
        await Expect(Page.Locator(".node")).ToHaveCountAsync(7);
        Assert.That(Host.Workflows, Is.Empty, "a preview starts nothing");

        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "user-service", Level = 1 })).ToBeVisibleAsync();
        await Expect(Page.Locator(".live")).ToHaveTextAsync("Live");
        var workflow = Host.Workflows.Single();
        workflow.Start("scaffold");
        await Expect(Node("scaffold")).ToHaveAttributeAsync("data-status", "in_progress");
        workflow.Complete("scaffold", StagedStage.Artifact()).Start("pipeline");
        await Expect(Node("scaffold")).ToHaveAttributeAsync("data-status", "completed");
        await Expect(Page.Locator(".timeline")).ToContainTextAsync("pipeline started");

        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = MainFile() }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "app/main.py" })).ToContainTextAsync("FastAPI(title=\"user-service\")");

        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel", Exact = true }).ClickAsync();
        await Page.GetByLabel("Reason").FillAsync("not needed");
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel workflow" }).ClickAsync();
        await Expect(Page.Locator("h1 + .pill")).ToHaveTextAsync("Cancelled");
        await Expect(Page.Locator(".live")).ToHaveTextAsync("Ended");
        Assert.That(Host.Requests.Last(request => request.Path.EndsWith("/cancel", StringComparison.Ordinal)).Body, Is.EqualTo("{\"reason\":\"not needed\"}"));
    }

    [Test]
    public async Task Loses_nothing_over_a_reload_and_in_a_second_tab()
    {
        var workflow = Host.Add(Host.Stage.Halfway("search-service"));
        await Go($"workflows/{workflow.Id}?task=scaffold&file=app/main.py");
        await Expect(Page.Locator(".timeline li")).ToHaveCountAsync(12);
        var second = await NewTab();
        await second.GotoAsync($"/#/workflows/{workflow.Id}");
        await Expect(second.Locator(".timeline li")).ToHaveCountAsync(12);

        await Page.ReloadAsync();
        workflow.Complete("provision").Start("deploy");

        foreach (var tab in new[] { Page, second })
        {
            await Expect(tab.Locator(".timeline li")).ToHaveCountAsync(14);
            await Expect(tab.Locator(".node[data-task='deploy']")).ToHaveAttributeAsync("data-status", "in_progress");
        }

        await Expect(Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "app/main.py" })).ToBeVisibleAsync();
        await Expect(Node("scaffold")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Test]
    public async Task Goes_on_without_a_gap_when_the_stream_is_cut()
    {
        var workflow = Host.Add(Host.Stage.Halfway("search-service"));
        await Go($"workflows/{workflow.Id}");
        await Expect(Page.Locator(".live")).ToHaveTextAsync("Live");

        Host.DropStreams();
        workflow.Complete("provision").Start("deploy").Complete("deploy");

        await Expect(Page.Locator(".timeline li")).ToHaveCountAsync(15);
        await Expect(Page.Locator(".live")).ToHaveTextAsync("Live");
    }

    [Test]
    public async Task Polls_when_no_stream_holds()
    {
        Host.Streams = false;
        var workflow = Host.Add(Host.Stage.Halfway("search-service"));
        await Go($"workflows/{workflow.Id}");
        await Expect(Page.Locator(".live")).ToHaveTextAsync("Polling every 2 s");

        workflow.Complete("provision").Become("completed");

        await Expect(Page.Locator("h1 + .pill")).ToHaveTextAsync("Completed");
        await Expect(Page.Locator(".live")).ToHaveTextAsync("Ended");
        await Expect(Page.Locator(".timeline li")).ToHaveCountAsync(14);
    }

    [Test]
    public async Task Approves_exactly_what_was_read_and_shows_the_refusal_of_a_stale_digest()
    {
        var workflow = Host.Add(Host.Stage.Waiting("user-service"));
        await Go("approvals");
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Review and decide" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("\"strategy\": \"canary\"");
        workflow.AskForApproval("deploy", new string('b', 64), "Deploy something else.");

        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Approve", Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("What waits for approval has changed since you read it.");
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Not now" }).ClickAsync();
        await Expect(Page.GetByText("Deploy something else.")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Review and decide" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Approve", Exact = true }).ClickAsync();

        await Expect(Page.GetByText("Nothing waits for you")).ToBeVisibleAsync();
        Assert.That(workflow.Status, Is.EqualTo("in_progress"));
    }

    [Test]
    public async Task Walks_the_graph_of_sixty_tasks_by_keyboard()
    {
        var workflow = Host.Add(Host.Stage.Large(60));
        await Go($"workflows/{workflow.Id}");
        await Expect(Page.Locator(".node")).ToHaveCountAsync(60);
        await Page.Locator(".node[tabindex='0']").FocusAsync();

        await Page.Keyboard.PressAsync("Home");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.Locator(".node[aria-pressed='true']")).ToBeFocusedAsync();
        await Expect(Page.Locator(".node[aria-pressed='true']")).Not.ToHaveAttributeAsync("data-task", "step-00-with-a-long-name");
        await Expect(Page.Locator(".facts")).ToContainTextAsync("codegen");
    }

    [Test]
    public async Task Replays_a_dead_letter()
    {
        var workflow = Host.Add(Host.Stage.Failed("billing-service"));
        await Go("dead-letters");
        await Expect(Page.Locator("main")).ToContainTextAsync("The target account refused the role");

        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Replay" }).ClickAsync();

        await Expect(Page.GetByText("No dead letters")).ToBeVisibleAsync();
        Assert.That(workflow.Status, Is.EqualTo("in_progress"));
    }

    [GeneratedRegex("^main\\.py")]
    private static partial Regex MainFile();
}
