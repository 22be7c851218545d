"""How two people say it to each other in plain prose: in a task, a rule, a reward, a scene, and bluntly. German.

Data for `lexicon`, in its notation, beside `phrases_de` and `practices_de`, as `prose` is beside the English ones.
"""

from rooms.activities import taxonomy

# Word classes, usable in a phrase as <name>; none has the name of another one.
CLASSES = {
    "wen": r"""
\{?partner\}?|mich|mir|dich|dir|ihn|ihm|sie|ihr|uns|euch|einander|meine[nm]? (?:frau|mann|freund|freundin|sub|dom)|
deine[nm]? (?:herrn?|herrin|sub|dom|frau|mann|partner|partnerin)
""",
    "sein": r"""
mein\w*|dein\w*|sein\w*|ihr|ihre|ihren|ihrem|ihrer|unser\w*|euer|eure\w*|der|die|das|den|dem|ein|eine|einen|einem|
einer
""",
    "loch": r"""
arsch|arsches|po|popo|pos|hintern|poloch|arschloch|loch|hinterteil|anus|after|rosette|pobacken
""",
    "scham": r"""
schwanz|schwanze|penis|hoden|muschi|mose|fotze|kitzler|klit|klitoris|vulva|vagina|pimmel|eichel|schamlippen|
intimbereich
""",
    "busen": r"""
bruste|brusten|busen|brustwarzen?|nippeln?|titten?
""",
    "hiebe": r"""
hiebe?n?|schlage|schlagen|streiche|klapse?|hieb|schlag
""",
    "schlaggerat": r"""
gurtel|riemen|rohrstock|gerte|reitgerte|peitsche|paddle|paddel|flogger|rute|lineal|kochloffel|teppichklopfer|
haarburste|tawse|neunschwanzige|stock
""",
    "blosse": r"""
nackt|nackte\w*|unbekleidet\w*|splitternackt|splitterfasernackt|oben ohne|unten ohne|hullenlos|entkleidet
""",
}

# Looked past before anything is searched: what a household says that only looks like one of the phrases.
HARMLESS = r"""
(?:baby|kind\w*|wechs\w*) .. windel\w*; windel\w* .. (?:baby\w*|kind\w*|wechs\w*); (?:vermieter|chef|schule|nachbar|
bank|amt)\w* um erlaubnis; zieh\w* (?:\w+ )?(?:\w+ )?(?:schuhe|jacke|mantel|stopsel|stecker|stiefel|mutze|
handschuhe)(?: an der tur| im flur)?(?: \w+ \w+)? aus; (?<!ein\s)(?:hund|hunde|hunden|welpen?) (?:an|von|
ohne) (?:die |der |eine )?leine; hundeleine; wascheleine; leine .. (?:trockn\w*|wasche); wasche .. leine;
(?:halsband|leine|napf|kafig) (?:fur|von|der|des|vom) (?:\w+ )?(?:hund\w*|katze\w*|kater\w*|hamster\w*|welpe\w*|
vogel\w*); (?<!ein\s)(?:hund|katze|kater|welpe\w*) .. napf; knete? (?:den|einen) teig; teig .. knete\w*;
fotos? vo[mn] (?:\w+ )?(?:urlaub|reise|hochzeit|ausflug|garten|essen|einkaufszettel|rechnung|zahler\w*);
hochzeits ?fotos?; urlaubs ?fotos?;
"""

BOUNDARIES = {
    taxonomy.IMPACT: r"""
(?:schlag|schlage|schlagst|schlagt|hau|haue|haust|haut|prugel|prugle|zuchtige?|peitsche?|klatsche?|
knall) (?:<wen>)(?! .. (?:vor|nach|fur morgen)); (?:<hiebe>) (?:mit|auf|fur|pro) (?:<sein>|jede\w*)? ?;
(?:\w+)? ?(?:<hiebe>) mit; (?:mit|nimm|benutz|benutze|hol|bekommst|kriegst|spurst|fuhlst|nehmen|will|
bring) .. (?:<schlaggerat>)(?! (?:enger|weiter|zu (?!spur)|um|an|ab|mit|auf dem boden)); (?:auf|
an) (?:<sein>) (?:nackt\w* |bloss\w* )?(?:<loch>|<busen>) .. (?:rot|schlag\w*|hau\w*|klatsch\w*); (?:funf|zehn|
zwanzig|sechs|drei|ein paar|dutzend|zwolf|funfzig|hundert|\d+) .. auf .. (?:<loch>|po); (?:<loch>) .. (?:rot|
gluh\w*|brenn\w*|voll|versohl\w*); po ?voll; arschvoll; popoklatsch\w*; (?:wasche?klammern|klammern|nippelklemmen|
klemmen) .. (?:<busen>|haut|<scham>); (?:<busen>|nippel) ?klemmen; (?:bissabdruck|zubeissen|beissabdruck|
bissspur)\w*; (?:striemen|blaue flecken?|spuren) .. (?:haut|<loch>|korper|rucken|hufte|<busen>); flogger; spanking;
zuchtigung\w*; rohrstock; wachsspiel\w*; teppichklopfer; bucke? dich .. (?:zehn|funf|zwanzig|hand|zahl\w*);
zuschlag(?:en|e|t)?; elektrospiel\w*; reizstrom; ballbusting; trampling; nagel .. in .. (?:rucken|haut|<loch>);
kratz\w*; ^(?:schlage|hiebe|schlagen)$; (?:mich|dich|sie|ihn|uns|\{?partner\}?) (?:\w+ ){0,3}(?:schlagen|hauen|
versohlen|auspeitschen|ohrfeigen|beissen|kratzen);
""",
    taxonomy.RESTRAIN: r"""
(?:leg|lege|nimm|fuhr|fuhre|halt) (?:<wen>) an (?:die|der|eine|einer) (?:leine|kette); (?:gebunden|gefesselt|
angekettet|geschnurt|verschnurt|fixiert|angeschnallt|eingeschlossen)(?:e[nmrs]?)?; shibari; kinbaku; (?:sperr|
sperre|schliess|schliesse) (?:<wen>) (?:in|ein|weg); (?:schnall|schnalle|kett|kette|bind|binde|schnur|schnure|mach|
mache|zurr|zurre|kettet) (?:<wen>) (?:fest|an|ans|zusammen|aufs); halt(?:e|et)? (?:<wen>) (?:ganz )?(?:fest|nieder|
unten)(?= .. (?:lass|bis|wahrend|hand\w*|bett|nicht)|[.!?]|$); spreizstange\w*; zwangsjacke; knebel\w*;
kafig(?! (?:putz\w*|sauber|reinig\w*|mach\w*|der|des|vom|fur)); peniskafig\w*; keuschheits\w*; arme? (?:hinter|
auf) (?:den|dem) rucken; hande? (?:hinter|auf) (?:den|dem) rucken; (?:im|in|am|ans) (?:<sein> )?(?:kafig|
andreaskreuz|pranger|kerker|ketten|fesseln); ledermanschetten; manschetten .. (?:trag\w*|leg\w*|an);
stramm verschnur\w*; monohandschuh; handfesseln; fussfesseln; fesselspiel\w*; bondage; (?:trag|trage|tragst|leg|
anleg)\w* .. (?:harness|halsband|fesseln|handschellen|knebel|augenbinde|manschetten); (?:maske|
haube) .. (?:nicht sehen|nichts siehst); bewegungsunfahig\w*; ans kreuz; in (?:ketten|fesseln|handschellen);
(?:trag|trage|tragst) .. leine; (?:mich|dich|sie|ihn|uns|\{?partner\}?) (?:\w+ ){0,3}(?:fesseln|anketten|festbinden|
knebeln|einsperren); kett(?:e|est|et) (?:<wen>) .. an; offene?\w* handschellen;
""",
    taxonomy.BREATH: r"""
(?:pack|packe|fass|fasse|greif|greife|halt|halte|druck|drucke|nimm)\w* (?:<wen>) .. (?:hals|kehle|gurgel); (?:hals|
kehle|luft) .. (?:zu|ab|abschnur\w*|zudruck\w*|zuschnur\w*); (?:griff|hand|hande) (?:an|um|auf) (?:<sein>) (?:hals|
kehle|gurgel); atem ?(?:kontroll|spiel|redukt|entzug)\w*; (?:schnur|schneid|druck)\w* .. (?:luft|kehle|
hals) .. (?:ab|zu); atme (?:erst|nicht|nur); (?:atmen|luft holen) (?:erst|nur|darfst|nicht); (?:darfst|erlaubnis|
bis du) .. (?:atmen|luft holen); face ?sitting; setz\w* .. (?:auf|uber) .. gesicht; plastiktute .. kopf;
tute uber .. kopf; gesichtsfick\w*; kopf unter wasser; (?:mund|nase) .. zu(?:halten|haltst|halte)?(?= |$|[.!?]);
gasmaske; kehlenfick\w*; deep ?throat\w*; luftabschnur\w*; breath ?play; (?:mich|dich|sie|ihn|uns|
\{?partner\}?) (?:\w+ ){0,3}wurgen;
""",
    taxonomy.DEGRADE: r"""
(?:nenn|nenne|nennst|sprich|sprichst|begruss|begrusse|rede)\w* .. (?:herr|herrn|herrin|meister|meisterin|gebieter|
gebieterin|gottin|konigin|majestat|daddy|sir|lady|mistress|master); (?:ja|nein|danke|bitte|guten morgen|
gute nacht) (?:mein |meine )?(?:herr|herrin|meister|meisterin|gottin|sir|mistress); (?<!\w\s)knie(?= (?:dich|vor|
auf|zu|neben|nackt|hin|nieder|dort|im|in|wenn|an der|und warte|jeden|immer|beim)); ^knie(?=$|[.!?]); (?:wirst|
sollst|musst|darfst|will|willst|soll|muss|lass|mochte|beim) .. knien; knien (?:vor|wenn|an der tur); niederknien;
hinknien; kniest; kniet; kniend\w*; auf (?:den |deinen |seinen |ihren )?knien; (?:stell|geh|ab|steh|stehst|
stehe)\w* .. (?:in die|in der) ecke; (?:leck|kuss|putz|verehr)\w* .. (?:stiefel|schuhe|fusse)(?! (?:im flur|vor der|
fur die)); (?:iss|trink|friss|essen|fressen|trinken) .. (?:napf|vom boden|auf dem boden aus); napf(?! (?:des|der|
vom|fur|mit) .. (?:hund\w*|katze\w*)); fussbank; fussschemel; mobelstuck; (?:schlaf|schlafst|schlafen|schlaft|
ubernachte?) .. (?:auf dem boden|zu meinen fussen|vor meinem bett|am fussende meines|im kafig|korbchen); (?:du bist|
sei|bist|als|ist) (?:heute |ab jetzt |nur |wieder )?(?:mein|meine|ein|eine|der|die) (?:\w+e[sr]? )?(?:schlampe|hure|
sklave|sklavin|eigentum|besitz|spielzeug|hundchen|haustier|objekt|ding|diener|dienerin|fussabtreter|miststuck|
schwein|ferkel|sau|stute|luder|nutte|zofe|sissy); (?:kleine[s]?|dreckig\w*|geile[s]?|billig\w*) (?:schlampe|hure|
stuck|sau|luder|schwein|miststuck); wertlos\w*; eigentum; demut\w*; erniedrig\w*; abfallig\w*; fussverehrung;
fussanbetung; (?:krabbel|krabble|robb|krabbel\w*) (?:zu|hinter|uber|auf) (?:<wen>|den|dem|die|allen); (?:beschimpf|
verhohn|verspott|schimpf)\w*; (?:fur|nach|jede|deine|eine|verdient\w*|zur) strafe; strafen; bestraf\w*;
bestrafung\w*; strafarbeit\w*; straf ?(?:buch|punkte?|katalog); (?:bell|belle|wuff|miau|wieher)\w* (?:fur|wie|vor);
ponyplay; petplay; puppyplay; hundespiel; cuckold\w*; sissy\w*; (?:kleiner|winziger|mickriger) (?:schwanz|penis);
unwurdig\w*; (?:blick|augen|kopf) .. (?:gesenkt|nach unten|zu boden|senk\w*)(?= .. (?:rede|spreche|da bin|wenn|vor|
hereinkomm\w*)|[.!?]|$); schreib .. auf .. (?:korper|stirn|brust|haut|arsch); halsband(?! (?:der|des|vom|
fur) .. (?:hund\w*|katze\w*|kater\w*)); leine(?! (?:auf|zum|waschen|hang\w*)); zu (?:meinen|seinen|ihren) fussen;
sub; freigebrauch; benutz(?:t|e|en|bar)? (?:<wen>) (?:wie|als); vorfuhr\w* .. (?:sklav\w*|sub); (?:iss|isst|
essen) .. auf dem boden; erbarmlich\w*; (?:herr|herrin|meister) (?:bestimmt|entscheidet|erlaubt|befiehlt);
""",
    taxonomy.PUBLIC: r"""
(?:uns|dich|mich|euch|es) (?:alle|jeder|andere|leute|menschen|fremde|jemand) .. (?:sehen|sieht|horen|hort|zusehen|
beobacht\w*); (?:alle|jeder|andere|leute|fremde) .. (?:uns|dich|mich|euch) .. (?:sehen|sieht|horen|hort|zusehen);
(?:ohne|kein|keinen|keine) (?:\w+ )?(?:bh|hoschen|slip|unterwasche|unterhose|unterhosen|schlupfer) .. (?:ins|zur|
zum|in|im|auf|aus|beim|unterwegs|raus)(?! (?:bett|der kuche|bad)); (?:ins|zur|zum|aus|im|beim) (?:buro|arbeit|essen|
einkauf\w*|restaurant|kino|haus|stadt|party|spazier\w*|supermarkt) .. ohne (?:bh|hoschen|slip|unterwasche|
unterhose); (?:plug|vibrator|vibro\w*|liebeskugeln|vibro ei|ei|halsband|kafig|dessous|spielzeug|fernbedienung|leine|
handschellen) .. (?:ins|zur|zum|im|beim|bei|in der|auf der|unterwegs|draussen|an der|
offentlich\w*) (?:\w+ )?(?:buro|arbeit|essen|abendessen|einkauf\w*|restaurant|kino|stadt|party|supermarkt|freunden|
strasse|park|bus|bahn|zug|schwiegereltern|familie|strand|club|offentlichkeit|feier|fest)?; swingerclub\w*; fkk\w*;
parkplatzsex; parkplatz; (?:dogging|playparty|spielparty|stammtisch|exhibi\w*|entbloss\w*); (?:lass|
lasse) .. (?:jemand\w*|andere\w*|fremde\w*|nachbar\w*|freund\w*|leute) .. (?:zusehen|zuschauen|horen|sehen|
mitmachen|dabei|anfassen|anschauen); blank ?zieh\w*; in (?:aller )?offentlichkeit; (?:<busen>|<blosse>|<loch>|sex|
quickie) .. (?:am strand|im park|im wald|auf der strasse|am fenster|auf dem balkon|im auto|im buro|
auf dem parkplatz|im garten|im kino|auf der terrasse|im zug|in der umkleide|auf der toilette|im schwimmbad|am see|
im flur); halb ?offentlich\w*; unter dem tisch; unterm tisch; (?:nachbarn|leute|andere) .. (?:horen|hort|sehen|
mitbekommen|mitkriegen); (?:fass|kuss|beruhr|streichel|verfuhr|grapsch|befummel|finger|leck)\w* (?:<wen>) .. (?:im|
am|in der|auf der|auf dem|unterm) (?:kino|park|restaurant|auto|zug|aufzug|fahrstuhl|wald|schwimmbad|buro|cafe|
hausflur|treppenhaus|supermarkt|laden|taxi|bus|strand|see|umkleide\w*|bahn|bar|sauna|party|strasse|parkplatz|balkon|
terrasse|toilette|tisch); (?:machen|mach|macht|treib\w*) (?:wir |ihr )?es (?:\w+ )?(?:im|am|in der|auf der|
auf dem) (?:wald|park|auto|kino|zug|aufzug|buro|garten|freien|strand|see|umkleide\w*|parkplatz|balkon|terrasse|
toilette|schwimmbad); (?:knutsch|kuss|fass|beruhr|fummel)\w* .. an der (?:bushaltestelle|haltestelle|ampel|kasse|
theke); (?:aus|nackt|kuss\w*|zieh\w*) .. offene\w* (?:vorhang|fenster|tur)\w*; offene\w* (?:vorhang|fenster|
tur)\w* .. (?:aus|nackt|kuss\w*|beruhr\w*|sex);
""",
    taxonomy.RECORD: r"""
(?:nimm|nimmst|nehm|nehme|nehmen) .. (?:<wen>|stohn\w*|video|ton) .. auf(?! (?:den|die|dem|der|das|einen?|deinen?));
nimm (?:<wen>) .. auf(?! (?:den|die|dem|der|das|einen?|deinen?)); (?:aufnehmen|aufnimmst|aufnimmt|aufgenommen);
(?:\w*selfie|\w*video|\w*foto|\w*clip|\w*aufnahme|\w*mitschnitt|nacktbild|\w*filmchen|\w*pic)s?(?! (?:abend|
auswahl\w*|album|rahmen|buch|aussuch\w*)); (?:dreh|drehe|dreht|drehen) .. (?:film\w*|video\w*|porno\w*|clip\w*);
knips\w*; (?:ein|das|mehr|die|jeden \w+ ein) (?:bild|bilder|bildchen) (?:von|aus|in|mit) (?:<wen>|dein\w*|mein\w*);
(?:schick|schicke|send|sende|poste?|zeig|mach|mache) .. (?:bild|bilder|beweisfoto\w*|foto\w*|clip\w*|pics?|nudes?|
snaps?); (?:snapchat|onlyfans|camshow|cam|livecam|webcam|sexcam|facetime|video ?(?:anruf|call|chat|telefonat)\w*);
porno\w* (?:dreh|mach)\w*; (?:sprach|audio|ton)(?:nachricht|aufnahme|memo|datei)\w*; foto ?beweis\w*; beweis(?:foto|
bild|video)\w*; ablicht\w*; nacktaufnahme\w*;
""",
    taxonomy.ANAL: r"""
von hinten(?= (?:<wen>|nehm\w*|nimm\w*|genomm\w*|will\w*|mag|fick\w*|vogel\w*|eindring\w*|besorg\w*|rein|in|und)|$|
[.!?]); (?:nimm|nimmst|nehm|nehme|nehmen|nahm|fick|ficke|vogel|vogle|will|stoss|besorg|treib|leck|mach|
reit)\w* .. von hinten; von hinten .. (?:nehm\w*|nimm\w*|genommen|fick\w*|vogel\w*|will\w*|liebe|sex|besorg\w*);
(?:in|am|an|im|auf|zwischen|um|durch|leck|lecke|kuss|pack|packe|knet|spreiz|zeig|dehn|trainier|fick|nimm|versohl|
streichel|fass|beruhr|klaps|finger|wackel)\w* (?:<sein> )?(?:nackt\w* )?(?:<loch>);
(?:<sein>) (?:nackt\w* )?(?:arsch|poloch|arschloch|hintern|popo|pobacken); po(?! (?:ebene|delta));
doggy(?: ?style)?; hundchenstellung; plugs?(?! (?:and play|in)); buttplug\w*; analplug\w*; \w*plug; strap ?on\w*;
umschnall\w*; einlauf; analdusche; klistier\w*; prostata\w*; arsch ?(?:lecken|fick|ficken|sex|loch|spiele);
arschleck\w*; anilingus; anal\w*; dehn\w* .. (?:loch|plug|hinten|<loch>); griechisch .. (?:bett|sex|lieb\w*);
pegging; rosette\w*;
""",
    taxonomy.WATERSPORTS: r"""
(?:mach|machst|machen|pinkel|pinkle|pink(?:el|le)|nass) .. (?:in die hose|in die windel|ins bett|ins hoschen);
windel\w*(?! (?:wechseln|wechsel|kaufen|des babys)); (?:toilette|klo|klogang|toilettengang)\w* .. (?:erlaubnis|
erlaubt|nur|ohne|frag\w*|erst|verboten|bis|wenn ich); (?:frag|frage|bitt|bitte|erlaubnis|darfst|darf|nicht|kein|
keine|verbot\w*|halt|verkneif)\w* ..(?:auf die toilette|aufs klo|zur toilette|zum klo|auf klo|klogang|toilettengang|
toilettenverbot|pinkeln|pipi); \w*piss\w*(?! ?ig); pinkel\w*; pinkle\w*; natursekt\w*; ns spiele; urin\w*; pullern;
strullern; toiletten ?(?:kontrolle|verbot|erlaubnis|sklave)\w*; blasenkontrolle; goldene dusche;
gelbe seite der lust; einnass\w*; einhalten .. (?:klo|pinkel\w*|toilette|blase); anpiss\w*;
""",
}

# What has no place below a level, and no key of its own.
LEVELS = {
    "X": r"""
(?:vogel|vogle|vogelt|vogelst) (?:<wen>)(?! (?:im winter|die)); gevogelt;
(?<!den\s)(?<!die\s)(?<!mit\s)(?<!von\s)(?<!bei\s)vogeln(?! (?:zu|im garten|zuhor\w*|futter\w*|lausch\w*)); fick\w*;
(?:popp|pimper|pimpern|bumsen|poppen|knallen|rammeln)\w*(?= |$|[.!?])(?! ?corn); sex; quickie\w*; (?:nimm|nehm|
nehme|besorg|besorgs|treib|reit|will|wollen)\w* (?:<wen>|es <wen>)(?: \w+)? (?:hart|von hinten|im stehen|
auf dem tisch|auf dem boden|im bett|langsam und tief|gegen die wand|tief|richtig|jetzt sofort); (?:<scham>)(?= |$|
[.!?]); (?:<busen>); komm in (?:<wen>); in (?:<wen>) (?:kommen|eindringen|sein); (?:orgasm|hohepunkt)\w*;
scharf auf (?:<wen>); schlaf(?:e|t|en|st)? mit (?:<wen>); geschlechtsverkehr; missionar\w*; reiterstellung;
loffelchenstellung; sex ?toy\w*;
""",
}
