using Agentic.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Agentic.Tests.ConsolePages;

/// <summary>The policy record on the real host: violations, exceptions, rules and the report, at phone and desk width in both themes.</summary>
internal sealed class PolicyRecordPageTests
{
    private AgenticHost _host = null!;
    private IBrowserContext? _context;
    private IPage _page = null!;

    [SetUp]
    public async Task Open()
    {
        var browser = await ConsoleBrowser.Get();
        _host = await AgenticHost.StartAsync(options => options.Settings["Policy:Engines:Discover"] = "false");
        _context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = _host.BaseAddress.ToString(), ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        _context.SetDefaultTimeout(60000);
        _page = await _context.NewPageAsync();
    }

    [TearDown]
    public async Task Close()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        if (_host is not null)
            await _host.DisposeAsync();
    }

    private ILocator Tab(string name) => _page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = "View" }).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = name });

    [Test]
    public async Task Shows_what_was_found_and_why_and_grants_an_exception()
    {
        await _page.GotoAsync("/#/policy-record");
        await Expect(_page.GetByText("No violations")).ToBeVisibleAsync();
        await _host.Client.PostJson("/policy/validate", """{"type":"dockerfile","encoding":"plain","environment":"staging","subject":"shop","content":"FROM alpine\nUSER root\n"}""").Json();

        await Tab("Violations").ClickAsync();
        var row = _page.Locator("tbody tr", new PageLocatorOptions { HasText = "docker-user-root" });
        await Expect(row).ToContainTextAsync("Dockerfile, line 2");
        await row.GetByText("Why").ClickAsync();
        await Expect(row).ToContainTextAsync("local validated dockerfile of shop for staging");

        await Tab("Exceptions").ClickAsync();
        await Expect(_page.GetByText("No exceptions")).ToBeVisibleAsync();
        await _page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Grant an exception" }).ClickAsync();
        var dialog = _page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Rule").FillAsync("DL3002");
        await dialog.GetByLabel("Scope").FillAsync("Dockerfile");
        await dialog.GetByLabel("Owner").FillAsync("shop-team");
        await dialog.GetByLabel("Reason").FillAsync("The base image drops its rights itself.");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Grant", Exact = true }).ClickAsync();
        await Expect(_page.Locator("tbody tr")).ToContainTextAsync("approved by local");
    }

    [Test]
    public async Task Fits_a_phone_and_a_desk_in_both_themes([Values(390, 1280)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await _host.Client.PostJson("/policy/validate", """{"type":"terraform","encoding":"plain","environment":"staging","subject":"shop","content":"resource \"aws_s3_bucket\" \"a_bucket_with_quite_a_long_name_for_a_phone\" {\n  acl = \"public-read\"\n}\n"}""").Json();
        await _page.SetViewportSizeAsync(width, 860);
        await _page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });

        foreach (var view in (string[])["violations", "exceptions", "rules", "report"])
        {
            await _page.GotoAsync($"/#/policy-record?view={view}");
            await _page.ReloadAsync();
            await Expect(_page.Locator(view == "exceptions" ? ".empty" : "tbody tr").First).ToBeVisibleAsync();
            var over = await _page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (Environment.GetEnvironmentVariable("AGENTIC_SCREENSHOTS") is { } folder)
                await _page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"policy-{view}.{width}.{scheme}.png") });
            Assert.That(over, Is.LessThanOrEqualTo(0), $"{view} is wider than {width} px");
        }
    }
}
