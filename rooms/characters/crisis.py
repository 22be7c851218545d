"""Words of somebody who wants it to stop, and of somebody in a crisis: data for `safety`, in the notation of the lexicon,
English, German and Spanish in one.
"""

from collections.abc import Mapping
from typing import Literal

Crisis = Literal["self_harm", "abuse", "unsafe"]

# To stop, whatever stands around it.
STOP = r"""
(?:my|the|use|using|used|call|calling|say|saying|said) safe ?word; (?:safe ?word|stoppwort|sicherheitswort|
palabra de seguridad) ?[:=!]\W*\w*; i (?:am calling |call |say )?(?:red|yellow) (?:now|
please); (?:i )?safe ?word(?:ing)? out; (?:i want|i need|please|want|need) (?:to|you to) stop(?: (?:now|this|
the (?:scene|game|play)))?; stop (?:this|the (?:scene|game|play)|playing|right now|it now); end (?:the|this) (?:scene|
game); i (?:don't|do not) want (?:this|to (?:go on|continue|play))(?: any ?more| now)?; i (?:can't|cannot) (?:go on|
do this any ?more|take (?:it|this) any ?more); this is too much; too much for me; (?:mein|das|sage?|
nutze) (?:safe ?word|stoppwort|sicherheitswort); ich (?:will|mochte) (?:das )?(?:nicht mehr|aufhoren|nicht weiter\w*|
dass du aufhorst); hor(?:e)? (?:bitte |jetzt |sofort )?(?:damit )?auf(?: damit)?; das ist mir zu viel;
ich kann (?:das )?nicht mehr (?:weiter|aushalten); abbruch; (?:mi|la|digo|uso) palabra de seguridad; (?:quiero|
necesito) (?:parar|que pares|dejarlo); (?:para|deja) (?:ya|esto|de jugar); no quiero (?:seguir|esto|continuar|
jugar)(?: mas)?; es demasiado(?: para mi)?;
"""

# Of oneself, in earnest.
CRISIS: Mapping[Crisis, str] = {
    "self_harm": r"""
suicid\w*; (?:kill|hurt|harm|cut|cutting|hurting|harming|killing) (?:my ?self|me myself); (?:want|wanna|going|plan|
planning|ready|like|wish) (?:to|i could) (?:die|disappear for ?ever|not wake up|be dead|end (?:it|it all|my life|
everything)); end (?:my|it) (?:own )?(?:life|all); take my (?:own )?life; wish i (?:was|were) dead;
better off (?:dead|without me); no (?:reason|point) (?:to|in|for) (?:live|living|life|going on); (?:don't|do not|
no longer|not) want to (?:live|be alive|wake up|exist|be here any ?more); i (?:can't|cannot) live (?:like this|
any ?more|with this); (?:self ?harm\w*|self ?injur\w*); overdos(?:e|ed|ing); kms; i am going to jump;
nothing to live for; life (?:is|isn't) (?:not )?worth (?:living|it)(?! with you);
rather be dead; feel like dying; want it all to (?:end|be over);
(?:hang|shoot|drown|unalive) my ?self; slit my wrists; kys; jump(?:ing)? (?:off|from) (?:a|the) (?:bridge|roof|building|
balcony); (?:i'm|i am|started) cutting again; selbstmord\w*; suizid\w*; (?:mich|
mir) (?:selbst )?(?:umbring\w*|umzubringen|toten|zu toten|verletz\w*|zu verletzen|ritz\w*|das leben nehmen|was antun|
etwas antun|wehtun|weh tun); bringe? mich (?:selbst |noch |jetzt |heute )*um; nehme? mir das leben;
mich (?:wieder |selbst )*geritzt; verletze mich (?:wieder )?selbst; tue? mir (?:selbst |wieder )*(?:weh|was an|etwas an);
mich (?:selbst )?(?:erhangen|aufhangen|erschiessen); pulsadern; von der brucke springen; ware (?:ich )?(?:lieber |gerne? )?tot;
ich (?:will|mochte) (?:nur noch )?(?:sterben|tot sein|nicht mehr (?:leben|
da sein|aufwachen|sein)); nicht mehr leben; (?:dem|meinem) leben ein ende\w*; (?:keinen|kein) (?:grund|
sinn) (?:mehr )?(?:zu leben|im leben|weiterzuleben); besser (?:tot|ohne mich); ich ritze mich; lebensmude;
todessehnsucht; wunschte .. (?:tot|nicht mehr da); suicid\w*; (?:quiero|quisiera|voy a|pienso en|deseo|
ganas de) (?:morir\w*|matarme|desaparecer|acabar con (?:mi vida|todo)|hacerme dano|cortarme|quitarme la vida|
no (?:vivir|despertar)\w*); (?:matarme|suicidarme|autolesi\w*|cortarme|hacerme dano|quitarme la vida);
me (?:quiero|quisiera|voy a) (?:morir|matar|suicidar|cortar|ahorcar);
me (?:corto|estoy cortando|hago dano)(?! (?:el|la|los|las|un|una)); ahorcarme;
tirarme (?:por|de|desde) (?:la|el|un|una) (?:ventana|
balcon|puente); no quiero (?:vivir|seguir viviendo|despertar|existir); (?:mejor|estaria mejor) muert[oa]; (?:sin|no hay|
no tengo) (?:razon|razones|ganas|motivos?) (?:para|de) vivir; ojala (?:estuviera|estuviese) muert[oa];
""",
    "abuse": r"""
(?:he|she|they|partner|husband|wife|boyfriend|girlfriend|dom|domme|master|mistress|someone|somebody|father|dad|mother|
mom|stepfather|uncle|boss|ex) (?:really |often |always |has |had |just |keeps? |actually |still |secretly )*(?:hits?|
hitting|beats?|beat|beating|abus(?:es|ed|ing|e)|rap(?:es|ed|ing|e)|threaten(?:s|ed|ing)?|molest\w*|assault\w*|
punch\w*|kick\w*|stalk\w*|forc(?:es|ed|ing)) (?:me|us|my)(?! if i ask); (?:he|she|they|partner|husband|wife|boyfriend|
girlfriend|dom|domme|master|mistress|someone|somebody|father|dad|mother|mom|stepfather|uncle|boss|ex) (?:really |
often |always |has |had |just |keeps? |actually |still |secretly )*(?:hurts? me (?:for real|when|if|every|again|
badly)|(?:chok(?:es|ed|ing)|strangl(?:es|ed|ing)|shov(?:es|ed|ing)|burn(?:s|ed|t)|stabs|stabbed|drown(?:s|ed)|
threw) me(?! a)|lock(?:s|ed) me (?:in|into|out|away)|(?:put|puts|had|has) (?:his|her|their) hands? (?:around|on|at|
round) my (?:throat|neck)); (?:tried|tries|trying) to (?:choke|strangle|drown|stab) me; i(?:'ve| have)? (?:was|were|am|been|
got|get|being|am being|
have been) (?:\w+ )?(?:raped|abused|molested|assaulted|beaten(?: up)?|sexually assaulted|trafficked|
held against my will|stalked|threatened); (?:dad|father|stepfather|step ?dad|uncle) (?:\w+ )?touch(?:es|ed|ing) me;
domestic (?:violence|abuse); against my will; (?:ignor(?:es|ed)|broke|
violated|did not respect|didn't respect|doesn't respect|never respects) my (?:safe ?word|limits?|no|consent|
boundaries); without my consent; (?:won't|will not|doesn't|does not|never) let me (?:leave|go|out|
see (?:my )?(?:friends|family)|use my phone); afraid (?:of|to go home to) (?:him|her|them|my (?:partner|husband|wife|
boyfriend|girlfriend|dom|domme)); scared of (?:him|her|my (?:partner|husband|wife|boyfriend|girlfriend|dom|domme));
(?:er|sie|partner|partnerin|mann|frau|freund|freundin|vater|mutter|dom|domina|herr|herrin|jemand|ex) (?:hat |haben |
wurde |mich |oft |immer |wirklich |wieder )*(?:schlagt(?! vor)|schlug(?! vor)|geschlagen|verprugelt|missbraucht|misshandelt|
vergewaltigt|bedroht|bedrohte|gewurgt|wurgte?|am hals gepackt|packte? mich am hals|zwingt|gezwungen|verfolgt|
stalkt|tut mir (?:wirklich |echt )?weh)(?: mich)?(?: im schach)?; ich (?:wurde|bin|werde) (?:\w+ )?(?:vergewaltigt|
missbraucht|misshandelt|
geschlagen|bedroht|verpruge?lt|gestalkt)(?: worden)?; hausliche gewalt; gegen meinen willen; ohne meine (?:zustimmung|
einwilligung); mich (?:\w+ ){0,3}(?:gestossen|
getreten|geschubst|gewurgt|eingesperrt|angezundet); (?:stosst|stiess|tritt|trat|schubste?|sperrte?) mich(?! an);
(?:ignoriert|ubergeht|missachtet) .. (?:mein|meine|meinen) (?:safe ?word|stoppwort|nein|grenzen?);
(?:lasst|lassen) mich nicht (?:gehen|raus|weg|fort); (?:habe )?angst vor (?:ihm|ihr|meinem|meiner|meinen) ?(?:partner|
partnerin|mann|frau|freund|freundin|vater|dom|ex)?; (?:me|mi) (?:\w+ )?(?:pega|pego|golpea|golpeo|maltrata|maltrato|
viola|violo|abusa|abuso|amenaza|amenazo|obliga|obligo|acosa|acoso)(?! un tema); (?:me|nos) (?:han|ha|
habian) (?:pegado|golpeado|violado|maltratado|amenazado|obligado|acosado|forzado); (?:fui|soy|he sido) (?:violad|
abusad|maltratad|agredid|golpead|amenazad)[oa]; (?:el|ella|pareja|marido|esposo|esposa|mujer|novio|
novia|padre|madre|amo|ama|ex|alguien) (?:siempre |a veces |otra vez |casi )*(?:me|ha intentado|
intento) (?:\w+ )?(?:estrangul\w*|ahorc\w*|asfixi\w*|
ahog[ao]|ahogarme|empuj[ao]|pate[ao]|quem[ao]|apunal\w*|encerr[ao]|encierra|agarr[ao] del cuello); me (?:ha|han|
habia) (?:estrangulado|ahorcado|asfixiado|empujado|pateado|
quemado|encerrado); abus(?:a|o|aron) de mi; violencia (?:domestica|de genero|machista);
me (?:violaron|pegaron|golpearon|maltrataron); contra mi voluntad;
sin mi consentimiento; (?:ignora|ignoro|no respeta|no respeto) .. (?:mi|
mis) (?:palabra de seguridad|limites?|no|consentimiento); no me deja (?:salir|ir\w*|marchar\w*);
(?:tengo )?miedo (?:a|de) (?:mi|el|ella) ?(?:pareja|marido|esposo|esposa|mujer|novio|novia|padre|ex)?;
""",
    "unsafe": r"""
i (?:am|'m) (?:not |un|in )(?:safe|danger|real danger)(?! word); i(?:'m| am) (?:unsafe|in danger|trapped|being held|
locked in); i (?:don't|do not|no longer) feel safe(?! enough)(?! without you); not safe (?:here|at home|with (?:him|
her|them)); i(?:'m| am) not safe(?! word); (?:scared|afraid|fear) for my life; i need (?:real )?help (?:now|
right now|urgently|please); help me please(?:,? i)?; please help me; (?:call|
need) (?:the police|an ambulance|911|999|112|emergency); someone (?:is|wants) (?:here )?(?:to )?(?:hurt|kill) me;
(?:wants?|going|threaten\w*) to kill me; i (?:can't|cannot) breathe(?! when you)(?! without you); i(?:'m|
am) (?:bleeding|having a panic attack|dissociating|having a flashback); i took (?:too many )?pills; panic attack;
(?:this|it) is (?:real|not a game|no game|not play); i(?:'m| am) serious,? i; (?:ich )?(?:bin|fuhle mich) (?:hier |
gerade |zu hause |nicht )*(?:nicht (?:mehr )?sicher|in gefahr|unsicher zu hause|eingesperrt);
ich brauche (?:dringend |wirklich |sofort |jetzt )*hilfe; hilf mir bitte; bitte hilf mir; (?:ruf|rufe|
brauche) .. (?:polizei|notarzt|krankenwagen|112|110); (?:will|wollen) mich (?:umbringen|toten); panikattacke;
ich bekomme keine luft; ich blute; (?:das ist|ist) (?:kein spiel|ernst gemeint); ich habe (?:tabletten|
pillen) (?:genommen|geschluckt); no (?:estoy|me siento) (?:a salvo|segur[oa])(?: en casa| aqui| con)?;
estoy (?:en peligro|encerrad[oa]|atrapad[oa]|sangrando); necesito ayuda(?: (?:ya|ahora|urgente|de verdad|por favor))?;
ayudame por favor; por favor ayudame; (?:llama|llamar|necesito) a? ?(?:la policia|una ambulancia|el 112|al 112|
emergencias); (?:quiere|quieren|va a) (?:matarme|hacerme dano); ataque de panico; no puedo respirar;
(?:esto )?no es un juego; va en serio;
""",
}
