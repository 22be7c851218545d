"""How the Spanish words address people: *tú* whoever reads, *ustedes* the two of them, and nowhere *vosotros*."""

import re

_FORMS = re.compile(
    r"vosotr[oa]s|vuestr[oa]s?|os|sois|vais|dais|veis"
    r"|\w+(?:áis|éis|ís|steis|bais|íais|rais)"  # habláis, hablasteis, hablabais, haríais
    r"|\w{2,}[aeií](?:d|d(?:me|nos|l[oae]s?))"  # hablad, habladlo
    r"|\w{3,}(?:aos|eos|íos|[aei]ros)",  # tomaos, cuidaros
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d]+(?:_[^\W\d]+)*")
_ENDS_ALIKE = re.compile(
    r"\w+(?:dad|tud)|id|uid|uuid|ipad|android|\w+_\w+|mitad|libertad|amistad|voluntad|dificultad|red|pared|usted|sed"
    r"|seis|(?:dieci|veinti)séis|jerséis|país|caos|deseos|correos|paseos|feos|ideos|videos|museos|claros|raros|caros"
    r"|\w+eros|números|retiros|giros|respiros|suspiros|fríos|míos|líos|vacíos|ríos"
    r"|attuned|answered|executed|hosted|read|typed|used",  # a name, and what programs are told
    re.IGNORECASE,
)
"""What is no verb. Of `-eros` most are none; whoever writes to two of them says `-erse` or `-erles` anyway."""


def vosotros(said: str) -> list[str]:
    """Which words of it say *vosotros*."""
    words = _WORD.findall(said)
    return [one for one in words if _FORMS.fullmatch(one) and not _ENDS_ALIKE.fullmatch(one)]
