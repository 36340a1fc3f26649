using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>One Chromium for all page tests; they are skipped where there is none, unless CI demands it.</summary>
[SetUpFixture]
internal sealed class ConsoleBrowser
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static IPlaywright? s_playwright;
    private static IBrowser? s_browser;

    public static async Task<IBrowser> Get()
    {
        if (s_browser is not null)
            return s_browser;
        var executable = Environment.GetEnvironmentVariable("AGENTIC_CHROMIUM") ?? Places.FirstOrDefault(File.Exists);
        if (executable is null)
        {
            const string Reason = "Chromium is not installed: apt-get install chromium, or set AGENTIC_CHROMIUM to its path.";
            if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
                Assert.Fail(Reason);
            Assert.Ignore(Reason);
        }

        // A page on a busy machine is slow, not wrong.
        Assertions.SetDefaultExpectTimeout(30000);
        s_playwright = await Playwright.CreateAsync();
        return s_browser = await s_playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = executable, Args = Arguments });
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (s_browser is not null)
            await s_browser.DisposeAsync();
        s_playwright?.Dispose();
        (s_browser, s_playwright) = (null, null);
    }
}
