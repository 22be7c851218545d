"""The bank looked over: what is wrong with its cards, and for whom it runs dry."""

import json
from typing import Any

from click.testing import CliRunner

from game_server.activities.bank_check import look_over
from game_server.cli import group
from game_server.commands.bank import report_json, report_lines
from rooms.activities import taxonomy
from rooms.activities.card import Card, Step, Tags, activity_uid
from rooms.activities.opinion import mended, opinion
from storage.activities import Kept
from tests.support.server_process import environment


def card(text: str, **changes: Any) -> Card:
    values = {"type": "dare", "rating": "R", "intensity": 2, "domains": ("sensual",)} | changes
    return Card(**{"uid": activity_uid(values["type"], text), "steps": (Step("A", text),), **values})


def kept(*cards: Card | None) -> list[Kept]:
    return [Kept(number, one.uid if one else "?", one, None, "1") for number, one in enumerate(cards, start=1)]


def enough(*ratings: str) -> list[Kept]:
    """Ten plain cards of each type at every intensity of these ratings."""
    return kept(
        *(
            card(f"{kind} {rating}{intensity} {number}.", type=kind, rating=rating, intensity=intensity)
            for rating in ratings
            for kind in taxonomy.TYPES
            for intensity in taxonomy.INTENSITIES[rating]
            for number in range(10)
        )
    )


def test_what_is_wrong_with_a_card_in_use_is_named():
    odd = [
        None,
        card("Kiss your partner.", domains=("weather",)),
        card("Kiss your partner softly.", uid="0" * 64),
        card("Tie your partner's hands with a scarf."),
        card("Tie their hands with a scarf.", approved=False),
        card("Slap your partner.", is_active=False),
        card("Smile at your partner.", domains=()),
        card("Smile at each other.", preference_keys=("knitting_give",)),
    ]
    rows = kept(*odd)
    rows.append(Kept(9, None, card("Hold hands."), None, "1"))
    report = look_over(rows)
    assert {(one.activity_id, one.field) for one in report.wrong} == {
        (1, ""),
        (2, "domains"),
        (3, "activity_uid"),
        (4, "script.steps[0]"),
        (9, "activity_uid"),
    }
    assert {one.activity_id for one in report.notes} == {7, 8}
    assert report.archived == 1
    assert not report.fine


def test_a_bank_that_runs_dry_is_not_fine_and_says_where():
    report = look_over(enough("G", "R", "X"))
    assert report.fine
    assert report_lines(report)[-1] == "Nothing is wrong."
    without = enough("G", "R")
    # Cards below a level are for it too: R serves X but at its height.
    assert {left.place.level for left in look_over(without, least=11).dry} == {"G", "R", "X"}
    assert look_over(without, least=0).fine
    rows = [row for row in without if row.card and row.card.intensity < 4]
    report = look_over(rows)
    assert {(left.place.level, left.place.window) for left in report.dry} == {("X", (4, 5))}
    worst = report.dry[0]
    assert (worst.fewest, worst.dry) == (0, 64)
    assert any(line.startswith("runs dry: X 4-5 ") and "0 left" in line for line in report_lines(report))
    assert report_json(report)["fine"] is False


def test_the_second_opinion_names_what_a_card_lacks_and_mends_what_tags_can():
    tied = card("Tie your partner's hands with a scarf and kiss their neck.", rating="G", intensity=1)
    assert opinion(tied)
    better = mended(tied)
    assert opinion(better) == ()
    assert (better.rating, better.intensity) == ("R", 2)
    assert taxonomy.RESTRAIN in better.hard_boundaries
    assert {"restraints_give", "restraints_receive"} <= set(better.preference_keys)
    assert better.uid == tied.uid
    truth = card("What turns you on?", type="truth")
    assert mended(truth).tags.topics == ("turn_ons",)
    open_ended = card("Do whatever they ask for.")
    assert opinion(mended(open_ended)) != ()
    naked = card("Lie naked beside your partner.", intensity=3)
    assert (mended(naked).rating, mended(naked).intensity) == ("X", 2)
    assert mended(card("Smile.", tags=Tags(("home",)))) == card("Smile.", tags=Tags(("home",)))


def test_the_command_finds_nothing_wrong_in_what_ships_and_says_no_where_something_runs_dry(settings, monkeypatch):
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    found = CliRunner().invoke(group, ["bank", "validate", "--least", "100000", "--json"])
    assert found.exit_code == 1
    report = json.loads(found.output)
    assert (report["fine"], report["wrong"], report["notes"]) == (False, [], [])
    assert len(report["dry"]) == len(report["coverage"]) == 18 * 11 * 2  # English and German
