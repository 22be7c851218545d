"""The route by which somebody takes back what they showed of a task."""

from uuid import UUID

from litestar import delete
from litestar.di import NamedDependency
from litestar.params import FromPath

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import answers, task_proofs
from game_server.bonds.commands import held, writing
from game_server.files import sweeps
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms import errors
from rooms.bonds.tools.tasks import TASKS

_OPT = {REFUSES: (errors.AdultRequired, errors.NotFound, errors.NotPermitted, errors.WrongState)}


@delete("/api/bonds/{bond_id:str}/tasks/{row_id:str}/proof/{proof_id:str}", status_code=204, opt=_OPT)
async def remove_proof(
    bond_id: FromPath[str],
    row_id: FromPath[str],
    proof_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
) -> None:
    """Tasks: take back a proof. Whoever showed it does so, at any time."""
    require_adult(user)
    bond, task, proof = (UUID(clean_uuid(one)) for one in (bond_id, row_id, proof_id))
    at = services.clock.now()
    async with writing(services, user, at) as db, held(services, db, user, bond, at) as hand:
        await task_proofs.take_back(hand, await answers.find(db, TASKS, bond, task), proof)
    sweeps.soon(services)
