using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;
using Agentic.Tests.Deployment;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>The deployment pages on the real host and its agent; only the target is in memory.</summary>
internal sealed class DeploymentPageTests
{
    private readonly ConcurrentQueue<string> _faults = new();
    private AgenticHost _host = null!;
    private FakeRolloutTarget _target = null!;
    private IBrowserContext? _context;
    private IPage _page = null!;

    [SetUp]
    public async Task Open()
    {
        var browser = await ConsoleBrowser.Get();
        _target = new FakeRolloutTarget();
        _host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["Deployment:Target"] = "fake";
            options.Settings["Deployment:MeasureInterval"] = "00:00:00.1";
            options.Settings["Deployment:Environments:dev:Verification"] = "00:00:00";
            options.Services = services => services.AddSingleton<IRolloutTarget>(_target).AddSingleton<IMetricSource>(_target).AddSingleton<IReleases, AnyRelease>();
        });
        _context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = _host.BaseAddress.ToString(), ViewportSize = new ViewportSize { Width = 1280, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        _context.SetDefaultTimeout(60000);
        _page = await _context.NewPageAsync();
        _page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _faults.Enqueue(message.Text);
        };
        _page.PageError += (_, error) => _faults.Enqueue(error);
    }

    [TearDown]
    public async Task Close()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        if (_host is not null)
            await _host.DisposeAsync();
        Assert.That(_faults, Is.Empty, "errors in the browser's console");
    }

    [Test]
    public async Task Shows_what_serves_where_and_steers_a_canary_to_its_end_by_keyboard_and_mouse()
    {
        await _page.GotoAsync("/#/deployments");
        await Expect(_page.GetByText("Nothing is deployed yet")).ToBeVisibleAsync();
        await Deploy("user-service", "1.0.0");
        var second = await Begin("user-service", "2.0.0");
        var cell = _page.Locator("td[data-environment=dev]");
        await Expect(cell).ToContainTextAsync("1.0.0");
        await Expect(cell).ToContainTextAsync("Paused");

        await cell.Locator("a.moving").FocusAsync();
        await _page.Keyboard.PressAsync("Enter");
        await Expect(_page.Locator("h1")).ToHaveTextAsync("user-service 2.0.0 to dev");
        await Expect(_page.Locator(".traffic svg")).ToHaveAttributeAsync("aria-label", "Traffic: 2.0.0 10 %, 1.0.0 90 %");
        await Expect(_page.Locator(".gate[data-verdict=pass]").First).ToBeVisibleAsync();
        await Expect(_page.Locator(".chart svg[role=img]").First).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("^Requests a second: "));
        await Expect(_page.Locator(".facts")).ToContainTextAsync("1.0.0 is ready to take over");

        await Button("Promote").ClickAsync();
        await Expect(_page.Locator(".traffic svg")).ToHaveAttributeAsync("aria-label", "Traffic: 2.0.0 50 %, 1.0.0 50 %");
        await Button("Abort").ClickAsync();
        await _page.GetByLabel("Reason").FillAsync("wrong totals");
        await Button("Abort deployment").ClickAsync();
        await Expect(_page.Locator("h1 + .pill")).ToHaveTextAsync("Aborted");
        await Expect(_page.Locator(".notice")).ToContainTextAsync("wrong totals");
        await Expect(_page.Locator(".timeline")).ToContainTextAsync("all traffic is back at 1.0.0");
        Assert.That(second, Does.StartWith("dep-"));
    }

    [Test]
    public async Task Rolls_back_from_the_page_and_asks_why()
    {
        await Deploy("user-service", "1.0.0");
        var bad = await Deploy("user-service", "2.0.0");
        await _page.GotoAsync($"/#/deployments/{bad}");
        await Button("Roll back").ClickAsync();
        await _page.GetByLabel("Why is it bad?").FillAsync("wrong totals");
        await _page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Roll back" }).ClickAsync();

        await Expect(_page.Locator("h1")).ToHaveTextAsync("user-service 1.0.0 to dev");
        await Expect(_page.Locator("h1 + .pill")).ToHaveTextAsync("Completed");
        await _page.GotoAsync("/#/deployments");
        await Expect(_page.Locator("td[data-environment=dev]")).ToContainTextAsync("1 quarantined");
    }

    [Test]
    public async Task Says_what_there_is_not()
    {
        await _page.GotoAsync("/#/deployments/dep-0000000000000000");
        await Expect(_page.Locator("h1")).ToHaveTextAsync("Not found");
        await _page.GotoAsync("/#/deployments?service=nobody");
        await Expect(_page.GetByText("Nothing matches")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Fits_a_phone_and_a_desk_and_reads_well_in_both_themes([Values(390, 1280)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await Deploy("user-service", "1.0.0");
        await Deploy("a-service-with-a-rather-long-name-that-has-to-go-somewhere", "2026.11.22-0123456789abcdef");
        var moving = await Begin("user-service", "2.0.0");
        await Lock();
        await _page.SetViewportSizeAsync(width, 860);
        await _page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        foreach (var (name, route) in new[] { ("deployments", "/#/deployments"), ("deployment", $"/#/deployments/{moving}") })
        {
            await _page.GotoAsync(route);
            await Expect(_page.Locator(name == "deployment" ? ".chart svg" : ".matrix").First).ToBeVisibleAsync();
            await Expect(_page.Locator(".bones")).ToHaveCountAsync(0);

            var over = await _page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            var faults = await _page.EvaluateAsync<string[]>(AccessibilityTests.Look);
            if (Environment.GetEnvironmentVariable("AGENTIC_SCREENSHOTS") is { Length: > 0 } folder)
                await _page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, FormattableString.Invariant($"{name}.{width}.{scheme}.png")), FullPage = true });

            Assert.That(over, Is.LessThanOrEqualTo(0), $"{name} is wider than {width} px");
            Assert.That(faults, Is.Empty, name);
        }
    }

    private ILocator Button(string name) => _page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    private async Task Lock()
    {
        using var locked = await _host.Client.PostAsJsonAsync("/operations/lock_environment", new { environment = "staging", reason = "the quarter is being closed" });
        locked.EnsureSuccessStatusCode();
    }

    private async Task<string> Deploy(string service, string version)
    {
        using var answer = await _host.Client.PostAsJsonAsync("/deploy", new { service, version, environment = "dev", steps = new[] { new { weight = 100 } } });
        return await Until(answer, record => record["completedAt"] is not null);
    }

    /// <summary>A canary that waits for a person at 10 %, then at 50 %.</summary>
    private async Task<string> Begin(string service, string version)
    {
        object[] steps = [new { weight = 10, waitsForPromotion = true }, new { weight = 50, waitsForPromotion = true }, new { weight = 100 }];
        using var answer = await _host.Client.PostAsJsonAsync("/deploy", new { service, version, environment = "dev", strategy = "canary", steps });
        return await Until(answer, record => (string?)record["status"] == "paused");
    }

    private async Task<string> Until(HttpResponseMessage answer, Func<JsonObject, bool> isSo)
    {
        var accepted = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.That((int)answer.StatusCode, Is.EqualTo(202), accepted.ToJsonString());
        var id = (string)accepted["deploymentId"]!;
        await Eventually.Holds(async () => isSo((await _host.Client.GetFromJsonAsync<JsonObject>($"/deployments/{id}"))!));
        return id;
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private sealed class AnyRelease : IReleases
    {
        public Task<Outcome<Revision>> Find(string service, string version, string? artifact, CancellationToken cancellation) =>
            Task.FromResult<Outcome<Revision>>(new Revision(version, ARollout.Digest(service + version), $"artifacts/{service}/{version}"));
    }
}
