"""The phrases of `talk` in German: what truths ask about, and what lifts a text to a level; as `phrases_de` notes them."""

TOPICS = {
    "past_experiences": r"""
(?:erste|ersten|erster|letzte|letzten|schonste|schonsten|welcher|welchen) (?:\w+ )?(?:kuss|kusse|zungenkuss);
abschiedskuss\w*; exfreund\w*; ex (?:freund|frau|mann|partner|beziehung)\w*;(?:fruher|ehemalig|vergangen|
vorig)\w* (?:beziehung\w*|lieb\w*|partner\w*|affare\w*); verflossene\w*; leidenschaftlichst\w*;(?:wildest|kuhnst|
schonst|heissest|beste)\w* (?:nacht|liebesnacht|abend zu zweit|sex); (?:erste|ersten|letzte|letzten) (?:nacht|
liebesnacht|sex);(?:erst|letzt)\w* mal .. (?:handen|hand|gekusst|kusst\w*|geliebt|geschlafen|nackt|sex|zusammen|bett);
kaum erwarten (?:konnt\w*|konnen); (?:je|jemals|einmal|schon) .. im bett; im bett (?:passiert|erlebt|geschehen);(?:je|
jemals) .. (?:gekusst|geschlafen|geliebt|sex);(?:wann|zuletzt) .. (?:miteinander geschlafen|geliebt|liebe gemacht|sex|
gekusst); dieser nacht; erzahl\w* .. (?:von der|von einer|eine) nacht;am freiesten;am nachsten .. (?:leib|korper|
gefuhlt); wie viele .. (?:liebhaber|partner|menschen) .. (?:gehabt|geschlafen|gekusst);entjungfer\w*;
unschuld verlor\w*;seitensprung\w*; betrogen; liebeskummer; herz gebrochen; was hat .. gelehrt .. lust;
zartlich\w* (?:moment|augenblick) .. gelachter;(?:fruher) .. (?:nahe|nervos|schuchtern); hattest du .. gekusst;
katze .. krampf; wunderbar schiefgegangen\w* nacht; am ersten augenblick so;
""",
    "fantasies": r"""
fantasie\w*; phantasie\w*; fantasier\w*; tagtraum\w*; tagtraumen; (?:traumst|traumt|getraumt|traumtest) .. (?:von|
nachts|nacht); erotisch\w* traum\w*;geheim\w* (?:wunsch\w*|traum\w*|gedanken?|sehnsucht\w*); malst du dir aus;
ausgemalt; (?:was|wie) hast du dir .. vorgestellt; stellst du dir .. vor .. (?:bett|nackt|kuss\w*|lieb\w*);
stellst du dir .. als liebende vor; als liebende; (?:geschichte|roman|film) .. als fremde; welche rolle wurdest du;
worauf wurdest du hoffen;(?:wahrend|wenn) du (?:dich .. ausziehst|allein bist und an); am liebsten gekusst und;
reizt dich der gedanke; kopfkino; woran denkst du .. (?:allein|im bett|lust);
""",
    "turn_ons": r"""
erreg\w*; (?:macht|machen) dich .. (?:an|schwach|wild|verruckt|heiss|scharf|willenlos); schwach macht; anmach\w*;
reizt dich; reizen dich; unwiderstehlich\w*;faden verlier\w*;versetzt dich;kurz vor dem hohepunkt;innigsten moment;
lasst dich .. vergessen; dein verlangen; (?:spurst|fuhlst|merkst) du (?:dein )?verlangen;dein\w* lust;
am liebsten .. (?:gekusst|beruhrt|verfuhrt|gestreichelt|umworben); (?:mochtest|willst|wirst|wurdest) du .. (?:gekusst|
beruhrt|verfuhrt|gestreichelt|gereizt)(?: werden)?;(?:gekusst|beruhrt|verfuhrt|gestreichelt) werden (?:mochtest|
willst); versetzt .. (?:stimmung|schwingung);in stimmung (?:bringt|kommst|versetzt);welche (?:art von )?beruhrung\w*;
welcher blick; die (?:intime|zarte|sanfte) beruhrung; wo .. (?:lippen|hande) .. verweil\w*; mehr zeit schenk\w*;
dein\w* schwachste\w* stelle;(?:gefallt|magst|liebst) du? .. (?:im bett|beim sex|bei der liebe);
dein korper .. (?:will|sagt); wirklich geniesst;worauf stehst du; herz (?:rast|klopft) .. wenn;
am gipfel der leidenschaft; dort geliebt\w* am meisten;
""",
    "turn_offs": r"""
(?:lasst|lassen) dich kalt; kaltlass\w*; (?:verdirbt|verderben|beendet|totet|zerstort|nimmt|raubt) .. (?:stimmung|
lust|alles|moment); aus der stimmung; stimmungskiller;abturn\w*; abtorn\w*; stosst dich ab; abstossend\w*;
langweilt dich; (?:magst|gefallt) .. (?:gar |uberhaupt )?nicht .. (?:beruhr\w*|kuss\w*|bett|sex);(?:stort|
storen) dich .. (?:bett|beruhr\w*|kuss\w*|sex); wobei .. lust verl\w*;
""",
    "insecurities": r"""
unsicher\w*; schuchtern\w*; traust .. dich .. (?:nicht|kaum|nie); dich .. (?:nicht|kaum|nie) .. trau\w*; scham\w*;
schamst; geschamt; peinlich\w*; angst; angste; furchtest;nervos\w*; (?:kleine|grosse|welche|eine) sorge;sorgen machst;
zu sorgen; fallt .. dir .. schwer; dir schwer fallt; schwerfallt; verletzlich\w*; befangen\w*;gehemmt\w*; hemmung\w*;
(?:fuhl|fuhlt|fuhlst)\w* .. nackt; nackt .. (?:fuhl|fuhlst)\w*; (?:an deinem korper|dein korper) .. nicht;
nicht (?:gut|schon|attraktiv) genug; minderwertig\w*; verunsicher\w*;vergleichst du dich;zweifelst .. an dir;
hast du dich fruher;
""",
    "boundaries": r"""
grenze; grenzen; tabu; tabus; (?:wo|und) niemals; (?:niemals|nie) (?:mochtest|willst|wollen|tun|erlauben);
nein (?:zu )?sag\w*; sag\w* .. nein; heute nicht; ein nein; ja,? nein oder;(?:so sicher|dich sicher|
sicher zu) fuhl\w*; (?:dass|wenn|weil) du sicher bist; sicher (?:mach|macht|machen)\w*; (?:geborgen|sicher) fuhlst;
(?:zeichen|wort) .. (?:langsamer|halt|stopp|aufhoren); stoppwort\w*; safeword\w*; zu viel (?:wird|ist|werden);
nachfrag\w*; ob du in stimmung; meinung .. ander\w*;eine pause brauch\w*; nicht (?:mehr )?(?:mochtest|willst);
was darf .. nicht; wie weit .. gehen (?:darf|durfen); nicht die nacht; kommt .. nicht infrage;
fuhrung .. ab .. niemals;
""",
    "future_fantasies": r"""
ausprobier\w*; auszuprobier\w*; ausprobiert; (?:wurdest|mochtest|willst) du .. (?:probieren|wagen|versuchen|
erleben) .. (?:bett|zu zweit|nacht)?; noch nie (?:getan|probiert|gewagt|ausgesprochen|gemacht);
schon immer .. (?:ausprobier\w*|tun|machen|wollt\w*); etwas neues; spielzeug; sexspielzeug\w*; wunschliste\w*;
bisher nur angedeutet; mutiger .. (?:nacht|bett);als liebende .. (?:jahren); in .. jahren .. als liebende;
gewagtest\w*;
""",
    "feeling_desired": r"""
begehr\w*; begehrenswert\w*; voller verlangen; errot\w*; attraktiv\w*; anziehend\w*; gewollt (?:fuhlst|fuhlen|zu);
schon (?:findet|gefunden|fuhlst du dich);komplimente? .. (?:korper|aussehen|figur); (?:korper|aussehen|
figur) .. komplimente?; (?:dich|deinen korper) .. (?:ansieht|anschaut|will); fuhlst du dich .. (?:schon|gewollt|sexy);
umwerfend findet; sexy;
""",
}

# What lifts a text out of a level: words that have no place below it.
LEVELS = {
    "R": r"""
ku(?:e)?ss\w*; gekusst\w*; \w+kuss; \w+kusse; knutsch\w*; flirt\w*; geflirtet; verfuhr\w*; verlangen; sinnlich\w*;
erotisch\w*; erotik; leidenschaft\w*; lustvoll\w*;(?:die|deine|eure|voller|vor|der) lust; begehr\w*; vorspiel;
sexuell\w*; sexy; dessous; unterwasche; reizwasche; auszieh\w*; ausgezogen\w*; entkleid\w*; aufknopf\w*;(?:zieh|
ziehst|zieht) dich .. aus; (?:nackte|nackten|nackter|blosse|blossen) (?:haut|schultern?|rucken|arme); haut an haut;
im bett; ins bett; \w*schenkel\w*; liebhaber\w*; geliebte\w*;gemeinsam\w* (?:duschen|baden|bad|dusche);
zusammen (?:duschen|baden); liebkos\w*; erreg\w*; liebesspiel; in stimmung (?:bist|bringt|kommst); weiche knie;
schwach in den knien; rak(?:el|le)\w*;ohne (?:kleider|kleidung|hemd|hose);
""",
    "X": r"""
orgasm\w*; hohepunkt; hohepunkte; hohepunkts; sex; oralsex; analsex; analverkehr; sexspielzeug\w*; vibrator\w*;
dildo\w*; genital\w*; geschlechtsteil\w*; penis; vagina; vulva; klitoris;brustwarze\w*; bruste; brusten; nackt;
nackte\w*(?! (?:haut|schulter|rucken|arme)); nacktheit; splitternackt; hullenlos\w*; liebe mach\w*; liebe gemacht;
miteinander (?:schlaf|geschlafen)\w*;liebesnacht\w*; liebesakt\w*; geschlechtsverkehr; beischlaf; eindring\w*;
masturb\w*; selbstbefriedig\w*; befriedig\w*; zwischen .. (?:\w*schenkel\w*|beinen|beine|bruste\w*);intim; intime;
intimen; intimer; intimes; intimem; intimste\w*; erregung; innenseite\w* .. schenkel\w*; anal; anale\w*; oral;
(?:<gesass>) .. massier\w*; massier\w* .. (?:<gesass>); treib(?:t|en)? es (?:miteinander|im|am|auf|in|wild);
gevogelt; vogelt; blas (?:partner|mir|ihm|dir) einen(?!\W+\w*kuss); hol\w* .. einen runter; runterhol\w*;
""",
}
