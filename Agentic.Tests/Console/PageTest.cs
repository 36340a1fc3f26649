using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>A tab on a staged host; a test fails on any console error, uncaught exception or CSP violation.</summary>
internal abstract class PageTest
{
    private readonly ConcurrentQueue<string> _faults = new();
    private IBrowserContext? _context;

    protected StagedHost Host { get; private set; } = null!;

    protected IPage Page { get; private set; } = null!;

    protected IBrowserContext Context => _context!;

    [SetUp]
    public async Task Open()
    {
        var browser = await ConsoleBrowser.Get();
        Host = await StagedHost.Start();
        _context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = Host.Address, ViewportSize = new ViewportSize { Width = 1280, Height = 860 }, ReducedMotion = ReducedMotion.Reduce });
        _context.SetDefaultTimeout(60000);
        Page = await NewTab();
    }

    [TearDown]
    public async Task Close()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        if (Host is not null)
            await Host.DisposeAsync();
        Assert.That(_faults, Is.Empty, "errors in the browser's console");
    }

    protected async Task<IPage> NewTab()
    {
        var page = await Context.NewPageAsync();
        // A refusal that the page shows is also a line in the console of the browser; that line is not a fault of ours.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _faults.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _faults.Enqueue(error);
        return page;
    }

    protected Task Go(string route) => Page.GotoAsync($"/#/{route}");

    protected Task Choose(string value) => Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = value, Exact = true }).CheckAsync();

    /// <summary>Keeps a picture where AGENTIC_SCREENSHOTS names a folder, for looking at.</summary>
    protected async Task Photograph(string name)
    {
        if (Environment.GetEnvironmentVariable("AGENTIC_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
