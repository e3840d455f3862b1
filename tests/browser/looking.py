"""What a page is like for somebody who does not see it, sees it large, or reads it from the back of a room."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.driving import Desk

from .people import ORDER, close_if_open

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
_TOLD = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    found => found.id + ": " + found.nodes.map(node => node.target + " " + node.failureSummary).join(" | "))"""

_TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 1)
        .slice(0, 5).map(e => `${e.tagName}.${e.getAttribute("class")} ${e.textContent.trim().slice(0, 40)}`);
}"""

_MOVING = """() => {
    const lasts = text => Math.max(...text.split(",").map(part => parseFloat(part) * (part.includes("ms") ? 1 : 1000)));
    return [...document.querySelectorAll("*")].flatMap(e => ["", "::before", "::after"].flatMap(part => {
        const style = getComputedStyle(e, part || null);
        const found = Math.max(style.animationName === "none" ? 0 : lasts(style.animationDuration),
            lasts(style.transitionDuration));
        return found > 1 ? [e.tagName + "." + (e.getAttribute("class") || "") + part + " " + found + " ms"] : [];
    }));
}"""

# WCAG's own arithmetic; a letter in a shape lies on the shape's colour, other text on the nearest painted ground.
_PALE = """least => {
    const light = text => {
        const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const clear = text => text === "transparent" || /, 0\\)$/.test(text);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if (!clear(colour)) return colour;
        }
        return "rgb(255, 255, 255)";
    };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement;
        const words = walk.currentNode.textContent.trim();
        if (!words || !e.checkVisibility({opacityProperty: true}) || e.closest("template, script, noscript")) continue;
        const shape = e.closest("svg.shape");
        const ink = shape ? getComputedStyle(e).fill : getComputedStyle(e).color;
        const [a, b] = [light(ink), light(shape ? getComputedStyle(shape).color : ground(e))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < least) found.push(ratio.toFixed(2) + " " + words.slice(0, 40));
    }
    return found;
}"""


def axe(page: Page) -> list[str]:
    """All that axe-core finds, with its default rules."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)  # through the debugger, as the page's policy would refuse it
    return [str(found) for found in page.evaluate(_TOLD)]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return [str(found) for found in page.evaluate(_TOO_WIDE)]


def moving(page: Page) -> list[str]:
    """What is animated for more than a millisecond."""
    return [str(found) for found in page.evaluate(_MOVING)]


def pale(page: Page, least: float) -> list[str]:
    """Texts whose contrast with what lies behind them is under this ratio."""
    return [str(found) for found in page.evaluate(_PALE, least)]


def tab_to(page: Page, target: Locator) -> None:
    """With the Tab key alone; and whoever looks sees where the focus is."""
    target.wait_for(state="attached")
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            break
    else:
        raise AssertionError(f"Tab never comes to {target}")
    seen = """e => [e, ...(e.labels || []), e.parentElement].some(
        one => getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2)"""
    assert target.evaluate(seen), f"the focus on {target} is not seen"


def every_state(desk: Desk, *pages: Page) -> Iterator[str]:
    """Lead a class through all that its screens can show; each is ready when its name comes."""
    names = "lobby", *ORDER[1:]
    yield _when_shown(desk, pages, "lobby")
    desk.run("pause")
    yield _when_shown(desk, pages, "paused")
    desk.run("resume", "help")
    yield _when_shown(desk, pages, "help laid over")
    desk.run("hide")
    for name in names[1:]:
        desk.run("start" if name == names[1] else "next")
        yield _when_shown(desk, pages, name)
        told = 0
        while name == names[1] and desk.command("more").ok:
            told += 1
        if told:
            yield _when_shown(desk, pages, f"{name}, whole")
        if not desk.wire.states[-1]["round"]:
            continue
        close_if_open(desk)
        yield _when_shown(desk, pages, f"{name}, closed")
        if name == "premier-geste":
            desk.run("vote_again")
            yield _when_shown(desk, pages, f"{name}, second vote")
            close_if_open(desk)
        desk.run("reveal")
        yield _when_shown(desk, pages, f"{name}, revealed")
    desk.run("last")
    yield _when_shown(desk, pages, "the last result again")
    desk.run("hide", "end")
    yield _when_shown(desk, pages, "ended")


def _when_shown(desk: Desk, pages: tuple[Page, ...], name: str) -> str:
    for page in pages:
        page.locator(f'[data-version="{desk.version}"]').first.wait_for(state="attached")
    return name
