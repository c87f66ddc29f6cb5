"""Numbers that cannot be what they are numbers of, divisions by nought, windows that never open, levers of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strait import STRAIT
from wargame.binding.opening import open_scenario
from wargame.errors import InputError


def said(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("strait.yaml").write_text(STRAIT.read_text(encoding="utf-8"), encoding="utf-8")
    Path("own.yaml").write_text(f"extends: strait\nname: own\n{text}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_scenario("own.yaml")
    return [line.partition(": ")[2] for line in str(caught.value).splitlines()]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sensors: {eyes: {suppressible: 1.5}}", "sensors.eyes.suppressible: must lie between 0 and 1 (got 1.5)"),
        ("sensors: {eyes: {rate: -0.1}}", "sensors.eyes.rate: must be at least 0 (got -0.1)"),
        ("exercises: {autumn: {margin: -0.5}}", "exercises.autumn.margin: must lie between 0 and 1 (got -0.5)"),
        ("exercises: {autumn: {parts: {shore: {troops: -5}}}}", "exercises.autumn.parts.shore.troops: must be at least 0 (got -5)"),
        ("policies: {watchful: {temperature: -1}}", "policies.watchful.temperature: must be at least 0 (got -1)"),
        ("actors: {league: {temperature: -1}}", "actors.league.temperature: must be at least 0 (got -1)"),
        ("actors: {league: {initial: {threat: 1.5}}}", "actors.league.initial.threat: must lie between 0 and 1 (got 1.5)"),
        (
            "actors: {league: {initial: {threat: {value: 0.5, prior: {uniform: {low: 2, high: 3}}}}}}",
            "actors.league.initial.threat.prior: must lie between 0 and 1, and every draw of this prior lies outside (2 to 3)",
        ),
        ("sites: {quay: {garrison: {port: -3}}}", "sites.quay.garrison.port: must be at least 0 (got -3)"),
        ("items: {depot: {cost: 1e13}}", "items.depot.cost: must be at most 1e+12 in size (got 1e+13)"),
        ("policies: {watchful: {economic: {embargo: {size: 1000}}}}", "policies.watchful.economic.embargo.size: must lie between 0 and 100 (got 1000)"),
        ("policies: {watchful: {economic: {embargo: {weight: 1/0}}}}", "policies.watchful.economic.embargo.weight: divides by 0, which is never defined (in: 1/0)"),
        ("injects: {alarm: {when: tension / 0.0 > 1}}", "injects.alarm.when: divides by 0, which is never defined (in: tension / 0.0 > 1)"),
        (
            "measures: {esc_max: {since: 2031-03-20, until: 2031-03-10}}",
            "measures.esc_max.until: until must not come before since (got 2031-03-20 to 2031-03-10)",
        ),
        ("levers: {odd: {path: actors.leegue.polcy, values: [1]}}", "levers.odd.path: no path of a scenario (got text 'actors.leegue.polcy')"),
        (
            "levers: {odd: {path: actors.league.policy, values: [watchful, watchfool]}}",
            'levers.odd.values[1]: unknown policy "watchfool"; did you mean "watchful"?',
        ),
        ("levers: {odd: {path: exercises.autumn.enabled, values: [1, true]}}", "levers.odd.values[0]: expected true or false (got the number 1)"),
        ("levers: {odd: {path: initial.tension, values: [low]}}", "levers.odd.values[0]: expected a number (got text 'low')"),
        ("injects: {festival: {orders: [{actor: league, action: watch}]}}", 'injects.festival.orders[0]: "watch" needs a target'),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_mistake_at_its_place(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    assert said(text, tmp_path, monkeypatch) == [message]
