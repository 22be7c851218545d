"""Modules joined to one script do what they do as modules, or are refused by name."""

import re

import pytest

from game_server.web.assets import built
from game_server.web.joined import NotJoinable, join

BUILT = built()
FEW = {
    "main.js": b'import { greet as hello } from "./words/greet.js";\nimport "./effect.js";\nglobalThis.said = hello("you");\n',
    "words/greet.js": b'import { NAME } from "../names.js";\nexport function greet(who) {\n  return `${NAME} and ${who}`;\n}\n',
    "effect.js": b'import { NAME } from "./names.js";\nglobalThis.effect = NAME;\n',
    "names.js": b'export const NAME = "I";\n',
}


def of_one(source: str) -> str:
    return join({"main.js": source.encode()}, "main.js").decode()


def test_each_module_runs_once_and_after_what_it_imports():
    script = join(FEW, "main.js").decode()
    assert re.findall(r"^// (\S+)$", script, re.MULTILINE) == ["names.js", "words/greet.js", "effect.js", "main.js"]


def test_an_import_takes_its_names_out_of_what_the_module_answers():
    script = join(FEW, "main.js").decode()
    assert "const{greet:hello}=$1;" in script
    assert "const{NAME}=$0;" in script
    assert "return{greet};" in script
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)


@pytest.mark.parametrize(
    ("source", "offered"),
    [
        ("export async function wait() {}", "wait"),
        ("export function* count() {}", "count"),
        ("export class Room {}", "Room"),
        ("export const A = 1,\n  B = 2;", "A,B"),
        ("const here = 1;\nexport { here as there };", "there:here"),
        ("const here = 1;\nexport { here };", "here"),
    ],
)
def test_what_a_module_exports_it_answers(source, offered):
    script = of_one(source)
    assert f"return{{{offered}}};" in script
    assert "export" not in script


def test_what_is_passed_on_comes_from_where_it_is():
    modules = {"main.js": b'export { a as b, c } from "./far.js";', "far.js": b"export const a = 1, c = 2;"}
    assert "return{b:$0.a,c:$0.c};" in join(modules, "main.js").decode()


def test_comments_and_indents_go_and_texts_stay_as_they_are():
    script = of_one(
        "/** Says it. */\nexport function say() {\n  // how\n  const long = `  a\n\n    // not a comment ${1 /* one */}\n`;\n"
        '  return/* no line ends here */long + "/* nor here */"; // done\n}\n'
    )
    assert "Says it" not in script
    assert "// how" not in script
    assert "`  a\n\n    // not a comment ${1 }\n`" in script
    assert 'return long + "/* nor here */";' in script


def test_where_a_comment_ended_a_line_one_ends():
    assert "const a = 1;\nconst b = 2;" in of_one("const a = 1;/* one\n line */const b = 2;")


def test_a_module_that_awaits_something_is_awaited():
    modules = {
        "main.js": b'import { it } from "./it.js";\nasync function f() { await it; }',
        "it.js": b"export const it = await 1;",
    }
    script = join(modules, "main.js").decode()
    assert "const $0=await(async()=>{" in script
    assert "const $1=(()=>{" in script


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("export default 1;", "main.js:1: an export that is not of names"),
        ("\nexport * from './far.js';", "main.js:2: an export that is not of names"),
        ("import all from './far.js';", "main.js:1: an import that is not of names"),
        ("import * as all from './far.js';", "main.js:1: an import that is not of names"),
        ("import all, { one } from './far.js';", "main.js:1: an import that is not of names"),
        ("export let changing = 1;", "main.js:1: an export that is not a plain constant"),
        ("export const { a } = {};", "main.js:1: an export that is not a plain constant"),
        ("const later = () => import('./far.js');", "main.js:1: import() at run time"),
        ("const here = import.meta.url;", "main.js:1: import.meta"),
        ("export function day() {}\nfunction day() {}", "main.js:2: a second day()"),
        ("const = 1;", "main.js does not parse"),
        ("import { one } from './far.js';", "main.js imports far.js, which does not exist"),
    ],
)
def test_what_would_not_mean_the_same_is_refused_by_name(source, why):
    with pytest.raises(NotJoinable, match=re.escape(why)):
        of_one(source)


def test_modules_that_import_each_other_are_named():
    modules = {"a.js": b'import { b } from "./b.js";', "b.js": b'import { a } from "./a.js";'}
    with pytest.raises(NotJoinable, match=re.escape("a.js → b.js → a.js")):
        join(modules, "a.js")


def test_no_module_of_the_page_is_in_the_script_twice():
    script = BUILT.files[BUILT.names["attuned.js"]].body.decode()
    told = re.findall(r"^// ([\w./-]+\.js)$", script, re.MULTILINE)
    assert sorted(told) == sorted({*told})
    assert told[-1] == "main.js"
