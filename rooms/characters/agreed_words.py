"""How people agree on a safeword: what they say around it in English, German and Spanish, by small letters without accents.

Every repetition has a bound, so that no text makes reading dear.
"""

import re

MARKS = r"\s\"'*`_~\u201c\u201d\u201e\u201a\u00ab\u00bb\u2039\u203a"
"""What may stand around a word: blanks and quotes."""

EMOJI = "[\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f3fa\U0001f400-\U0001fbff]"
"""A sign that can be a word; the colours of skin are none."""

_A_WORD = r"[^\s.!?]{1,40}"

# --- what it is called -------------------------------------------------------------------------------------------------

SAFEWORD = (
    r"\b(?:(?:sa[fv]e?|safety|stopp?|code|secret|emergency)[\"'\u201d -]{0,2}(?:wor[dt]|world|worter|phrase|signal)(?:e[rs]|s)?"
    r"|(?:sicherheits|not|abbruch|halte?)-?wort(?:e[rs]|s)?"
    r"|palabras? (?:de (?:seguridad|alto|stop|paro|pare|parada|emergencia|escape)|seguras?|claves?)"
    r"|(?:our|unser|nuestra) (?:word|wort|palabra))\b"
)
PLURAL = re.compile(r"words|worter|palabras|wort(?:e|s)|signals")
ONE_BY_ONE = re.compile(r"[,/&]| (?:and|or|und|oder|y|o|e|u) ")
EITHER = re.compile(r"/| (?:or|oder|o|u) ")
"""Where there are several, and where one is to be chosen."""

_WHOSE = (
    r"(?:(?:our|my|the|your|an?|this|(?:unser|mein|dein)(?:e[smn]?)?|das|die|eine?|nuestr[ao]s?|mis?|tus?|las?|el|una?) "
    r"(?:new |neues |nueva )?)"
)
_IS = (
    r"(?:(?:is |are )?(?:going|gonna|supposed|meant) (?:to )?be|(?:is|are) to be|is|are|it's|was"
    r"|(?:will|shall|should|could|can|would|might|must) be|(?:has|have) (?:always )?been|to be|be"
    r"|ist|sind|sei|ware|waren|lautet|lauten|wird|werden|heisst|soll|sollen|sollte|konnte"
    r"|es|son|sera|seran|sea|sean|seria|puede ser|podria ser|va a ser)"
)

# --- what it does ------------------------------------------------------------------------------------------------------

_STOPS = (
    r"(?<!n't )(?<!not )(?<!never )(?<!dont )\b(?:stop(?:s|ping)?|paus(?:e|es|ing)|halts?|quits?|ends|end it"
    r"|(?:is|it's|game) over|(?:we're|we are|i'm) done|(?:a|need|take) break|too much|(?:had|have|got) enough"
    r"|let (?:me|you|go)|slows?(?: down)?|time ?out|safe ?word)\b"
)
_STOPPT = (
    r"\b(?<!nicht )(?:stopp\w{0,4}|stop|aufhor\w{0,4}|aufzuhoren|hor\w{0,4}(?! nicht\b)(?: \w{1,12}){0,3} auf"
    r"|halt\w{0,3}(?: \w{1,12}){0,2} (?:an|inne|ein)|halt|anhalten|abbrech\w{0,3}|abbruch"
    r"|br[ie]ch\w{0,3}(?: \w{1,12}){0,3} ab|paus\w{1,4}|schluss|ende|vorbei|zu viel|zuviel|nicht mehr)\b"
)
_PARA = (
    r"\b(?<!no )(?:par(?:a|as|e|es|o|ar|amos|emos|ad|en|an|aras|aremos)|deten\w{0,8}|det[ie]{1,2}n\w{0,8}|paus\w{1,5}"
    r"|alto|stop|basta|demasiado|termin\w{1,5}|acab\w{1,5}|no puedo mas)\b"
)
_ANY_STOP = rf"(?:{_STOPS}|{_STOPPT}|{_PARA})"

# --- what stands beside the word ---------------------------------------------------------------------------------------

LEADING = re.compile(
    rf"(?:[{MARKS}:=,>~(\u2192\u2013\u2014.-]|(?:the|an?|word|just|simply|maybe|perhaps|still|now|always|again|like"
    r"|called|then|out|hence|therefore|hereby|tonight|for now|from now on|dann|das|der|die|den|eine?|einen|wort|einfach"
    r"|vielleicht|noch|jetzt|immer|ab|heute|nun|doch|mit|auf|wieder|erstmal|weiterhin|la|las|el|los|una?|palabra|ahora"
    r"|siempre|aun|todavia|quiza|con) ){0,8}"
)
"""Between "our safeword is" and the word."""

TRAILING = re.compile(
    r"(?:[\s,(]|\b(?:then|ok|okay|please|maybe|perhaps|now|instead|just|works|counts|serves|doch|bitte|jetzt|dann"
    r"|einfach|vielleicht|heute|immer|ab|wieder|gilt|dient|entonces|ahora|por favor|siempre|sirve|from now on|tonight"
    r"|always)){0,8}$"
)
"""Between the word and "as our safeword"."""

# --- who says that it is one -------------------------------------------------------------------------------------------

AHEAD = tuple(
    re.compile(one)
    for one in (
        # our safeword is X, the safeword that we use will be X
        (
            rf"{SAFEWORD},?(?: (?!(?:is|are|ist|es|be|not|nicht|no)\b)[\w'(),]{{1,20}}){{0,8}}?,?(?:'s (?:{_IS}\b)?| {_IS}\b"
            r"(?: for (?:now|us|today|tonight))?)"
        ),
        # safeword for tonight: X
        rf"{SAFEWORD}(?: [\w']{{1,20}}){{0,3}} ?(?:[:=~(\u2192\u2013\u2014]|-{{1,2}}>?)",
        # a safeword … X; a safeword. X?
        rf"{SAFEWORD} ?(?:\.{{2,3}}|\u2026|;) ?",
        rf"{SAFEWORD}[.!]{{1,3}} (?=(?:{_A_WORD} ){{0,2}}{_A_WORD}\?)",
        # as our safeword, X
        rf"(?:^|[.!?;,] )(?:as|als|como) {_WHOSE}?{SAFEWORD},? ",
        # change the safeword to X
        rf"\b(?:set|change|switch|make|turn)(?: \w{{1,12}})? {SAFEWORD} (?:in)?to ",
        # make our safeword X
        rf"\b(?:make|let|set|call|take|use the|want|have|nimm) {_WHOSE}?{SAFEWORD} ",
        # safeword X, and nothing else
        rf"(?:^|[.!?;,:(-] ?)(?:(?:our|my|new|unser|mein|mi|nuestra|bitte|please|ok|okay|so) )?{SAFEWORD} ",
        # the word that stops everything is X
        rf"\b(?:word|signal|cue|wort|zeichen|palabra|senal)\b[^.!?]{{1,20}}?{_ANY_STOP}(?: [\w']{{1,20}}){{0,3}}? {_IS}\b",
    )
)
AHEAD_ALONE = tuple(
    re.compile(one)
    for one in (
        r"\b(?:we|i|let's|let us)(?:'ve| have| both| had)?(?: already)? (?:agreed? (?:up)?on|settled? on|decided? on) ",
        r"\b(?:acordamos|(?:quedamos|hemos quedado|habiamos quedado) en|(?:hemos|habiamos) acordado(?: en)?) ",
        r"\b(?:wir|uns|einigen|einigten) (?:haben uns |einigen uns |einigten uns |wir uns |uns )?auf ",
    )
)
"""We agreed on X: without a word about safewords, what ends its clause behind it is one."""

OFFERS = re.compile(
    r"\b(?:(?:let's|let us|(?:we|i)(?:'ll| will| can| could| should| would|'d)?(?: like to)?|you can|can we|could we"
    r"|shall we) (?:use|take|go with|pick|picked|choose|chose|have|say|agree on|try|suggest|propose)|how about|what about"
    r"|mine is|mine's|mine will be|it(?:'s| is| will be| should be| could be| shall be)"
    r"|nehmen wir|nehme? ich|(?:ich|wir) (?:nehmen?|wahlen?|mochten?|sagen?|benutzen)|wie (?:ware|war)(?: es|'s|s)?"
    r"(?: mit)?|lasst? uns|sagen wir|schlage? ich|ich schlage|es ist|es sei|meins ist|einigen wir uns auf"
    r"|usemos|usamos|usa|usar|tomemos|digamos|pongamos|que tal|tal|elijo|elegimos|propongo|la mia es|vamos con|quiero) "
)
"""Says so where a safeword was spoken of just before, or asked for."""

BEHIND = tuple(
    re.compile(one)
    for one in (
        # X as our safeword
        rf"(?: it is,?)? (?:as|for|als|fur|como|para|to be) {_WHOSE}?{SAFEWORD}",
        # X is our safeword
        (
            rf"(?: (?:{_IS}|means|bedeutet)|'s)(?: (?:now|always|ab jetzt|jetzt|still|heute|ahora|dann|then|auch|from now on))?"
            rf" {_WHOSE}?{SAFEWORD}"
        ),
        # X. That's our safeword
        rf"[.,!;:-]{{0,3}} (?:and |und |y )?(?:that|this|it|das|dies|esa|esta|eso|ese)(?:'s| {_IS}) {_WHOSE}{SAFEWORD}",
        # X (our safeword), X = safeword
        rf" ?[(=] ?{_WHOSE}?{SAFEWORD}",
        rf"[:,] (?:our|my|your|the|unser|mein|dein|das|nuestra|mi|tu|la) {SAFEWORD}(?=$|[.!?,])",
        # X means stop, X is for stop
        (
            r" (?:(?:will|would|shall|should|is going to|soll|wurde) )?(?:means?|equals?|stands for|(?:is )?for|heisst|heissen"
            r"|bedeutet?|bedeuten|steht fur|(?:ist )?fur|zum|significa|significara|quiere decir|es para)[,:]? "
            rf"(?:(?!not|nicht|no|never|don't)[\w']{{1,12}},? ){{0,5}}?{_ANY_STOP}"
        ),
        # the same with a sign
        rf" ?(?:={{1,2}}>?|[-\u2013\u2014]{{1,2}}>|\u2192) ?(?:(?!not|nicht|no|never|don't)[\w']{{1,12}},? ){{0,5}}?{_ANY_STOP}",
        r": (?:stop|stopp|halt|alto|parar|aufhoren)(?:$|[.!?,;])",
        # X stops everything; if X is said, we stop
        (
            r" (?:stops|ends|halts|pauses|beendet|stoppt|para|termina) (?:everything|it all|the (?:scene|play|game)|alles"
            r"|das spiel|die szene|todo|el juego|la escena)\b"
        ),
        rf" (?:is|gets|wird|se) (?:said|spoken|called|heard|gesagt|gerufen|dice)\b[^.!?]{{0,40}}?{_ANY_STOP}",
        # X is the signal to stop
        rf" (?:{_IS}) {_WHOSE}?(?:word|signal|cue|sign|wort|zeichen|palabra|senal)\b[^.!?]{{1,20}}?{_ANY_STOP}",
    )
)
MADE = re.compile(rf" (?:our|my|the|your|unser|mein|nuestra|mi|la) {SAFEWORD}")
MAKES = re.compile(
    r"\b(?:make|call|have|choose|pick|take|declare|shall|is|will|soll|sollte|wird|ist|mach\w{0,3}|nenn\w{0,3}|es|sera"
    r"|hacer|hagamos|sea) (?:[^\s.,;:!?]{1,40} ?){1,4}$"
)
"""Make X our safeword: what stands behind the word, and what ahead of it."""

_SAYS = (
    r"(?:(?:hears? (?:me|you) )?(?:says?|said|saying)|writes?|types?|uses?|hears?|sees?|reads?|calls?|shouts?|yells?"
    r"|screams?|whispers?|sends?|sent|texts?|posts?|utters?)"
)
_IF_ONE_SAYS = (
    r"\b(?:if|when|whenever|once|should|as soon as|every time|each time|the moment) (?:i|you|we|one of us|either of us"
    rf"|anybody|anyone|somebody) (?:(?:ever|just|only|have to|must|need to|do|should|were to) ){{0,2}}{_SAYS} "
)
_SAGT = (
    r"(?:sag|schreib|ruf|schrei|hor|les|lies|tipp|benutz|verwend|schick|send|seh|sieh|brauch|fluster)\w{0,4}"
)  # fmt: skip
_WENN = (
    r"\b(?:wenn|sobald|falls|sollte) (?:ich|du|wir|man|jemand|eine[rs]?(?: von uns)?) (?:(?:mal|je|nur|einfach) ){0,2}"
)
_DICE = (
    r"(?:(?:me |te )?(?:oy|oig|escuch)\w{1,4} decir|digo|diga|dices|digas|dice|decimos|digamos|escrib[oaei]s?|escribimos"
    r"|escuch[oae]s?|oigo|oyes|oigas|leo|lees|leas|grit[oae]s?|us[oae]s?|mand[oae]s?|envi[oae]s?|ve[os]|veas)"
)
_SI = rf"\b(?:si|cuando|en cuanto|cada vez que) (?:yo |tu |uno de nosotros |alguno )?{_DICE} "
_ITS_END = r"(?:[^\s.!?]{1,40} ?){1,3}(?:$|[.!?,;])"

IF_SAID = tuple(
    (re.compile(said), re.compile(follows))
    for said, follows in (
        # if I say X … stop; stop if I say X; say X if … stop; to stop, say X
        (_IF_ONE_SAYS, rf"(?:(?!until\b|till\b)[^.!?]){{0,80}}?{_STOPS}"),
        (rf"{_STOPS}[^.!?]{{0,40}}?{_IF_ONE_SAYS}", ""),
        (
            r"(?:\b(?:says?|saying|types?|writes?|shouts?|yells?|screams?|sends?|texts?)|(?<!i )(?<!u )\buse) ",
            (
                rf"(?:{_A_WORD} ){{1,3}}?(?:to|and|if|when|whenever|once|then|as soon as|anytime|in case)\b"
                rf"[^.!?]{{0,50}}?{_STOPS}"
            ),
        ),
        (rf"\b(?:to end (?:it|this)|{_STOPS})[^.!?]{{0,30}}\b(?:say|type|write|use|send|shout) ", _ITS_END),
        (_WENN, rf"(?:{_A_WORD} ){{1,4}}?{_SAGT}[^.!?]{{0,60}}?{_STOPPT}"),
        (rf"{_STOPPT}[^.!?]{{0,40}}?{_WENN}", rf"(?:{_A_WORD} ){{1,4}}?{_SAGT}"),
        (
            r"\b(?:wenn|sobald|falls) ",
            rf"(?:{_A_WORD} ){{1,4}}?(?:fallt|kommt|gesagt wird)[^.!?]{{0,60}}?{_STOPPT}",
        ),
        (r"\bbei ", rf"(?:{_A_WORD} ){{1,3}}?{_STOPPT}"),
        (
            r"\b(?:sag|schreib|ruf|tipp|benutz)\w{0,2} (?:einfach |bitte |nur |dann )?",
            rf"{_A_WORD}(?: {_A_WORD}){{0,2}}?,? (?:wenn|damit|um|und|dann|falls)\b[^.!?]{{0,40}}?{_STOPPT}",
        ),
        (rf"\b{_SAGT} (?:ich|du|wir|man) ", rf"[^.!?]{{0,60}}?{_STOPPT}"),
        (rf"\b(?:zum (?:anhalten|stoppen)|{_STOPPT})[^.!?]{{0,20}}\b(?:sag|schreib|ruf|tipp)\w{{0,2}} ", _ITS_END),
        (_SI, rf"[^.!?]{{0,80}}?{_PARA}"),
        (rf"{_PARA}[^.!?]{{0,40}}?{_SI}", ""),
        (rf"{_PARA} {_SI[2:]}", ""),
        (
            r"\b(?:di|dime|dire|digo|escribe|escribo|escribire|grita|usa) ",
            rf"(?:{_A_WORD} ){{1,3}}?(?:si|cuando|para|y)\b[^.!?]{{0,40}}?{_PARA}",
        ),
        (rf"{_PARA}[^.!?]{{0,20}}\b(?:di|dime|escribe|digo|usa|grita) ", _ITS_END),
    )
)
"""What comes ahead of the word, and what has to follow from there on."""

ANSWERS = re.compile(
    r"\b(?:i think|i guess|i(?:'d| would) (?:like|love|prefer)|i want|ich glaube|ich denke|creo que|me gustaria|mejor) "
)
ANSWERS_BEHIND = re.compile(
    r" (?:works?|sounds|it is|is (?:fine|good|ok|okay|nice|great|easy)|would (?:be|work|do)|will do|klingt|passt|ware|ginge"
    r"|suena|esta bien|me gusta)\b"
)
"""What says so where a safeword was asked for: ahead of the word, and behind it."""

ASK_HINT = re.compile(r"wor[dt]|palabra|phrase|signal", re.IGNORECASE)
ASKED = re.compile(
    rf"{SAFEWORD}[^?]{{0,80}}\?|\b(?:word|wort|palabra)\b[^?]{{0,40}}{_ANY_STOP}[^?]{{0,40}}\?"
    r"|\b(?:choose|pick|tell me|give me|name|set|need|decide on|agree on"
    r"|nenn\w{0,3}|wahl\w{0,3}|brauch\w{0,3}|such\w{0,3}|sag mir|elige|escoge|dime|necesit\w{1,5}|elijamos)\b"
    rf"[^.?!]{{0,40}}{SAFEWORD}"
)
"""Asks for one: what comes next may name it."""

NO = re.compile(r"\b(?:no|without|any|need an?|ohne|kein\w{0,2}|sin|ninguna) $")
"""Ahead of "safeword": there is none."""

HINTS = (
    re.compile(
        r"(?:sa[fv]e?|safety|stopp?|code|secret|emergency).{0,2}(?:wor|phr|sig)|(?:our|unser) wor"
        r"|sicherheits|notwort|abbruchwort|halte?-?wort|palabra",
        re.IGNORECASE,
    ),
    re.compile(
        r"=|\u2192|->|\bstop|\bends|beendet|termina|\bpar[aeo]|\bhalt|alto\b|paus|schluss|aufh|\bh(?:\u00f6|o\u0308?|oe)r|\bdet[ei]|agree|settle|decide|einig"
        r"|acord|quedamos|quedado|\b(?:mean|equal|stand|hei(?:\u00df|ss)|bedeut|signific|quiere)"
        r"|\b(?:say|said|type|writ|use|hear|see|read|call|shout|scream|whisper|send|text|wenn|sobald|falls|sollte|bei\b|sag"
        r"|schreib|ruf|si\b|cuando|di\b|dime|dir[e\u00e9]\b|digo|escrib)",
        re.IGNORECASE,
    ),
)
"""What says none of this agrees on nothing: what names a safeword, and what else might be so meant, each counted by itself."""

# --- what is none ------------------------------------------------------------------------------------------------------

EVERYDAY = frozenset(
    word
    for line in (
        "what which who whom whose why how where this that these those it its it's that's there here he she they them",
        "we you i i'm i'll me my mine your yours our ours his her their us and or but so not no yes yeah yep ok okay",
        "fine good great nice well sure still always never ever now only just also too very really quite absolutely",
        "totally truly important needed necessary required essential optional mandatory used known heard respected",
        "sacred ready set safe enough word words one ones something anything everything nothing none for to in on of",
        "at by with from about before after because since until when whenever while if whatever anytime any all some",
        "every up down out like as is are was be been being will would can could shall should may might must do does",
        "did don't have has had please thanks thank the an a then than more most right wrong hello hi hey sir madam",
        "let let's tell together both maybe sometimes part different difficult hard easy clear agreed chosen decided",
        "given missing working allowed forbidden made meant named called want need go going come stop wer wen wem",
        "welches welche welcher wo warum wann wozu dies dieses das der die den dem des es du ich wir ihr sie er mich",
        "mir dich dir uns euch mein dein unser und oder aber nicht kein keine keins ja nein doch gut noch immer nie",
        "jetzt nur auch sehr wirklich ganz wichtig notig notwendig da dafur wort etwas alles nichts im auf zu fur mit",
        "von bei aus um vor nach weil wenn falls wie als dass ob ist sind war sein wird werden soll sollte kann muss",
        "darf hat haben bitte danke gerne gern hallo ein eine einen klar bekannt gilt gibt sage sagst sagt sagen tust",
        "tut machst macht vielleicht genug heilig verboten erlaubt deinen meinen seinen ihren unseren deine meine",
        "seine ihre jede jeder jeden jedem jedes que cual cuales quien donde cuando como porque por esto eso ese esa",
        "este esta estas yo tu el ella nosotros ustedes te se nos mi su y o pero si bien vale bueno buena aun siempre",
        "nunca ahora solo tambien muy importante necesario necesaria palabra algo nada ninguna ninguno todo en de con",
        "sin para un una la las lo los son sera ser hay gracias hola safeword safewords stoppwort sicherheitswort",
        "codewort",
    )
    for word in line.split()
)
"""What is no word that anybody agrees on, nor its beginning."""

FILLERS = frozenset(
    word
    for line in (
        "please pls plz now right stop it no oh ah god hey wait i i'm said say just mean can't cant really seriously",
        "bitte jetzt sofort stopp halt nein gott warte ich sage sagte wirklich ernsthaft kann nicht mehr es",
        "por favor ya alto para basta dios espera digo dije puedo mas en serio",
        "sir ma'am madam master mistress daddy babe baby love darling dear honey herr herrin schatz liebling senor amor carino",
    )
    for word in line.split()
)
"""What people say around it when they need it."""
