"""A backup that an operator brings back."""

from typing import Any

import msgspec

from game_server.commands.migrating import load_starter_cards
from game_server.commands.opening import administrator, database_problems, run, services_for, stores
from game_server.integrations.objects import StoreAway
from game_server.keeping import checks, keys
from game_server.keeping.checks import Allowed, NotRestored, Seen, Source
from game_server.keeping.replay import Replayed
from game_server.keeping.restoring import RECOVERED, Plan, Restored, recovered, restore
from game_server.keeping.tables import Added, Wanted, add, wanted
from game_server.process import logs
from game_server.process.exits import CannotRunError
from game_server.process.keys import FILE, load_keys
from game_server.profiles.person_key import KeysDoNotFit, check_keys, why_away
from game_server.services import open_key_store
from game_server.settings import Settings
from storage import crash, data_directory, restore_target
from storage.embedded import Step
from storage.key_rows import KeysAway
from storage.person_keys import PersonKeys
from storage.pg_restore import RestoreFailed


class Outcome(msgspec.Struct, frozen=True):
    """What the backup is, and what came of it; nothing where it was only looked at."""

    seen: Seen
    restored: Restored | None


def bring_back(settings: Settings, text: str, allowed: Allowed, *, only_check: bool, step: Step) -> Outcome:
    """Check, and restore. Raises CannotRunError with everything that speaks against it."""
    logs.configure(settings)
    if settings.crash_at:
        crash.arm(settings.crash_at)
    source = Source(text)
    try:
        _require_here(settings, allowed)
        with step("Reading the backup through"):
            seen = checks.look_through(source, keys.opening(_with_known_secret(settings)), settings.pg_bin)
        _raise_for(checks.of_schema(seen) + checks.of_room(seen, settings))
        with stores(settings, step) as (opened, _own), database_problems(administrator(opened)):
            restored = run(_checked(opened, source, seen, allowed, only_check=only_check, step=step))
    except NotRestored as error:
        raise CannotRunError("\n".join(error.problems)) from error
    except KeysDoNotFit as error:
        raise CannotRunError(str(error)) from error
    except StoreAway as error:
        raise CannotRunError(
            "The object store (ATTUNED_FILES_URL) does not answer. Run the same again when it does: it goes on where it was."
        ) from error
    return Outcome(seen, restored)


def add_tables(settings: Settings, text: str, tables: str | None, *, kinksters: bool, step: Step) -> Added:
    """Rows of some tables into the database that is there. Raises CannotRunError."""
    logs.configure(settings)
    source = Source(text)
    try:
        wish = wanted(tables, kinksters=kinksters)
        with stores(settings, step) as (opened, _own):
            with step("Reading the backup through"):
                seen = checks.look_through(source, keys.opening(opened), opened.pg_bin)
            _raise_for(checks.of_schema(seen))
            administrator(opened)
            return run(_added(opened, source, seen, wish, step))
    except NotRestored as error:
        raise CannotRunError("\n".join(error.problems)) from error
    except (KeysDoNotFit, RestoreFailed) as error:
        raise CannotRunError(str(error)) from error
    except StoreAway as error:
        raise CannotRunError(
            "The object store (ATTUNED_FILES_URL) does not answer: run the same again when it does."
        ) from error


def take_out(settings: Settings, *, step: Step) -> Replayed:
    """After a recovery by other means: who was erased since. Raises CannotRunError."""
    logs.configure(settings)
    try:
        with stores(settings, step) as (opened, _own), database_problems(administrator(opened)):
            return run(_taken_out(opened, step))
    except NotRestored as error:
        raise CannotRunError("\n".join(error.problems)) from error
    except KeysDoNotFit as error:
        raise CannotRunError(str(error)) from error


async def _taken_out(settings: Settings, step: Step) -> Replayed:
    target = await restore_target.looked(administrator(settings))
    if target.stage is not None and target.backup_id != RECOVERED:
        raise NotRestored("A backup is being restored into this database: finish that first, with the same command.")
    _raise_for(checks.of_sessions(target))
    try:
        return await recovered(settings, step)
    except KeysAway as error:
        raise NotRestored(
            "The store of people's keys does not answer (ATTUNED_PERSON_KEYS). Run this again when it does."
        ) from error


async def _added(settings: Settings, source: Source, seen: Seen, wish: Wanted, step: Step) -> Added:
    async with services_for(settings) as services:
        await check_keys(services)
        _raise_for(checks.of_age(seen, services.clock.now(), Allowed()))
        return await add(services, source, seen, wish, step)


async def _checked(
    settings: Settings, source: Source, seen: Seen, allowed: Allowed, *, only_check: bool, step: Step
) -> Restored | None:
    target = await restore_target.looked(administrator(settings))
    person_keys = PersonKeys(open_key_store(settings), load_keys(settings).wrapping_keys())
    try:
        problems = await checks.of_keys(seen, person_keys, allowed)
    finally:
        await person_keys.close()
    _raise_for([*checks.of_age(seen, target.now, allowed), *checks.of_target(seen, target), *problems])
    if only_check:
        return None
    try:
        restored = await restore(settings, Plan(source, seen, target, allowed), step)
    except KeysAway as error:
        raise NotRestored(f"{why_away(person_keys)} Run the same again then: it goes on where it was.") from error
    await load_starter_cards(settings, step)
    return restored


def _require_here(settings: Settings, allowed: Allowed) -> None:
    """What a first start would make anew must be there before: with another secret or an empty store of keys nothing opens."""
    problems = []
    running = data_directory.running(settings.data_dir)
    if settings.embedded_database and running is not None:
        problems.append(
            f"Process {running.pid} runs the database in {settings.data_dir.absolute()}: stop it first. A restore needs an empty"
            " database; move the folder `postgresql` there away where this one is to be given up."
        )
    if settings.embedded_database and not settings.secrets and not (settings.data_dir / FILE).exists():
        problems.append(
            f"The installation's secret is not here: bring {FILE} back to {settings.data_dir.absolute()}, or set"
            " ATTUNED_SECRET_KEY to what stands in it."
        )
    if settings.person_key_url is None and not settings.person_key_file.exists() and not allowed.keys_lost:
        problems.append(
            f"There are no people's keys at {settings.person_key_file.absolute()}: bring their newest copy back, or set"
            " ATTUNED_PERSON_KEYS. Without them nothing sealed opens, and who was erased since the backup is not known. Only"
            " where they are gone for good: --keys-lost."
        )
    _raise_for(problems)


def _with_known_secret(settings: Settings) -> Settings:
    """Nothing is made here: what is not there is missing."""
    path = settings.data_dir / FILE
    if settings.secrets or not settings.embedded_database or not path.exists():
        return settings
    return msgspec.structs.replace(settings, secret_key=path.read_text().strip())


def _raise_for(problems: list[str]) -> None:
    if problems:
        raise NotRestored(*problems)


def told(outcome: Outcome) -> dict[str, Any]:
    """For scripts."""
    about, manifest = outcome.seen.about, outcome.seen.manifest
    backup = {
        "id": about.id, "taken_at": about.taken_at, "program": about.program, "rows": sum(about.rows.values()),
        "objects": manifest.objects, "objects_bytes": manifest.objects_bytes, "with_objects": about.objects,
    }  # fmt: skip
    return {"backup": backup, "restored": msgspec.to_builtins(outcome.restored)}


def lines(outcome: Outcome) -> list[str]:
    """For people."""
    about, manifest, done = outcome.seen.about, outcome.seen.manifest, outcome.restored
    objects = f"{manifest.objects} objects" + ("" if about.objects else " (listed only)")
    found = [f"The backup of {about.taken_at} is whole: {sum(about.rows.values())} rows, {objects}."]
    if done is None:
        return [*found, "Nothing speaks against restoring it here. Nothing was touched."]
    found.append(
        f"Restored: {done.rows} rows, {done.objects} objects. {done.erased.people} people and {done.erased.bonds} bonds that were"
        " erased since are out again."
    )
    if done.given_up:
        found.append(f"{done.given_up} sealed rows were given up with the keys that are lost.")
    if done.lacking:
        found.append(f"{done.lacking} objects are not in the object store: bring its own copy back, too.")
    if done.others:
        found.append(f"{done.others} objects of other owners in the dump were left out.")
    return [*found, "Now `game-server verify`, then start one process, look at /health/ready, and start the others."]


def added_lines(added: Added) -> list[str]:
    """For people, a line a table."""
    width = max(len(one.table) for one in added.tables)
    told = []
    for one in added.tables:
        rest = [
            (one.there, "were there and stay"),
            (one.erased, "of erased people"),
            (one.alone, "hang on what is not there"),
        ]
        why = "".join(f", {count} {words}" for count, words in rest if count)
        told.append(f"{one.table:<{width}}  {one.came} of {one.backed_up} rows came{why}")
    return [
        *told,
        f"{added.objects} objects were put back.",
        "Nobody's yes came with them: what was agreed on, signed, shown or allowed is said anew by whose it is.",
    ]


def erased_lines(erased: Replayed) -> list[str]:
    """For people."""
    return [
        f"{erased.people} people and {erased.bonds} bonds that were erased since are out again. Open games have new epochs.",
        "Now `game-server verify`, then start one process, look at /health/ready, and start the others.",
    ]
