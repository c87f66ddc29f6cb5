"""Where phones find this computer: every address that they could use, none that they could not, and no other name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.seminar.fake import SEATS
from tests.seminar.live import Served
from tests.seminar.web import HOME, Web, serving
from tests.strait import STRAIT
from wargame.cli import main
from wargame.seminar.host.addresses import (
    HOTSPOT,
    SELF,
    TUNNEL,
    VIRTUAL,
    WIRED,
    WIRELESS,
    Interface,
    fault,
    interfaces,
    reachable,
    url,
)
from wargame.seminar.host.keys import Keys
from wargame.seminar.host.reach import NOWHERE, Reach
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.server.handout import handout

LO = Interface("lo", ("127.0.0.1", "::1"))
HOTSPOTS = {  # how a laptop looks that is its own hotspot: no way out, one address that it gave itself
    "NetworkManager": [LO, Interface("wlan0", ("10.42.0.1", "fe80::1%wlan0")), Interface("docker0", ("172.17.0.1",))],
    "Windows": [Interface("Loopback Pseudo-Interface 1", ("127.0.0.1", "::1")), Interface("Ethernet", ("10.1.1.9",), runs=False),
                Interface("Local Area Connection* 10", ("192.168.137.1", "fe80::2%10")),
                Interface("vEthernet (WSL)", ("172.29.64.1",))],
    "macOS": [Interface("lo0", ("127.0.0.1", "::1", "fe80::1%lo0")), Interface("bridge100", ("192.168.2.1",)),
              Interface("utun3", ("fe80::3%utun3", "100.100.0.3"))],
}  # fmt: skip


def reach(host: str, *found: Interface, chosen: str = "") -> Reach:
    return Reach(host, 8000, chosen, lambda: found)


@pytest.mark.parametrize("system", HOTSPOTS)
def test_a_laptop_that_is_its_own_hotspot_shows_the_address_of_the_hotspot(system: str) -> None:
    at = reach("0.0.0.0", *HOTSPOTS[system])
    own = {"NetworkManager": "10.42.0.1", "Windows": "192.168.137.1", "macOS": "192.168.2.1"}[system]
    assert (at.address, at.found()[0].kind) == (f"http://{own}:8000", HOTSPOT)
    assert "10.1.1.9" not in {one.text for one in at.found()}, "a cable that is not plugged in leads nowhere"


def test_all_addresses_are_listed_the_likeliest_first_and_virtual_ones_last() -> None:
    machine = [
        LO, Interface("docker0", ("172.17.0.1",)), Interface("tun0", ("10.8.0.2",)), Interface("eth0", ("192.0.2.5", "2001:db8::5")),
        Interface("wlp2s0", ("192.0.2.77", "fd00::77", "fe80::77%wlp2s0")), Interface("usb0", ("169.254.3.4",)),
        Interface("wlan9", ("198.51.100.3",), runs=False),
    ]  # fmt: skip
    found = [(one.text, one.kind) for one in reachable("::", lambda: machine)]
    assert found == [
        ("192.0.2.77", WIRELESS), ("fd00::77", WIRELESS), ("192.0.2.5", WIRED), ("2001:db8::5", WIRED), ("169.254.3.4", SELF),
        ("10.8.0.2", TUNNEL), ("172.17.0.1", VIRTUAL),
    ]  # fmt: skip
    four = [one.text for one in reachable("0.0.0.0", lambda: machine)]
    assert four == [text for text, _ in found if ":" not in text], "a server on 0.0.0.0 does not hear the longer kind"


class Asked(Reach):
    """A reach whose server answers to the tests' own client as well."""

    def answers_to(self, header: str) -> bool:
        return header == "testserver" or super().answers_to(header)


ADDRESSES = st.one_of(st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str), st.ip_addresses(v=6).map("{}%eth0".format))
NAMES = st.sampled_from(["lo", "eth0", "wlan0", "docker0", "br-1", "utun2", "Wi-Fi", "en0", "bridge100", "x"])
MACHINES = st.lists(st.builds(Interface, NAMES, st.lists(ADDRESSES, max_size=4).map(tuple), st.booleans()), max_size=6)


@given(MACHINES, st.sampled_from(["0.0.0.0", "::"]))
def test_no_link_ever_shows_what_no_phone_can_open(machine: list[Interface], host: str) -> None:
    at = reach(host, *machine, LO)
    running = {text.partition("%")[0] for one in machine if one.runs for text in one.addresses}
    for one in at.found():
        kernel = ipaddress.ip_address(one.text)
        assert not kernel.is_loopback
        assert not kernel.is_unspecified
        assert "%" not in one.text
        assert one.text in running
        assert fault(one.text, beyond=True) == ""
        assert at.answers_to(url(one.text, 8000).removeprefix("http://")), "what is offered is answered"
    assert at.address == (url(at.found()[0].text, 8000) if at.found() else "")
    assert not re.search(r"127\.0|\[::1\]|localhost", at.address)


def test_a_server_on_one_address_shows_that_one() -> None:
    assert reach("192.0.2.5", LO).address == "http://192.0.2.5:8000"
    assert reach("fd00::5", LO).address == "http://[fd00::5]:8000"
    assert reach("lab-7", LO).address == "http://lab-7:8000"
    assert reach("127.0.0.1", LO).address == "http://127.0.0.1:8000"
    assert reach("127.0.0.1", LO).local
    assert not reach("192.0.2.5", LO).local


def test_the_kernel_s_own_addresses_are_all_there() -> None:
    """Against what the library lists raw: nothing of this machine is forgotten."""
    runs = psutil.net_if_stats()
    mine = {
        str(one.address)
        for name, found in psutil.net_if_addrs().items() if runs[name].isup
        for one in found if one.family.name in ("AF_INET", "AF_INET6") and "%" not in one.address
    }  # fmt: skip
    wanted = {
        text for text in mine if not ipaddress.ip_address(text).is_loopback and not ipaddress.ip_address(text).is_link_local
    }
    assert wanted <= {one.text for one in reachable("::", interfaces)}


def test_a_guess_stays_while_the_address_does_and_gives_way_when_it_is_gone() -> None:
    machine = [LO, Interface("eth0", ("192.0.2.5",))]
    at = Reach("0.0.0.0", 8000, "", lambda: machine)
    assert at.shown() == "192.0.2.5"
    machine.append(Interface("wlan0", ("10.42.0.1",)))
    at._at = -10.0  # the kernel is asked again
    assert at.shown() == "192.0.2.5", "codes on paper stay right"
    del machine[1]
    at._at = -10.0
    assert at.shown() == "10.42.0.1"
    at.choose("10.42.0.1")
    assert not at.gone
    del machine[1]
    at._at = -10.0
    assert at.gone
    assert at.shown() == "10.42.0.1", "what somebody chose is told of, not changed"


def test_what_was_chosen_is_shown_after_a_restart_unless_that_network_is_gone() -> None:
    for text, shown in (("192.0.2.5", "192.0.2.5"), ("10.9.9.9", "10.42.0.1"), ("lab-7.local", "lab-7.local"), ("", "10.42.0.1")):
        at = reach("0.0.0.0", LO, Interface("wlan0", ("10.42.0.1",)), Interface("eth0", ("192.0.2.5",)))
        at.recall(text)
        assert at.shown() == shown
    asked = reach("0.0.0.0", LO, Interface("eth0", ("192.0.2.5",)), chosen="quiz.local")
    asked.recall("192.0.2.5")
    assert asked.shown() == "quiz.local", "what is asked for now goes before"
    local = reach("127.0.0.1", LO, Interface("eth0", ("192.0.2.5",)))
    local.recall("192.0.2.5")
    assert local.shown() == "127.0.0.1"


@pytest.mark.parametrize(("text", "words"), [
    ("http://192.0.2.5", "is no address and no name; write it without http://"), ("192.0.2.5:8000", "is no address and no name"),
    ("192.0.2.256", "is no address and no name"), ("a b", "is no address"), ("-x", "is no address"), ("a..b", "is no address"),
    ("x" * 64, "is no address"), ("0.0.0.0", "is no address of one computer"), ("224.0.0.1", "is no address of one computer"),
    ("fe80::1%eth0", "works on no phone"), ("fe80::1", "works on no phone"), ("127.0.0.1", "is this computer itself for everybody"),
    ("localhost", "is this computer itself"), ("[::1]", "is this computer itself"), ("\x1b[31m", "is no address"),
])  # fmt: skip
def test_what_leads_nobody_here_is_refused(text: str, words: str) -> None:
    assert fault(text, beyond=True).startswith(words)
    with pytest.raises(Refusal, match=re.escape(words)) as caught:
        reach("0.0.0.0", LO).choose(text)
    assert str(caught.value).isprintable()
    done = CliRunner().invoke(main, ["seminar", str(STRAIT), "--host", "0.0.0.0", f"--advertise={text}"])
    assert done.exit_code == 2
    assert done.stderr.startswith("--advertise: ")
    assert words in done.stderr


@pytest.mark.parametrize("text", ["192.168.4.1", "[fd00::2]", "fd00::2", "lab-7", "lab-7.local", "seminar.example.org."])
def test_addresses_and_names_are_taken(text: str) -> None:
    at = reach("0.0.0.0", LO)
    at.choose(text)
    assert at.address == f"http://{'[fd00::2]' if 'fd00' in text else text.rstrip('.')}:8000"
    assert at.answers_to(at.address.removeprefix("http://"))


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:8000", "192.0.2.6", "127.0.0.1.evil.example", "localhost.evil.example", "", "a@localhost",
    "localhost/x", "[::2]", "[", "127.0.0.1:8000:8000", "x y", "2130706434", "lab-7.evil.example",
])  # fmt: skip
def test_a_stranger_s_name_turned_towards_us_is_not_answered(host: str) -> None:
    at = reach("0.0.0.0", LO, Interface("eth0", ("192.0.2.5",)), chosen="lab-7.local")
    assert not at.answers_to(host)


def test_own_addresses_names_and_the_name_shown_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "Lab-3.campus.example")
    at = reach("::", LO, Interface("eth0", ("192.0.2.5", "fd00::5")), chosen="quiz.local")
    for host in ("192.0.2.5:8000", "[fd00::5]:8000", "[FD00:0::5]", "localhost:8000", "127.0.0.1", "[::1]", "lab-3.local:8000",
                 "LAB-3", "lab-3.campus.example", "quiz.local:8000", "lab-3.local."):  # fmt: skip
        assert at.answers_to(host), host


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path) as made:
        yield made


def test_requests_for_another_computer_are_turned_away_in_words(web: Web) -> None:
    """Whatever they ask for, by whoever's cookie, and with whatever in the name."""
    for path in ("/", "/wall", "/seat", "/static/seminar.css", f"/j/{web.keys.codes['reed']}"):
        for who in ("stranger", "anna", "lead"):
            answer = web.client(who).get(path, headers={"host": "evil.example:8000"})
            assert answer.status_code == 421
            assert "This request is for “evil.example:8000”" in answer.text
            assert "--advertise" in answer.text
    answer = web.client("anna").get("/", headers={"host": "<script>x"})
    assert (answer.status_code, "<script>x" in answer.text) == (421, False)
    before = web.session.n
    answer = web.client("anna").post(
        "/seat/do/rename", data={"id": "x", "name": "Eve"}, headers={"host": "evil.example", "origin": "http://evil.example"}
    )
    assert (answer.status_code, web.session.n) == (421, before)


def test_the_facilitator_switches_the_address_that_links_codes_and_the_wall_show(web: Web) -> None:
    found = [LO, Interface("wlan0", ("10.42.0.1",)), Interface("eth0", ("192.0.2.5",))]
    web.host.reach = Asked("0.0.0.0", 8000, "", lambda: found)
    page = web.client("lead").get("/white?sheet=people").text
    assert all(
        word in page
        for word in ("10.42.0.1", HOTSPOT.replace("'", "&#39;"), "192.0.2.5", f"http://10.42.0.1:8000/j/{web.keys.codes['reed']}")
    )
    assert web.post("lead", "/white/do/advertise", address="192.0.2.5").status_code == 200
    page = web.client("lead").get("/white?sheet=people").text
    assert f"http://192.0.2.5:8000/j/{web.keys.codes['reed']}" in page
    assert "http://10.42.0.1" not in page
    assert "http://192.0.2.5:8000" in web.client("stranger").get("/wall").text
    assert "http://192.0.2.5:8000/p/" in web.client("anna").get("/seat").text
    assert web.log.meta["shown"] == "192.0.2.5", "and after a restart"
    answer = web.post("lead", "/white/do/advertise", address="http://x")
    assert (answer.status_code, "is no address and no name" in answer.text) == (409, True)
    assert web.post("anna", "/white/do/advertise", address="10.42.0.1").status_code == 403


def test_without_a_network_every_page_says_what_to_do_and_no_code_leads_astray(web: Web) -> None:
    web.host.reach = Asked("0.0.0.0", 8000, "", lambda: [LO])
    assert web.host.address == ""
    page = web.client("lead").get("/white?sheet=people").text
    assert NOWHERE.split(".")[0].replace("'", "&#39;") in page
    wall = web.client("stranger").get("/wall").text
    assert "This computer is in no network yet" in wall
    paper = handout(web.session, Keys.new(SEATS), web.host.address)
    for text in (page, wall, paper):
        assert 'class="qr"' not in text
        assert "127.0.0.1" not in text
        assert "http:///" not in text


def test_on_all_addresses_the_command_lists_them_and_shows_none_of_this_computer_alone(tmp_path: Path) -> None:
    with Served(tmp_path, ("--host", "::")) as served:
        own = reachable("::")
        links = re.findall(r"http://\S+", served.said)
        assert len(links) >= 5
        if own:
            assert not [link for link in links if "127.0.0.1" in link or "[::1]" in link]
            assert all(one.text in served.said for one in own)
        else:
            assert "No address for others." in served.said
            assert not [link for link in links if "/j/" in link]


def test_a_name_that_was_asked_for_is_in_every_link(tmp_path: Path) -> None:
    with Served(tmp_path, ("--advertise", "localhost")) as served:
        assert served.home.startswith("http://localhost:")
        assert all(link.startswith(served.home) for link in served.codes.values())
        assert served.home in (tmp_path / "game.html").read_text(encoding="utf-8")


def test_home_is_what_the_other_tests_are_served_at() -> None:
    assert Reach.by(HOME).address == HOME
    assert Reach.by(HOME).answers_to("testserver")
