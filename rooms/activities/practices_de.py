"""The phrases of `practices` in German: what people do, by the stem of its preference keys, as `phrases_de` notes them."""

PREFERENCES = {
    "massage": r"""
massage; massagen; \w+massage; \w+massagen; massageol; massier\w*; einmassier\w*; durchknet\w*; knet; knete; kneten;
(?:reib|reibe|reiben|rubb(?:el|le))\w* .. (?:schultern?|rucken|nacken|fusse?n?|waden?); verspannung\w* .. (?:los|
weg)\w*;daumen .. (?:druck|kreis)\w* .. (?:nacken|rucken|schultern?|fusssohle\w*);
""",
    "hair_pull_gentle": r"""
(?:zieh|ziehe|ziehen|zupf|greif|greife|pack|packe|fass|fasse|grab)\w* .. (?:haar|haare|haaren); (?:an|bei) den haaren;
(?:haar|haare|haaren|schopf) .. (?:zieh|ziehen|ziehst|zieht|packen|packst|greif\w*|fest|zuruckzieh\w*|zuruck);
nimm .. (?:haar|haare) .. (?:hand|faust); (?:ins|in die|in das) (?:haar|haare) .. (?:schliess\w*|fest|zu); (?:haar|
haare) .. (?:um|in) .. (?:faust|finger);
""",
    "biting_moderate": r"""
beiss\w*; gebissen; biss; bisse; bissspur\w*; liebesbiss\w*; knutschfleck\w*; knabber\w*; anknabber\w*; zahne; zahnen;
""",
    "spanking_moderate": r"""
spank\w*; klaps\w*; \w*klapse; versohl\w*; (?:hau|haue|hauen|haust|haut) .. auf .. (?:po|popo|hintern);(?:schlag|schlage|
schlagen|schlagst|schlagt) .. (?:po|popo|hintern); (?:po|popo|hintern) .. (?:schlag|schlage|schlagen|klatsch\w*);
ubers knie; uber (?:das|dein\w*) knie; (?:klatsch|tatsch(?:el|le)|patsch)\w* .. (?:po|popo|hintern);
""",
    "spanking_hard": r"""
(?:hart|fester|fest|kraftig|heftig)\w* .. (?:klaps\w*|versohl\w*); (?:klaps\w*|versohl\w*) .. (?:hart|fester|kraftig|
heftig)\w*;peitsch\w*; auspeitsch\w*; padd(?:el|le)\w*; rohrstock\w*; reitgerte\w*; gerte;
""",
    "slapping": r"""
ohrfeig\w*; backpfeif\w*; watsch\w*; (?:schlag|schlage|schlagen|schlagst|schlagt) .. (?:gesicht|wangen?);
ins gesicht .. schlag\w*;ein(?:en|em)? (?:\w+en )?schlag; (?:leicht|sanft|fest|kraftig|hart)\w* schlage\w*;
""",
    "hands_genitals": r"""
zwischen .. (?:\w*schenkel\w*|beine|beinen); genital\w*; geschlechtsteil\w*; (?:im|in den) schritt; unter (?:der|
die) gurtellinie;intim; intime; intimen; intimer; intimes; intimem; intimste\w*; intimbereich; erogen\w*;befriedig\w*;
handarbeit .. lust;(?:<hande>|<beruhrt>|schieb\w*|gleit\w*) .. (?:unter|in|unters|ins) (?:das|die|den|dem|der|
dein\w*)? ?(?:<kleid>);(?:<hande>|<beruhrt>) .. (?:brust|bruste|brusten|brustwarze\w*); (?:brust|bruste|brusten|
brustwarze\w*) .. (?:<beruhrt>);(?:<hande>|<beruhrt>) .. (?:erreg\w*|hohepunkt|orgasmus|befriedig\w*);(?:erreg\w*|
hohepunkt|orgasmus) .. (?:<hande>|<beruhrt>);(?:empfindsamst|empfindlichst|privatest|verborgenst|geheimst|
heissest)\w* (?:stelle\w*|punkte?|ort\w*|zone\w*);(?:<hande>|<beruhrt>) .. (?:dort|da) .. wo .. (?:am (?:starksten|
meisten|liebsten)|lust|brauch\w*|will|mag);(?:<hande>|<beruhrt>) .. (?:<ganz>); (?:<ganz>) .. (?:<beruhrt>|<hande>);
(?:<hande>) .. (?:wander\w*|gleit\w*|erkund\w*) .. (?:tiefer|weiter unten|den korper);(?:innenseite\w*|
innen) .. (?:ober)?schenkel\w*; \w*schenkel\w* .. (?:hinauf|hoch|hoher|aufwarts); unterleib; schoss .. (?:<beruhrt>);
hol\w* .. einen runter; runterhol\w*; finger[et] (?:partner|mich|dich|sie|ihn);
(?:<beruhrt>) .. schoss;da unten .. (?:<beruhrt>); (?:<beruhrt>) .. da unten; handjob\w*;
""",
    "choking": r"""
wurg\w*; gewurgt\w*; erwurg\w*; (?:<hande>) .. (?:an|um|auf|gegen) .. (?:hals|halse|kehle|gurgel); (?:hals|kehle|
gurgel) .. (?:<hande>);
""",
    "spitting": r"""
spuck\w*; gespuckt; bespuck\w*; anspuck\w*; speichel\w*; spucke;
""",
    "watersports": r"""
urin; urins; urinier\w*; pink(?:el|le)\w*; angepinkelt; pissen?; pisse; natursekt; nass\w* spiele?n?; goldene dusche;
""",
    "oral_sex": r"""
oralsex; oralverkehr; oral; (?:<mundwerk>) .. zwischen .. (?:\w*schenkel\w*|beine|beinen);
zwischen .. (?:\w*schenkel\w*|beinen|beine) .. (?:<mundwerk>);(?:<mundwerk>) .. (?:dort|da|dorthin) .. wo; (?:dort|da|
dorthin) .. (?:<mundwerk>) .. wo; (?:dort|da) .. wo .. (?:<mundwerk>);(?:<mundwerk>) .. (?:intim\w*|genital\w*|schoss|
unterleib|da unten|unterhalb); mund .. (?:tiefer|hinunter|hinab|abwarts|nach unten);kuss\w* .. (?:tiefer|hinab|
hinunter|abwarts|nach unten); (?:tiefer|hinab|abwarts) .. kuss\w*; zunge .. (?:tiefer|hinab|nach unten|unten);
mit (?:dem|deinem|ihrem|seinem|der|deiner) (?:mund|zunge) .. (?:verwohn\w*|lust|befriedig\w*|hohepunkt);
verwohn\w* .. mit .. (?:mund|zunge|lippen);einen blasen; blas (?:partner|mir|ihm|dir) einen(?!\W+\w*kuss);
(?:mund|lippen|zunge) .. wenn (?:er|sie) tiefer; blowjob\w*;
(?:<mundwerk>) .. (?:<ganz>);(?:<ganz>) .. (?:<mundwerk>); (?:innenseite\w*|innen) .. schenkel\w* .. (?:<mundwerk>);
(?:<mundwerk>) .. (?:innenseite\w*|innen) .. (?:ober)?schenkel\w*;
""",
    "oral_body": r"""
(?:<kuss>) .. (?:<haut>); (?:<haut>) .. (?:ku(?:e)?ss\w*|gekusst\w*|leckt?|lecken?|leckst|lippen|zunge|zungenspitze);
(?:ausser|neben) .. mund .. (?:gekusst|kuss\w*); kusse? .. (?:entlang|hinab|hinauf|uberall|nach dem anderen den);
(?:spur|reihe|kette|linie|pfad|weg) .. (?:von|aus|deiner) (?:kussen|lippen); kuss\w* .. (?:linie|spur|pfad);
kuss dich .. (?:hinauf|hinab|entlang);(?:<kuss>) .. (?:<ganz>); (?:<ganz>) .. (?:<kuss>); (?:honig|sahne|schokolade|
sirup|eis) .. (?:leck|lecke|lecken|abzulecken|kussen|ablecken);(?:mund) .. (?:auf|uber|an|entlang) .. (?:haut|nacken|
schultern?|bauch|rucken|brust|hals);
""",
    "anal_fingers_toys": r"""
anal; anale\w*; analsex; analverkehr; analplug\w*; prostata; rosette; (?:am|im|den) after;(?:<beruhrt>|<hande>|
massage) .. (?:<gesass>); (?:<gesass>) .. (?:<beruhrt>|massage); zwischen .. pobacken;
""",
    "rimming": r"""
rimming; (?:zunge|lippen|mund|kuss\w*|leckt?|lecken) .. (?:<gesass>|rosette); (?:<gesass>) .. (?:kuss\w*|lecken?|
zunge);
""",
    "restraints": r"""
fess(?:el|le)\w*; gefesselt\w*; festbind\w*; festgebunden\w*; anbind\w*; angebunden\w*; angekettet\w*; handschelle\w*;
bondage; seil; seile; seilen;bind\w* .. (?:hande|handen|handgelenk\w*|arme|beine|fusse|knochel\w*|fest|ans bett);
(?:hande|handen|handgelenk\w*|arme|beine|fusse|knochel\w*) .. (?:gebunden|zusammengebunden|gefesselt|zusammenbind\w*);
halt\w* .. (?:handgelenk\w*|hande|arme) .. (?:<oben>|nieder|zusammen); (?:hande|arme|handgelenk\w*) .. (?:<oben>);
festgehalten; festzuhalten; fixier\w*;(?:<binde>) .. um .. (?:hande|handgelenk\w*|arme|fusse|knochel\w*|beine);
eingesperrt\w*;uber dem kopf;
""",
    "blindfold": r"""
verbind\w* .. augen; augen .. (?:verbind\w*|verbunden\w*|zugebunden|zuhalt\w*|bedeck\w*|abdeck\w*);
halt\w* .. augen zu; augenbinde\w*; schlafmaske\w*;(?:<binde>) .. (?:uber|um|vor|auf) .. augen; (?:hand|
hande) .. (?:uber|vor|auf) .. (?:die|den|deine\w*) augen; augenmaske\w*; bind\w* .. augen;
""",
    "orgasm_control": r"""
(?:kurz|knapp|unmittelbar|direkt|bis) vor (?:dem|den|deinem|deinen) (?:hohepunkt|gipfel|orgasmus|kommen);
(?:bis )?(?:an|am) (?:den|dem) (?:ausserst\w* )?rand; wort .. rand; (?:hohepunkt|orgasmus) .. (?:zuruck|
hinauszoger\w*|warten|verwehr\w*|verweiger\w*|erlaub\w*|kontroll\w*);(?:erlaub|verbiet|verwehr|bestimm|
entscheid)\w* .. (?:hohepunkt|orgasmus|kommen (?:darf|darfst)); (?:du|partner\}) kommen (?:darf|darfst);
hinauszoger\w*; warten lass\w*; lass\w* .. (?:warten|zappeln); orgasmuskontrolle; orgasmusverbot; edging;
noch nicht kommen;
""",
    "protocols": r"""
gehorch\w*; gehorsam\w*; ungehorsam\w*; verspielte\w* regeln?; strenge\w* regeln?; regeln? .. (?:fur (?:den|die|heute|
diesen)|befolg\w*|brich\w*|brech\w*|aufstell\w*|einhalt\w*);(?:stell|leg)\w* .. regeln? .. (?:auf|fest); um erlaubnis;
erlaubnis (?:bitt|frag)\w*; mit .. erlaubnis; herrin; gebieter\w*;(?:nenn|sag)\w* .. (?:meister|mein herr|majestat);
zu (?:deinen|meinen) diensten;
""",
    "dirty_talk": r"""
schmutzig\w*; versaut\w*; unanstandig\w*; verdorben\w*; verrucht\w*; obszon\w*; lustern\w*; schlupfrig\w*; telefonsex;
sexting;(?:sag|sage|sagst|fluster\w*|erzahl\w*|beschreib\w*|verrat\w*|raun\w*|hauch\w*) .. was (?:du|deine hande|
deine lippen|dein mund) .. (?:tun|machen|anstellen|vorhast|anfangen);(?:sag|sage|fluster\w*|raun\w*|
hauch\w*) .. (?:wie|wo) du .. (?:beruhren|kussen|ausziehen|verfuhren|nehmen) (?:wirst|willst|mochtest|wurdest);
(?:kuhnst|heissest|gewagtest|frechst)\w* (?:komplimente?|gedanken?|worte?|satz\w*|wunsch\w*|nachricht\w*);(?:worte|
satz|stimme|horst|horen) .. im dunkeln; in den klarsten worten; heiss\w* (?:worte|nachricht\w*|gedanken?|
geschichte\w*);(?:was|worte|satz) .. horen .. (?:im bett|beim sex|hohepunkt); (?:innigst|intensivst|
heissest)\w* (?:moment|augenblick) .. horen;(?:zieh|entkleid)\w* .. (?:mit (?:den|deinen) (?:augen|blicken)|
in worten) aus; erotische\w* (?:geschichte|text|wort|nachricht|buch)\w*;(?:mund|lippen) .. ans? .. ohr .. (?:sag\w*|
was du);
""",
    "moaning": r"""
stohn\w*; aufstohn\w*; gestohnt; seufz\w*; aufseufz\w*; wimmer\w*; keuch\w*; lustschrei\w*; (?:dein|eur|ihr)\w* laute;
laute? der lust;laute? .. (?:im bett|beim sex|zuruckhalt\w*|herauslass\w*); (?:lass|lasse) .. horen .. (?:guttut|
gut tut|gefallt|lust|geniess\w*|schon ist);gerausche? .. (?:im bett|beim sex|lust); (?:schrei|schreie|
schreist) .. (?:lust|bett); wie laut .. (?:bett|bist du|sex);
""",
    "roleplay": r"""
rollenspiel\w*; (?:als|wie) (?:\w+ )?(?:fremde|unbekannte)\w* .. (?:begegn\w*|kennenlern\w*|treff\w*|triff\w*);
ihr seid (?:euch|einander) fremd;zwei fremde\w*;(?:triff|trefft|begegn|lern)\w* .. (?:als|wie) (?:\w+ )?(?:fremde|
unbekannte)\w*; begegn\w* .. zum ersten mal; in (?:deiner|der|einer) rolle;(?:welche|eine) rolle (?:wurdest|willst|
mochtest); verkleid\w*;spiel\w* (?:den|die|das|eine|einen|mein\w*) (?:empfang|arzt\w*|lehrer\w*|chef\w*|kellner\w*|
masseur\w*|fremde\w*|gast|konig\w*|dieb\w*|polizist\w*|kapitan\w*|einbrecher\w*|pirat\w*|butler|sekretar\w*|
patient\w*|professor\w*|gartner\w*|krankenschwester|pfleger\w*);du bist (?:der|die|ein|eine) (?:\w+ )?(?:arzt\w*|
chef\w*|kellner\w*|masseur\w*|fremde\w*|konig\w*|dieb\w*|kapitan\w*|pirat\w*|professor\w*|patient\w*);
""",
    "commands": r"""
anweisung\w*; befehl\w*; befiehl\w*; kommando; kommandos; kommandier\w*; fuhren oder gefuhrt; gefuhrt (?:zu )?werden;
gefuhrt wirst;fuhrung (?:ubernehm|ubernimm|abgeb|abgib|ab|uberlass)\w*; (?:gib|gibst|geben|ubernimm|ubernehm|
uberlass)\w* .. (?:fuhrung|kommando);(?:wer|den|das) .. tempo .. (?:bestimm|vorgib|vorgeb)\w*; (?:bestimm|
vorgib)\w* .. tempo; das sagen (?:hab|hat)\w*; (?:tut|tu|mach|macht) .. was du (?:sagst|befiehlst|verlangst);
dirigier\w*; beherrsch\w*; dominier\w*; dominant\w*;
""",
    "begging": r"""
bett(?:el|le)\w*; anbettel\w*; erbettel\w*; fleh\w*; anfleh\w*; wins(?:el|le)\w*; (?:lieb|suss|schon|hoflich|brav|
artig) (?:darum |um \w+ |um einen \w+ )?bitt\w*;bitte so suss; (?:liebe|susse|brave) bitte; bis .. bitte .. kommt;
bis .. (?:darum bittet|danach bittet|bitte sagt); bitte .. (?:zu sagen|sagen|sagt|sagst);zauberwort;
""",
    "stripping": r"""
auszieh\w*; ausgezogen\w*; auszuzieh\w*; (?:zieh|ziehe|ziehst|zieht) .. aus; entkleid\w*; entbloss\w*; aufknopf\w*;
aufgeknopft\w*; knopf\w* .. auf;(?:offne|offnest|offnet|offnen) .. (?:knopf\w*|reissverschluss\w*|hemd|bluse|hose|
kleid|gurtel|bh); (?:knopf|knopfe|armel|reissverschluss) .. offnen;(?:streif|schieb|zieh)\w* .. (?:hemd|kleid|bluse|
hose|trager|pullover|strumpf\w*) .. (?:ab|herunter|hoch|hinunter|uber den kopf);(?:kleidungsstuck\w*|kleid|hemd|hose|
bluse|kleider) .. (?:ablege\w*|ab|fallen|fallt|weniger); hullenlos\w*; hullen (?:fallen|fallt); lass\w* .. hullen;
striptease; strippen; strippst; stuck fur stuck; schicht fur schicht; umzieh\w*; umgezogen; beim umkleiden;
freimach\w*;(?:mach|leg)\w* .. (?:schulter|rucken|bein|bauch) frei; nichts (?:mehr )?an(?:haben|hast|hat);
ohne (?:kleider|kleidung|hemd|hose);
""",
    "solo_pleasure": r"""
selbstbefriedig\w*; masturb\w*; dich selbst .. (?:beruhr\w*|streichel\w*|anfass\w*|befriedig\w*|verwohn\w*);(?:beruhr|
streichel|streichle|befriedig|verwohn|fass)\w* dich (?:selbst|selber); mit (?:deiner|der) eigenen hand;
dein\w* eigene\w* rhythmus;(?:wenn|wahrend) du allein bist .. (?:denkst|tust|lust|beruhr\w*);allein im bett; solosex;
""",
    "posing": r"""
pose; posen; posier\w*; rak(?:el|le)\w*; wie du gemalt; gemalt werden (?:mochtest|willst|wurdest);
schon hin .. (?:blick|augen|schau\w*);modell .. (?:steh|lieg|sitz)\w*; (?:steh|lieg|sitz)\w* .. modell; (?:prasentier|
zeig)\w* dich;(?:dreh|dreht)\w* dich .. (?:anschau\w*|angeschaut|ansehen|angesehen|sehen kann);
lass dich .. (?:anschauen|ansehen|bewundern|betrachten);
""",
    "dancing": r"""
tanz\w* (?:fur|vor) (?:\{?partner|mich|dich|den augen); tanz\w* .. auf .. schoss; schosstanz\w*; lapdance;
bauchtanz\w*; striptease;huften .. (?:kreis\w*|schwing\w*|wieg\w*|roll\w*); (?:kreis|schwing|wieg)\w* .. huften;
verfuhrerisch\w* .. tanz\w*; tanz\w* .. verfuhrerisch\w*;
""",
    "revealing_clothing": r"""
mehr haut; haut (?:zeig|zeigst|zeigen)\w*; zeig\w* .. haut; unterwasche; dessous; spitzenwasche; reizwasche; negligee;
durchsichtig\w*; nachthemd;(?:eng|knapp|kurz|freizugig)\w* (?:kleid|hose|rock|hemd|hoschen)\w*;tiefe\w* ausschnitt\w*;
nichts darunter; darunter nichts; nur .. (?:tragen|tragst|anhast|anhaben);ohne (?:unterwasche|hoschen|slip|bh);
aufreizend\w*;
""",
}
