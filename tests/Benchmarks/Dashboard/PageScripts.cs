namespace Marketplace.Benchmarks.Dashboard;

/// <summary>What a page notes about itself while it loads, in milliseconds from the navigation's start.</summary>
internal static class PageScripts
{
    /// <summary>Calls back in the first frame in which something is so.</summary>
    private const string When =
        """
        window.when = (isSo) => new Promise((resolve) => {
          const look = () => (isSo() ? resolve(performance.now()) : requestAnimationFrame(look));
          look();
        });
        """;

    private const string Found =
        """
        window.only = (id) => {
          const found = [...document.querySelectorAll(".projects a.title")];
          return found.length === 1 && found[0].getAttribute("href") === `project/${id}`;
        };
        window.search = (text) => {
          const field = document.querySelector("[role=search] input");
          if (!field) return;
          field.value = text;
          field.dispatchEvent(new Event("input", { bubbles: true }));
        };
        """;

    /// <summary>
    /// Sets <c>loaded</c> to when the first project was visible, and when a search had answered. It types every 50 ms until then: what is
    /// not alive yet hears nothing.
    /// </summary>
    /// <param name="text">What to search for.</param>
    /// <param name="isAnswered">JavaScript that is true once the answer is there.</param>
    private static string Searching(string text, string isAnswered) => $$"""
        {{When}}
        {{Found}}
        const typing = setInterval(() => search("{{text}}"), 50);
        const row = when(() => document.querySelector(".projects a.title")?.checkVisibility());
        const alive = when(() => {{isAnswered}}).then((time) => { clearInterval(typing); return time; });
        window.loaded = Promise.all([row, alive]);
        """;

    /// <summary>On the list of projects, searches for one by its id.</summary>
    public static string SearchingFor(long id) => Searching($"{id}", $"only({id})");

    /// <summary>On the list of projects, searches for what all have: an address.</summary>
    public static string SearchingForAll { get; } = Searching(
        "0x", "location.search === '?search=0x' && document.querySelectorAll('.projects a.title').length > 1");

    /// <summary>
    /// Sets <c>loaded</c> to when the first round and trainer were visible, and when the payouts were drawn, which takes a live page.
    /// </summary>
    public const string Project = When +
        """
        const tables = when(() => ["rounds", "trainers"].every((id) => document.querySelector(`[aria-labelledby=${id}] td a`)?.checkVisibility()));
        const chart = when(() => document.querySelector("[aria-labelledby=payouts] svg path")?.checkVisibility());
        window.loaded = Promise.all([tables, chart]);
        """;

    public const string Loaded = "() => window.loaded";

    /// <summary>Searches for a project by its id, and waits until it is the only one in the list.</summary>
    /// <returns>Milliseconds from the last key to the answer.</returns>
    public const string Search =
        """
        async (id) => {
          const start = performance.now();
          window.search(id);
          return (await window.when(() => window.only(id))) - start;
        }
        """;

    /// <summary>Has the page note when it shows which block (Unix time in milliseconds), and whether its connection was lost.</summary>
    public const string Watch =
        """
        () => {
          window.blocks = {};
          window.faults = [];
          const badge = document.querySelector("header .tools");
          new MutationObserver(() => {
            const number = badge.textContent.match(/Block ([\d,]+)/)?.[1];
            if (number) window.blocks[number.replaceAll(",", "")] ??= Date.now();
          }).observe(badge, { subtree: true, childList: true, characterData: true });
          // Told by what Blazor sets, since the sheets that hide them may be missing.
          const lost = ".components-reconnect-show, .components-reconnect-failed, .components-reconnect-rejected";
          const note = (id, isShown) => {
            const notice = document.getElementById(id);
            new MutationObserver(() => isShown(notice) && window.faults.push(`${id} was shown`)).observe(notice, { attributes: true });
          };
          note("components-reconnect-modal", (modal) => modal.matches(lost));
          note("blazor-error-ui", (bar) => bar.style.display === "block");
        }
        """;

    /// <summary>
    /// Has the browser draw no more of the page; what it would show is in the document as before. 200 readers have 200 machines to draw on,
    /// not two cores that the server needs too.
    /// </summary>
    public const string Hide = "() => { document.documentElement.style.display = 'none'; }";

    public const string Blocks = "() => window.blocks";

    public const string Faults = "() => window.faults";
}
