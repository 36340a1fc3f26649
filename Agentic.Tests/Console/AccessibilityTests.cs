using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>Names, headings, references and the contrast of every visible text, on every page in both themes.</summary>
internal sealed class AccessibilityTests : PageTest
{
    private static readonly string[] Routes =
    [
        "workflows", "workflows/{waiting}?task=scaffold&file=app/main.py", "workflows/{failed}", "new", "new/goal", "new/operation", "approvals", "dead-letters", "templates", "migrate", "policy", "audit", "workflows/wf-unknown",
    ];

    /// <summary>Answers a line for each fault; colours are painted to be compared as the browser mixes them.</summary>
    internal const string Look = """
        () => {
          const faults = new Set();
          const isSeen = (e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && e.checkVisibility({ visibilityProperty: true }); };
          const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
          ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => faults.add(`the id ${id} is given twice`));
          const headings = [...document.querySelectorAll('h1')].filter(isSeen).length;
          if (headings !== 1) faults.add(`${headings} headings of the first level`);
          const byIds = (e, name) => (e.getAttribute(name) ?? '').split(' ').filter(Boolean);
          const name = (e) => e.getAttribute('aria-label') || byIds(e, 'aria-labelledby').map((id) => document.getElementById(id)?.textContent).join(' ').trim() || [...(e.labels ?? [])].map((l) => l.textContent).join(' ').trim() || e.textContent.trim();
          for (const e of document.querySelectorAll('button, a[href], input, select, textarea, nav, dialog, [role=button], [role=region], [role=progressbar], [role=radiogroup]'))
            if (isSeen(e) && !name(e)) faults.add(`no name: ${e.outerHTML.slice(0, 100)}`);
          for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls'])
            for (const e of document.querySelectorAll(`[${attribute}]`))
              for (const id of byIds(e, attribute)) if (!document.getElementById(id)) faults.add(`${attribute} points to ${id}, which is not there`);
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const paint = (colours) => { canvas.clearRect(0, 0, 1, 1); for (const c of colours) { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); } return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
          const light = (c) => { const [r, g, b] = c.map((v) => v / 255 <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const e = texts.currentNode.parentElement;
            const text = texts.currentNode.textContent.trim();
            if (!text || !isSeen(e) || e.closest('[aria-disabled=true], .visually-hidden, option, noscript, .skip')) continue;
            const node = e.closest('.node');
            if (e.closest('svg') && !node) continue;
            const ground = [];
            if (node) ground.push(getComputedStyle(node.querySelector('.box')).fill);
            else for (let at = e; at; at = at.parentElement) ground.unshift(getComputedStyle(at).backgroundColor);
            const [a, b] = [light(paint(ground)), light(paint([...ground, node ? getComputedStyle(e).fill : getComputedStyle(e).color]))].sort((x, y) => y - x);
            const ratio = (a + .05) / (b + .05);
            const style = getComputedStyle(e);
            const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
            if (ratio < (isLarge ? 3 : 4.5)) faults.add(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
          }
          return [...faults];
        }
        """;

    [Test]
    public async Task Every_page_has_names_one_heading_and_enough_contrast([Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        Host.Stage.Fill(Host, 5);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        foreach (var route in Routes)
        {
            await Go(route.Replace("{waiting}", Id("user-service"), StringComparison.Ordinal).Replace("{failed}", Id("billing-service"), StringComparison.Ordinal));
            await Page.Locator("h1").First.WaitForAsync();

            var faults = await Page.EvaluateAsync<string[]>(Look);

            Assert.That(faults, Is.Empty, route);
        }
    }

    [Test]
    public async Task Finds_a_button_without_a_name_and_a_text_too_pale()
    {
        await Go("workflows");
        await Page.Locator("h1").WaitForAsync();
        await Page.EvaluateAsync("() => { const b = document.createElement('button'); b.style.cssText = 'width:20px;height:20px'; const p = document.createElement('p'); p.textContent = 'pale'; p.style.color = '#ccc'; document.querySelector('main').append(b, p); }");

        var faults = await Page.EvaluateAsync<string[]>(Look);

        Assert.That(faults, Has.Some.StartsWith("no name: <button").And.Some.StartsWith("contrast"));
    }

    [Test]
    public async Task Leads_by_keyboard_from_the_skip_link_to_the_page()
    {
        await Go("workflows");
        await Page.Locator("h1").WaitForAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.Locator("#skip")).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.Locator("h1")).ToBeFocusedAsync();
    }

    private string Id(string service) => Host.Workflows.First(workflow => workflow.Record["serviceName"]!.GetValue<string>() == service).Id;
}
