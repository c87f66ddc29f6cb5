"""Two browsers, a phone and the facilitator, play a turn in a real Chromium; nothing is asked of any other computer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.seminar.live import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = pytest.mark.browser
LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        text = "there is no Chromium here: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class Room:
    """Browsers that may reach the seminar and nothing else; ``wrong`` is what they complained of or asked of others."""

    def __init__(self, browser: Browser, home: str) -> None:
        self.browser, self.home = browser, home
        self.wrong: list[str] = []

    def page(self, size: Any, *, mobile: bool = False) -> Page:
        context = self.browser.new_context(viewport=size, is_mobile=mobile, has_touch=mobile, reduced_motion="reduce")

        def only_here(route: Any) -> None:
            if route.request.url.startswith(self.home):
                route.continue_()
            else:
                self.wrong.append(f"asked for {route.request.url}")
                route.abort()

        context.route("**/*", only_here)
        page = context.new_page()
        page.set_default_timeout(120_000)  # waits end with what they wait for; this one only where something is broken
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        return page


@pytest.fixture
def room(chromium: Browser, tmp_path: Path) -> Iterator[tuple[Room, Served]]:
    with Served(tmp_path) as served:
        yield Room(chromium, served.home), served


def joined(room: Room, link: str, name: str, size: Any, *, mobile: bool = False) -> Page:
    page = room.page(size, mobile=mobile)
    page.goto(link)
    page.fill("#name", name)
    page.click("form button[type=submit]")
    page.wait_for_selector(".desk")
    return page


def fits(page: Page) -> bool:
    """Return whether nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def phase(page: Page, name: str) -> None:
    page.wait_for_selector(f'.phases [aria-current]:text-is("{name}")')


def test_a_turn_in_two_browsers_and_a_phone(room: tuple[Room, Served]) -> None:
    at, served = room
    links = list(served.codes.values())
    lead = at.page(LAPTOP)
    lead.goto(served.link("facilitator"))
    lead.wait_for_selector(".console")
    team = joined(at, links[0], "Ada", LAPTOP)
    phone = joined(at, links[1], "Grace", PHONE, mobile=True)
    wall = at.page(LAPTOP)
    wall.goto(served.link("wall"))
    for name in ("Briefing", "Orders"):
        lead.click(".next button.main")
        for page in (lead, team, phone, wall):
            phase(page, name)  # every page comes along by itself
            assert fits(page)
    for tab in ("situation", "map", "orders", "messages"):
        phone.click(f'.tabs a[href="#{tab}"]')
        shown = phone.locator(".panel:visible")
        assert (shown.count(), shown.get_attribute("id")) == (1, tab)
        assert fits(phone)
    team.locator(".card:not(.off) summary").first.click()
    team.locator(".card[open] button[type=submit]").first.click()
    team.wait_for_selector(".given:has-text('by Ada')")
    team.fill("#why", "because")
    team.click("#f-why button")
    lead.wait_for_selector("td:has-text('Reasons: because'), tr:has-text('Reasons: because')")
    lead.click(".next button.main")
    phase(team, "Adjudication")
    lead.wait_for_selector("text=What it leads to, if it stands")
    lead.click(".next button.main")
    for page in (team, phone, wall):
        phase(page, "Reveal")
    assert team.locator("text=What happened, as far as you know").is_visible()
    assert at.wrong == []


def test_what_is_being_written_is_not_overwritten(room: tuple[Room, Served]) -> None:
    at, served = room
    lead = at.page(LAPTOP)
    lead.goto(served.link("facilitator"))
    lead.wait_for_selector(".console")
    link = next(iter(served.codes.values()))
    ada, ben = joined(at, link, "Ada", LAPTOP), joined(at, link, "Ben", LAPTOP)
    for name in ("Briefing", "Orders"):
        lead.click(".next button.main")
        phase(ada, name)
        phase(ben, name)
    ada.fill("#why", "half a thou")
    ada.locator(".card:not(.off) summary").first.click()
    ben.click("text=Hold: order nothing here >> nth=0")
    ada.wait_for_selector(".given.hold:has-text('by Ben')")
    assert ada.input_value("#why") == "half a thou"
    assert ada.locator(".card[open]").count() == 1, "what was opened stays open"
    assert at.wrong == []


def test_the_keyboard_alone_gives_an_order(room: tuple[Room, Served]) -> None:
    at, served = room
    lead = at.page(LAPTOP)
    lead.goto(served.link("facilitator"))
    lead.wait_for_selector(".console")
    team = joined(at, next(iter(served.codes.values())), "Ada", LAPTOP)
    for name in ("Briefing", "Orders"):
        lead.focus(".next button.main")
        lead.keyboard.press("Enter")
        phase(team, name)
    team.locator(".card:not(.off) summary").first.focus()
    team.keyboard.press("Enter")
    for _ in range(8):
        team.keyboard.press("Tab")
        if team.evaluate("document.activeElement.matches('.card button[type=submit]')"):
            break
    team.keyboard.press("Enter")
    team.wait_for_selector(".given:has-text('by Ada')")
    assert at.wrong == []


def test_pages_find_a_server_that_was_killed_and_resumed(room: tuple[Room, Served]) -> None:
    import signal

    at, served = room
    lead = at.page(LAPTOP)
    lead.goto(served.link("facilitator"))
    lead.wait_for_selector(".console")
    team = joined(at, next(iter(served.codes.values())), "Ada", LAPTOP)
    lead.click(".next button.main")
    phase(team, "Briefing")
    served.stop(signal.SIGKILL)
    team.wait_for_selector("#link:not([hidden])")
    assert team.inner_text("#link") == "reconnecting…"
    served.start("--resume")
    team.wait_for_selector("#link", state="hidden")
    lead.wait_for_selector("#link", state="hidden")
    lead.click(".next button.main")
    phase(team, "Orders")
    assert not [line for line in at.wrong if "asked for" in line]


PROJECTOR = {"width": 1920, "height": 1080}
LONG_WORD = "W" * 2000


def test_no_page_is_wider_than_its_window_whatever_people_write(room: tuple[Room, Served]) -> None:
    at, served = room
    seats = list(served.codes.values())
    lead = at.page(LAPTOP)
    lead.goto(served.link("facilitator"))
    lead.wait_for_selector(".console")
    team = joined(at, seats[0], "W" * 40, LAPTOP)
    other = joined(at, seats[1], "M" * 40, PHONE, mobile=True)
    for name in ("Briefing", "Orders"):
        lead.click(".next button.main")
        phase(team, name)
    for to in ("all", "first"):
        team.evaluate("document.querySelector('#d-write').open = true")
        if to == "all":
            team.select_option("#m-to", "all")
        team.fill("#m-text", LONG_WORD)
        team.click("#f-message button[type=submit]")
        team.wait_for_selector(f"#messages .post >> nth={0 if to == 'all' else 1}")
    team.fill("#why", LONG_WORD)
    team.click("#f-why button")
    wall = at.page(PROJECTOR)
    wall.goto(served.link("wall"))
    wall.wait_for_selector(".said")
    lead.wait_for_selector("td:has-text('Reasons: WWW')")
    pages = (
        [(wall, "")]
        + [(team, ""), (other, "")]
        + [(lead, f"/white?sheet={sheet}") for sheet in ("room", "messages", "people", "log")]
    )
    for page, address in pages:
        if address:
            page.goto(served.home + address)
            page.wait_for_selector(".console")
        page.evaluate("for (const one of document.querySelectorAll('details')) { one.open = true; }")
        for size in (PHONE, LAPTOP, PROJECTOR):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert fits(page), (page.url, size)
            low = "Array.from(document.querySelectorAll('button')).every(b => b.offsetHeight <= 2 * 44)"
            assert page.evaluate(low), f"the words on a button are not broken: {page.url}, {size}"
    assert wall.evaluate("document.documentElement.scrollHeight <= document.documentElement.clientHeight")
    assert at.wrong == []


def test_who_waits_at_a_door_comes_in_by_himself_when_he_is_let_in(room: tuple[Room, Served]) -> None:
    at, served = room
    lead = at.page(PHONE, mobile=True)
    lead.goto(served.link("facilitator"))
    lead.wait_for_selector(".console")
    lead.goto(f"{served.home}/white?sheet=people")
    lead.click("button:text-is('approval: I let people in')")
    lead.wait_for_selector(".codes .tag:has-text('approval')")
    pupil = at.page(PHONE, mobile=True)
    pupil.goto(next(iter(served.codes.values())))
    pupil.fill("#name", "Ada")
    pupil.click("form button[type=submit]")
    pupil.wait_for_selector("h1:has-text('Please wait')")
    lead.click("button[aria-label='Let Ada in']")
    pupil.wait_for_selector(".desk")
    lead.click("button:text-is('Show the codes on the wall')")
    lead.wait_for_selector("button:text-is('Take the codes off the wall')")
    lead.goto(served.link("wall"))
    assert lead.locator(".joins code").count() == len(served.codes)
    assert fits(lead)
    assert at.wrong == []
