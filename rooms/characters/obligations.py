"""Does a sentence ask something of its reader that would bind them: a task, an order, a promise, a date? Such a sentence is not said
to somebody who has paused. Phrases in three languages; in doubt it finds, because company needs no orders.
"""

from rooms.activities import lexicon
from rooms.activities.named import as_said
from rooms.activities.notation import Phrases


def asks_something(sentence: str) -> bool:
    """Does it?"""
    return any(_ASKS.compiled.search(lexicon.plain(said)) for said in as_said(sentence))


_ASKS = Phrases(
    r"""
(?:your|a|the|one|another|new|next|this|that|daily|small|little|tiny) (?:\w+ )?(?:tasks?|homework|assignments?|duty|
duties|chores?|punishments?|orders?|commands?|deadlines?|missions?|obligations?); (?:your|a new|one|the|new|house|
first|second|my) rules?; i (?:want|need|expect|order|command|demand|require|instruct|forbid|would like|
'd like) you to (?!rest|sleep|breathe|be kind|take your time|take care|know|feel safe|relax|tell me if|say (?:no|
stop)); you (?:must|have to|have got to|'ve got to|need to|shall|are to|are going to|will now|will have to|owe|
had better|'d better|are required to|are expected to|are not allowed to|may not) (?!do nothing|not do anything|
nothing|rest|sleep|breathe|feel better|be okay|be fine|be alright|prove nothing); you will (?:do|kneel|obey|serve|
write|send|report|wear|call me|ask|beg|wait for|thank|clean|prepare|show|undress|strip|address|finish|complete|count|
hold|stay|not); i (?:assign|give you (?:a|one|your)|set you|have (?:a|one|another) (?:task|order|rule)|am giving you|
'm giving you); (?:do|does|did|have|has) you (?:finish|finished|complete|completed|do|done) (?:your|the|my) (?:task|
order|homework|rule)\w*; obey\w*; kneel; (?:get )?on your knees; report (?:back|to me|when); (?:do|prove|write|send|
show|prepare|finish|complete|wear|clean|bring|promise) (?:it|this|that|me|something|yourself)? ?(?:to |for )?me;
promise me; (?:by|until|before|no later than) (?:tonight|tomorrow|noon|midnight|monday|tuesday|wednesday|thursday|
friday|saturday|sunday|next week|the end of|\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)?)(?! is| was); be (?:here|back|online|
ready|on time|naked) (?:at|by|tonight|tomorrow|when); (?:don't|do not|never) (?:you dare|disappoint|make me wait|
keep me waiting|forget to|be late|touch yourself|come|speak|move) ?; (?:be|stay) (?:a )?good (?:boy|girl|pet|sub|
slave|one|toy) (?:and|for); i(?:'ll| will| am going to|'m going to) (?:punish|test|train|discipline|reward you if|
expect|wait for your|check (?:on )?(?:whether|if|your)); (?:or|else) (?:i|you|there) (?:will|
'll) (?:be )?(?:punish\w*|regret\w*|consequences|be sorry); earn (?:it|your|my); make it up to me; as (?:i|
you were) (?:told|ordered|commanded) ?(?:you)?; that(?:'s| is) an order; it(?:'s| is) your (?:turn|duty|job|task) to;
(?:shall|should|let's|let us|why don't) (?:we|you)? ?(?:play|begin a scene|start a scene|schedule|set a (?:date|rule|
task)|plan a scene|try a (?:task|challenge)); challenge (?:you|for you); i (?:dare|challenge) you; dare you to;
(?:deine?|eine|die|neue|nachste|kleine|tagliche|eine kleine|meine) (?:\w+ )?(?:aufgaben?|hausaufgaben?|pflicht(?:en)?|
strafen?|auftrage?|befehle?|frist|regeln?); (?:dein|ein|neuer|nachster|der) (?:\w+ )?(?:auftrag|befehl|termin);
ich (?:will|mochte|erwarte|verlange|befehle|verbiete|fordere|wunsche mir)(?: von)?,? ?(?:dir|
dass) ?(?:du)? (?!dich aus|weisst|dich sicher|dir zeit|schlaf); du (?:musst|sollst|hast zu|wirst jetzt|darfst nicht|
schuldest|wirst (?:dich |mir |es |das |heute |sofort )*(?:knien|gehorchen|dienen|schreiben|tragen|warten|melden|tun|
machen|danken)) (?!nichts|gar nichts|dich ausruhen|schlafen|niemandem|mir nichts); knie? (?:dich )?(?:hin|nieder|vor);
auf die knie; gehorch\w*; (?:mach|tu|schreib|schick|zeig|bring|trag|erledige|beweis)(?:e|st)? (?:es |das |mir |dir |
fur )+(?:mir|mich|bis|heute|jetzt|sofort|morgen); versprich (?:mir|es)(?: mir)?; melde? dich (?:bei mir|bis|morgen|um|
wenn); (?:bis|spatestens|vor) (?:heute abend|morgen|mitternacht|montag|dienstag|mittwoch|donnerstag|freitag|samstag|
sonntag|zum|\d{1,2}(?::\d\d)? ?uhr); (?:enttausch|vergiss) (?:mich )?(?:nicht|ja nicht); ich (?:werde )?(?:bestraf\w*|
erziehe?|prufe?|kontrolliere?|belohne dich,? wenn) ?(?:dich)?; verdien(?:e|st)? (?:dir|es dir); sonst (?:gibt es|
setzt es|werde ich) ?(?:eine )?(?:strafe|konsequenzen|etwas)?; das ist ein befehl; (?:lass|wollen wir|sollen wir|
wie ware es,? wenn wir) (?:uns )?(?:\w+ )?(?:spielen|eine szene|einen termin|etwas planen); ich fordere dich heraus;
(?:tu|una|la|otra|nueva|proxima|pequena|mi) (?:\w+ )?(?:tareas?|obligacion(?:es)?|ordenes|orden|castigos?|reglas?|
misiones|mision|normas?|deberes); (?:tu|un|el|otro|tus|los) (?:\w+ )?(?:castigo|deber|deberes|mandato|encargo|plazo);
(?:quiero|necesito|espero|exijo|ordeno|te ordeno|te mando|te prohibo|me gustaria) que (?!descanses|duermas|
te sientas segur|te cuides|sepas|respires|te tomes); (?:debes|tienes que|has de|vas a tener que|deberas|tendras que|
me debes|no puedes|te toca) (?!descansar|dormir|respirar|nada|hacer nada|sentirte bien); (?:arrodillate|de rodillas|
obedece\w*|obedeceras|serviras|promete(?:me|melo)|informame|demuestrame\w*|hazlo|enviame|mandame|escribeme|
muestrame) ?(?:por mi|para mi|ya|ahora|antes)?; (?:antes de|para|hasta) (?:esta noche|manana|la medianoche|
el (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)|las \d{1,2}); no me (?:decepciones|hagas esperar|falles);
te (?:castigare|voy a castigar|pondre a prueba|premiare si); es una orden; (?:juguemos|quieres jugar|
empecemos una escena|planeemos); te (?:reto|desafio) a?;
"""
)
