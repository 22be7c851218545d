"""What stands in the page's modules: the sentences that go through the catalogues, and words that do not."""

import re
from collections.abc import Iterator

import msgspec
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_javascript.language()))

SPEAKS = {"_": 1, "ngettext": 2}
"""Functions that say a sentence, and how many literals they take."""

READ = {
    "title",
    "alt",
    "label",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "text",
}
"""Attributes that a person reads or hears; what others hold is for programs."""

NOT_READ = re.compile(
    r"class|className|testid|key|href|src|type|role|name|id|for|form|method|rel|target|d|viewBox|transform|mask|fill|stroke"
    r"|style|autocomplete|inputmode|enterkeyhint|pattern|on\w+|data-.*|aria-(?:live|describedby|labelledby|controls)"
    r"|Accept|Content-Type|Authorization|preserveAspectRatio|points|clip-path"
)
WORDS = re.compile(
    r"[^\W\d_]+[,.;:!?…)\u2013]* +[(\u2013]* *[^\W\d_]{2,}|^[A-ZÄÖÜ](?:-?[a-zß-ÿ])+\b|[^\W\d_]{2,}[.!?…]$", re.MULTILINE
)
"""Two words, a word with a capital, or a word that ends a sentence."""
OF_THE_BROWSER = {
    *(
        "addEventListener",
        "removeEventListener",
        "querySelector",
        "querySelectorAll",
        "closest",
        "matches",
        "matchMedia",
    ),
    *("getAttribute", "setAttribute", "startsWith", "createElement", "replace", "get", "has"),
}
"""Functions that take names and patterns."""
LETTERS = re.compile(r"[^\W\d_]{2,}")


class Said(msgspec.Struct, frozen=True, order=True):
    """A sentence that is said; of one that counts `many` is its plural."""

    one: str
    many: str | None = None


class Loose(msgspec.Struct, frozen=True):
    """Words in no catalogue."""

    line: int
    text: str
    node: Node


class WrongCallError(Exception):
    """Something else than a literal is said, so that nothing finds it for the catalogues."""


def tree(source: bytes) -> Node:
    """The module's tree. Raises SyntaxError."""
    root = PARSER.parse(source).root_node
    if root.has_error:
        raise SyntaxError("This module cannot be read.")
    return root


def said(root: Node) -> Iterator[Said]:
    """Every sentence that the module says. Raises WrongCallError."""
    for node in every(root):
        if (name := _called(node)) in SPEAKS:
            given = [_value(one) for one in _arguments(node)[: SPEAKS[name]]]
            if len(given) < SPEAKS[name] or None in given:
                raise WrongCallError(f"line {node.start_point[0] + 1}: {text(node)}")
            yield Said(*(one for one in given if one is not None))


def loose(root: Node) -> Iterator[Loose]:
    """Words that a person might read, and that no catalogue gets to see."""
    for node in every(root):
        if node.type not in ("string", "template_string"):
            continue
        shown = _is_shown(node)
        plain = re.sub(r"\$\{[^}]*\}", " {} ", _inside(node)).strip()
        if (LETTERS if shown else WORDS).search(plain.replace("{}", "")) and not _is_for_programs(node, shown):
            yield Loose(node.start_point[0] + 1, plain, node)


def every(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for child in node.children:
        yield from every(child)


def text(node: Node | None) -> str:
    """Its source."""
    return (node.text or b"").decode() if node else ""


def _called(node: Node | None) -> str:
    return text(node.child_by_field_name("function")) if node is not None and node.type == "call_expression" else ""


def _arguments(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    return [one for one in given.named_children if one.type != "comment"] if given else []


def _inside(node: Node) -> str:
    return text(node)[1:-1]


def _value(node: Node) -> str | None:
    """A literal's value, also of several with a plus between; None for anything else."""
    if node.type == "binary_expression" and text(node.child_by_field_name("operator")) == "+":
        sides = [_value(one) for one in (node.child_by_field_name("left"), node.child_by_field_name("right")) if one]
        return None if None in sides else "".join(one for one in sides if one is not None)
    if node.type != "string":
        return None
    return "".join(_unescaped(text(one)) if one.type == "escape_sequence" else text(one) for one in node.named_children)


def _unescaped(escape: str) -> str:
    found: str = msgspec.json.decode(f'"{escape}"') if escape[1] in '"\\/bfnrtu' else escape[1:]
    return found


def _is_shown(node: Node) -> bool:
    """A child of h(), or an attribute that is read?"""
    while node.parent is not None and node.parent.type in ("ternary_expression", "parenthesized_expression", "array"):
        node = node.parent
    parent = node.parent
    if parent is not None and parent.type == "pair":
        return _key(parent) in READ
    call = parent.parent if parent is not None and parent.type == "arguments" else None
    return _called(call) in ("h", "svg") and node not in _arguments(call)[:2]  # type: ignore[arg-type]


def _is_for_programs(node: Node, shown: bool) -> bool:
    inner: Node = node
    while (parent := inner.parent) is not None and parent.type not in ("statement_block", "class_body", "program"):
        if (found := _hides(node, inner, parent, shown)) is not None:
            return found
        inner = parent
    return False


def _hides(node: Node, inner: Node, parent: Node, shown: bool) -> bool | None:
    """Is what stands there for programs? None: this parent does not say."""
    key = _key(parent)
    compared = text(parent.child_by_field_name("operator")) in ("===", "!==", "in")
    match parent.type:
        case "import_statement" | "subscript_expression":
            return True
        case "export_statement":
            return inner == parent.child_by_field_name("source")
        case "binary_expression" | "pair" | "switch_case" if compared or _is_left(inner, parent):
            return True
        case "pair" if NOT_READ.fullmatch(key) and not _is_sentence(node, key):
            return not shown
        case "arguments":
            return _called(parent.parent) in SPEAKS or (not shown and _takes_names(parent.parent))
    return None


def _is_left(inner: Node, parent: Node) -> bool:
    """The key of a pair, or the value of a case."""
    right = inner == parent.child_by_field_name("value")
    return right if parent.type == "switch_case" else not right and parent.type == "pair"


def _is_sentence(node: Node, key: str) -> bool:
    """Words beside a name that elsewhere is an attribute: `name: "Please write a name."`"""
    begins = r"[A-Z]" if key == "name" else r"[A-Z]\w* "
    return key in ("name", "for", "form", "type", "key", "role") and re.match(begins, _inside(node)) is not None


def _takes_names(call: Node | None) -> bool:
    """An exception that nobody reads, or a function that takes names and patterns."""
    if call is None:
        return False
    if call.type == "new_expression":
        return text(call.child_by_field_name("constructor")) in ("Error", "TypeError", "BroadcastChannel")
    return _called(call).rpartition(".")[2] in OF_THE_BROWSER


def _key(pair: Node) -> str:
    key = pair.child_by_field_name("key")
    return text(key).strip("\"'") if key else ""
