"""A Redis Cluster: an ordinary client for each master, and the map of slots that says whose a key is.

Not the library's cluster client: there a lost node fails every pipeline that touches it as a whole, runs the rest of it again and
cuts the connections of all other nodes. Here a command is lost alone, and a node that does not answer is left out until it does.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import redis.asyncio as redis
import structlog
from redis.exceptions import AskError, ClusterDownError, MovedError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from storage import slots
from storage.batches import Spawn
from storage.redis_connections import REDIS_ERRORS, Connection, is_lost
from storage.redis_trouble import MEANING, why
from storage.slots import Address

log = structlog.get_logger(__name__)

Command = tuple[tuple[Any, ...], dict[str, Any]]

ASK_AGAIN_S = 1.0
LEFT_AFTER_S = 5.0
MOVES = 4
"""How often one command follows a slot that moves."""

NODE_WITHIN_S = 1.0
"""Shorter than for a single server: what waits for one node also waits to be told to the others."""

PROBE = "probe:"


class Node:
    """One master."""

    def __init__(self, address: Address, client: redis.Redis) -> None:
        self.address = address
        self.client = client
        self.away = False

    def __str__(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"


class Cluster:
    """Runs commands where their keys are. `spawn` starts kept background tasks."""

    def __init__(self, seed: redis.ConnectionPool, spawn: Spawn) -> None:
        self._seed = seed
        self._spawn = spawn
        self._nodes: dict[Address, Node] = {}
        self._owners: list[Node | None] = [None] * slots.SLOTS
        self._left: set[Node] = set()
        self._samples: tuple[str, ...] = ()
        self._ears = os.getpid()  # processes begin at different nodes
        self._renewing = asyncio.Lock()
        self._renewed_at = 0.0
        self._closed = False

    @property
    def samples(self) -> tuple[str, ...]:
        """A key of each master: where all can be written, the whole cluster can."""
        return self._samples

    @property
    def answers(self) -> bool:
        """Has any node answered lately?"""
        return any(not node.away for node in self._nodes.values())

    def learn(self, answer: Sequence[Sequence[Any]], asked: Address) -> None:
        """Take what CLUSTER SLOTS said for the map."""
        found = slots.owners(answer, asked)
        places = slots.samples(found, PROBE)
        nodes = {address: self._nodes.get(address) or self._node(address) for address in places}
        gone = [node for address, node in self._nodes.items() if address not in nodes]
        self._owners = [nodes[address] if address is not None else None for address in found]
        self._nodes, self._samples = nodes, tuple(places.values())
        self._renewed_at = time.monotonic()
        for node in gone:
            self._spawn("redis node left", self._leave(node))

    async def renew(self) -> None:
        """Ask the first node that answers for the map. Raises RedisError, OSError, TimeoutError where none does."""
        async with self._renewing:
            failure: Exception = RedisConnectionError("no node answers")
            for node in tuple(self._nodes.values()):
                try:
                    async with self._heard(node):
                        answer = await node.client.execute_command("CLUSTER SLOTS")  # type: ignore[no-untyped-call]
                except REDIS_ERRORS as error:
                    failure = error
                else:
                    self.learn(answer, node.address)
                    return
            raise failure

    def ear(self) -> redis.Redis:
        """A node to hear the bells at, each time the next: every node tells all others what is published."""
        nodes = [node for node in self._nodes.values() if not node.away] or list(self._nodes.values())
        if not nodes:
            raise ClusterDownError("no slot has a master")
        self._ears += 1
        return nodes[self._ears % len(nodes)].client

    async def run(self, command: Command) -> Any:
        """One command's answer. Raises RedisError, OSError, TimeoutError."""
        (answer,) = await self.run_all([command])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def run_all(self, commands: Sequence[Command]) -> list[Any]:
        """The commands' answers, or what was raised instead of each; those of one node in their order, in one round trip."""
        answers: list[Any] = [None] * len(commands)
        parts: dict[Node, list[int]] = {}
        for place, (command, _) in enumerate(commands):
            node = self._place(command)
            if node is None:
                answers[place] = ClusterDownError("no master has this slot")
                self._renew_soon()
            else:
                parts.setdefault(node, []).append(place)
        await asyncio.gather(*(self._part(node, places, commands, answers) for node, places in parts.items()))
        for place, answer in enumerate(answers):
            if isinstance(answer, Exception):
                answers[place] = await self._again(commands[place], answer)
        return answers

    async def aclose(self) -> None:
        """Give every connection back."""
        self._closed = True
        for node in (*self._nodes.values(), *self._left):
            await node.client.aclose()

    def _place(self, command: Sequence[Any]) -> Node | None:
        """Whose the command is. A bell may be rung anywhere: when its room's master is away, at another one."""
        slot = slots.slot(command)
        owner = self._owners[slot] if slot is not None else None
        if (slot is None or command[0] == "PUBLISH") and (owner is None or owner.away):
            return next((node for node in self._nodes.values() if not node.away), owner)
        return owner

    async def _part(self, node: Node, places: list[int], commands: Sequence[Command], answers: list[Any]) -> None:
        try:
            async with self._heard(node):
                found = await _together(node.client, [commands[place] for place in places])
        except REDIS_ERRORS as error:
            found = [error] * len(places)
        for place, answer in zip(places, found, strict=True):
            answers[place] = answer

    async def _again(self, command: Command, answer: Exception) -> Any:
        """The answer after all, where the slot has moved or the bell can be rung elsewhere; else what was raised."""
        for _ in range(MOVES):
            if isinstance(answer, ClusterDownError):
                self._renew_soon()
            if isinstance(answer, MovedError):
                node = self._moved(answer)
                commands = [command]
            elif isinstance(answer, AskError):
                node = self._at(answer)
                commands = [(("ASKING",), {}), command]
            elif is_lost(answer) and command[0][0] == "PUBLISH":
                elsewhere = self._place(command[0])
                if elsewhere is None or elsewhere.away:
                    return answer
                node, commands = elsewhere, [command]
            else:
                return answer
            try:
                async with self._heard(node):
                    found = (await _together(node.client, commands))[-1]
            except REDIS_ERRORS as error:
                found = error
            if not isinstance(found, Exception):
                return found
            answer = found
        return answer

    def _moved(self, error: MovedError) -> Node:
        """The slot's new master, known from now on; the rest of the map is asked for, too."""
        node = self._owners[error.slot_id] = self._at(error)
        self._renew_soon()
        return node

    def _at(self, error: AskError) -> Node:
        """Whom a node points to; one that does not know the other's name means the host where it is itself."""
        owner = self._owners[error.slot_id]
        address = (error.host or (owner.address[0] if owner else ""), error.port)
        return self._nodes.get(address) or self._nodes.setdefault(address, self._node(address))

    def _node(self, address: Address) -> Node:
        options: Mapping[str, Any] = {
            name: value for name, value in self._seed.connection_kwargs.items() if name not in ("host", "port", "path")
        }
        over_tls = issubclass(self._seed.connection_class, redis.SSLConnection)
        pool = redis.ConnectionPool(
            connection_class=self._seed.connection_class if over_tls else Connection,
            max_connections=self._seed.max_connections,
            **{**options, "socket_timeout": NODE_WITHIN_S, "socket_connect_timeout": NODE_WITHIN_S},
            host=address[0],
            port=address[1],
        )
        return Node(address, redis.Redis.from_pool(pool))

    @asynccontextmanager
    async def _heard(self, node: Node) -> AsyncIterator[None]:
        """A node that does not answer is left out at once, and looked after until it does."""
        if node.away:
            raise RedisConnectionError(f"{node} is away")
        try:
            yield
        except REDIS_ERRORS as error:
            if is_lost(error) and not node.away and not self._closed:
                node.away = True
                word = why(error)
                log.warning(
                    "redis_node_lost",
                    node=str(node),
                    why=word,
                    meaning=MEANING["part_away" if word == "away" else word],
                )
                self._spawn("redis node", self._look_after(node))
            raise

    async def _look_after(self, node: Node) -> None:
        """Until it answers, or the cluster goes on without it."""
        await asyncio.sleep(ASK_AGAIN_S)
        while not self._closed and self._nodes.get(node.address) is node:
            try:
                await node.client.ping()
            except REDIS_ERRORS:
                await self._renewed()
                await asyncio.sleep(ASK_AGAIN_S)
            else:
                break
        else:
            if not self._closed:
                log.info("redis_node_gone", node=str(node))
            return
        node.away = False
        log.info("redis_node_back", node=str(node))
        await self._renewed()

    async def _leave(self, node: Node) -> None:
        """It is no master any more: what is under way there may end first."""
        self._left.add(node)
        await asyncio.sleep(LEFT_AFTER_S)
        self._left.discard(node)
        await node.client.aclose()

    def _renew_soon(self) -> None:
        if not self._renewing.locked() and time.monotonic() - self._renewed_at >= ASK_AGAIN_S:
            self._renewed_at = time.monotonic()
            self._spawn("redis slots", self._renewed())

    async def _renewed(self) -> None:
        try:
            await self.renew()
        except REDIS_ERRORS as error:
            log.debug("redis_slots_unknown", kind=type(error).__name__)


async def _together(client: redis.Redis, commands: Sequence[Command]) -> list[Any]:
    """Answers and ResponseErrors. Raises RedisError, OSError, TimeoutError where the server is lost."""
    if len(commands) == 1:
        ((command, options),) = commands
        try:
            return [await client.execute_command(*command, **options)]  # type: ignore[no-untyped-call]
        except ResponseError as error:
            return [error]
    async with client.pipeline(transaction=False) as pipeline:
        for command, options in commands:
            pipeline.execute_command(*command, **options)
        found: list[Any] = await pipeline.execute(raise_on_error=False)
        return found
