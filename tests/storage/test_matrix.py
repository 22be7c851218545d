"""The matrix: every table, command, column, function and sequence, by every identity, against rules written by hand."""

import pytest

from tests.storage import rows
from tests.storage.matrix import coverage, judge, strays
from tests.storage.matrix.calls import CALLS
from tests.storage.matrix.rules import RULES
from tests.storage.mutants import breeding, policies
from tests.storage.mutants.equivalents import EQUIVALENT
from tests.storage.mutants.mutant import Mutant


@pytest.fixture(scope="module")
async def world(database_url):
    async with judge.standing(database_url) as world:
        yield world


async def test_everybody_reads_writes_and_calls_what_the_rules_say_and_nothing_else(world, pytestconfig, capsys):
    verdict = await judge.judged(world)
    assert not verdict.wrong, "\n".join(judge.sentences(verdict.wrong))
    assert verdict.attempts >= 15_000
    if pytestconfig.get_verbosity() >= 0:  # with -v: the project asks for less than usual
        with capsys.disabled():
            print("", *verdict.summary(), sep="\n")


async def test_everything_in_the_database_is_in_the_matrix(world):
    assert await coverage.missing(world.connection) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "CREATE TABLE fresh (id int)",
            "The table fresh is not in the matrix: say in RULES of tests/storage/matrix/rules.py",
        ),
        ("CREATE TABLE fresh (id int) PARTITION BY RANGE (id)", "The partitioned table fresh is not in the matrix"),
        ("CREATE VIEW fresh AS SELECT 1 AS one", "The view fresh is not in the matrix"),
        ("CREATE MATERIALIZED VIEW fresh AS SELECT 1 AS one", "The materialised view fresh is not in the matrix"),
        (
            "CREATE SEQUENCE fresh",
            "The sequence fresh is not in the matrix: say in SEQUENCES of tests/storage/matrix/rules.py",
        ),
        (
            "CREATE FUNCTION app.fresh() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "The function app.fresh() is not in the matrix: say in CALLS of tests/storage/matrix/calls.py",
        ),
        ("DROP TABLE retired_lines", "retired_lines is in the rules of the matrix, and not in the database"),
    ],
)
async def test_what_is_new_or_gone_is_said_with_where_to_write_it(world, sql, said):
    async with judge.undone(world.connection):
        await world.connection.execute(sql)
        assert [one for one in await coverage.missing(world.connection) if one.startswith(said)]


async def test_whoever_may_read_a_table_owns_a_row_of_it(world):
    assert list(coverage.poor(world)) == []


async def test_every_denial_is_of_something_that_somebody_may(world):
    assert coverage.uncontrolled(world) == set()


async def test_what_the_roles_may_not_make_and_empty_can_be_made_and_emptied(world):
    for sql in (*strays.MAKING.values(), *(f"SET LOCAL ROLE {role}" for role in strays.ROLES)):
        async with judge.undone(world.connection):
            await world.connection.execute(sql)
    async with rows.acting(world.connection, "game_owner"):
        tables = [name for name, rule in RULES.items() if "D" not in rule.locked]
        await world.connection.execute(f"TRUNCATE {', '.join(f'public.{name}' for name in tables)}")


@pytest.mark.parametrize(
    "sql",
    [
        'ALTER POLICY "Users can SELECT their own profile" ON profiles USING (true)',
        'DROP POLICY "The service may update" ON sessions',
        'ALTER POLICY "Users can UPDATE sessions they own" ON sessions WITH CHECK (true)',
        "ALTER TABLE session_events NO FORCE ROW LEVEL SECURITY",
        "GRANT INSERT (chain) ON consent_ledger TO anon",
        "GRANT EXECUTE ON FUNCTION app.seal(regclass) TO PUBLIC",
        "ALTER FUNCTION app.partner_profile(uuid) RESET search_path",
        "DROP TRIGGER consent_ledger_never_emptied ON consent_ledger",
    ],
)
async def test_a_fault_in_the_schema_is_seen(world, sql):
    async with judge.undone(world.connection):
        await world.connection.execute(sql)
        tables = {"profiles", "sessions", "session_events", "consent_ledger"}
        of = {name for name in tables if f" {name}" in sql} or {"app.seal(regclass)", "app.partner_profile(uuid)"}
        assert (await judge.judged(world, of)).wrong


class TestMutants:
    """`./test mutants` plants them all; here only that they are made of everything there is."""

    async def test_there_is_a_mutant_of_every_policy_table_column_function_and_trigger_of_the_ledger(self, world):
        mutants = await breeding.bred(world.connection)
        planted = {of for mutant in mutants for of in mutant.of}
        assert set(RULES) | set(CALLS) <= planted
        dropped = await world.connection.fetch("SELECT tablename || ', ' || policyname FROM pg_policies")
        assert {row[0] for row in dropped} == {mutant.name for mutant in mutants if mutant.kind == "policy dropped"}
        assert len(mutants) == len({mutant.title for mutant in mutants}) > 5_000
        assert len(breeding.sample(mutants)) > 1_000

    async def test_those_said_to_change_nothing_exist_and_have_a_reason(self, world):
        titles = {mutant.title for mutant in await breeding.bred(world.connection)}
        assert set(EQUIVALENT) - titles == set()
        assert all(EQUIVALENT.values())

    async def test_one_that_is_seen_has_a_fate_and_leaves_nothing(self, world):
        mutant = Mutant("policy added", "", "CREATE POLICY more ON users TO anon USING (true)", frozenset({"users"}))
        fate = await breeding.fate(world, mutant, lines=await breeding.lines_of(world))
        assert fate.is_caught
        assert fate.lines == 1
        assert not (await judge.judged(world, {"users"})).wrong

    @pytest.mark.parametrize(
        ("condition", "weaker"),
        [
            ("(a = 1)", []),
            ("((a = 1) AND (b = 2))", ["((b = 2))", "((a = 1))"]),
            ("((a = 1) OR (x IN ( SELECT 1 WHERE ((c) AND (d)))))", [
                "((x IN ( SELECT 1 WHERE ((c) AND (d)))))", "((a = 1))",
                "((a = 1) OR (x IN ( SELECT 1 WHERE ((d)))))", "((a = 1) OR (x IN ( SELECT 1 WHERE ((c)))))",
            ]),
        ],
    )  # fmt: skip
    def test_a_condition_is_left_out_wherever_there_are_several(self, condition, weaker):
        assert [rest for _, rest in policies.without_each(condition)] == weaker
