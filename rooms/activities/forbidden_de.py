"""The phrases of `forbidden` in German: what no card may say, whatever its tags; as `phrases_de` notes them."""

# Kept out of dares: what happens there is done by somebody to somebody.
IN_DARES = {
    "open_ended": r"""
was (?:auch )?immer (?:du|ihr|\{?partner\}?|er|sie) .. (?:will\w*|mag|magst|mocht\w*|wunsch\w*|verlang\w*|sagt|
einfallt);alles,? was (?:du|ihr|\{?partner\}?|er|sie|dir|euch) .. (?:will\w*|mag|magst|mocht\w*|wunsch\w*|verlang\w*|
sagt|einfallt|gefallt); alles (?:ist )?erlaubt; alles geht;wo (?:auch )?immer .. (?:will\w*|mag|magst|mocht\w*|
wunsch\w*|gefallt); wohin (?:auch )?immer; wie (?:auch )?immer (?:du|\{?partner\}?|es);(?:keine|ohne|
jenseits aller) grenzen; grenzenlos\w*; schrankenlos\w*; (?:mach|macht|tu|tut|stell|stellt)\w* .. was (?:du|
\{?partner\}?|er|sie) (?:will\w*|mag|magst|mocht\w*);jede[nr]? (?:einzelne[nr]? )?(?:wunsch|laune|befehl|fantasie|
bitte); alle wunsche; (?:einen|ein|drei) wunsch\w* .. (?:erfull|frei)\w*; wunsch dir .. (?:und|ich) .. erfull\w*;
freie hand; freie wahl; freibrief; (?:dir|\{?partner\}?) .. zur verfugung; (?:ich|korper|
\{?partner\}?) gehort? (?:ganz |heute |nur )*(?:dir|euch); uberrasch\w* (?:\{?partner\}?|mich|dich); (?:nach|
ganz nach) belieben;lass .. (?:machen|gewahren);lass dich (?:treiben|gehen|fallen); wohin es fuhrt;
was dir (?:gerade )?in den sinn kommt;was du schon immer .. (?:wolltest|tun); die ganze (?:nacht|zeit) .. wie;
irgendwo(?:hin)? .. (?:kuss\w*|beruhr\w*);(?:kuss\w*|beruhr\w*) .. irgendwo(?:hin)?; erkund\w* (?:einander|
euch gegenseitig|euch);
""",
    "no_stop": r"""
(?:hor|hort|hore)\w* .. nicht (?:mehr )?auf; nicht (?:mehr )?auf(?:zu)?hor\w*; ohne (?:aufzuhoren|pause|unterlass|
unterbrechung|innezuhalten|nachzulassen); pausenlos\w*; ununterbrochen\w*;(?:keine|nicht eine) (?:pause|
unterbrechung); bis .. nicht mehr (?:kann|kannst|konnt|aushalt\w*|weiter\w*); kein zuruck; die ganze nacht (?:lang|
hindurch); (?:nie|niemals) (?:mehr )?(?:aufhor\w*|nachlass\w*);mach\w* weiter,? (?:auch|egal|bis); (?:auch|
selbst) wenn .. (?:bittet|fleht|stopp|halt|nein|protestier\w*|genug); um gnade; bis zur erschopfung; bis ihr umfallt;
immer weiter bis; (?:kein|keinen) (?:stopp?|halt) (?:erlaubt|moglich|geben);
""",
    "silenced": r"""
ohne (?:auch nur )?ein(?:en|es)? (?:einzige[snr]? )?(?:wort|ton|laut|mucks|gerausch); wortlos\w*; stumm; stumme\w*;
kein(?:en)? (?:einzige[snr]? )?(?:wort|ton|laut|mucks);(?:darf|darfst|durft|durfen) (?:dabei )?nicht (?:sprechen|
reden|stohnen|antworten); nicht (?:sprechen|reden|antworten); (?:sprich|sprecht|rede|redet) (?:dabei )?nicht;
in (?:volliger|absoluter|tiefer) stille;(?:halt|halte|haltet) .. mund; mund (?:halten|zu); schweigend;schweigepflicht;
redeverbot; nur (?:ja|mehr|bitte) sagen; (?:darf|darfst) nur .. sagen; wer zuerst (?:spricht|redet|lacht|stohnt);
ins kissen beiss\w*;
""",
    "no_taken_away": r"""
(?:du|ihr|\{?partner\}?|er|sie) (?:muss|musst|mussen|musset); (?:muss|musst|mussen) .. (?:tun|machen|lassen|bitten|
gehorchen|warten|bleiben|erfullen|ausziehen|kussen); zwing\w*; gezwungen\w*; zwang; erzwing\w*;ob .. (?:will\w*|
mag) oder nicht; egal,? (?:ob|was|wie|wer); keine (?:widerrede\w*|widerworte|ausreden?|gnade|fragen|wahl);
widerspruch\w*; kein (?:entkommen|nein|erbarmen|zuruck); erbarmungslos\w*; gnadenlos\w*;ohne (?:zu fragen|vorwarnung|
widerrede|erlaubnis|rucksicht|zu zogern|gnade); ungefragt; unaufgefordert; (?:gib|gibst|gebt) dich .. hin; ergib dich;
ergebt euch; sich ergeben; (?:halt|halte|haltst) .. aus; auszuhalten; aushalten;ertrag\w*; erdulde\w*; wehrlos\w*;
hilflos\w*; ausgeliefert\w*; machtlos\w*; willenlos\w*; nicht (?:wehren|widersetzen|widerstehen|ablehnen|verweigern|
weigern); (?:ist|sind) (?:verboten|nicht erlaubt|tabu); es ist verboten;bring\w* .. zum (?:betteln|flehen|schreien|
winseln|weinen); (?:nimm|nehmt) dir,? was; uberwaltig\w*; du schuldest; schuldet dir; bestehe? darauf; uberrede\w*;
unterwirf\w*;
""",
    "stolen": r"""
stiehl\w*; stehl\w*; gestohlen\w*; (?:raub|klau|mops|schnapp)\w* .. (?:kuss|beruhr)\w*; (?:wenn|wo|wann) .. (?:nicht|
am wenigsten) (?:damit )?(?:rechne|erwarte)\w*; unerwartet\w*; unvermutet\w*; unvermittelt\w*; unverhofft\w*;
plotzlich (?:kuss|pack|greif|beruhr|zieh)\w*; hinterhalt; (?:schleich|pirsch)\w*; anschleich\w*; heimlich .. (?:kuss|
beruhr|streich)\w*; uberrump(?:el|le)\w*; uberfall\w*; im schlaf; (?:wahrend|wenn) .. (?:schlaft|schlafst|arbeitet|
telefoniert|nicht hinsieht|nicht hinschaut|wegsieht|abgelenkt);weck\w* .. mit (?:einem kuss|kussen); aus dem nichts;
ohne dass .. (?:merkt|bemerkt|ahnt);
""",
    "held_still": r"""
nicht (?:zu )?(?:bewegen|ruhren|zucken); (?:beweg|ruhr|ruhre|bewege|bewegt|ruhrt) (?:dich|euch|sich) (?:dabei )?nicht;
stillhalt\w*; stillzuhalten; halt\w* (?:ganz |vollig )?still; (?:ganz|vollig|absolut|vollkommen) still (?:halten|
liegen|liegenbleiben|stehen|sitzen);(?:bleib|bleibt|lieg|liegt|steh|sitz) (?:ganz |vollig )?(?:still|reglos|
regungslos|stocksteif)(?: liegen| stehen| sitzen)?; reglos\w*; regungslos\w*; bewegungslos\w*; ohne (?:dich|sich|
euch) zu (?:bewegen|ruhren); hande (?:bleiben )?bei (?:dir|sich|euch); finger weg;wer sich (?:zuerst )?(?:bewegt|
ruhrt); nicht zuruck(?:zu)?(?:beruhren|kussen|fassen);
""",
}

# Kept out of every card.
ANYWHERE = {
    "graphic": r"""
fick\w*; gefickt\w*; schwanz; schwanze; fotze\w*; muschi\w*; mose; titte; titten; arsch\w*; wichs\w*; sperma;
abspritz\w*; spritz\w* .. (?:auf|in) .. (?:gesicht|mund|bauch|korper); bums(?:en|t|e); geil\w*; nippel\w*;erektion\w*;
steif\w* glied; samenerguss; ejakul\w*; gangbang; nutte\w*; durchnehm\w*; ramm(?:el|le)\w*;blasen? .. (?:schwanz|
glied);stander; pimmel; mumu; feucht (?:mach|wird|bist|werd)\w*;
""",
    "harm": r"""
schmerz\w*; schmerzhaft\w*; (?:tut|tun|tu) .. weh; weh ?tu(?:n|t|st)?; qualen; quale; qualst; folter\w*; blut; bluten;
blutet; blutig\w*; messer; messern; klingen? .. (?:haut|hals|korper); waffen?; nadeln?; heiss\w* wachs; kerzenwachs;
wachs .. tropf\w*;verletzen; verletze; verletzt; verletzung\w*; verprugel\w*; prug(?:el|le)\w*; grun und blau;
betrunken\w*;beschwips\w*; angetrunken\w*; alkohol\w*; wein; weins; rotwein; weisswein; gluhwein; bier; schnaps; sekt;
champagner;prosecco; likor\w*; cocktails?;wodka; whisky; whiskey; droge\w*; kiffen; joint; ohnmacht\w*; bewusstlos\w*;
vergewaltig\w*;
""",
    "minors": r"""
teenager\w*; teenie\w*; minderjahrig\w*; schulmadchen; schuljunge\w*; schuluniform\w*; kleine[sr]? (?:madchen|junge|
bub); jungfraulich\w*; lolita; babysitter\w*; stief(?:mutter|vater|schwester|bruder|tochter|sohn)\w*; inzest\w*;
inzestuos\w*; daddy; papi;(?:dreizehn|vierzehn|funfzehn|sechzehn|siebzehn|1[0-7]) ?jahrig\w*; mit (?:dreizehn|
vierzehn|funfzehn|sechzehn|siebzehn|1[0-7])(?: jahren)?;(?:du (?:bist|warst)|als warst du) (?:erst |gerade )?(?:dreizehn|
vierzehn|funfzehn|sechzehn|siebzehn|1[0-7])(?!\W+(?:sekunde|minute|atemz|mal|schritt|zentimeter|meter|jahre (?:alter|
junger))\w*);(?:lehrer|professor|rektor|direktor)\w* und schuler\w*; (?:wieder|als warst du|als waret ihr) (?:funfzehn|
sechzehn|siebzehn);
""",
    "others_drawn_in": r"""
(?:schreib|ruf|simse|frag|kuss|lade?)\w* .. (?:einen?|deine?n?|eure?n?|die|den|einer|einem|deinem|deiner|
beste[nr]?) (?:\w+ )?(?:freund\w*|ex|kolleg\w*|nachbar\w*|mutter|schwester|bruder|chef\w*|kellner\w*|fremde\w*|
bekannte\w*); flotter dreier; dreier; gruppensex; zu dritt; zu viert;(?:dritte|weitere) person; ander(?:e|es|er|
en) (?:paar|mann|frau|menschen) .. (?:kuss|beruhr|mach|zuschau|dabei)\w*; (?:poste|teile|stell)\w* .. (?:online|
ins netz|im netz|ins internet); instagram; tiktok; facebook; snapchat; whatsapp; onlyfans; swinger\w*; partnertausch;
als (?:dein\w*|eur\w*) ex;
""",
}

# Kept out of every card that is intimate as well.
BESIDE_INTIMACY = {
    "minors": r"""
kindheit\w*; (?:die|der|den|eure|euren|unsere|deine|deinen) kinder\w*; ein(?:em|en|es)? kind; als kind\w*;kindlich\w*;
madchen; jungs; (?:ein|der|als) junge; schule; schulen; schulzeit; schuler\w*; klassenzimmer; pubertat;jugend;
jugendzeit; jugendliche\w*; klassenfahrt\w*;
""",
}

# In the active player's step: something is done to them.
WRONG_WAY = {
    "receives": r"""
lass\w* dich .. (?:massier|kuss|streichel|beruhr|auszieh|entkleid|fess(?:el|le)|verwohn|verbind|leck|beiss|versohl|
lieb|futter|eincrem|umarm)\w*; lass\w* (?:dir|dich) von;lass\w* (?:\{?partner\}?) (?:dich|dir|deine?n?) .. (?:massier|
kuss|streichel|beruhr|auszieh|fess(?:el|le)|verwohn|leck|beiss|versohl)\w*;\{?partner\}? (?:kusst|massiert|streichelt|
beruhrt|fesselt|verwohnt|leckt|beisst|entkleidet|versohlt|bindet|verbindet) (?:dich|dir|deine?n?);(?:lehn|
leg)\w* dich zuruck und (?:geniess|lass|empfang)\w*; (?:geniess|empfang)\w* .. (?:massage|kusse|beruhrung\w*) von;
bitt\w* (?:\{?partner\}?) um (?:eine|einen) (?:\w+ )?(?:massage|kuss|klaps|streicheleinheit); biet\w* .. (?:deinen|
deine) (?:nacken|hals|lippen|rucken|brust) .. (?:zum|an);(?:kusst|massiert|streichelt|verwohnt|fesselt|entkleidet|
leckt|beisst) (?:euch gegenseitig|einander|euch);
""",
}
