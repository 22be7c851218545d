"""When somebody does not need play: a safeword, or words of a crisis, in what they write. Read before anything is asked of an AI.

It knows phrases in three languages, not meaning. In doubt it finds: a safety card too much costs a message.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from rooms.activities import lexicon
from rooms.activities.named import as_said
from rooms.activities.notation import Phrases
from rooms.characters.person import Person, SafetyCard
from rooms.characters.words import NOT_ALONE, STOPPED, in_language

LANGUAGES = ("en", "de", "es")


class Help(msgspec.Struct, frozen=True):
    """What was read: a safeword, or that somebody wants to die or hurt themselves, is hurt by somebody, or is not safe."""

    kind: Literal["safeword", "self_harm", "abuse", "unsafe"]


class Resource(msgspec.Struct, frozen=True):
    """Somebody who helps, and the number at which they do; `where`: in which country."""

    name: str
    number: str
    where: str


class Answer(msgspec.Struct, frozen=True):
    """What is answered instead of play: our words, what the person said of themselves in their bonds, and who helps."""

    kind: Literal["safeword", "self_harm", "abuse", "unsafe"]
    text: str
    cards: tuple[SafetyCard, ...]
    resources: tuple[Resource, ...]


def asks_for_help(text: str, safewords: Iterable[str] = ()) -> Help | None:
    """Does what the person wrote ask for something else than play? `safewords` are their own, beside everybody's."""
    said = [_straight(lexicon.plain(one)) for one in as_said(text)]
    for kind, phrases in _CRISIS.items():
        if any(phrases.compiled.search(one) for one in said):
            return Help(kind)
    if any(_is_safeword(one, safewords) for one in said):
        return Help("safeword")
    return None


def answer(found: Help, person: Person) -> Answer:
    """What to answer."""
    if found.kind == "safeword":
        return Answer(found.kind, in_language(STOPPED, person.language), person.cards, ())
    words = in_language(NOT_ALONE, person.language)
    return Answer(found.kind, words, person.cards, in_language(RESOURCES, person.language))


def _is_safeword(said: str, own: Iterable[str]) -> bool:
    """Everybody's words stand alone or are said outright; one's own also within a sentence."""
    alone = said.strip(_AROUND)
    if _EVERYBODYS.fullmatch(alone) or _OUTRIGHT.compiled.search(said):
        return True
    words = (_straight(lexicon.plain(word)).strip(_AROUND) for word in own)
    return any(_is_own(word, alone) for word in words if word)


def _is_own(word: str, said: str) -> bool:
    if word in _COMMON:  # "stop teasing me so well" is none where "stop" is: what is said every day has to stand alone
        return re.fullmatch(rf"(?:{re.escape(word)}[\W_]*)+", said) is not None
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) is not None


def _straight(plain: str) -> str:
    return re.sub(r"\s+", " ", plain).strip()


_AROUND = " \t\n.,;:!?*_~\"'()[]\u2026\u00a1\u00bf-"
_COMMON = frozenset(
    ("stop", "halt", "no", "nein", "red", "rot", "rojo", "yellow", "gelb", "amarillo", "stopp", "alto", "para")
)
_EVERYBODYS = re.compile(
    r"(?:(?:red|rot|rojo|stop|stopp|halt|alto|para|basta|safe ?word|yellow|gelb|amarillo|palabra de seguridad|sicherheitswort|stoppwort)"
    r"(?:\s+(?:now|please|it|jetzt|bitte|ya|por favor))?[\W_]*)+"
)
_OUTRIGHT = Phrases(
    r"""
(?:my|the|use|using|used|call|calling|say|saying|said) safe ?word; i (?:am calling |call |say )?(?:red|yellow) (?:now|please); (?:i )?safe ?word(?:ing)? out;
(?:i want|i need|please|want|need) (?:to|you to) stop(?: (?:now|this|the (?:scene|game|play)))?; stop (?:this|the (?:scene|game|play)|playing|right now|it now); end (?:the|this) (?:scene|game);
i (?:don't|do not) want (?:this|to (?:go on|continue|play))(?: any ?more| now)?; i (?:can't|cannot) (?:go on|do this any ?more|take (?:it|this) any ?more); this is too much; too much for me;
(?:mein|das|sage?|nutze) (?:safe ?word|stoppwort|sicherheitswort); ich (?:will|mochte) (?:das )?(?:nicht mehr|aufhoren|nicht weiter\w*|dass du aufhorst); hor(?:e)? (?:bitte |jetzt |sofort )?(?:damit )?auf(?: damit)?; das ist mir zu viel;
ich kann (?:das )?nicht mehr (?:weiter|aushalten); abbruch; (?:mi|la|digo|uso) palabra de seguridad; (?:quiero|necesito) (?:parar|que pares|dejarlo); (?:para|deja) (?:ya|esto|de jugar); no quiero (?:seguir|esto|continuar|jugar)(?: mas)?; es demasiado(?: para mi)?;
"""
)

_CRISIS: Mapping[Literal["self_harm", "abuse", "unsafe"], Phrases] = {
    "self_harm": Phrases(
        r"""
suicid\w*; (?:kill|hurt|harm|cut|cutting|hurting|harming|killing) (?:my ?self|me myself); (?:want|wanna|going|plan|planning|ready|like|wish) (?:to|i could) (?:die|disappear for ?ever|not wake up|be dead|end (?:it|it all|my life|everything));
end (?:my|it) (?:own )?(?:life|all); take my (?:own )?life; wish i (?:was|were) dead; better off (?:dead|without me); no (?:reason|point) (?:to|in|for) (?:live|living|life|going on); (?:don't|do not|no longer|not) want to (?:live|be alive|wake up|exist|be here any ?more);
i (?:can't|cannot) live (?:like this|any ?more|with this); (?:self ?harm\w*|self ?injur\w*); overdos(?:e|ed|ing); kms; i am going to jump; nothing to live for; life (?:is|isn't) (?:not )?worth (?:living|it)(?! with you);
selbstmord\w*; suizid\w*; (?:mich|mir) (?:selbst )?(?:umbring\w*|umzubringen|toten|zu toten|verletz\w*|zu verletzen|ritz\w*|das leben nehmen|was antun|etwas antun|wehtun|weh tun); bring mich um; ich (?:will|mochte) (?:nur noch )?(?:sterben|tot sein|nicht mehr (?:leben|da sein|aufwachen|sein));
nicht mehr leben; (?:dem|meinem) leben ein ende\w*; (?:keinen|kein) (?:grund|sinn) (?:mehr )?(?:zu leben|im leben|weiterzuleben); besser (?:tot|ohne mich); ich ritze mich; lebensmude; todessehnsucht; wunschte .. (?:tot|nicht mehr da);
suicid\w*; (?:quiero|quisiera|voy a|pienso en|deseo|ganas de) (?:morir\w*|matarme|desaparecer|acabar con (?:mi vida|todo)|hacerme dano|cortarme|quitarme la vida|no (?:vivir|despertar)\w*); (?:matarme|suicidarme|autolesi\w*|cortarme|hacerme dano|quitarme la vida);
no quiero (?:vivir|seguir viviendo|despertar|existir); (?:mejor|estaria mejor) muert[oa]; (?:sin|no hay|no tengo) (?:razon|razones|ganas|motivos?) (?:para|de) vivir; ojala (?:estuviera|estuviese) muert[oa];
"""
    ),
    "abuse": Phrases(
        r"""
(?:he|she|they|partner|husband|wife|boyfriend|girlfriend|dom|domme|master|mistress|someone|somebody|father|dad|mother|mom|stepfather|uncle|boss|ex) (?:really |often |always |has |had |just |keeps? |actually |still |secretly )*(?:hits?|hitting|beats?|beat|beating|abus(?:es|ed|ing|e)|rap(?:es|ed|ing|e)|forc(?:es|ed|ing) me|threaten(?:s|ed|ing)?|molest\w*|chok(?:es|ed) me until|assault\w*|hurts? me (?:for real|when|if|every|again|badly)|punch\w*|kick\w*|stalk\w*)(?: me| my)?(?! me if i ask);
i(?:'ve| have)? (?:was|were|am|been|got|get|being|am being|have been) (?:\w+ )?(?:raped|abused|molested|assaulted|beaten(?: up)?|sexually assaulted|trafficked|held against my will|stalked|threatened); domestic (?:violence|abuse); against my will; (?:ignor(?:es|ed)|broke|violated|did not respect|didn't respect|doesn't respect|never respects) my (?:safe ?word|limits?|no|consent|boundaries);
without my consent; (?:won't|will not|doesn't|does not|never) let me (?:leave|go|out|see (?:my )?(?:friends|family)|use my phone); afraid (?:of|to go home to) (?:him|her|them|my (?:partner|husband|wife|boyfriend|girlfriend|dom|domme)); scared of (?:him|her|my (?:partner|husband|wife|boyfriend|girlfriend|dom|domme));
(?:er|sie|partner|partnerin|mann|frau|freund|freundin|vater|mutter|dom|domina|herr|herrin|jemand|ex) (?:hat |haben |wurde |mich |oft |immer |wirklich |wieder )*(?:schlagt|schlug|geschlagen|verprugelt|missbraucht|misshandelt|vergewaltigt|bedroht|bedrohte|gewurgt|zwingt|gezwungen|verfolgt|stalkt|tut mir (?:wirklich |echt )?weh)(?: mich)?(?: im schach)?; ich (?:wurde|bin|werde) (?:\w+ )?(?:vergewaltigt|missbraucht|misshandelt|geschlagen|bedroht|verpruge?lt|gestalkt)(?: worden)?;
hausliche gewalt; gegen meinen willen; ohne meine (?:zustimmung|einwilligung); (?:ignoriert|ubergeht|missachtet) .. (?:mein|meine|meinen) (?:safe ?word|stoppwort|nein|grenzen?); (?:lasst|lassen) mich nicht (?:gehen|raus|weg|fort); (?:habe )?angst vor (?:ihm|ihr|meinem|meiner|meinen) ?(?:partner|partnerin|mann|frau|freund|freundin|vater|dom|ex)?;
(?:me|mi) (?:\w+ )?(?:pega|pego|golpea|golpeo|maltrata|maltrato|viola|violo|abusa|abuso|amenaza|amenazo|obliga|obligo|acosa|acoso)(?! un tema); (?:me|nos) (?:han|ha|habian) (?:pegado|golpeado|violado|maltratado|amenazado|obligado|acosado|forzado); (?:fui|soy|he sido) (?:violad|abusad|maltratad|agredid|golpead|amenazad)[oa]; abus(?:a|o|aron) de mi; violencia (?:domestica|de genero|machista); contra mi voluntad; sin mi consentimiento;
(?:ignora|ignoro|no respeta|no respeto) .. (?:mi|mis) (?:palabra de seguridad|limites?|no|consentimiento); no me deja (?:salir|ir\w*|marchar\w*); (?:tengo )?miedo (?:a|de) (?:mi|el|ella) ?(?:pareja|marido|esposo|esposa|mujer|novio|novia|padre|ex)?;
"""
    ),
    "unsafe": Phrases(
        r"""
i (?:am|'m) (?:not |un|in )(?:safe|danger|real danger)(?! word); i(?:'m| am) (?:unsafe|in danger|trapped|being held|locked in); i (?:don't|do not|no longer) feel safe(?! enough)(?! without you); not safe (?:here|at home|with (?:him|her|them)); i need (?:real )?help (?:now|right now|urgently|please); help me please(?:,? i)?; please help me; (?:call|need) (?:the police|an ambulance|911|999|112|emergency);
someone (?:is|wants) (?:here )?(?:to )?(?:hurt|kill) me; (?:wants?|going|threaten\w*) to kill me; i (?:can't|cannot) breathe(?! when you)(?! without you); i(?:'m| am) (?:bleeding|having a panic attack|dissociating|having a flashback); i took (?:too many )?pills; panic attack; (?:this|it) is (?:real|not a game|no game|not play); i(?:'m| am) serious,? i;
(?:ich )?(?:bin|fuhle mich) (?:hier |gerade |zu hause |nicht )*(?:nicht (?:mehr )?sicher|in gefahr|unsicher zu hause|eingesperrt); ich brauche (?:dringend |wirklich |sofort |jetzt )*hilfe; hilf mir bitte; bitte hilf mir; (?:ruf|rufe|brauche) .. (?:polizei|notarzt|krankenwagen|112|110); (?:will|wollen) mich (?:umbringen|toten); panikattacke; ich bekomme keine luft; ich blute; (?:das ist|ist) (?:kein spiel|ernst gemeint); ich habe (?:tabletten|pillen) (?:genommen|geschluckt);
no (?:estoy|me siento) (?:a salvo|segur[oa])(?: en casa| aqui| con)?; estoy (?:en peligro|encerrad[oa]|atrapad[oa]|sangrando); necesito ayuda(?: (?:ya|ahora|urgente|de verdad|por favor))?; ayudame por favor; por favor ayudame; (?:llama|llamar|necesito) a? ?(?:la policia|una ambulancia|el 112|al 112|emergencias); (?:quiere|quieren|va a) (?:matarme|hacerme dano); ataque de panico; no puedo respirar; (?:esto )?no es un juego; va en serio;
"""
    ),
}
"""What is said of oneself in earnest; the first that fits says which it is."""

RESOURCES: Mapping[str, tuple[Resource, ...]] = {
    "en": (
        Resource("Emergency", "112", "EU"),
        Resource("Emergency", "999", "UK"),
        Resource("Emergency", "911", "US, Canada"),
        Resource("Suicide and Crisis Lifeline, call or text", "988", "US, Canada"),
        Resource("Samaritans", "116 123", "UK, Ireland"),
        Resource("National Domestic Violence Hotline", "1-800-799-7233", "US"),
        Resource("National Domestic Abuse Helpline", "0808 2000 247", "UK"),
    ),
    "de": (
        Resource("Notruf", "112", "EU"),
        Resource("Polizei", "110", "DE"),
        Resource("TelefonSeelsorge", "0800 111 0 111", "DE"),
        Resource("Hilfetelefon Gewalt gegen Frauen", "116 016", "DE"),
        Resource("Hilfetelefon Gewalt an Männern", "0800 123 99 00", "DE"),
        Resource("TelefonSeelsorge", "142", "AT"),
        Resource("Die Dargebotene Hand", "143", "CH"),
    ),
    "es": (
        Resource("Emergencias", "112", "UE"),
        Resource("Línea de atención a la conducta suicida", "024", "ES"),
        Resource("Violencia de género", "016", "ES"),
        Resource("Teléfono de la Esperanza", "717 003 717", "ES"),
        Resource("Línea de la Vida", "800 911 2000", "MX"),
        Resource("988, opción 2 en español", "988", "EE. UU."),
    ),
}
"""Who helps, by language; the numbers are looked after by `docs/characters.md`."""
