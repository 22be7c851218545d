"""Random histories of a bond of two or of five, over the real server and database: whatever its people do, in whatever order,
with pauses, joins, leaves, roles and new limits between any two steps, nobody is given what is not theirs, or asked what they may
not be asked.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from game_server.bonds import series, task_reminders
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

T = TypeVar("T")

WHO, WHICH = st.integers(0, 4), st.integers(0, 20)
FITS = st.sampled_from([True, True, True, False])
"""Is it somebody who may do it? Else anybody."""
TITLES = st.sampled_from(["Water the plants", "A spanking at eight"])
LIMIT = "spanking_moderate_receive"
ANSWERS = {200, 201, 204, 403, 404, 409, 422}
SHAPES = {
    False: ("dominant", "submissive"),
    True: ("dominant", "submissive", "switch", "submissive", "switch"),
}
TASK_COMMANDS: dict[str, Any] = {
    "start": None, "submit": {"proof": {"text": "Look"}}, "approve": None, "revise": {"reason": "Once more"}, "cancel": None,
    "answer-extension": {"grant": True},
}  # fmt: skip
LEADERS = ("approve", "revise", "answer-extension")
REWARD_COMMANDS = ("redeem", "fulfil", "withdraw")
RULE_COMMANDS = ("acknowledge", "decline", "activate", "deactivate")

_ASKED = """
    SELECT t.id, t.assigned_to, t.due_date, t.extension_until,
        (t.title, t.description, t.point_value, t.proof_required, t.reminder_minutes)::text AS asked
    FROM tasks t WHERE t.bond_id = $1::uuid AND t.status IN ('pending', 'in_progress')
"""
_WRONG = """
    SELECT 'a balance is not its sum' AS wrong FROM (
        SELECT user_id, sum(points) AS points FROM points_ledger WHERE bond_id = $1::uuid GROUP BY user_id
    ) l FULL JOIN (SELECT user_id, balance FROM point_balances WHERE bond_id = $1::uuid) b USING (user_id)
    WHERE coalesce(l.points, 0) <> coalesce(b.balance, 0) OR coalesce(b.balance, 0) < 0
    UNION ALL SELECT 'awarded twice' FROM points_ledger
        WHERE bond_id = $1::uuid AND kind IN ('award', 'grant', 'redeem', 'refund') GROUP BY kind, source_id HAVING count(*) > 1
    UNION ALL SELECT 'awarded without approval' FROM points_ledger l JOIN tasks t ON t.id = l.source_id
        WHERE l.bond_id = $1::uuid AND l.kind = 'award' AND (t.status <> 'approved' OR t.point_value <> l.points)
    UNION ALL SELECT 'approved their own' FROM tasks WHERE bond_id = $1::uuid AND approved_by = assigned_to
    UNION ALL SELECT 'two of a series wait' FROM tasks
        WHERE bond_id = $1::uuid AND status = 'pending' AND series_id IS NOT NULL GROUP BY series_id HAVING count(*) > 1
    UNION ALL SELECT 'somebody gone is still asked' FROM tasks t
        WHERE t.bond_id = $1::uuid AND t.status IN ('pending', 'in_progress')
        AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = t.bond_id AND m.user_id = t.assigned_to)
    UNION ALL SELECT 'a pause is not where it should be' FROM bond_members m
        JOIN users u ON u.id = m.user_id JOIN bonds b ON b.id = m.bond_id
        LEFT JOIN suspensions s ON s.bond_id = m.bond_id AND s.user_id = m.user_id
        WHERE m.bond_id = $1::uuid AND (u.submission_state = 'paused' OR b.status = 'paused') <> (s.user_id IS NOT NULL)
"""
_MEMBERS = """
    SELECT m.user_id::text, m.role_in_bond::text AS role, m.joined_at,
        u.submission_state = 'paused' OR b.status = 'paused' AS paused
    FROM bond_members m JOIN users u ON u.id = m.user_id JOIN bonds b ON b.id = m.bond_id WHERE m.bond_id = $1::uuid
"""


class Histories(RuleBasedStateMachine):
    """One history."""

    house: ClassVar[House]
    loop: ClassVar[asyncio.AbstractEventLoop]
    home: Home

    @initialize(five=st.booleans())
    def begin(self, five: bool) -> None:
        self.home = self.run(moved_in(self.house, SHAPES[five]))
        body = {"title": "Again", "point_value": 2}
        self.template = self.run(self.home.post(0, "task-templates", body, expect=201))["id"]

    # --- what people do ------------------------------------------------------------------------------------------------

    @rule(
        who=WHO, whom=WHO, title=TITLES, points=st.integers(0, 3), hours=st.sampled_from([-1, 5, 30]),
        recurring=st.sampled_from(["none", "none", "daily"]), fits=FITS,
    )  # fmt: skip
    def ask(self, who: int, whom: int, **wanted: Any) -> None:
        due = self.home.now + timedelta(hours=wanted["hours"])
        who = self.fitting(who, self.id(whom), led=True) if wanted["fits"] else who
        answer = self.act(
            who, "POST", "tasks",
            {
                "title": wanted["title"], "assigned_to": self.id(whom), "point_value": wanted["points"],
                "due_date": due.isoformat(), "recurring": wanted["recurring"], "reminder_minutes": 360,
            },
        )  # fmt: skip
        assert answer.status_code != 201 or wanted["hours"] > 0
        assert answer.status_code != 201 or self.number(who) != self.number(whom) or wanted["points"] == 0

    @rule(who=WHO, whom=WHO)
    def use(self, who: int, whom: int) -> None:
        who = self.fitting(who, self.id(whom), led=True)
        self.act(who, "POST", f"task-templates/{self.template}/use", {"assigned_to": self.id(whom)})

    @rule(who=WHO, which=WHICH, command=st.sampled_from(sorted(TASK_COMMANDS)), fits=FITS)
    def step(self, who: int, which: int, command: str, fits: bool) -> None:
        if task := self.pick("tasks", which):
            who = self.fitting(who, task["assigned_to"], led=command in LEADERS) if fits else who
            leads = self.leads(who, task["assigned_to"])
            answer = self.act(who, "POST", f"tasks/{task['id']}/{command}", TASK_COMMANDS[command])
            if command == "approve" and answer.status_code == 200:
                assert leads
                assert str(task["assigned_to"]) != self.id(who)

    @rule(whom=WHO, title=TITLES, points=st.integers(1, 3), far=st.integers(0, 2))
    def carry_on(self, whom: int, title: str, points: int, far: int) -> None:
        """A task that gets somewhere, where somebody leads."""
        leader = self.fitting(0, self.id(whom), led=True)
        body = {"title": title, "assigned_to": self.id(whom), "point_value": points}
        answer = self.act(leader, "POST", "tasks", body)
        if answer.status_code == 201:
            path = f"tasks/{answer.json()['id']}"
            for who, command in ((whom, "start"), (whom, "submit"), (leader, "approve"))[: far + 1]:
                self.act(who, "POST", f"{path}/{command}", TASK_COMMANDS[command])

    @rule(who=WHO, which=WHICH, days=st.integers(1, 3))
    def ask_for_more_time(self, who: int, which: int, days: int) -> None:
        if (task := self.pick("tasks", which)) and task["due_date"]:
            who = self.fitting(who, task["assigned_to"], led=False)
            until = max(task["due_date"], self.home.now) + timedelta(days=days)
            self.act(who, "POST", f"tasks/{task['id']}/ask-extension", {"until": until.isoformat()})

    @rule(who=WHO, which=WHICH, points=st.integers(0, 9), whom=st.none() | WHO)
    def change(self, who: int, which: int, points: int, whom: int | None) -> None:
        if task := self.pick("tasks", which):
            who = self.fitting(who, task["assigned_to"], led=points % 3 > 0)
            body = {"point_value": points} | ({} if whom is None else {"assigned_to": self.id(whom)})
            answer = self.act(who, "PATCH", f"tasks/{task['id']}", body)
            raised = answer.status_code == 200 and points > task["point_value"]
            assert not raised or answer.json()["assigned_to"] != self.id(who)

    @rule(who=WHO, which=WHICH)
    def delete(self, who: int, which: int) -> None:
        if task := self.pick("tasks", which):
            answer = self.act(who, "DELETE", f"tasks/{task['id']}")
            assert answer.status_code != 204 or (task["status"], str(task["assigned_by"])) == ("pending", self.id(who))

    @rule(who=WHO, whom=WHO, value=st.integers(0, 5), cost=st.integers(0, 5))
    def reward(self, who: int, whom: int, value: int, cost: int) -> None:
        who = self.fitting(who, self.id(whom), led=True) if value else who
        body = {"title": "A bath", "assigned_to": self.id(whom), "point_value": value, "point_cost": cost}
        answer = self.act(who, "POST", "rewards", body)
        assert answer.status_code != 201 or self.leads(who, self.id(whom))

    @rule(who=WHO, which=WHICH, command=st.sampled_from(REWARD_COMMANDS))
    def of_reward(self, who: int, which: int, command: str) -> None:
        if reward := self.pick("rewards", which):
            who = self.fitting(who, reward["assigned_to"], led=command == "fulfil")
            self.act(who, "POST", f"rewards/{reward['id']}/{command}")

    @rule(who=WHO, whom=WHO, points=st.integers(-4, 4))
    def points(self, who: int, whom: int, points: int) -> None:
        who = self.fitting(who, self.id(whom), led=True) if points % 3 else who
        answer = self.act(who, "POST", "points", {"user_id": self.id(whom), "points": points, "reason": "Because"})
        assert answer.status_code != 201 or self.leads(who, self.id(whom))

    @rule(who=WHO, which=WHICH)
    def reverse(self, who: int, which: int) -> None:
        if entry := self.pick("points_ledger", which):
            who = self.fitting(who, entry["user_id"], led=True)
            self.act(who, "POST", f"points/{entry['id']}/reverse", {"reason": "A slip"})

    @rule(who=WHO, whom=st.none() | WHO, title=TITLES)
    def make_rule(self, who: int, whom: int | None, title: str) -> None:
        body = {"title": title} | ({} if whom is None else {"assigned_to": self.id(whom)})
        self.act(who, "POST", "rules", body)

    @rule(who=WHO, which=WHICH, command=st.sampled_from(RULE_COMMANDS))
    def of_rule(self, who: int, which: int, command: str) -> None:
        if found := self.pick("rules", which):
            who = self.fitting(who, found["assigned_to"], led=command not in ("acknowledge", "decline"))
            self.act(who, "POST", f"rules/{found['id']}/{command}")

    # --- what happens between ------------------------------------------------------------------------------------------

    @rule(
        who=WHO, what=st.sampled_from(["state", "state", "pause", "member", "role", "limit"]), which=st.integers(0, 5)
    )
    def happen(self, who: int, what: str, which: int) -> None:
        who, home, members = self.number(who), self.home, self.members()
        match what:
            case "state":
                self.run(home.state(who, ("paused", "paused", "low_energy", "active", "active", "active")[which]))
            case "pause":
                self.run(home.pause_bond(who) if which < 2 else home.resume_bond(who))
            case "member" if self.id(who) not in members:
                self.run(home.join(who, "submissive"))
            case "member" if len(members) > 1:
                self.run(home.leave(who))
            case "role":
                self.run(home.become(who, ("dominant", "submissive", "switch")[which % 3]))
            case "limit":
                self.run(home.limit(who, LIMIT))

    @rule(hours=st.sampled_from([1, 6, 25]))
    def wait(self, hours: int) -> None:
        self.run(self.home.later(timedelta(hours=hours)))

    @rule()
    def run_jobs(self) -> None:
        members = self.members()
        someone = next(number for number, person in enumerate(self.home.people) if person.id in members)
        held = {row["id"] for row in self.run(self.home.get(someone, "tasks", limit=100))["items"] if row["held"]}
        paused = {user for user, member in members.items() if member["paused"]}
        before = self.reminded()
        asked = self.asked()
        self.run(series.make_due(self.house.services))
        self.run(task_reminders.remind(self.house.services))
        for task, user in self.reminded() - before:
            assert task not in held
            assert user not in paused
        made = self.asked().keys() - asked.keys()
        assert not {task for task in made if self.asked()[task][0] in paused}
        shown = {row["id"]: row for row in self.run(self.home.get(someone, "tasks", limit=100))["items"]}
        assert not [task for task in made if task in shown and shown[task]["held"]]

    # --- what they see -------------------------------------------------------------------------------------------------

    @rule(who=WHO)
    def look(self, who: int) -> None:
        members = self.members()
        me = members.get(self.id(who))
        if me is None:
            for tool in ("", "tasks", "task-templates", "rules", "rewards", "points"):
                assert self.run(self.home.ask(self.number(who), "GET", tool)).status_code == 404
            return
        for row in self.run(self.home.get(self.number(who), "tasks", limit=100))["items"]:
            person = members.get(row["assigned_to"])
            assert not (row["overdue"] and (row["held"] or person is None or person["paused"]))
            assert all(datetime.fromisoformat(proof["created_at"]) >= me["joined_at"] for proof in row["proof"])
        for row in self.run(self.home.get(self.number(who), "points", limit=100))["items"]:
            assert datetime.fromisoformat(row["created_at"]) >= me["joined_at"]
        for row in self.run(self.home.get(self.number(who), "rules", limit=100))["items"]:
            assert not row["in_force_for"] or (row["active"] and not row["held"])
            assert not [user for user in row["in_force_for"] if user not in members or members[user]["paused"]]

    @invariant()
    def nothing_is_wrong(self) -> None:
        if hasattr(self, "home"):
            assert [row["wrong"] for row in self.fetch(_WRONG)] == []

    # --- parts ---------------------------------------------------------------------------------------------------------

    def act(self, who: int, verb: str, path: str, body: Any = None) -> Any:
        """A command, after which nobody who pauses is asked more than before, unless by themselves."""
        paused = {user for user, member in self.members().items() if member["paused"]} - {self.id(who)}
        before = self.asked()
        answer = self.run(self.home.ask(self.number(who), verb, path, body))
        assert answer.status_code in ANSWERS, answer.text
        for task, (user, asked, due, until) in self.asked().items():
            if user in paused:
                assert task in before
                assert before[task][:2] == (user, asked)
                assert due in {before[task][2], until}
        return answer

    def asked(self) -> dict[str, tuple[str, str, Any, Any]]:
        """By open task: of whom what is asked, until when, and until when they asked for."""
        return {
            str(row["id"]): (str(row["assigned_to"]), row["asked"], row["due_date"], row["extension_until"])
            for row in self.fetch(_ASKED)
        }

    def reminded(self) -> set[tuple[str, str]]:
        rows = self.fetch(
            "SELECT r.task_id::text, r.user_id::text FROM task_reminders r JOIN tasks t ON t.id = r.task_id"
            " WHERE t.bond_id = $1::uuid"
        )
        return {(row["task_id"], row["user_id"]) for row in rows}

    def members(self) -> dict[str, Any]:
        return {row["user_id"]: row for row in self.fetch(_MEMBERS)}

    def leads(self, who: int, whom: Any) -> bool:
        me, them = self.members().get(self.id(who)), self.members().get(str(whom))
        if me is None or them is None or me["user_id"] == them["user_id"]:
            return False
        return me["role"] in ("dominant", "switch") and them["role"] in ("submissive", "switch")

    def pick(self, table: str, which: int) -> Any:
        rows = self.fetch(f"SELECT * FROM {table} WHERE bond_id = $1::uuid ORDER BY created_at, id")
        return rows[which % len(rows)] if rows else None

    def fitting(self, who: int, whom: Any, *, led: bool) -> int:
        """Whom it is for, or somebody who leads them; anybody where there is nobody."""
        people = [
            number
            for number, one in enumerate(self.home.people)
            if (self.leads(number, whom) if led else one.id == str(whom))
        ]
        return people[who % len(people)] if people else who

    def number(self, who: int) -> int:
        return who % len(self.home.people)

    def id(self, who: int) -> str:
        return self.home.people[self.number(who)].id

    def fetch(self, sql: str) -> list[Any]:
        return list(self.run(self.house.database.fetch(sql, self.home.bond)))

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


def test_no_history_gives_or_asks_what_it_may_not(machine):
    nightly = settings().max_examples > 1000
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=400 if nightly else 8,
            stateful_step_count=80 if nightly else 50,
            deadline=None,
            phases=[*Phase] if nightly else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
