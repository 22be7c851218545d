"""What people do, as they say it in plain prose: as `practices_de`, in German; classes are those of `prose_de`."""

PREFERENCES = {
    "massage": r"""
(?:ol|ole|creme|reib|reibe|crem)\w* (?:<wen>) .. (?:rucken|schultern?|beine|fusse|korper|nacken|brust) .. ein;
einolen; eingeolt; verspannung\w*; durchknet\w*; \w*massage\w*; rucken ?kraulen; fusse? .. (?:reib|knet|druck)\w*;
""",
    "hair_pull_gentle": r"""
(?:pack|packe|fass|fasse|greif|greife|halt|halte|zieh|ziehe|nimm|fuhr)\w* .. (?:am|an|an den|beim|bei den|in die|
ins|an dein\w*|an mein\w*|am) (?:zopf|pferdeschwanz|schopf|haar|haare|haaren); haare ?zieh\w*; haarezieh\w*;
(?:zopf|zopfe|pferdeschwanz|haare) .. (?:um|in) .. (?:hand|faust|finger); an .. haaren; (?:kopf) .. an .. haaren;
""",
    "biting_moderate": r"""
zubeiss\w*; bissabdruck\w*; bissabdrucke; beissabdruck\w*; markier\w* .. zahn\w*; zahn(?:e|en) .. (?:hals|schulter|
haut|nacken|lippe|ohr); zahnabdruck\w*; bissig .. kuss\w*;
""",
    "spanking_moderate": r"""
(?:schlag|schlage|hau|haue|klatsch|klatsche|patsch|tatschel|klaps|versohl)\w* .. (?:<loch>|po); po ?voll; arschvoll;
hinternvoll; popoklatsch\w*; (?:<loch>|po) .. (?:versohl\w*|rot|voll|gluh\w*|schlag\w*|klatsch\w*); (?:ein paar|
funf|zehn|zwanzig|sechs|drei|\d+|dutzend) .. auf .. (?:<loch>|po); ubers knie; uber (?:mein|dein|das|sein|ihr) knie;
uber (?:meine|deine|seine|ihre|die) knie; bucke? dich .. (?:zehn|funf|zwanzig|mit der hand|hand|zahl\w*);
spanking\w*; klaps\w*; (?:<hiebe>) (?:auf|mit der hand|mit der flachen); (?:mich|dich|sie|ihn|uns|
\{?partner\}?) (?:\w+ ){0,3}versohlen;
""",
    "spanking_hard": r"""
(?:schlag|schlage|schlagst|hau|haue|versohl|versohle|zuchtig|peitsch|prugel|bekommst|gibt|
gib)\w* .. (?:<schlaggerat>); (?:mit|nimm|benutz|benutze|hol|spurst|fuhlst|will|bring) .. (?:rohrstock|gerte|
reitgerte|peitsche|paddle|paddel|flogger|rute|teppichklopfer|tawse); (?:<hiebe>) .. (?:<schlaggerat>); (?:gurtel|
riemen|gerte|rute|rohrstock|paddle|peitsche) fur (?:jede\w*|dein\w*|eine); flogger\w*; (?:hart|fest|ordentlich|
kraftig|heftig|richtig)\w* (?:versohl\w*|spank\w*|schlage\w*|hiebe); (?:versohl|spank)\w* (?:<wen>) (?:hart|fest|
ordentlich|richtig|kraftig); zuchtig\w*; striemen; auspeitsch\w*; (?:peitsch|peitsche) .. aus;
""",
    "slapping": r"""
(?:klatsch|klatsche|knall|knalle|hau|haue|scheuer|scheuere|lang|gib|verpass|verpasse)\w* (?:<wen>) (?:eine|
eine runter|ein paar)(?= (?:runter|ins|links)|$|[.!?]); (?:ins|auf|in mein|in dein) (?:gesicht|wange|mein gesicht|
die wange) .. (?:schlag\w*|hau\w*|klatsch\w*|patsch\w*); ohrfeig\w*; (?:schlag|hau|klatsch)\w* .. (?:gesicht|wange|
backe); schelle\w* (?:geben|bekommst|verteil\w*); watsch\w*; (?:mich|dich|sie|ihn|uns|
\{?partner\}?) (?:\w+ ){0,3}ohrfeigen;
""",
    "choking": r"""
(?:pack|packe|fass|fasse|greif|greife|halt|halte|druck|drucke|nimm|wurg)\w* (?:<wen>) .. (?:hals|kehle|gurgel);
druck\w* .. (?:hals|kehle|gurgel) .. (?:zu|ab)?; griff an .. (?:hals|kehle|gurgel); (?:hals|kehle|
gurgel) .. zu(?:druck\w*|schnur\w*)?; (?:hals|kehle|gurgel) .. pack\w*; atem ?(?:kontroll|spiel)\w*;
schnur\w* .. (?:luft|kehle) .. (?:ab|zu); (?:mich|dich|sie|ihn|uns|\{?partner\}?) (?:\w+ ){0,3}wurgen;
""",
    "spitting": r"""
rotz\w* (?:<wen>) (?:an|ins|voll); sabber\w*; \w*spuck\w*(?! ?tuch); speichel\w*; spei (?:<wen>); bespei\w*;
""",
    "hands_genitals": r"""
(?:streichel|streichle|reib|reibe|beruhr|beruhre|fass|fasse|spiel|spiele|massier|wichs|wichse|finger|fingere|knet|
knete|halt|greif|pack|kraul|verwohn|kneif|zwirbel|zwick|druck|nimm|stimulier)\w* .. (?:<scham>|<busen>); (?:<scham>|
<busen>) .. (?:streich\w*|reib\w*|beruhr\w*|anfass\w*|fass\w*|massier\w*|wichs\w*|knet\w*|spiel\w*|hand|hande|
fingern?); wichs\w*; (?:hand|hande|finger) .. (?:in|unter) .. (?:hose|slip|hoschen|unterhose|rock|bluse|hemd|bh|
kleid|shirt|schritt|boxershorts); mit der hand(?= (?:kommen|befriedig\w*|verwohn\w*|fertig|zum)|$|[.!?]); (?:mach|
machs|besorg|besorgs)\w* (?:es )?(?:<wen>) .. (?:hand|handen|fingern?); fummel\w*; fummle\w*; (?:grapsch|grabsch|
begrapsch|begrabsch|befummel|befingern?)\w*; (?:vibrator\w*|dildo\w*|auflegevibrator\w*|magic wand|sextoy\w*|
sexspielzeug\w*|vibro\w*|satisfyer|womanizer|lovense); (?:hol|holt|holst)\w* (?:<wen>) .. runter; finger(?:e|st|
t) (?:<wen>); zwischen (?:die|den|meine|meinen|deine|deinen|ihre|ihren|seine|seinen) beinen?; (?:hand|hande|
finger) .. (?:<scham>|<busen>); handjob\w*; petting; intimmassage; lingam\w*; yoni\w*; (?:<wen>) fingern; ^fingern$;
""",
    "watersports": r"""
\w*piss\w*; \w*pink(?:el|le)\w*; natursekt\w*; urin\w*;
""",
    "oral_sex": r"""
leck\w* (?:<wen>)(?! .. (?:teller|loffel|schussel|finger|schuhe|stiefel|fusse))(?= (?:bis|aus|da|dort|unten|
zwischen|zum|lange|langsam|minuten|\w+ minuten|heute|morgen|jeden|jetzt|ausgiebig|richtig|tief|sauber|und|mit)|$|
[.!?]); blas(?:e|t|en|st)?(?= (?:<wen>|sonntags|heute|einen|am|als|jeden|vor|nach|zur|bis|ist|gut|mit)|$|
[.!?])(?! .. (?:kerze\w*|luft|luftballon\w*|trompete|horn|suppe|handkuss\w*|kuss\w*|seifenblasen));
(?:<wen>) einen blasen; geblasen(?= |$|[.!?])(?! .. (?:trompete|kerze\w*)); lutsch\w* .. (?:<wen>|<scham>|schwanz);
lutsch\w* (?:<wen>); (?:in|im) (?:den|deinen|meinen|seinen|ihren|deinem|meinem) mund(?= |$|[.!?])(?= (?:nehm\w*|
komm\w*|spritz\w*|genommen)|$|[.!?]); nimm (?:<wen>|<sein> (?:<scham>)) .. (?:in den|in deinen|tief in den) mund;
(?:benutz|benutze|gebrauch|setz)\w* .. (?:mund|zunge|lippen) .. (?:an|bei|fur|auf|ein)(?= (?:<wen>)|$|[.!?]);
neunundsechzig; 69; soixante neuf; auf (?:die|den|deinen|deine) knien? .. mund; mund (?:weit )?auf(?=$|[.!?]| und);
saug\w* an (?:<wen>|<scham>|<sein> (?:<scham>)); blowjob\w*; (?:leck|kuss|saug|lutsch|verwohn|verehr|schluck|
koste?)\w* .. (?:<scham>); cunnilingus; fellatio; franzosisch (?:verwohn\w*|mach\w*|im bett|mit)(?! (?:lern\w*|
vokabel\w*)); schluck\w* (?:alles|es|mein\w*|sein\w*)(?! .. (?:tablette\w*|pille\w*|medikament\w*));
deep ?throat\w*; face ?sitting; setz\w* .. (?:auf|uber) .. gesicht; oral\w*; mit (?:dem|deinem) mund (?:zum|kommen|
verwohn\w*|befriedig\w*|glucklich\w*); leckt? sie(?! .. (?:eis|teller)); (?:mich|dich|sie|ihn|
\{?partner\}?) (?:\w+ ){0,3}lecken; (?:befriedig|verwohn|mach)\w* .. mit .. (?:mund|zunge|lippen); ^lecken$;
(?:geleckt|gelutscht) werden; (?:und|dann) (?:lutsch|leck|blas)(?=$|[.!?]); (?:mund|lippen|zunge) .. (?:<scham>);
""",
    "oral_body": r"""
lutsch\w* .. (?:zehen?|finger|ohr\w*|<busen>); (?:bete|verehr|verehre|verwohn)\w* .. (?:fusse|korper|beine|zehen|
<busen>); (?:fuss|korper|bein)(?:verehrung|anbetung|kult)\w*; (?:bedeck|uberhauf|ubersa)\w* .. kuss\w*; (?:leck|
kuss|saug|knabber)\w* .. (?:<busen>|zehen|fusse|<haut>); (?:<busen>) .. (?:leck\w*|kuss\w*|saug\w*|zunge|lippen);
""",
    "anal_fingers_toys": r"""
\w*plugs?(?! (?:and play|in)); strap ?on\w*; umschnall\w*; anal\w*; (?:finger|spielzeug|dildo|vibrator|kugeln|
daumen|schwanz|ihn|etwas|kerze|toy) .. (?:in|im|in den|in meinen|in deinen) (?:<sein> )?(?:<loch>); (?:in|
im) (?:<sein> )?(?:<loch>)(?! (?:des|der) .. (?:strass\w*|nadel)); (?:fick|dehn|dehne|trainier|nimm|fingere?|full|
stopf|weite|offne|benutz)\w* .. (?:arsch|loch|poloch|arschloch|hintern|po); (?:fass|pack|knet|greif|streichel|
massier|begrapsch|tatschel|spreiz)\w* .. (?:<loch>|po); (?:<loch>) .. (?:fingern?|spielzeug|dildo|plug|gedehnt|
dehn\w*|massier\w*|knet\w*); prostata\w*; pegging; einlauf; analdusche; arsch ?(?:fick|ficken|sex|spiele)\w*;
""",
    "rimming": r"""
(?:leck|lecke|kuss|kusse|zungel|verwohn|saug|koste?|kriech)\w* .. (?:<loch>|po); arschleck\w*; arsch lecken;
anilingus; rimming\w*; rimmen; zungenanal; (?:zunge|mund|lippen|gesicht|nase) .. (?:<loch>|po);
(?:<loch>) .. (?:leck\w*|kuss\w*|zunge); po ?leck\w*;
""",
    "restraints": r"""
spreizstange\w*; (?:schnall|schnalle|kett|kette|bind|binde|schnur|zurr|kettet)\w* (?:<wen>) (?:fest|an|ans|zusammen|
aufs); shibari; kinbaku; (?:handgelenk\w*|hande|arme) .. (?:fest|nieder|zusammen|hinter .. rucken|auf .. rucken|
hinter den|binde\w*); keuschheits\w*; peniskafig\w*; (?:im|in den|in den) kafig; (?:gebunden|gefesselt|angekettet|
geschnurt|verschnurt|angeschnallt)(?:e[nmrs]?)?; knebel\w*; handfesseln; fussfesseln; fesselspiel\w*; manschetten;
zwangsjacke; an (?:die|der) leine(?! (?:auf|zum|hang\w*)); halsband .. leine; (?:sperr|sperre|schliess|
schliesse) (?:<wen>) (?:in|ein|weg); andreaskreuz; halt(?:e|et)? (?:<wen>) (?:nieder|fest(?= .. lass))(?= |$|[.!?]);
(?:mich|dich|sie|ihn|uns|\{?partner\}?) (?:\w+ ){0,3}(?:fesseln|anketten|festbinden|knebeln); kett(?:e|est|
et) (?:<wen>) .. an;
""",
    "blindfold": r"""
(?:verbundenen|verbundne|geschlossen verbundenen|zugebundenen|bedeckten) augen; augen ?(?:zubind\w*|zu ?gebunden|
verbind\w*|zuhalt\w*|abdeck\w*|binden?); (?:hand|hande) .. (?:uber|vor|auf) .. augen; (?:nimm|nehm|raub|
entzieh)\w* .. (?:die sicht|das sehen|das augenlicht|den blick); (?:haube|maske|kapuze) .. (?:nichts siehst|
nicht siehst|uber .. augen|nichts sieht); blind ?fold\w*; sinnesentzug;
""",
    "orgasm_control": r"""
(?:fass|fasse|beruhr|beruhre|streichel|befriedig)\w* (?:dich|euch|sich) .. (?:nicht|nie|erst)(?= .. an|$|
[.!?]| (?:an|selbst|bis|ohne|vor)); (?:nicht|nie|kein|ohne) (?:\w+ )?(?:selbst )?(?:anfassen|anzufassen|beruhren|
masturbier\w*|selbstbefriedig\w*|wichsen)(?= .. (?:bis|diese|ohne|vor|heute)|$|[.!?]); (?:komm|komme|kommst|kommen|
kommt) (?:ja |bloss |noch |heute |diese woche )*(?:erst|nur|nicht)(?= (?:wenn ich (?:es |dir |das )*(?:sag\w*|
erlaub\w*|befehl\w*|will|zahl\w*)|bis ich|bevor ich|ohne (?:meine |mich |dass ich )?(?:erlaubnis|zu fragen|es)|
auf (?:befehl|kommando|mein\w*)|vor (?:\w+tag|mir|dem wochenende)|diese woche|einmal|zweimal|zum hohepunkt)|$|
[.!?]); komm\w* auf (?:befehl|kommando|mein (?:zeichen|wort|kommando)); (?:darfst|durft) (?:(?!(?:zu|zum|zur|nach|
mit|ins|in|auf|um|vorbei|her|heim|rein|an|spater|gern|gerne|fruher|bei|ohne|uns|als|raus|runter|
noch)\b)\w+ ){0,4}(?:kommen|den hohepunkt|orgasmus|orgasmen)(?! (?:nach|zu|mit|heim)); darf (?:er|sie|ich|
\{?partner\}?) (?:(?!(?:zu|zum|zur|nach|mit|ins|in|auf|um|vorbei|her|heim|rein|an|spater|gern|gerne|fruher|bei|ohne|
uns|als|raus|runter|noch)\b)\w+ ){0,4}(?:kommen|orgasm\w*); (?:er|sie|ich|\{?partner\}?) darf (?:(?!(?:zu|zum|zur|
nach|mit|ins|in|auf|um|vorbei|her|heim|rein|an|spater|gern|gerne|fruher|bei|ohne|uns|als|raus|runter|
noch)\b)\w+ ){0,4}(?:kommen|orgasm\w*); kommen (?:zu )?durf\w*; darfst du kommen; bevor du kommst(?! (?:kauf|bring|
ruf|klingel\w*)); (?:frag|bitt|bitte|frage)\w* .. (?:kommen zu|bevor du kommst|um .. (?:hohepunkt|orgasmus|kommen));
kurz davor(?= .. (?:auf|stopp\w*|halt\w*|pause)|$|[.!?]| und); kein\w* (?:orgasm\w*|hohepunkt\w*|kommen|
abspritzen)(?! (?:des tages|der woche)); keuschheit\w*; keusch; keuschhalt\w*; (?:ruinier|verwehr|verbiet|versag|
verweiger|erlaub|gewahr|verdien)\w* .. (?:orgasm\w*|hohepunkt\w*|kommen); orgasmus ?(?:verbot|kontrolle|entzug|
sperre|erlaubnis|pflicht)\w*; edgen; edging; edge; (?:wann|ob|wie oft|wenn) du (?:kommen|kommst) (?:darfst|sollst);
peniskafig\w*; schlusselherr\w*; (?:erlaubnis|ohne erlaubnis|befehl) .. (?:kommen|orgasmus|hohepunkt); zappeln;
abstinen\w*; (?:hande|finger) weg von (?:dir|<sein> (?:<scham>)); (?:ruiniert|erzwungen|verboten)\w* (?:orgasm\w*|
hohepunkt\w*); hand an (?:dich|sich|mich) (?:zu )?leg\w*; (?:selbst|nicht|keine) .. hand an(?:gelegt|leg\w*|
zulegen); kafig (?:an|anbehalt\w*|bleibt); (?:wirst|sollst) (?:\w+ ){0,3}nicht kommen(?=$|[.!?]);
""",
    "protocols": r"""
(?<!\w\s)knie(?= (?:dich|vor|auf|zu|neben|nackt|hin|nieder|dort|im|in|wenn|an der|und warte|jeden|immer|beim));
^knie(?=$|[.!?]); (?:wirst|sollst|musst|darfst|will|willst|soll|muss|lass|mochte|beim) .. knien; knien (?:vor|wenn|
an der tur); niederknien; hinknien; kniest; kniet; kniend\w*; auf (?:den |deinen |seinen |ihren )?knien;
halsband(?! (?:der|des|vom|fur) .. (?:hund\w*|katze\w*|kater\w*)); (?:nenn|nenne|nennst|sprich|sprichst|begruss|
begrusse)\w* .. (?:herr|herrn|herrin|meister|meisterin|gebieter\w*|gottin|konigin|daddy|sir|mistress|master); (?:ja|
nein|danke|bitte|guten morgen|gute nacht) (?:mein |meine )?(?:herr|herrin|meister|meisterin|gottin|sir|mistress);
hausregeln(?! (?:des|der) (?:vermieters|hauses|wohn\w*|anlage)); meine regeln; (?:sprich|rede|
antworte) nur(?= (?:wenn|auf|nach)); (?:blick|augen|kopf) .. (?:gesenkt|nach unten|zu boden|senk\w*)(?= .. (?:rede|
spreche|da bin|wenn|vor|hereinkomm\w*)|$|[.!?]| wenn); (?:um|ohne|nur mit|meine|
erst mit) erlaubnis(?! (?:der eltern|des vermieters)); (?:bedank|danke)\w* (?:dich )?.. (?:strafe\w*|schlag\w*|
knien|klaps\w*|hieb\w*|bestrafung\w*); inspektion\w*(?! (?:des|fur das|vom) (?:auto\w*|wagens)); (?:einen|zwei|drei|
immer) (?:schritt|schritte) hinter (?:<wen>); prasentier\w* (?:dich|sich|euch); (?:warte|wartest|empfang|empfangst|
begruss|erwarte)\w* .. (?:kniend|nackt|auf knien|halsband|an der tur knie\w*|position); gehorch\w*; gehorsam\w*;
unterwurfig\w*; devot\w*; dien(?:e|st|en) (?:<wen>)(?= |$|[.!?]); protokoll\w*(?! (?:der|des|schreib\w*|fuhr\w*|
der sitzung)); sklaven ?(?:position|regel|training|vertrag)\w*; strafen?; bestraf\w*; strafbuch; nicht auf (?:die|
das|den) (?:mobel|sofa|couch|bett|sessel) .. (?:erlaubnis|setz\w*|darf\w*); keine mobel; zu (?:meinen|seinen|
ihren) fussen; verbeug\w* (?:dich|vor); haltung annehmen; disziplin\w* .. (?:strafe\w*|regel\w*);
frag\w* (?:<wen> )?ob du .. (?:sprechen|reden|sitzen|setzen|gehen|essen|aufstehen|schlafen|anfassen) darfst;
""",
    "dirty_talk": r"""
dirty ?talk\w*; sext\w*; (?:sag|sage|schreib|schreibe|fluster|flustere|erzahl|beschreib|text)\w* .. (?:wie sehr|
wie oft|wie stark|wie) .. (?:mein\w* korper|mich willst|geil|fick\w*|du willst); schmutzig\w* (?:reden|worte\w*|
sachen|dinge|fantasi\w*|gedanken|nachricht\w*|witze ins ohr); rede schmutzig; (?:versaut|unanstandig|schmutzig|
dreckig|pervers|sexy|erotisch|geil|heiss|anzuglich|frivol|unartig)\w* (?:nachricht\w*|sms|worte\w*|dinge\w*|sachen|
text\w*|geschichte\w*|brief\w*|fantasie\w*|gedanken|traum\w*|stimme|anruf\w*|mail\w*|etwas); telefonsex; cybersex;
erotika; kopfkino; (?:was|alles was) (?:du|ich) .. (?:mit|an) (?:<wen>) .. (?:machen|anstellen|tun|vor|vorhast|
willst|mochtest); nenn\w* (?:<wen>) .. (?:schlampe|hure|luder|stuck|sau);
""",
    "moaning": r"""
(?:sei|werd|werde|bleib) (?:ruhig |richtig |ganz |mal )?laut(?:er)?(?= (?:wenn|beim|fur|im)|$|[.!?]); (?:lass|
lasse) (?:<wen>) (?:dich|mich|es|alles|deine lust|ihn|sie) (?:stohnen )?horen(?=$|[.!?]| wenn| wie| beim);
(?:schrei|schreie|ruf|rufe|stohn|keuch|hauch|seufz)\w* (?:meinen|seinen|ihren|deinen) namen; (?:lass|
lasse) .. horen wie (?:gut|schon|sehr|geil)\w*; (?:schrei|quietsch|schnurr|winsel|wimmer|jammer)\w* fur (?:<wen>);
laut(?:er)? (?:stohn\w*|kommen|sex|sein);
""",
    "roleplay": r"""
(?:sei|spiel|spiele|spielst|bist|bist du|du bist|bin|ich bin|mach|gib|als|verkleide? dich als) (?:heute |mal |
fur mich |heute abend )?(?:mein|meine|meinen|den|die|das|der|ein|eine|einen|unser|unsere|dein|
deine) (?:\w+e[nsr]? )?(?:krankenschwester|lehrer\w*|arzt|arztin|doktor\w*|patient\w*|chef|chefin|sekretar\w*|
zimmermadchen|dienstmadchen|zofe|butler|fremde\w*|einbrecher\w*|polizist\w*|gefangene\w*|warter\w*|kapitan\w*|
pirat\w*|student\w*|professor\w*|masseur\w*|masseuse|kellner\w*|barkeeper\w*|vampir\w*|escort\w*|callgirl\w*|
prostituierte\w*|kunde|freier|handwerker\w*|klempner\w*|pizzabot\w*|cheerleader\w*|prinz\w*|konig\w*|ritter\w*|
katzchen|hundchen|welpe\w*|pony|haschen|priester\w*|nonne|soldat\w*|feuerwehr\w*|detektiv\w*|agent\w*|spion\w*|
dieb\w*|entfuhrer\w*|anhalter\w*|fotograf\w*|modell|vermieter\w*|hausfrau|postbot\w*|hexe|schulmadchen|direktor\w*|
trainer\w*|nachbarin|nachbar|pfleger\w*)(?! (?:auf|bei) der arbeit); doktorspiel\w*; (?:arzt|arztin|chef|chefin|
lehrer|lehrerin|herr|herrin|meister|konig|polizist|masseur|fotograf|fremder) und (?:<sein> )?(?:patient\w*|
sekretar\w*|schuler\w*|sklav\w*|diener\w*|gefangene\w*|modell|kundin|zofe|magd|fremde); (?:pet|puppy|pony|kitten|
age|pup) ?play\w*; (?:katzchen|hundchen|kater) .. (?:schnurr\w*|bell\w*|fur mich|brav\w*); brav\w* (?:katzchen|
hundchen|kater|pony|welpe); \w*kostum\w*(?! .. (?:fasching|karneval|kinder)); (?:krankenschwester|polizei|
schulmadchen|dienstmadchen|zofen|stewardess)(?:kostum|uniform|outfit)\w*; tu so als .. (?:nie|noch nie|fremd\w*|
zum ersten mal|nicht kenn\w*|getroffen|begegnet); verkleid\w*; cosplay; rollenspiel\w*; (?:schnurr|miau|bell|wieher|
wuff)\w* (?:fur|wie|und|an); klinikspiel\w*; entfuhrungsspiel\w*; (?:wir|ihr) (?:kennen|kennt) (?:uns|
euch) (?:noch )?nicht(?= (?:und|heute)|$|[.!?]); spiel\w* fremde\w*;
""",
    "commands": r"""
(?:tu|tust|tun|mach|machst|machen|mache|tue) (?:genau |nur |alles |einfach |exakt |immer )*(?:was|wie|
das was) (?:\w+ ){0,3}(?:ich|man|er|sie|partner\}?|herr\w*|dir|ihr)(?: dir| mir)? (?:\w+ ){0,2}(?:sag\w*|befehl\w*|
verlang\w*|will\w*|befiehl\w*|anordn\w*|mocht\w*|wunsch\w*|aufgetragen|gesagt); (?:mach|tu|mache|
tue)\w* .. alles was; (?:machst|tust) alles; gehorch\w*; das sagen; (?:sag|sage|sagst) (?:<wen>) was (?:ich|er|sie|
du|\{?partner\}?) (?:zu )?(?:tun|machen) (?:soll\w*|darf\w*|hab\w*|muss\w*); kontrolle (?:ubernehm|ubernimm|uber|
abgeb|abgib|ab)\w*; (?:ubernimm|ubernehm|gib|hab|ubergib|uberlass)\w* .. (?:kontrolle|fuhrung|
kommando)(?! uber (?:das auto|den wagen)); befolg\w* (?!.{0,12}rezept)(?:<sein> )?(?:\w+ )?(?:befehl\w*|
anweisung\w*|regeln|wort); kommando\w*; unter .. (?:kommando|befehl); herumkommandier\w*; kommandier\w*;
unterwurf\w*; unterwirf\w*; dominier\w*; dominant\w*; devot\w*; befehl\w*; befiehl\w*; ich (?:bestimm|entscheid|
befehl)\w* (?:und )?du (?:folgst|gehorchst|machst|tust); ^unterwerfung$; unterwerf\w*; mein wort (?:gilt|ist gesetz|
zahlt); aufs wort;
""",
    "begging": r"""
bitt(?:e|est)? (?:<wen>) (?:ganz |richtig |sehr )?(?:lieb|schon|suss|artig|brav|hoflich|instandig)\w*; sag(?:e|
st)? (?:schon |lieb |artig )?bitte(?=$|[.!?]| bevor| wenn| und); bettel\w*; bettle\w*; fleh\w*; wins(?:el|le)\w*;
(?:auf|auf den) knien .. (?:bitt\w*|bettel\w*|fleh\w*); anfleh\w*;
""",
    "stripping": r"""
(?:sei|bleib|bleibst|schlaf|schlafst|schlafe|koch|koche|putz|wart|warte|wartest|komm|lieg|leg|sitz|steh|servier|
lauf|tanz|iss|empfang|begruss|knie|zieh|ganz|den ganzen tag|an der tur|zuhause|daheim|bugel|saug|dien|verbring|
frühstuck|fruhstuck)\w* .. (?:<blosse>); (?:<blosse>) (?:an|in|auf|bei|vor|im|zu|schlafen|kochen|putzen|warten|um|
fur|unter|bleiben|sein|ausziehen|bis|tanzen|servieren|ausser|mit|am|aus); nichts an(?= (?:ausser|haben|als|bis|wenn|
unter)|$|[.!?]); (?:hose|hosen|hoschen|slip|rock|bh|hemd|shirt|kleider|klamotten|unterhose|bluse|hullen) (?:runter|
aus|weg|herunter|fallen|ausziehen); (?:runter|weg|raus|herunter|aus) (?:mit|aus) (?:<sein>) (?:hose|hoschen|slip|
kleider\w*|klamotten|bh|hemd|rock|unterhose|kleid); leg\w* .. (?:kleid\w*|klamotten|hullen|hose|hoschen|bh|
slip) .. ab; striptease\w*; stripp(?:e|en|st|t)?(?= |$|[.!?]); (?:ohne|keine) (?:kleider|kleidung|klamotten|hose);
ausgezogen\w*; zieh\w* .. (?:nackt|hose|hoschen|slip|bh|hemd|bluse|rock|kleid|kleider|klamotten|unterhose|shirt|
dich) .. aus; nackt ?(?:koch|putz|schlaf|wart|tag|sein)\w*; (?:zeig|entbloss|mach) .. (?:<busen>|oberkorper|
brust) .. frei; frei ?mach\w*; splitternackt\w*; ^nacktheit$;
""",
    "solo_pleasure": r"""
(?:fass|fasse|fasst|anfass|streichel|streichle|beruhr|beruhre|verwohn)\w* (?:dich|sich|euch)(?! .. (?:kurz an|
ein herz|an die (?:nase|stirn|eigene nase)|ans herz)) (?:\w+ ){0,5}(?:an|selbst|selber|da unten|dabei|nicht)(?= |$|
[.!?]); fass dich (?:nicht )?an; (?:dich|sich) (?:selbst |selber |nicht )?(?:anfass\w*|anzufassen|anfasst);
(?:spiel|spiele|spielst)\w* (?:an|mit) (?:dir|sich)(?! (?:karten|ball|zu hause))(?= |$|[.!?]); (?:mach|machs|machst|
besorg|besorgs|besorge?)\w* (?:es )?(?:dir|sich)(?: es)? selb(?:st|er)(?! (?:etwas|einen|eine|ein|was));
(?:es )?(?:sich|dir) selbst (?:machen|besorgen|befriedigen|verwohnen); (?:hol|holst|hole)\w* (?:dir|sich) .. runter;
fingere? (?:dich|sich); (?:bring|bringst|bringe)\w* (?:dich|sich) .. (?:hohepunkt|orgasmus|kommen); wichs\w*;
(?:allein|selbst|solo) .. (?:vibrator|dildo|satisfyer|womanizer|spielzeug|toy); (?:vibrator|dildo|satisfyer|
womanizer) .. (?:allein|selbst|jeden|taglich|bis|solo); selbst ?(?:befriedig|liebe|lieb)\w*; masturb\w*; onanier\w*;
porno\w*; runterhol\w*; rubbel\w* (?:dir|dich|einen); nicht selbst anfassen; finger weg von dir;
befriedig\w* (?:dich|sich|euch) selb\w*; (?:minuten|stunde|zeit|abend) mit (?:dem|deinem|einem) (?:vibrator|dildo|
satisfyer|womanizer|spielzeug);
""",
    "posing": r"""
zeig(?:e|st|t)? (?:<wen>) (?:<sein> )?(?:\w+en |\w+e )?(?:korper|po|hintern|arsch|<busen>|<scham>|beine|alles|
schenkel|dessous|unterwasche|hoschen|loch)(?! (?:in ordnung|was du gekocht|fotos)); zeig(?:e|
st)? dich(?! (?:erkenntlich|von deiner (?:besten|guten) seite beim|bei den)); (?:mach|spreiz|spreize|
offne)\w* .. (?:beine|schenkel|knie)(?= (?:breit|auseinander|weit|fur|auf)|$|[.!?]); beine (?:breit|auseinander|
weit|spreizen|gespreizt|offen); bucke? dich(?! .. (?:heb|nach dem|und heb)); (?:stell|dreh|
leg)\w* dich .. (?:dreh\w*|hin und zeig|damit ich dich|um und zeig|zur schau|vor mich|vor mir|fur mich hin|im kreis|
langsam im|so hin dass); lass dich (?:ansehen|anschauen|ansehn|begutachten|betrachten|mustern|inspizieren|
bewundern); prasentier\w* (?:dich|sich|deine\w*|mir); hande hinter (?:den|dem|deinen) kopf; zur schau; posier\w*;
pose; aktmodell;
""",
    "dancing": r"""
tanz(?:e|t|en|st)? (?:\w+ ){0,4}(?:fur|vor|auf) (?:<wen>|meinem schoss|seinem schoss|ihrem schoss); (?:twerk|twerke|
twerkt|twerken|twerkst); tanz(?:e|t|en|st)? (?:nackt|aufreizend|erotisch|sexy|verfuhrerisch|in (?:unterwasche|
dessous)|sinnlich|lasziv|heiss|an der stange|oben ohne); (?:poledance|lapdance|schosstanz|bauchtanz|stangentanz|
striptease|nackttanz)\w*; (?:wackel|wackle|schwing|kreis|wieg|shake|lass)\w* .. (?:hintern|po|huften?|arsch|
becken)(?= |$|[.!?]); (?:erotisch|sexy|heiss|sinnlich|lasziv|verfuhrerisch)\w* tanz\w*;
""",
    "revealing_clothing": r"""
(?:kein|keinen|ohne|keine|lass|vergiss) (?:\w+ )?(?:hoschen|slip|bh|unterwasche|unterhose|schlupfer|unterhosen);
(?:hoschen|slip|bh|unterwasche) (?:\w+ ){0,2}(?:zu hause|zuhause|daheim|weg|aus|lassen); (?:trag|trage|tragst|zieh|
anzieh|kauf|schlaf|komm|probier|anhaben|in|nur)\w* .. (?:dessous|strapse?n?|strapsgurtel|halterlose\w*|string|tanga|
stringtanga|korsett\w*|corsage\w*|babydoll|negligee|latex\w*|lackkleid|lack und leder|netzstrumpf\w*|catsuit|
body(?! ?(?:lotion|guard))|harness|jockstrap|minirock|minikleid|bikini|high heels|highheels|stockelschuhe|ouvert\w*|
spitze|spitzen\w*|reizwasche|hotpants|durchsichtig\w*|etwas (?:aufreizend\w*|sexy|kurzes|enges|freizugig\w*|
heisses)|tief\w* ausschnitt|schurze(?= |$|[.!?])); nur (?:eine |die |deine )?schurze; nichts (?:drunter|darunter|
unter); unten ohne; (?:drunter|darunter) (?:nichts|nackt); aufreizend\w*; freizugig\w*; (?:knappe?|kurze?|enge?|
sexy)[snrm]* (?:rock|rockchen|kleid|kleidchen|outfit|hoschen|shorts|top|bluse|unterwasche|hot ?pants); (?:latex|
leder|lack)(?:kleid|rock|outfit|hose|korsett|catsuit)\w*; ausschnitt zeig\w*; zieh dich sexy an; sexy an;
""",
}
