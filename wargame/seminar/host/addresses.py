"""Where a phone finds this computer: all its addresses, from the kernel, the likeliest first; nothing is asked of any network."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
ALL = ("0.0.0.0", "::")  # a server on :: is opened on both kinds of address, one on 0.0.0.0 on the shorter kind alone
HOTSPOT, WIRELESS, WIRED, OTHER, SELF, TUNNEL, MOBILE, VIRTUAL = (
    "this computer's own hotspot, it seems", "wireless", "cable", "network",
    "given by nobody: only devices on the same cable or access point reach it", "a tunnel: only those in it reach it",
    "mobile network: phones in the room hardly reach it", "virtual: for programs on this computer",
)  # fmt: skip
KINDS = (HOTSPOT, WIRELESS, WIRED, OTHER, SELF, TUNNEL, MOBILE, VIRTUAL)  # the likeliest that a phone can use comes first
_NAMES = (
    (VIRTUAL, r"docker|br-|veth|virbr|vboxnet|vmnet|vnet|lxc|lxdbr|cni|cali|flannel|podman|nerdctl|kube|ifb|vethernet|virtualbox"
              r"|vmware|hyper-v|dummy|ap\d+bridge"),
    (TUNNEL, r"tun|tap|wg|utun|ppp|ipsec|zt|tailscale|nordlynx|proton|gif|stf|vpn|wireguard|openvpn|teredo|isatap|6to4"),
    (MOBILE, r"ww|rmnet|pdp_ip|cellular|mobile"),
    (WIRELESS, r"wl|wifi|wi-fi|wireless|ath\d|ra\d|en0$"),  # en0 is the radio of nearly every laptop by the maker of that name
    (WIRED, r"eth|en|em\d|usb|lan|local area"),
)  # fmt: skip
_GIVEN = re.compile(r"^local area connection\*", re.IGNORECASE)  # what a shared connection is called on one system
_BRIDGE = re.compile(r"^bridge1\d\d$")  # and on another
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True)
class Interface:
    """A network interface as the kernel tells it: its addresses as text, and whether it runs."""

    name: str
    addresses: tuple[str, ...]
    runs: bool = True


@dataclass(frozen=True)
class Address:
    """An address that others may reach, on which interface it is, and what kind that is."""

    text: str
    interface: str
    kind: str

    @property
    def says(self) -> str:
        """What a person needs to choose: the interface and its kind."""
        return f"{self.interface}, {self.kind}"


Look = Callable[[], Sequence[Interface]]


def interfaces() -> list[Interface]:
    """Return the interfaces of this computer."""
    import psutil

    runs = {name: bool(one.isup) for name, one in psutil.net_if_stats().items()}
    return [
        Interface(name, tuple(str(one.address) for one in found), runs.get(name, True))
        for name, found in psutil.net_if_addrs().items()
    ]


def ip(text: str) -> IP | None:
    """Return text as an address, without the brackets it has in a link; None when it is none."""
    try:
        return ipaddress.ip_address(text.removeprefix("[").removesuffix("]") if text[:1] == "[" else text)
    except ValueError:
        return None


def reachable(host: str, look: Look = interfaces) -> list[Address]:
    """Return the addresses at which others reach a server that listens on ``host``, the likeliest first.

    On all addresses: those of every running interface, without loopback and without those of IPv6 that need the name of an
    interface (a browser cannot be given one). On one address or name: that one, or none when it is loopback.
    """
    if host not in ALL:
        return [] if is_local(host) else [Address(host.strip("[]"), *_place(host, look))]
    found = [
        Address(str(at), one.name, _kind(one.name, at))
        for one in look() if one.runs
        for at in map(ip, one.addresses) if at is not None and _offered(at, host)
    ]  # fmt: skip
    return sorted(dict.fromkeys(found), key=_rank)


def _offered(at: IP, host: str) -> bool:
    """Return whether an address of this computer may be shown to others, and is listened on."""
    return (at.version == 4 or host == "::") and "%" not in str(at) and not fault(str(at), beyond=True)


def _place(host: str, look: Look) -> tuple[str, str]:
    """Return the interface that has an address, and its kind; a name has none."""
    at = ip(host)
    for one in look():
        if at is not None and at in map(ip, one.addresses):
            return one.name, _kind(one.name, at)
    return "asked for", OTHER


def _kind(name: str, at: IP) -> str:
    """Return what kind of way an address is, by the name of its interface and by the address itself."""
    found = (
        OTHER if _BRIDGE.match(name) else next((kind for kind, words in _NAMES if re.match(words, name, re.IGNORECASE)), OTHER)
    )
    first = (
        at.version == 4 and int(at) % 256 == 1
    )  # whoever gives addresses takes the first one: this computer is the access point
    if first and (found == WIRELESS or _GIVEN.match(name) or _BRIDGE.match(name)):
        return HOTSPOT
    return SELF if at.is_link_local and found != VIRTUAL else found


def _rank(one: Address) -> tuple[int, bool, str]:
    return KINDS.index(one.kind), ":" in one.text, one.interface


def is_local(host: str) -> bool:
    """Return whether only this computer can reach a server that listens on an address or a name."""
    at = ip(host)
    return host.lower().rstrip(".") == "localhost" or (at is not None and at.is_loopback)


def fault(text: str, *, beyond: bool) -> str:
    """Return what is wrong with an address or name to show to others; nothing when it will do. ``beyond``: others are let in."""
    at = ip(text)
    if at is None:
        bare = text[:-1] if text.endswith(".") else text
        labels = bare.split(".")
        if len(bare) > 253 or not all(_LABEL.fullmatch(one) for one in labels) or labels[-1].isdigit():
            return "is no address and no name; write it without http:// and without a port, like 192.168.4.1 or lab-7.local"
    elif at.is_unspecified or at.is_multicast or str(at) == "255.255.255.255":
        return "is no address of one computer"
    elif at.version == 6 and at.is_link_local:
        return "works on no phone: it needs the name of an interface behind it; choose another"
    if beyond and is_local(text):
        return "is this computer itself for everybody who reads it; choose an address that others can reach"
    return ""


def bare(text: str) -> str:
    """Return an address or name as it is compared: as the standard writes it, small letters, no brackets, no final dot."""
    at = ip(text)
    return str(at) if at is not None else text.lower().rstrip(".")


def url(address: str, port: int) -> str:
    """Return the address of the pages."""
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
