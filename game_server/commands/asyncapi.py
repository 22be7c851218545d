"""The room's protocol as an AsyncAPI 3 document, made of the typed messages that the server itself reads and writes."""

import re
from typing import Any, get_args

import msgspec

from game_server.live import messages
from game_server.live.phone import Close
from game_server.live.protocol import PROTOCOL, TICKET
from rooms.sessions.commands import FromSeat
from rooms.sessions.events import AnyEvent
from rooms.sessions.frames import EventFrame
from rooms.sessions.seen import CardSeen, EventSeen

Document = dict[str, Any]
Kind = type[msgspec.Struct]

REF = "#/components/schemas/{name}"
HEARD: tuple[Kind, ...] = (*get_args(messages.Heard), *get_args(FromSeat))
TOLD: tuple[Kind, ...] = (*get_args(messages.Told), EventFrame)


def tag(kind: Kind) -> str:
    """What the message says it is, in `t`."""
    return str(kind.__struct_config__.tag)


def told_events() -> list[Kind]:
    """What a phone gets of each event: of those that are told differently than they are kept, only what is told."""
    told: list[Kind] = [kind for kind in get_args(EventSeen) if kind not in get_args(AnyEvent)]
    hidden = {tag(kind) for kind in told} - {"feedback_given"}  # its giver gets it as it is kept
    return [kind for kind in get_args(AnyEvent) if tag(kind) not in hidden] + told


def document() -> Document:
    """All of it, in builtins that JSON knows."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Attuned, the live room",
            "version": PROTOCOL.rpartition(".v")[2],
            "description": "Two seats of one game. How it goes is told in protocol.md.",
        },
        "defaultContentType": "application/json",
        "channels": {"room": _channel()},
        "operations": {
            "say": _operation("receive", HEARD, "heard", "What a phone says."),
            "tell": _operation("send", TOLD, "told", "What a phone is told."),
        },
        "components": {
            "messages": {_name(kind, said): _message(kind) for said, kinds in _BOTH for kind in kinds},
            "schemas": _schemas(),
        },
    }


_BOTH = (("heard", HEARD), ("told", TOLD))


def _channel() -> Document:
    closes = "\n".join(f"- {one.code} `{one.reason}`: {one.action}" for one in Close)
    references = {
        _name(kind, said): {"$ref": f"#/components/messages/{_name(kind, said)}"}
        for said, kinds in _BOTH
        for kind in kinds
    }
    header = {"type": "string", "const": f"{PROTOCOL}, {TICKET}<ticket>"}
    return {
        "address": "/ws/sessions/{session_id}",
        "description": f"One JSON message a text frame. The server closes with:\n\n{closes}",
        "parameters": {"session_id": {"description": "The session's id."}},
        "messages": references,
        "bindings": {
            "ws": {
                "method": "GET",
                "headers": {"type": "object", "properties": {"Sec-WebSocket-Protocol": header}},
                "bindingVersion": "0.1.0",
            }
        },
    }


def _operation(action: str, kinds: tuple[Kind, ...], said: str, summary: str) -> Document:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/room"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/room/messages/{_name(kind, said)}"} for kind in kinds],
    }


def _name(kind: Kind, said: str) -> str:
    """Unlike its tag, a message's name is one: `beat` is said by both."""
    return f"{said}_{tag(kind)}"


def _message(kind: Kind) -> Document:
    return {
        "name": tag(kind),
        "summary": " ".join((kind.__doc__ or "").split()),
        "payload": {"$ref": REF.format(name=kind.__name__)},
    }


def _schemas() -> Document:
    events = told_events()
    kinds = [_describable(kind) for kind in (*HEARD, *TOLD, *events)]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=REF)
    schemas[EventFrame.__name__]["properties"]["e"] = {
        "anyOf": [{"$ref": REF.format(name=kind.__name__)} for kind in events],
        "discriminator": "t",
    }
    made: Document = _plain(schemas)
    return made


def _describable(kind: Kind) -> Kind:
    """The same with what msgspec cannot describe left out: bytes that are encoded already, and events of which two have a tag."""
    meant = {CardSeen | msgspec.Raw: CardSeen, EventSeen: Any}
    fields = [(field.name, field.type) for field in msgspec.structs.fields(kind)]
    if not any(hint in meant for _, hint in fields):
        return kind
    plain = [(name, meant.get(hint, hint)) for name, hint in fields]
    return msgspec.defstruct(
        kind.__name__, plain, namespace={"__doc__": kind.__doc__}, tag_field="t", tag=tag(kind), kw_only=True
    )


def _plain(part: Any) -> Any:
    """Docstrings in one line; of msgspec's discriminators AsyncAPI takes the field only."""
    if isinstance(part, dict):
        return {key: _one(key, value) for key, value in part.items()}
    return [_plain(one) for one in part] if isinstance(part, list) else part


def _one(key: str, value: Any) -> Any:
    if key == "description" and isinstance(value, str):
        return re.sub(r"\s+", " ", value)
    if key == "discriminator" and isinstance(value, dict):
        return value["propertyName"]
    return _plain(value)
