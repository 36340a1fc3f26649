using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>Asking for work, the list of it, signing in, and a host that goes away.</summary>
internal sealed class AskPageTests : PageTest
{
    private ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    [Test]
    public async Task Makes_one_workflow_of_a_double_click()
    {
        await Go("new");
        await Page.GetByLabel("Service name").FillAsync("user-service");
        await Choose("go");

        await Button("Start").DblClickAsync();

        await Expect(Page.Locator(".live")).ToHaveTextAsync("Live");
        Assert.That(Host.Workflows.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Shows_what_is_missing_and_what_the_host_refuses_at_its_field()
    {
        await Go("new");
        await Button("Start").ClickAsync();
        await Expect(Page.GetByLabel("Service name")).ToBeFocusedAsync();
        await Expect(Page.Locator("[data-member=serviceName] .fault")).ToHaveTextAsync("Service name is needed.");
        await Expect(Page.Locator("[data-member=language] .fault")).ToHaveTextAsync("Language is needed.");

        await Page.GetByLabel("Service name").FillAsync("Taken Service");
        await Choose("python");
        await Expect(Page.Locator("[data-member=serviceName] .fault")).ToHaveTextAsync("Service name must be lower-case letters, digits and hyphens, starting with a letter.");
        await Page.GetByLabel("Service name").FillAsync("taken-service");
        await Button("Start").ClickAsync();

        await Expect(Page.Locator("[data-member=serviceName] .fault")).ToHaveTextAsync("A service of this name exists; choose another.");
        await Expect(Page.GetByLabel("Service name")).ToHaveAttributeAsync("aria-invalid", "true");
        Assert.That(Host.Workflows, Is.Empty);
    }

    [Test]
    public async Task Asks_for_what_a_goal_leaves_out()
    {
        await Go("new/goal");
        await Page.GetByLabel("What do you need?").FillAsync("Create user-service with PostgreSQL");
        await Button("Start").ClickAsync();
        await Choose("python");
        await Button("Start").ClickAsync();

        await Expect(Page.Locator(".live")).ToHaveTextAsync("Live");
        Assert.That(Host.Requests.Last().Body, Is.EqualTo("{\"goal\":\"Create user-service with PostgreSQL\",\"parameters\":{\"language\":\"python\"}}"));
    }

    [Test]
    public async Task Searches_filters_and_pages_the_list()
    {
        Host.Stage.Fill(Host, 70);
        await Go("workflows");
        await Expect(Page.Locator(".rows > li")).ToHaveCountAsync(30);
        await Button("Load more").ClickAsync();
        await Expect(Page.Locator(".rows > li")).ToHaveCountAsync(60);

        await Button("Failed").ClickAsync();
        await Expect(Page.Locator(".rows > li")).ToHaveCountAsync(1);
        await Button("All").ClickAsync();
        await Page.GetByRole(AriaRole.Searchbox).First.FillAsync("orders-007");
        await Expect(Page.Locator(".rows > li")).ToHaveCountAsync(1);
        await Page.ReloadAsync();
        await Expect(Page.Locator(".rows > li")).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Says_what_to_do_where_there_is_nothing()
    {
        await Go("workflows");
        await Expect(Page.GetByText("No workflows yet")).ToBeVisibleAsync();
        await Page.Locator(".empty").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "New service" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "New service", Level = 1 })).ToBeFocusedAsync();
    }

    [Test]
    public async Task Exchanges_a_key_for_a_session()
    {
        Host.AsksForKey = true;
        await Go("workflows");
        await Page.GetByLabel("API key").FillAsync("wrong-key");
        await Button("Sign in").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This key is not known.");

        await Page.GetByLabel("API key").FillAsync("right-key");
        await Button("Sign in").ClickAsync();

        await Expect(Page.GetByText("No workflows yet")).ToBeVisibleAsync();
        await Expect(Page.Locator("#caller")).ToContainTextAsync("mira@example.com");
    }

    [Test]
    public async Task Says_that_the_host_is_gone_and_goes_on_when_it_is_back()
    {
        Host.Add(Host.Stage.Halfway("search-service"));
        await Go("workflows");
        await Expect(Page.Locator(".rows > li")).ToHaveCountAsync(1);
        await Context.SetOfflineAsync(true);
        await Expect(Page.Locator("#connection")).ToContainTextAsync("The host cannot be reached.");

        await Context.SetOfflineAsync(false);

        await Expect(Page.Locator("#connection")).ToBeHiddenAsync();
        await Expect(Page.Locator(".rows > li")).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Remembers_the_theme_that_was_chosen()
    {
        await Go("workflows");
        await Page.Locator("#theme").ClickAsync();
        await Page.Locator("#theme").ClickAsync();
        await Page.ReloadAsync();

        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }
}
