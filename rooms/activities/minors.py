"""Does a text suggest that somebody in it is no adult? For texts that say who a character is, and for what one is made to say.

Wider than what the lexicon keeps out of cards and of texts between two people, because whoever is described here is played:
English, German and Spanish, numbers in words and digits, letters that are changed, doubled or set apart. In doubt it finds. What
is plainly no age (17 years together, room 12, a teacher's school) it passes over, and what is said to keep minors out.
"""

import re
import unicodedata
from collections.abc import Iterator

from rooms.activities import lexicon, minors_words
from rooms.activities.letters import drawn, without_blanks
from rooms.activities.named import as_said
from rooms.activities.notation import Phrases

ADULT = 18


def suggests_minor(text: str, *, short: bool = False, drawn: bool = False, year: int | None = None) -> bool:
    """Is anybody in the text under 18, or written as if they were? `short`: a name or a few words, in which a bare number below
    18 is an age. `drawn`: what a picture is asked for with, in which "a girl of nine" is one as well. In `year` somebody who was
    born less than 19 years before may be.
    """
    if _WITH_TILDE.search(unicodedata.normalize("NFC", text.lower())):
        return True
    return any(_suggests(said, short=short, drawn=drawn, year=year) for said in _variants(text))


def _suggests(said: str, *, short: bool, drawn: bool, year: int | None) -> bool:
    if drawn and _DRAWN.compiled.search(said):
        return True
    plain = _HARMLESS.compiled.sub(lambda match: "#" * len(match[0]), said)
    if _WORDS.compiled.search(plain):
        return True
    plain = _AGES_OF_THINGS.sub(lambda match: "#" * len(match[0]), plain)
    if any(pattern.search(plain) for pattern in (_AGED, _AGED_BEFORE, _AGED_FEW, _OF_YEARS, _UNDER, _NOT_YET, _FIRST)):
        return True
    if short and _IN_A_NAME.search(plain):
        return True
    return year is not None and any(int(match[1]) > year - ADULT - 1 for match in _BORN.finditer(plain))


def _variants(text: str) -> Iterator[str]:
    """The text in small letters as every phrase sees it: as it stands, as it is meant, and without letters that are doubled."""
    text = "".join(_digit(character) for character in unicodedata.normalize("NFKC", drawn(without_blanks(text))))
    seen: set[str] = set()
    for said in (*as_said(text), _SIGNED.sub(_meant, text)):
        plain = lexicon.plain(said)
        for one in (plain, _TRIPLED.sub(r"\1", plain), _TRIPLED.sub(r"\1\1", plain), _FIGURES.sub(_joined, plain)):
            if one not in seen:
                seen.add(one)
                yield one


def _digit(character: str) -> str:
    """Figures of any script as ours."""
    return str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character


def _joined(match: re.Match[str]) -> str:
    return match[1] + match[2]


def _meant(match: re.Match[str]) -> str:
    """A word with other signs in the place of letters, as it is meant, also where several stand beside each other."""
    return match[0].translate(_SIGNS)


_SIGNED = re.compile(r"(?<![\w@$!|])(?=\w*[\d@$!|])[\w@$!|]*[^\W\d_][\w@$|]*")
_SIGNS = str.maketrans("0134578@$!|", "oieastbasil")

_WITH_TILDE = re.compile(r"(?<!\w)ni\u00f1[ao]s?(?!\w)")
"""A child in Spanish, which without its sign is a name."""

_TRIPLED = re.compile(r"([a-z])\1{2,}")
_FIGURES = re.compile(r"(?<![\w.,:])(1)[ .\-_]{1,2}([0-7])(?![\w:%])(?![.,]\d)")

# --- numbers below 18 ------------------------------------------------------------------------------------------------


def _pattern(*lines: str) -> re.Pattern[str]:
    """Lines in one: a break is nothing, with the spaces after it."""
    return re.compile(re.sub(r"\n\s*", "", "".join(lines)))


_TEEN = (
    r"(?:1[0-7]|eleven|twelve|thirteen|fou?rteen|fifteen|sixteen|seventeen|zwolf|dreizehn|vierzehn|fu?e?nfzehn|sechzehn"
    r"|siebzehn|doce|trece|catorce|quince|dieciseis|diecisiete|diez y (?:seis|siete)|xv|xvi|xvii|xiv|xiii)"
)
_SMALL = (
    r"(?:[1-9]|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once)"
)
_AGE = rf"(?:{_TEEN}|{_SMALL})"
_ADULT = r"(?:18|eighteen|achtzehn|dieciocho)"
_WIDE = r"[\s\-\u2010-\u2015_.,]*"
_GAP = r"[\s\-\u2010-\u2015]+"

_AGED = _pattern(
    rf"(?<![\w.,]){_AGE}{_WIDE}(?:(?:years?|yrs?|yr){_WIDE}(?:old|of age|young)(?!\w)|y{_WIDE}/?{_WIDE}o(?!\w)|yrs? ?old",
    rf"|year{_GAP}olds?|jahrige?[rsnm]?(?!\w)|jahre?n? (?:alt|jung)(?!\w)|j\.? ?alt|lenze",
    r"|anos de (?:edad|vida)|anitos|anos (?:recien )?cumplidos|(?:summers|springs|winters) old)",
)
"""16 years old, sixteen-year-old, 17yo, 16-jährig, 17 Jahre alt, 16 años de edad."""

_FOR_YEARS = r"(?:of |de )?(?:experience|marriage|practice|erfahrung|praxis|ehe|experiencia|casad[oa]s?)"
_THINGS_COUNTED = rf"(?:years?'?|jahren?|anos) {_FOR_YEARS}|trades|talents"

_NOT_COUNTED = r"""
    (?![\w:%/])(?![.,]\d)(?!['\u2032\"\u2033])
    (?!\s*(?:%|percent|prozent|por ciento|°|\$|\u20ac|euro|dollar|o'?clock|uhr|am\b|pm\b|a\.m|p\.m|h\b))
    (?=\s*(?:$|[.,;!?)\]\"'\u2026\u2014\u2013-]|
    (?:and|or|but|who|with|when|years?(?= old|\W*$|[.,;!?])|again|going on|she|he|they|yet|now|today|tomorrow|soon|
    only|girl|boy|woman|man|
    lady|und|oder|aber|jahren?(?! (?:erfahrung|praxis|ehe|lang|zusammen|spater|ubung|beruf))|als|mit|die|der|noch|wieder|
    geworden|wird|war|ist|y|o|pero|que|con|anos?|cuando|otra|recien|manana|pronto)(?!\w)))
"""
_AGED_BEFORE = _pattern(
    r"""
    (?<!\w)(?:
    (?:(?:i|she|he|they|you|we|who|girl|boy|character) ?(?:am|is|are|was|were|'m|'s|'re|be)|i'm|she's|he's|you're|they're|
    who's|(?:is|was|am|are|being|be|looks?|feels?|acts?|seems?|turn(?:s|ed|ing)?|pretends? to be|
    as if (?:you|she|he|they) were)|aged?|age[ds]?\s*[:=]|age of|at(?: the age of)?|since|
    (?:only|just|barely|merely|almost|nearly|not even|still|sweet|freshly|going on|nur|gerade|knapp|erst|kaum|fast|
    blutjunge|zarte|
    suße|süße|susse|zarten)|
    (?:bin|ist|bist|sind|war|warst|wird|werde|wurde|wirkt|alter\s*[:=]?|alter von|mit|im alter von|als ich|als sie|als er)|
    (?:tiene|tengo|tienes|tenia|tener|cumple|cumplio|cumplir|cumpli|edad\s*[:=]?|edad de|con|solo|apenas|casi|a los|
    parece de|de))
    (?:\s+(?:only|just|barely|about|around|still|now|like|nur|erst|gerade|noch|knapp|etwa|solo|apenas|unos|casi|be|of)){0,2}\s*)
    """,
    _TEEN,
    _NOT_COUNTED,
)
"""She is 16; aged 15; ich bin siebzehn; tiene 16 años; just 17 and; at sixteen."""

_AGED_FEW = _pattern(
    r"(?<!\w)(?:aged|age of|age[ds]?\s*[:=]|im alter von|alter\s*[:=]|edad de|edad\s*[:=])\s*",
    _SMALL,
    r"(?![\w:%/.,]\d?)",
)
_UNDER = _pattern(
    r"""
    (?<!\w)(?:under|below|younger than|less than|not (?:even )?over|unter|junger als|menor(?:es)? de|menos de|por debajo de)\s+
    """,
    rf"(?:{_TEEN}|{_ADULT})",
    r"""
    (?![\w:%.,]\d?)(?!\s*(?:minutes?|hours?|days?|weeks?|months?|minuten|stunden|tage|wochen|monate|minutos|horas|dias|semanas|
    meses|people|euros?|dollars?|degrees|grad|kg|cm|km|m|%|percent|prozent)(?!\w))
    """,
)
_OF_YEARS = _pattern(
    r"(?<!\w)(?:boy|girl|man|woman|lad|lass|lady|guy|student|pupil|girlfriend|boyfriend|madchen|junge[nr]?|frau|mann|knaben?|"
    r"chic[oa]|muchach[oa]|joven|mujer|hombre|alumn[oa])\s+(?:of|von|mit|de|con)\s+",
    r"(?:only|just|barely|nur|gerade|erst|knapp|solo|apenas)?\s*",
    rf"(?:{_TEEN}(?![\w:%/]|[.,]\d)(?!\s*(?:{_THINGS_COUNTED})(?!\w))|{_SMALL}\s+(?:years?|jahren?|anos)(?!\w)(?!'?\s+{_FOR_YEARS}))",
)
"""A boy of fifteen, ein Mädchen von 14 Jahren, una chica de quince."""

_FIRST = _pattern(r"^\W*(?:1[3-7]|thirteen|fou?rteen|fifteen|sixteen|seventeen)(?=\s*(?:,|and|und|y)\s)")
_OF_AGE = rf"(?:{_ADULT}|volljahrig|of age|mayor de edad|legal)"
_NOT_YET = _pattern(
    r"""
    (?<!\w)(?:(?:not (?:yet|quite|even)(?: of)?|almost|nearly|barely|only just|just turned|hardly|soon|about to (?:be|turn)|
    close to|going on|(?:will|going to) (?:be|turn)|turn(?:s|ing)|until (?:i|she|he|they|you) (?:am|is|are|turns?)|
    before (?:i|she|he|they|you) turn(?:s|ed)?|(?:isn't|is not|am not|aren't|wasn't|was not) (?:yet )?(?:quite )?|
    noch nicht(?: ganz)?|fast|beinahe|bald|knapp|gerade erst|gerade so|noch keine|nicht ganz|wird (?:bald )?|
    bis (?:ich|sie|er)|casi|aun no (?:tiene|cumple)|todavia no (?:tiene|cumple|es)|
    no (?:ha cumplido|tiene|es) (?:aun |todavia )?|a punto de cumplir|cumplira|pronto)\s*
    """,
    _OF_AGE,
    "|",
    _OF_AGE,
    r"""
    \s+(?:soon|next (?:week|month|year)|tomorrow|in (?:a|two|three|\d+) (?:days?|weeks?|months?)|yet to be))
    (?![\w:%])(?!\s*(?:minutes?|hours?|days?|weeks?|months?|years? (?:ago|later|of|together|with|in|on)|
    jahre? (?:spater|zusammen|lang|mit|in|bei|her)|anos (?:juntos|despues|de|con|en)|tattoos|people|cm|kg|meters?)(?!\w))
    """,
)
"""Not yet 18, almost eighteen, turns 18, 18 next month, fast 18, casi 18."""

_IN_A_NAME = _pattern(
    r"^(?:an? |the |una? |el |la )?(?:child|kid|infant|minor|menor)$|^(?:ein|das) kind$",
    r"|(?<!no\. )(?<!nr\. )(?:(?<=[a-z_])|(?<![\w.,:/'-]))(?:1[0-7]|thirteen|fourteen|fifteen|sixteen|seventeen)",
    r"(?![\w:%.,/'\"]|\s*(?:cm|kg|%|years|jahre|anos|times|mal|veces))",
)
"""Lena17, mia_16, Lolita (15)."""

_BORN = _pattern(
    r"(?<!\w)(?:born|birth ?(?:year|date|day)?|year of birth|jahrgang|geboren|geburtsjahr|geb\.?|nacid[oa]|nacio|nacimiento)",
    r"\W+(?:\w+\W+){0,4}?((?:19|20)\d\d)(?!\w)",
)
_THING = re.sub(
    r"\s+",
    "|",
    """(?: whisk(?:e)?y scotch bourbon rum wine cognac cheese house car truck bike dog cat horse tree company business marriage
    relationship bond friendship dynamic tradition bottle building book guitar career studio club wein haus auto hund katze
    pferd firma ehe beziehung freundschaft vino casa coche perro gato caballo empresa matrimonio relacion ron)""",
).replace("(?:|", "(?:")
_AGES_OF_THINGS = _pattern(
    rf"(?<![\w.,]){_AGE}{_GAP}(?:years?|yrs?){_GAP}old{_GAP}(?:\w+\s+)?{_THING}(?!\w)",
    rf"|(?<![\w.,]){_AGE}[\s-]*jahrige?[rsnm]?\s+{_THING}(?!\w)",
    rf"|(?<!\w){_THING}\s+(?:is|are|was|ist|war|sind|de|tiene|es de)\s+{_AGE}[\s-]+(?:years?|jahre|anos)(?:\s+(?:old|alt))?",
)

# --- words -----------------------------------------------------------------------------------------------------------

_HARMLESS = Phrases(minors_words.HARMLESS)

_WORDS = Phrases(minors_words.WORDS)

_DRAWN = Phrases(minors_words.DRAWN)
