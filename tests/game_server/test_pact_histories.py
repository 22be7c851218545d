"""Random histories of contracts and scenes of two or three people, over the real server and database, against a plain model of
the tables of states: whatever they do in whatever order, with pauses, limits and somebody leaving between, each command is
answered as the model says, and every row is then what the model has.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any, ClassVar, TypeVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from game_server.bonds import scene_limits
from tests.support.bonds_in_house import moved_in
from tests.support.house import House, open_house

T = TypeVar("T")

WHO, WHICH = st.integers(0, 2), st.integers(0, 9)
LIMIT = "spanking_moderate_receive"
OK, FORBIDDEN, STATE, PAUSED, BOND, HELD = (
    (200, None), (403, "not_permitted"), (409, "wrong_state"), (409, "person_paused"), (409, "bond_paused"), (422, "limit"),
)  # fmt: skip


class Contract(msgspec.Struct):
    """What is thought of a contract. `parties`: who is to sign, and whether they did."""

    id: str
    line: str
    creator: int
    status: str = "draft"
    parties: dict[int, bool] = {}


class Scene(msgspec.Struct):
    """What is thought of a scene. `named`: with whom; nobody is everybody. `hot`: it names what LIMIT is about."""

    id: str
    creator: int
    named: set[int]
    hot: bool
    status: str = "planned"
    said: set[int] = msgspec.field(default_factory=set)


class Histories(RuleBasedStateMachine):
    """One history."""

    house: ClassVar[House]
    loop: ClassVar[asyncio.AbstractEventLoop]

    @initialize(many=st.booleans())
    def begin(self, many: bool) -> None:
        self.home = self.run(moved_in(self.house, ["dominant", "submissive", "switch"][: 3 if many else 2]))
        self.here = set(range(len(self.home.people)))
        self.paused: set[int] = set()
        self.halted: set[int] = set()
        self.limited: set[int] = set()
        self.contracts: list[Contract] = []
        self.scenes: list[Scene] = []
        self.changes = 0

    # --- contracts -----------------------------------------------------------------------------------------------------

    @rule(who=WHO)
    def write(self, who: int) -> None:
        if (who := self.number(who)) in self.here:
            made = self.run(self.home.post(who, "contracts", {"title": "T", "content": "C"}, expect=201))
            self.contracts.append(Contract(made["id"], made["id"], who))

    @rule(who=WHO, which=WHICH)
    def request(self, who: int, which: int) -> None:
        if one := self.one(self.contracts, who, which):
            who = self.number(who)
            wanted = FORBIDDEN if who != one.creator else OK if one.status in {"draft", "pending_signature"} else STATE
            if wanted == OK and one.status == "draft" and len(self.here) < 2:
                wanted = STATE
            self.act(who, f"contracts/{one.id}/request-signatures", None, wanted)
            if wanted == OK and one.status == "draft":
                one.status, one.parties = "pending_signature", dict.fromkeys(self.here, False)

    @rule(who=WHO, which=WHICH)
    def sign(self, who: int, which: int) -> None:
        if one := self.one(self.contracts, who, which):
            who = self.number(who)
            text = self.run(self.home.get(who, f"contracts/{one.id}"))["content_sha256"] or "0" * 64
            wanted = OK
            if one.status != "draft" and who not in one.parties:
                wanted = FORBIDDEN
            elif one.status != "pending_signature" or one.parties[who]:
                wanted = STATE
            elif who in self.paused:
                wanted = PAUSED
            elif self.halted:
                wanted = BOND
            self.act(who, f"contracts/{one.id}/sign", {"content_sha256": text}, wanted)
            if wanted == OK:
                one.parties[who] = True
                if all(one.parties.values()):
                    for older in self.contracts:
                        if older.line == one.line and older.status == "active":
                            older.status = "superseded"
                    one.status = "active"

    @rule(who=WHO, which=WHICH, command=st.sampled_from(["decline", "withdraw"]))
    def refuse(self, who: int, which: int, command: str) -> None:
        if one := self.one(self.contracts, who, which):
            who = self.number(who)
            is_party = one.status == "draft" or who in one.parties
            wanted = FORBIDDEN if not is_party else STATE
            after = one.status
            if is_party and one.status in {"draft", "pending_signature"}:
                wanted, after = OK, "draft"
            elif is_party and command == "withdraw" and one.status in {"active", "withdrawn"}:
                wanted, after = OK, "withdrawn"
            self.act(who, f"contracts/{one.id}/{command}", None, wanted)
            one.status = after
            if after == "draft":
                one.parties = {}

    @rule(who=WHO, which=WHICH)
    def again(self, who: int, which: int) -> None:
        if one := self.one(self.contracts, who, which):
            who = self.number(who)
            drafted = any(other.line == one.line and other.status == "draft" for other in self.contracts)
            wanted = STATE if drafted else OK
            if who != one.creator and one.status != "draft" and who not in one.parties:
                wanted = FORBIDDEN
            made = self.act(who, f"contracts/{one.id}/new-version", None, wanted)
            if wanted == OK:
                self.contracts.append(Contract(made["id"], one.line, who))

    @rule(who=WHO, which=WHICH, command=st.sampled_from(["PATCH", "DELETE"]))
    def edit(self, who: int, which: int, command: str) -> None:
        if one := self.one(self.contracts, who, which):
            who = self.number(who)
            wanted = FORBIDDEN if who != one.creator else STATE if one.status != "draft" else OK
            gone = command == "DELETE" and wanted == OK
            body = {"content": f"C {which}"} if command == "PATCH" else None
            self.act(who, f"contracts/{one.id}", body, (204, None) if gone else wanted, verb=command)
            if gone:
                self.contracts.remove(one)

    @rule(which=WHICH)
    def carry_on(self, which: int) -> None:
        """A contract that gets somewhere."""
        if self.contracts:
            one = self.contracts[which % len(self.contracts)]
            if one.creator in self.here:
                self.request(one.creator, self.contracts.index(one))
            for who in sorted(self.here):
                self.sign(who, self.contracts.index(one))

    # --- scenes --------------------------------------------------------------------------------------------------------

    @rule(who=WHO, named=st.sets(WHO, max_size=3), hot=st.booleans())
    def plan(self, who: int, named: set[int], hot: bool) -> None:
        who, named = self.number(who), {self.number(one) for one in named} & self.here
        if who not in self.here:
            return
        scene = Scene("", who, named, hot)
        wanted = self.asked(scene) or ((201, None) if not self.hits(scene) else HELD)
        activity = {
            "name": "A spanking" if hot else "A kiss",
            "with": [self.home.people[one].id for one in sorted(named)],
        }
        made = self.act(who, "scenes", {"title": "S", "activities": [activity]}, wanted)
        if wanted == (201, None):
            scene.id = made["id"]
            self.scenes.append(scene)

    @rule(who=WHO, which=WHICH)
    def confirm(self, who: int, which: int) -> None:
        if one := self.one(self.scenes, who, which):
            who, people = self.number(who), self.people(one)
            version = self.run(self.home.get(who, f"scenes/{one.id}"))["version"]
            open_, held = one.status in {"planned", "agreed"}, self.hits(one)
            settles = people <= one.said | {who}
            wanted = OK
            if who not in people:
                wanted = FORBIDDEN
            elif not open_:
                wanted = STATE
            elif held or not (one.status == "agreed" or (who in one.said and not settles)):
                wanted = PAUSED if people & self.paused else BOND if self.halted else HELD if held else OK
            self.act(who, f"scenes/{one.id}/confirm", {"version": version}, wanted)
            if wanted == OK and one.status == "planned":
                one.said.add(who)
                one.status = "agreed" if settles else "planned"

    @rule(who=WHO, which=WHICH, command=st.sampled_from(["unconfirm", "call-off", "log"]))
    def end(self, who: int, which: int, command: str) -> None:
        if one := self.one(self.scenes, who, which):
            who = self.number(who)
            to = {"unconfirm": "planned", "call-off": "called_off", "log": "done"}[command]
            wanted = OK if one.status in {"planned", "agreed", to} else STATE
            wanted = wanted if who in self.people(one) else FORBIDDEN
            self.act(who, f"scenes/{one.id}/{command}", {"duration_minutes": 5} if command == "log" else None, wanted)
            if wanted == OK:
                one.status = to
                if command == "unconfirm":
                    one.said.discard(who)

    @rule(who=WHO, which=WHICH)
    def change(self, who: int, which: int) -> None:
        if one := self.one(self.scenes, who, which):
            who = self.number(who)
            wanted = OK
            if who != one.creator:
                wanted = FORBIDDEN
            elif one.status not in {"planned", "agreed"}:
                wanted = STATE
            else:
                wanted = self.asked(one) or (HELD if self.hits(one) else OK)
            title = f"S {self.changes}"  # never the one that it has
            self.changes += 1
            self.act(who, f"scenes/{one.id}", {"title": title}, wanted, "PATCH")
            if wanted == OK:
                one.status, one.said = "planned", set()

    @rule(who=WHO, which=WHICH, text=st.sampled_from(["Nice", "Warm"]), shared=st.booleans())
    def look_back(self, who: int, which: int, text: str, shared: bool) -> None:
        if one := self.one(self.scenes, who, which):
            who = self.number(who)
            wanted = FORBIDDEN if who not in self.people(one) else OK if one.status == "done" else STATE
            answer = self.act(who, f"scenes/{one.id}/debrief", {"text": text, "shared": shared}, wanted)
            if wanted == OK:
                for other in self.here:
                    read = self.run(self.home.get(other, f"scenes/{one.id}"))["debriefs"]
                    mine = [view for view in read if view["user_id"] == self.home.people[who].id]
                    assert len(mine) == int(shared or other == who)
                assert answer["status"] == "done"

    # --- what happens between ------------------------------------------------------------------------------------------

    @rule(
        who=WHO, what=st.sampled_from(["pause", "back", "back", "halt", "resume", "resume", "limit", "none", "leave"])
    )
    def happen(self, who: int, what: str) -> None:
        if (who := self.number(who)) not in self.here:
            return
        match what:
            case "pause":
                self.run(self.home.state(who, "paused"))
                self.paused.add(who)
            case "back":
                self.run(self.home.state(who, "active"))
                self.paused.discard(who)
            case "halt":
                self.run(self.home.pause_bond(who))
                self.halted.add(who)
            case "resume":
                self.run(self.home.resume_bond(who))
                self.halted.discard(who)
            case "limit" if who not in self.limited:
                self.run(self.home.limit(who, LIMIT))
                self.limited.add(who)
                self.unsettle()
            case "none" if who in self.limited:
                self.run(self.home.say(who, "DELETE FROM personal_limits WHERE user_id = $1"))
                self.limited.discard(who)
            case "leave" if len(self.here) > 2:
                self.leave(who)

    def unsettle(self) -> None:
        self.run(scene_limits.unsettle(self.house.services))
        for one in self.scenes:
            if one.status == "agreed" and self.hits(one):
                one.status, one.said = "planned", set()

    def leave(self, who: int) -> None:
        self.run(self.home.post(who, "leave", {}))
        for one in self.scenes:
            if one.status in {"planned", "agreed"} and (who in {one.creator, *one.named, *one.said} or not one.named):
                one.status, one.said = "planned", set()
                one.named.discard(who)
        for contract in self.contracts:
            if who in contract.parties and contract.status == "active":
                contract.status = "withdrawn"
            elif who in contract.parties and contract.status == "pending_signature":
                contract.status, contract.parties = "draft", {}
        for people in (self.here, self.paused, self.halted, self.limited):
            people.discard(who)

    # --- what is always so ---------------------------------------------------------------------------------------------

    @invariant()
    def rows_are_as_the_model_has_them(self) -> None:
        if hasattr(self, "home"):
            me = min(self.here)
            read = {one["id"]: one for one in self.run(self.home.get(me, "contracts"))["items"]}
            assert {one.id: one.status for one in self.contracts} == {id_: one["status"] for id_, one in read.items()}
            read = {one["id"]: one for one in self.run(self.home.get(me, "scenes"))["items"]}
            for one in self.scenes:
                held = one.status in {"planned", "agreed"} and self.hits(one)
                said = set() if held else {self.home.people[who].id for who in one.said & self.here}
                assert (read[one.id]["held"], read[one.id]["status"]) == (
                    held,
                    "planned" if held else one.status,
                )
                assert {*read[one.id]["confirmed_by"]} == said

    # --- parts ---------------------------------------------------------------------------------------------------------

    def people(self, scene: Scene) -> set[int]:
        return scene.named & self.here or set(self.here)

    def hits(self, scene: Scene) -> bool:
        """Does it touch a limit of somebody who takes part, but for who wrote it?"""
        return scene.hot and bool((self.people(scene) - {scene.creator}) & self.limited)

    def asked(self, scene: Scene) -> tuple[int, str | None] | None:
        """How it is refused to ask that of them now."""
        others = self.people(scene) - {scene.creator}
        return PAUSED if others & self.paused else BOND if others and self.halted else None

    def one(self, of: list[T], who: int, which: int) -> T | None:
        return of[which % len(of)] if of and self.number(who) in self.here else None

    def act(self, who: int, path: str, body: Any, wanted: tuple[int, str | None], verb: str = "POST") -> Any:
        self.run(self.house.database.execute("DELETE FROM bond_limit_answers"))  # nobody here is looking for limits
        answer = self.run(self.home.ask(who, verb, path, body))
        found = answer.json() if answer.content else {}
        assert (answer.status_code, found["error"]["code"] if not answer.is_success else None) == wanted, (path, found)
        return found

    def number(self, who: int) -> int:
        return who % len(self.home.people)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)


@pytest.fixture
def machine(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Histories]]:
    loop = asyncio.new_event_loop()
    opening = open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="1000000/60")
    Histories.house, Histories.loop = loop.run_until_complete(opening.__aenter__()), loop
    yield Histories
    loop.run_until_complete(opening.__aexit__(None, None, None))
    loop.close()


def test_every_history_is_answered_as_the_tables_of_states_say(machine):
    nightly = settings().max_examples > 1000
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=300 if nightly else 6,
            stateful_step_count=80 if nightly else 40,
            deadline=None,
            phases=[*Phase] if nightly else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
