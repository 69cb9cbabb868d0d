"""What keeps somebody from using a page: by axe, by keyboard, at any width, in their language."""

from typing import Any, Final

from acceptance.console.console_browser import AXE
from playwright.sync_api import Page

RULES: Final = """(contrast) => axe.run(document, {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    preload: false,
    rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: contrast}}})"""
LAYOUT_RULES: Final = """() => axe.run(document, {
    resultTypes: ['violations'],
    runOnly: {type: 'rule', values: ['target-size', 'scrollable-region-focusable']},
    preload: false})"""
"""Those whose result hangs on the width; all the others see the same at 640 px as at 390."""
OPEN_ALL: Final = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
UNSEEN_FOCUS: Final = """() => [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter((each) => each.checkVisibility() && !each.disabled)
    .filter((each) => {
        each.focus({focusVisible: true});
        const style = getComputedStyle(each), box = each.getBoundingClientRect();
        const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        const inside = box.bottom > 0 && box.top < innerHeight;
        const over = document.elementFromPoint(
            Math.min(box.left + box.width / 2, innerWidth - 1),
            Math.max(0, Math.min((Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2)));
        const covered = over?.closest('.bulk') && !each.closest('.bulk');
        return document.activeElement === each && !(drawn && inside && !covered);
    })
    .map((each) => each.outerHTML.slice(0, 120))"""
WIDTHS_PX: Final = (640, 390, 320)
"""200 % zoom of a laptop, a phone, 400 % zoom."""
ZOOM_AND_PHONE_PX: Final = WIDTHS_PX[:2]


def faults_of(page: Page, where: str, *, contrast: bool = True) -> list[str]:
    """What axe finds on the page as it is, with all that can be opened open.

    contrast: half of the time that axe takes, and the same in every language and width.
    """
    page.evaluate(OPEN_ALL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return _told(where, page.evaluate(RULES, contrast))


def _told(where: str, found: dict[str, Any]) -> list[str]:
    return [
        f"{where}: {violation['id']}: {[node['html'][:120] for node in violation['nodes'][:3]]}"
        for violation in found["violations"]
    ]


def look_at(page: Page, where: str, language: str, width: int, *, contrast: bool) -> list[str]:
    """What is wrong with the page as it is, at the width given and at narrower ones."""
    wrong = faults_of(page, where, contrast=contrast)
    wrong += [f"{where}: focus unseen: {each}" for each in page.evaluate(UNSEEN_FOCUS)]
    if page.evaluate("document.documentElement.lang") != language:
        wrong.append(f"{where}: another language")
    for narrow in WIDTHS_PX:
        page.set_viewport_size({"width": narrow, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{where}: wider than {narrow} px")
        if contrast and narrow in ZOOM_AND_PHONE_PX:
            wrong += _told(f"{where}, {narrow} px", page.evaluate(LAYOUT_RULES))
    if page.evaluate("window.harmed"):
        wrong.append(f"{where}: a script of a roster ran")
    page.set_viewport_size({"width": width, "height": 900})
    return wrong
