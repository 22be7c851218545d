"""What a route can refuse, read from the code that it runs, so that its description never says anything else.

From a handler and its dependencies every function of ours is followed that they name, and every refusal noted that one of them
makes. What is called on an object is not followed. What such a call refuses is declared on the handler,
`@post(…, opt={REFUSES: (errors.Busy,)})`; where that was forgotten the fuzzed requests of tests/game_server/test_openapi.py find
it.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from rooms import errors
from rooms.errors import Refused

REFUSES = "refuses"
OURS = ("game_server", "storage", "rooms")
WITH_BODY = (errors.NotJson, errors.TooLarge, errors.UnsupportedMedia, errors.Invalid)

Kinds = frozenset[type[Refused]]


def of(handler: HTTPRouteHandler) -> Kinds:
    """Every refusal that this route may answer with."""
    kinds = set(made_by(handler.fn)) | set(handler.opt.get(REFUSES, ()))
    needed = _needed(handler)
    for provide in needed.values():
        kinds |= made_by(provide.dependency)
    if handler.parsed_data_field is not None:
        kinds |= set(WITH_BODY)
    elif handler.http_methods - {"GET", "HEAD", "OPTIONS"}:
        kinds.add(errors.UnsupportedMedia)
    if handler.parsed_fn_signature.parameters.keys() - {"data", "request"} - needed.keys():  # of the path or the query
        kinds.add(errors.Invalid)
    if "services" in handler.parsed_fn_signature.parameters:
        kinds.add(errors.Unavailable)
    return frozenset(kinds)


def needs_somebody(handler: HTTPRouteHandler) -> bool:
    """A signed-in person or an anonymous player? Whoever is neither is refused by one of its dependencies."""
    return any(errors.Unauthorized in made_by(provide.dependency) for provide in _needed(handler).values())


def _needed(handler: HTTPRouteHandler) -> dict[str, Provide]:
    """The dependencies that the handler names, and those that these name."""
    known, needed = handler.resolve_dependencies(), dict[str, Provide]()
    waiting = [*handler.parsed_fn_signature.parameters]
    while waiting:
        name = waiting.pop()
        if name in known and name not in needed:
            needed[name] = known[name]
            waiting.extend(known[name].parsed_fn_signature.parameters)
    return needed


@cache
def made_by(function: Any) -> Kinds:
    """The refusals that a function of ours and all that it names can make."""
    found: set[type[Refused]] = set()
    seen: set[FunctionType] = set()
    waiting = [inspect.unwrap(function)]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        for named in _named_in(one):
            if isinstance(named, frozenset):
                found |= named
            else:
                waiting.append(named)
    return frozenset(found)


def _refusals(value: Any) -> set[type[Refused]]:
    """A refusal itself, or those in a table of them."""
    if isinstance(value, dict):
        return {kind for one in value.values() for kind in _refusals(one)}
    return {value} if isinstance(value, type) and issubclass(value, Refused) and value is not Refused else set()


@cache  # most routes go through the same functions
def _named_in(function: FunctionType) -> tuple[FunctionType | Kinds, ...]:
    """The functions of ours that a function names, unwrapped, and the refusals."""
    named: list[FunctionType | Kinds] = []
    for node in _loads(_source(function)):
        value = _value(node, function.__globals__)
        if not isinstance(value, FunctionType):
            named.append(frozenset(_refusals(value)))
        elif value.__module__.partition(".")[0] in OURS:
            named.append(inspect.unwrap(value))
    return tuple(dict.fromkeys(named))


def _value(node: ast.AST, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, names)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None


def _loads(node: ast.AST | None) -> Iterator[ast.AST]:
    """Names that are used; what is only caught is not made."""
    if node is None:
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.ExceptHandler) and child is node.type:
            continue
        if isinstance(child, ast.Name | ast.Attribute):
            yield child
        yield from _loads(child)


def _source(function: FunctionType) -> ast.AST | None:
    return _functions(function.__module__).get((function.__name__, function.__code__.co_firstlineno))


@cache
def _functions(module: str) -> dict[tuple[str, int], ast.AST]:
    """A module's functions by name and first line, decorators included, as the interpreter counts."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        (node.name, min([node.lineno, *(one.lineno for one in node.decorator_list)])): node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
