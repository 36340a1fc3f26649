using System.Collections.Concurrent;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;
using Microsoft.Playwright;
using Says = System.ComponentModel.DescriptionAttribute;

namespace Agentic.Tests.ConsolePages;

/// <summary>The console on the real host, its journal and its streams; only the work itself is held back by the test.</summary>
internal sealed class RealHostTests
{
    private readonly ConcurrentQueue<string> _faults = new();
    private HeldWork _work = new();
    private AgenticHost _host = null!;
    private IBrowserContext? _context;
    private IPage _page = null!;

    [SetUp]
    public async Task Open()
    {
        var browser = await ConsoleBrowser.Get();
        _work = new HeldWork();
        _host = await AgenticHost.StartAsync(options => options.Sources.Add(_work));
        _context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = _host.BaseAddress.ToString(), ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        _context.SetDefaultTimeout(60000);
        _page = await NewTab();
    }

    [TearDown]
    public async Task Close()
    {
        _work.Finish();
        if (_context is not null)
            await _context.DisposeAsync();
        if (_host is not null)
            await _host.DisposeAsync();
        Assert.That(_faults, Is.Empty, "errors in the browser's console");
    }

    [Test]
    public async Task Shows_a_real_run_from_the_form_to_its_result_in_two_tabs_and_over_a_reload()
    {
        await Start("pack", "parcel-1");
        await Expect(_page.Locator(".live")).ToHaveTextAsync("Live");
        await Expect(_page.Locator(".node")).ToHaveAttributeAsync("data-status", "in_progress");
        var second = await NewTab();
        await second.GotoAsync(_page.Url);
        await Expect(second.Locator(".node")).ToHaveAttributeAsync("data-status", "in_progress");
        await _page.ReloadAsync();

        _work.Finish();

        foreach (var tab in new[] { _page, second })
        {
            await Expect(tab.Locator("h1 + .pill")).ToHaveTextAsync("Completed");
            await Expect(tab.Locator(".live")).ToHaveTextAsync("Ended");
            await Expect(tab.Locator(".timeline li")).ToContainTextAsync(["Workflow completed", "hold-parcel completed", "hold-parcel started", "Accepted"]);
        }

        await _page.Locator(".node").ClickAsync();
        await _page.Locator("summary", new PageLocatorOptions { HasText = "Result" }).ClickAsync();
        await Expect(_page.Locator("main")).ToContainTextAsync("\"parcel\": \"parcel-1\"");
    }

    [Test]
    public async Task Makes_a_service_from_the_form_and_shows_its_files()
    {
        await _page.GotoAsync("/#/new/template?template=microservice-rest-api");
        await _page.Locator("[name=serviceName]").FillAsync("user-service");
        await _page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "python" }).CheckAsync();
        await _page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start", Exact = true }).ClickAsync();

        await Expect(_page.Locator("h1 + .pill")).ToHaveTextAsync("Completed", new LocatorAssertionsToHaveTextOptions { Timeout = 60000 });
        await _page.Locator(".tree [data-path='Dockerfile']").ClickAsync();
        await Expect(_page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Dockerfile", Exact = true })).ToContainTextAsync("FROM");
        await Expect(_page.Locator("main")).ToContainTextAsync("git clone ");
    }

    [Test]
    public async Task Cancels_a_real_run_and_keeps_the_reason()
    {
        await Start("pack", "parcel-2");
        await _page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel", Exact = true }).ClickAsync();
        await _page.GetByLabel("Reason").FillAsync("ordered twice");
        await _page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel workflow" }).ClickAsync();

        await Expect(_page.Locator("h1 + .pill")).ToHaveTextAsync("Cancelled");
        await Expect(_page.Locator(".timeline")).ToContainTextAsync("ordered twice");
        await _page.GotoAsync("/#/workflows?status=cancelled");
        await Expect(_page.Locator(".rows > li")).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Shows_the_real_refusals_at_their_fields()
    {
        await _page.GotoAsync("/#/new/goal");
        await _page.GetByLabel("What do you need?").FillAsync("Create a REST microservice called user-service");
        await _page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Preview plan" }).ClickAsync();

        await Expect(_page.Locator("[data-member=language]")).ToBeVisibleAsync();
        await Expect(_page.Locator("[data-member=serviceName]")).ToHaveCountAsync(0);
    }

    private async Task Start(string label, string parcel)
    {
        await _page.GotoAsync("/#/new/operation?operation=hold_parcel");
        await _page.Locator("[name=parcel]").FillAsync(parcel);
        await _page.Locator("[name=label]").FillAsync(label);
        await _page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start", Exact = true }).ClickAsync();
        await _page.WaitForURLAsync("**/#/workflows/wf-*");
    }

    private async Task<IPage> NewTab()
    {
        var page = await _context!.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _faults.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _faults.Enqueue(error);
        return page;
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private sealed record HoldParcel([property: Says("Which parcel.")] string Parcel, [property: Says("What it says on it.")] string Label = "");

    private sealed record HeldParcel(string Parcel);

    /// <summary>Work that lasts until the test says so.</summary>
    private sealed class HeldWork : IOperationSource
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<Operation> Operations =>
        [
            Operation.Define<HoldParcel, HeldParcel>("hold_parcel", "platform", Effect.Changes, Mode.Durable, "Holds a parcel until it is let go.", async (request, _, cancellation) =>
            {
                await _done.Task.WaitAsync(cancellation);
                return new HeldParcel(request.Parcel);
            }),
        ];

        public void Finish() => _done.TrySetResult();
    }
}
