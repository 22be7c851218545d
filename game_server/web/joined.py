"""ES modules joined to one script, because a browser far away asks for a module only when it has read the one before.

Each module becomes a function that runs once, in the order in which a browser would run them, and answers what it exports;
its imports take their names out of those answers. One that awaits something is awaited, and all after it with it: the script
is a module itself. Comments and indents go, names stay: an error still reads. What would not mean the same in this form is
refused by its name, so that nothing can quietly run another way than the modules do.
"""

import posixpath
import re
from bisect import bisect
from collections.abc import Iterator, Mapping

import msgspec
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

JAVASCRIPT = Language(tree_sitter_javascript.language())
SPOTS = Query(
    JAVASCRIPT,
    """
    (comment) @comment
    [(template_string) (string)] @text
    (call_expression function: (import)) @import
    (meta_property) @meta
    (await_expression) @await
    """,
)
DECLARED = {"function_declaration", "generator_function_declaration", "class_declaration", "lexical_declaration"}
INDENT = re.compile(rb"\n\s+")

Edit = tuple[int, int, bytes]
"""What stands from here to there becomes this."""


class NotJoinable(Exception):
    """A module that cannot run as part of one script as it runs by itself; the message says which, where and why."""


class _Module(msgspec.Struct):
    """What one module asks of others, what it is without that, and what it offers: outer name → expression."""

    path: str
    imports: list[tuple[str, list[tuple[str, str]]]] = []
    exports: dict[str, str] = {}
    passed_on: list[tuple[str, list[tuple[str, str]]]] = []
    awaits: bool = False
    body: bytes = b""

    def needs(self) -> Iterator[str]:
        """The paths of the modules that run before it, in its order."""
        return (posixpath.normpath(posixpath.join(posixpath.dirname(self.path), to)) for to, _ in self.asked())

    def asked(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [*self.imports, *self.passed_on]


def join(modules: Mapping[str, bytes], entry: str) -> bytes:
    """The script that does what loading `entry` does. `modules`: path → source. Raises NotJoinable."""
    order = _in_order(modules, entry)
    names = {module.path: f"${number}" for number, module in enumerate(order)}
    return b"".join(_wrapped(module, names) for module in order)


def _in_order(modules: Mapping[str, bytes], entry: str) -> list[_Module]:
    """Each after all that it imports."""
    done: dict[str, _Module] = {}

    def visit(path: str, way: tuple[str, ...]) -> None:
        if path in way:
            raise NotJoinable(f"modules import each other in a circle: {' → '.join((*way[way.index(path) :], path))}")
        if path in done:
            return
        if path not in modules:
            raise NotJoinable(f"{way[-1] if way else 'the page'} imports {path}, which does not exist")
        module = _read(path, modules[path])
        for needed in module.needs():
            visit(needed, (*way, path))
        done[path] = module

    visit(entry, ())
    return [*done.values()]


def _wrapped(module: _Module, names: Mapping[str, str]) -> bytes:
    """The module as a function that has run."""
    taken, exports = [], dict(module.exports)
    for (source, wanted), path in zip(module.asked(), module.needs(), strict=True):
        if (source, wanted) in module.passed_on:
            exports |= {outer: f"{names[path]}.{inner}" for inner, outer in wanted}
        elif wanted:
            listed = ",".join(inner if inner == local else f"{inner}:{local}" for inner, local in wanted)
            taken.append(f"const{{{listed}}}={names[path]};\n")
    offered = ",".join(outer if outer == inner else f"{outer}:{inner}" for outer, inner in exports.items())
    function = "await(async()=>{" if module.awaits else "(()=>{"
    head = f"// {module.path}\nconst {names[module.path]}={function}\n{''.join(taken)}"
    return head.encode() + module.body + f"\nreturn{{{offered}}};\n}})();\n".encode()


def _read(path: str, source: bytes) -> _Module:
    """Take a module apart."""
    root = Parser(JAVASCRIPT).parse(source).root_node
    if root.has_error:
        raise NotJoinable(f"{path} does not parse")
    spots = QueryCursor(SPOTS).captures(root)
    _refuse_what_stays_a_module(path, spots)
    _refuse_a_function_twice(path, root)
    module = _Module(path, awaits=any(_outside_of_functions(node) for node in spots.get("await", [])))
    edits = [_without(comment, source) for comment in spots.get("comment", [])]
    edits += _indents(source, spots.get("text", []))
    for statement in root.children:
        if statement.type == "import_statement":
            module.imports.append((_source(statement), _imported(path, statement)))
            edits.append((statement.start_byte, statement.end_byte, b""))
        elif statement.type == "export_statement":
            edits.append(_exported(module, statement))
    module.body = _edited(source, edits).strip()
    return module


def _refuse_what_stays_a_module(path: str, spots: Mapping[str, list[Node]]) -> None:
    for node in spots.get("import", []):
        raise _refusal(path, node, "import() at run time")
    for node in spots.get("meta", []):
        if node.text == b"import.meta":
            raise _refusal(path, node, "import.meta")


def _refuse_a_function_twice(path: str, root: Node) -> None:
    """In a module that is a mistake, which a function would not see."""
    seen = set()
    for statement in root.children:
        declared = statement.child_by_field_name("declaration") or statement
        if declared.type in ("function_declaration", "generator_function_declaration"):
            name = _text(declared.child_by_field_name("name"))
            if name in seen:
                raise _refusal(path, declared, f"a second {name}()")
            seen.add(name)


def _outside_of_functions(node: Node) -> bool:
    up = node.parent
    while up is not None and "function" not in up.type and up.type != "method_definition":
        up = up.parent
    return up is None


def _imported(path: str, statement: Node) -> list[tuple[str, str]]:
    """(name there, name here) of `import { a, b as c } from`; nothing of `import "…"`."""
    clause = next((child for child in statement.children if child.type == "import_clause"), None)
    if clause is None:
        return []
    (names,) = clause.named_children if clause.named_child_count == 1 else (clause,)
    if names.type != "named_imports":
        raise _refusal(path, statement, "an import that is not of names")
    return [_named(each) for each in names.named_children if each.type == "import_specifier"]


def _exported(module: _Module, statement: Node) -> Edit:
    """Note what is exported; what remains of the statement."""
    declared = statement.child_by_field_name("declaration")
    if declared is not None and declared.type in DECLARED and statement.child(1) == declared:
        module.exports |= {name: name for name in _declared(module.path, declared)}
        return statement.start_byte, declared.start_byte, b""
    clause = next((child for child in statement.children if child.type == "export_clause"), None)
    if clause is None:
        raise _refusal(module.path, statement, "an export that is not of names")
    names = [_named(each) for each in clause.named_children if each.type == "export_specifier"]
    if statement.child_by_field_name("source") is None:
        module.exports |= {outer: inner for inner, outer in names}
    else:
        module.passed_on.append((_source(statement), names))
    return statement.start_byte, statement.end_byte, b""


def _declared(path: str, declared: Node) -> list[str]:
    """The names that a declaration makes; those of constants, as others could change after they were taken."""
    if declared.type != "lexical_declaration":
        return [_text(declared.child_by_field_name("name"))]
    names = [each.child_by_field_name("name") for each in declared.named_children if each.type == "variable_declarator"]
    if not _text(declared).startswith("const") or any(name is None or name.type != "identifier" for name in names):
        raise _refusal(path, declared, "an export that is not a plain constant")
    return [_text(name) for name in names]


def _named(specifier: Node) -> tuple[str, str]:
    name = _text(specifier.child_by_field_name("name"))
    alias = specifier.child_by_field_name("alias")
    return name, name if alias is None else _text(alias)


def _source(statement: Node) -> str:
    return _text(statement.child_by_field_name("source"))[1:-1]


def _text(node: Node | None) -> str:
    return (node.text or b"").decode() if node is not None else ""


def _refusal(path: str, node: Node, what: str) -> NotJoinable:
    return NotJoinable(f"{path}:{node.start_point.row + 1}: {what} cannot be joined to one script")


def _without(comment: Node, source: bytes) -> Edit:
    """Nothing in the place of a comment, or what parts two words or two lines there."""
    start, end = comment.start_byte, comment.end_byte
    while start and source[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    if start == 0 or source[start - 1 : start] == b"\n":
        while source[end : end + 1].isspace():
            end += 1
        return start, end, b""
    return start, end, b"\n" if b"\n" in source[start:end] else b" "


def _indents(source: bytes, texts: list[Node]) -> Iterator[Edit]:
    """Line ends without what follows of white space, but where it is part of a text."""
    long = sorted((text.start_byte, text.end_byte) for text in texts if text.start_point.row != text.end_point.row)
    for space in INDENT.finditer(source):
        around = long[: bisect(long, (space.start(), len(source)))]
        if not any(space.start() < end for _, end in around):
            yield space.start(), space.end(), b"\n"


def _edited(source: bytes, edits: list[Edit]) -> bytes:
    """The earlier of two edits that touch the same place wins it."""
    parts, at = [], 0
    for start, end, instead in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if end <= at:
            continue
        parts += [source[at:start], instead]
        at = max(at, end)
    return b"".join([*parts, source[at:]])
