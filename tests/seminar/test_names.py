"""Names: nobody looks like somebody else, like a seat or like the facilitator, and every ordinary name is taken."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.seminar.fake import Table, playing
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.rules.fields import MARKS, clean
from wargame.seminar.rules.names import OFFICES, alike, fault

HERE = ("Anna", "Ben Miller", "Ольга", "Mo")
ROLES = {"highland": "Highland", "Saltmarsh": "Saltmarsh", "the United Reeds": "the United Reeds"}
ORDINARY = (
    "Ada", "Zoë", "O'Neil", "Anna-Maria", "Anna K.", "Łukasz Żółw", "Ngũgĩ", "Иван", "Ελένη", "李雷", "さくら", "김민준", "محمد", "राम", "שרה",
    "Nguyễn Thị Hương", "Dr. Iris Host-Müller", "Theo", "Allan", "Controlla", "Ian 2", "J. R. R.", "Bob 🙂", "Ann & Bo", "ქეთი", "Արամ",
    "Ali", "Al", "Ilia", "Lila", "Ina", "Lina", "Lia", "Ila", "Mia", "Liam", "Iain", "Lisa", "Aila", "Ella", "Elia",
)  # fmt: skip


def test_ordinary_names_of_all_the_world_are_taken() -> None:
    assert [fault(name, HERE, ROLES) for name in ORDINARY] == [""] * len(ORDINARY)
    assert [(a, b) for i, a in enumerate(ORDINARY) for b in ORDINARY[:i] if alike(a, b)] == []


@pytest.mark.parametrize("name", [
    "anna", "ANNA", " Anna ", "A n n a", "An.na", "Аnnа", "Аnna", "𝐀𝐧𝐧𝐚", "Ａｎｎａ", "Ⓐⓝⓝⓐ", "Ánnà", "A\u0301nna", "Anna\u0301", "Αnna",
    "BenMiller", "Ben MiIler", "Ben Mi1ler", "Ben Mіller", "Ьen Miller", "Ben  Miller", "ben-miller", "M0", "мо", "МО", "Ooльга", "ольга",
])  # fmt: skip
def test_who_looks_like_somebody_else_is_refused(name: str) -> None:
    words = fault(name, HERE, ROLES)
    assert words.startswith(("Somebody called", "This name mixes")), words


@pytest.mark.parametrize("name", [
    *OFFICES, "The Facilitator", "FACILITATOR 2", "Facilitator (real)", "Mr Facilitator", "FaciIitator", "Faci1itator", "White-Cell", "W h i t e C e l l",
    "𝓕𝓪𝓬𝓲𝓵𝓲𝓽𝓪𝓽𝓸𝓻", "Admin1", "Highland", "HIGHLAND!", "Highland 2", "H1ghland", "Saltrnarsh", "United Reeds", "the united reeds",
])  # fmt: skip
def test_nobody_is_called_like_the_seminar_s_own(name: str) -> None:
    assert "Choose the name that people know you by." in fault(name, HERE, ROLES)


LOOKS = {"a": "aАａ𝒂", "e": "eе", "o": "o0оο", "c": "cс", "p": "pр", "x": "xх", "l": "lI1|LӀ", "n": "nＮ", "b": "bB", "d": "dⒹ"}


@given(st.data(), st.text("aeocpxlnbd", min_size=2, max_size=8))
def test_any_mixture_of_look_alikes_is_the_same_name(data: st.DataObject, name: str) -> None:
    other = "".join(data.draw(st.sampled_from(LOOKS[letter])) for letter in name)
    spaced = data.draw(st.sampled_from(["", " ", ".", "-", "'"])).join(other)
    assert alike(spaced, name)
    assert fault(spaced, [name], {})


@given(st.text(max_size=30), st.text(max_size=30))
def test_looking_alike_is_mutual_and_every_name_has_an_answer_in_words(name: str, other: str) -> None:
    assert alike(name, name)
    assert alike(name, other) == alike(other, name)
    words = fault(name, HERE, ROLES)
    assert words == "" or words.endswith(".")


@pytest.mark.parametrize(("name", "shown"), [
    ("Ev\u200be", "Eve"), ("\u202eeve", "eve"), ("Eve\ufe0f", "Eve"), ("E\u3164ve", "Eve"), ("E\u2800ve", "Eve"), ("Eve \u0007\u001b[31m", "Eve [31m"),
    ("E" + "\u0301" * 30 + "ve", "É" + "\u0301" * 2 + "ve"), ("\u115fEve", "Eve"), ("Eve\U000e0101", "Eve"),
])  # fmt: skip
def test_nothing_unseen_and_no_towers_are_in_a_name(name: str, shown: str) -> None:
    table = Table()
    table.say("eve", "join", name=name, seat="reed")
    assert table.session.room.people["eve"].name == shown


@pytest.mark.parametrize("name", ["\u3164\u3164", "\u2800", "…", "\u200b", "🙂", "---"])
def test_a_name_can_be_read(name: str) -> None:
    with pytest.raises(Refusal, match=r"is empty|needs a letter"):
        Table().say("eve", "join", name=name, seat="reed")


@given(st.text(st.characters(), max_size=60))
def test_text_of_anybody_holds_no_control_no_turning_marks_and_no_towers(text: str) -> None:
    shown = clean(text + "\u202e\x07\u2066" + "a" + "\u0301" * 9)
    run = 0
    for letter in shown:
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        assert run <= MARKS
        assert letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs")
        assert letter not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_names_are_one_s_own_across_all_seats_and_those_of_people_who_are_out_stay_theirs() -> None:
    table = playing()
    for name in ("Anna", "аnnа", "Highland", "SALTMARSH", "Facilitator", "Ms Field"):
        with pytest.raises(Refusal):
            table.say("eve", "join", name=name, seat="saltmarsh")
        with pytest.raises(Refusal):
            table.say("cleo", "rename", name=name)
    table.say("facilitator", "leave", person="ben")
    with pytest.raises(Refusal, match="Somebody called Ben is here already"):
        table.say("eve", "join", name="Ben", seat="saltmarsh")
    table.say("anna", "leave")
    table.say("eve", "join", name="Anna", seat="saltmarsh")
    table.say("facilitator", "rename", person="eve", name="Eve")
    assert table.session.view("eve")["me"]["name"] == "Eve"


def test_names_that_were_accepted_once_are_taken_from_a_log() -> None:
    table = playing()
    command = {"do": "join", "by": "eve", "id": "old", "name": "Facilitator", "seat": "reed"}
    with pytest.raises(Refusal):
        table.session.apply(command, 1e6)
    assert table.session.apply(command, 1e6, again=True)
