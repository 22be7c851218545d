"""What Spanish says that the lexicon does not read: boundaries, and what nobody may ask of anybody. For what a machine writes, to
somebody who reads Spanish; what two people write to each other is read in the lexicon's languages.

Narrower than the lexicon: it knows boundaries and no practices, so that a No to one practice holds back all of its boundary. In
doubt it finds. In the lexicon's notation: small letters without accents, "ano" for "año".
"""

import re
from collections.abc import Mapping
from functools import cache

from rooms.activities import lexicon, taxonomy
from rooms.activities.named import as_said
from rooms.activities.notation import Phrases
from rooms.bonds.limits import Limits


def is_hit(limits: Limits, text: str) -> bool:
    """Does the text touch a hard limit?"""
    said = _plain(text)
    return any(
        not limits.hard.isdisjoint(_under(boundary)) and any(words.compiled.search(one) for one in said)
        for boundary, words in _BOUNDARIES.items()
    ) or (not limits.hard.isdisjoint(_under(taxonomy.ANAL)) and _WITHOUT_TILDE.search(text.casefold()) is not None)


def is_forbidden(text: str) -> bool:
    """Is it what nobody may ask of anybody?"""
    return any(_NEVER.compiled.search(one) for one in _plain(text))


def _plain(text: str) -> list[str]:
    return [lexicon.plain(one) for one in as_said(text)]


@cache
def _under(boundary: str) -> frozenset[str]:
    """The boundary, and the preference keys that fall under it."""
    return frozenset(key for key in taxonomy.PREFERENCE_KEYS if boundary in taxonomy.boundaries_of(key)) | {boundary}


_WITHOUT_TILDE = re.compile(r"(?<!\w)(?:tu|mi|su|el|al|del) ano(?!\w)")
"""With its sign it is a year."""

_BOUNDARIES: Mapping[str, Phrases] = {
    taxonomy.IMPACT: Phrases(r"""
azot\w*; nalgad\w*; nalgue\w*; bofetad\w*; abofete\w*; cachetad\w*; cachete\w*; latig\w*; fusta\w*; fustig\w*; palmetaz\w*;
varazos?; zurra\w*; manotaz\w*; palmad\w* .. (?:culo|trasero|nalgas?|muslos?); golpe\w* .. (?:culo|trasero|nalgas?|muslos?|
cara|mejilla); (?:te|me|le) (?:peg|golpe)\w+; pegarte; pegarme; golpearte; golpearme; muerd\w*; morder\w*; mordis\w*; mordid\w*;
pellizc\w*; aranazos?; aranar\w*; (?:te|me) arano; clav\w* .. (?:unas|dientes); marcas? .. (?:piel|dientes|unas);
"""),
    taxonomy.RESTRAIN: Phrases(r"""
(?:te|me|le|os|nos) (?:ato|ata|atas|atan|ate|ataba|atare|amarr\w*|sujet\w*|inmoviliz\w*|esposo|esposa|encaden\w*); atar\w*;
atad[oa]s?; atandote; ataduras?; amarr\w*; esposarte; esposad[oa]s?; (?:las|unas|con|tus) esposas; cuerdas?; sogas?;
inmoviliz\w*; vend\w* .. ojos; ojos .. vend\w*; antifaz; mordaza\w*; amordaz\w*; encaden\w*; cadenas; grilletes?; bondage;
shibari; (?:munecas?|
manos|brazos|piernas|tobillos) .. (?:sujet\w*|atad\w*|amarr\w*|por encima de|sobre la cabeza); sujet\w* .. (?:munecas?|manos|
brazos); (?:no puedas|sin poder) (?:moverte|soltarte|escapar\w*); encerrad[oa]s?; jaula\w*; cinturon de castidad;
"""),
    taxonomy.BREATH: Phrases(r"""
asfixi\w*; estrangul\w*; ahog\w*; ahorc\w*; (?:mano|manos|dedos) .. (?:cuello|garganta); (?:cuello|garganta) .. (?:mano|manos|
dedos|apriet\w*|apret\w*); apriet\w* .. (?:cuello|garganta); apret\w* .. (?:cuello|garganta); (?:aguant|conten|reten|cort|quit|
rob)\w* .. (?:aire|respiracion|aliento); (?:aguanta|conten|reten|sin) (?:el |la |tu )?(?:aire|respirar|respiracion|aliento);
no (?:puedas|puedes|dejo que|dejare que|te dejo|te dejare) respir\w*; tap\w* .. (?:boca|nariz); bolsa .. cabeza;
"""),
    taxonomy.DEGRADE: Phrases(r"""
humill\w*; degrad\w*; insult\w*; denigr\w*; put(?:a|as|ita|o); zorra\w*; perra\w*; perrit[oa]; guarr[oa]s?; esclav[oa]s?;
arrodill\w*; (?:de|ponte de) rodillas; a cuatro patas; gatea; gatear\w*; gateando; obedec\w*; obediente\w*; castig\w*;
suplic\w*;
implor\w*; inutil\w*; patetic[oa]s?; basura; no vales nada; no eres nada; correa; collar .. (?:correa|perr\w*); (?:lam|
bes)\w* ..
(?:botas?|pies|zapatos?|suelo); mi (?:amo|ama|propiedad|juguete); soy tu (?:amo|ama|duen[oa]); verguenza; averg\w*;
llam\w* .. (?:amo|ama|senor|senora);
"""),
    taxonomy.PUBLIC: Phrases(r"""
en publico; exhib\w*; voyeur\w*; delante de (?:todos|todas|otros|otras|la gente|gente|alguien|amigos|desconocid\w*|los demas|
tus amigos|mis amigos); a la vista de; (?:que|y) .. (?:nos|te|me) (?:ve|vea|vean|ven|mir\w*|oi\w*|oy\w*|escuch\w*|descubr\w*|
pill\w*); (?:nos|te|me) (?:ven|vean|vea|miren|oigan|oiga|escuchen|descubran|pillen|observ\w*); (?:vecin\w*|gente|otros|alguien|
desconocid\w*) .. (?:mir\w*|ve|vea|vean|oi\w*|oy\w*|escuch\w*|observ\w*); ventana abierta; cortinas? abiertas?; probador\w*;
"""),
    taxonomy.RECORD: Phrases(r"""
fotos?; fotografi\w*; videos?; grab(?:o|a|as|ar|are|ad[oa]s?|ando|amos|acion|aciones|arte|arme|arnos|andote|emos);
filmar\w*; filmo; camaras?; selfies?; webcam\w*; autorretrato\w*; nota de voz; microfono\w*;
"""),
    taxonomy.ANAL: Phrases(r"""
anal; anales; analmente; (?:tom|entr|penetr|foll|met)\w* .. por detras; sodomi\w*; culo\w*; culito\w*; trasero\w*; nalgas?;
beso negro; prostata\w*; rectal\w*;
dilatador\w*; puerta trasera;
"""),
    taxonomy.WATERSPORTS: Phrases(r"""
orin(?:a|as|ar|arte|arme|o|are|ando)\w*; mear\w*; meo; meas; meada\w*; meando\w*; pis; pipi; lluvia dorada;
"""),
}

_NEVER = Phrases(r"""
(?:te|la|lo|le|me) viol(?:o|a|as|e|are|aba|aste|aron); violar(?:te|la|lo|le|me)?; violacion\w*; contra (?:tu|mi|su) voluntad;
sin (?:tu|mi|su|el|ningun) consentimiento; (?:no|sin|ninguna|ni) (?:hay |existe |habra )?palabra de seguridad; (?:ignor|
olvid)\w* .. palabra de seguridad; (?:aunque|incluso si|por mas que) .. (?:digas|diga|dices|grites|supliques|llores|
pidas) .. (?:no|pare|pares|
basta|que pare); (?:aunque|incluso si) (?:llores|grites|supliques|no quieras); tu no (?:es|significa) (?:un )?si;
tu no no (?:vale|
cuenta); no puedes (?:decir que no|negarte); (?:mientras|cuando) (?:duermes|est[ea]s (?:dormid[oa]|inconsciente)); secuestr\w*;
chantaj\w*; cocaina; metanfetamina\w*; ketamina; cloroformo; burundanga; escopolamina; drog(?:a|as|ar|arte|ada|ado|o|amos);
zoofil\w*; bestialismo; sexo con (?:un |el |mi |nuestro )?(?:perro|caballo|animal); incest\w*; hasta (?:que sangres|sangrar|
que te desmayes|
que pierdas el conocimiento|la inconsciencia);
""")
