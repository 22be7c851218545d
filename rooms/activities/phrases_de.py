"""The phrases of `phrases` in German: which situations force a boundary. Data for `lexicon`, in its notation.

The text is searched in small letters without accents, and with "ss" for "ß": "küsst" is "kusst" here. German puts words
together and bends them, so a stem goes on with \\w*; where English has a word of the same letters the ending is spelled out, as
free texts are searched in both languages.
"""

from rooms.activities import taxonomy

# Word classes, usable in a phrase as <name>; none has the name of an English one.
CLASSES = {
    "haut": r"""
nacken|hals|halse|halsbeuge|schultern?|schulterblatt\w*|schlusselbein\w*|brust|bruste|brusten|brustwarze\w*|rucken|
wirbelsaule|bauch|bauchnabel|nabel|huften?|taille|\w*schenkel\w*|beine?|beinen|knien?|kniekehle\w*|waden?|knochel\w*|
fusse?|fussen|zehen?|ellbogen|ellenbogen|armen?|arme|unterarm\w*|oberarm\w*|achsel\w*|rippen?|korper\w*|haut|ohr|
ohren|ohrlappchen|handgelenke?n?
""",
    "kuss": r"""
ku(?:e)?ss\w*|gekusst\w*|abkuss\w*|leckt?|lecken?|leckst|schleck\w*|saugt?|saugen?|knutscht?|knutschen?|lippen|zunge|
zungenspitze
""",
    "mundwerk": r"""
ku(?:e)?ss\w*|gekusst\w*|leckt?|lecken?|leckst|schleck\w*|saugt?|saugen?|lippen|zunge|zungenspitze|mund|munde
""",
    "hande": r"""
hand|hande|handen|handrucken|handflachen?|finger|fingern|fingerspitzen?|fingerrucken|daumen
""",
    "beruhrt": r"""
beruhr\w*|streich(?:e|en|st|t|le|eln|elt|elst)?|gestreichelt\w*|streif(?:e|en|st|t)?|liebkos\w*|kraul\w*|massier\w*|
erkund(?:e|en|est|et)?|ertast\w*|befuhl\w*|anfass\w*|angefasst\w*|verwohn\w*|fahr|fahre
""",
    "gesass": r"""
po|pos|popo\w*|pobacken?|hintern|hinterns|hinterteil\w*|gesass\w*|kehrseite
""",
    "ganz": r"""
uberall|uberallhin|am ganzen korper|den ganzen korper|dein\w* ganzen korper|vom ganzen korper|
jede[nrs]? (?:einzelne[nrs]? )?(?:zentimeter|stelle|winkel|zoll|fleck\w*|korperteil\w*)|von kopf bis fuss|
von oben bis unten|vom scheitel bis zur sohle|vo[nm] .. bis zu den (?:zehen|zehenspitzen|fersen|knocheln)|
nicht\w* aus(?:zu)?lassen|ohne .. auszulassen
""",
    "andere": r"""
jemand\w*|irgendwer|fremde\w*|leute\w*|nachbar\w*|gaste\w*|freunde|freunden|mitbewohner\w*|kolleg\w*|passant\w*|
eltern|kinder|schwiegereltern|familie|publikum|zuschauer\w*
""",
    "kleid": r"""
hemd|hemds|t shirt|bluse|hose|hosenbund|jeans|rock|kleid|kleider|kleidung|kleidungsstuck\w*|unterwasche|wasche|slip|
hoschen|bh|strumpf\w*|socken?|gurtel|pullover|bademantel|stoff|trager
""",
    "binde": r"""
tuch|schal|halstuch|krawatte|band|seidenband|bademantelgurtel|gurtel|strumpf|seil|schnur|maske
""",
    "oben": r"""
uber (?:dem|den|dein\w*|euer\w*|eur\w*) kopf\w*|hinter (?:dem|den|dein\w*) rucken|auf (?:dem|den) rucken|(?:an|
gegen) (?:die|der) (?:wand|tur|matratze)|(?:am|ans) (?:bett|bettgestell|stuhl)
""",
}

# Looked past before anything is searched: everyday words that only look like one of the phrases.
HARMLESS = r"""
zahne (?:zu )?putzen; putz\w* .. zahne; zum knabbern; knabbergeback; knabberzeug; ein bisschen; schlag\w* .. vor;
vorschlag\w*;an den handen (?:ge)?halten; an der hand (?:ge)?halten; hand in hand; hand aufs herz; von hand zu hand;
unter der hand;(?:schuhe|schleife|krawatte|strauss|schnursenkel) .. (?:zu)?binden; bind\w* .. (?:schleife|strauss|
blumen|schuhe);foto ?(?:alben|album|rahmen|buch)\w*; bild an (?:der|einer|die|eine) wand; seilbahn\w*; seilspringen;
hohepunkte? (?:des (?:tages|abends|jahres|urlaubs|festes|monats)|der (?:woche|reise|geschichte|saison));frische luft;
tief luft holen; film ?(?:abend|musik|titel)\w*; kuss ?die hand; auf den zahn; zahn um zahn;streng\w* gescheitelt;
in den sauren apfel beiss\w*; kopf an kopf;dach uber dem kopf; fremdsprache\w*; fremdworter; knie an knie;
stirn an stirn;
"""

BOUNDARIES = {
    taxonomy.IMPACT: r"""
klaps\w*; \w*klapse; versohl\w*; ohrfeig\w*; backpfeif\w*; watsch\w*; peitsch\w*; auspeitsch\w*; padd(?:el|le)\w*;
rohrstock\w*; reitgerte\w*;gerte; (?:hau|haue|hauen|haust|haut) .. auf .. (?:<gesass>|schenkel\w*);(?:schlag|schlage|
schlagen|schlagst|schlagt|geschlagen) .. (?:<gesass>|schenkel\w*|gesicht|wangen?|mit der hand|auf die hand);
(?:<gesass>|gesicht|wange|schenkel\w*) .. (?:schlag|schlage|schlagen|schlagst|schlagt|geschlagen|klatsch\w*);ein(?:en|
em)? (?:\w+en )?schlag; (?:leicht|sanft|fest|kraftig|warm|hart|zart|klein)\w* schlage\w*; ubers knie; uber (?:das|
dein\w*) knie;(?:klatsch|tatsch(?:el|le)|patsch)\w* .. (?:<gesass>|schenkel\w*); (?:<hande>) .. (?:klatsch\w*|saus\w*|
land\w*) .. (?:<gesass>);beiss\w*; gebissen; biss; bisse; bissspur\w*; liebesbiss\w*; knutschfleck\w*; knabber\w*;
anknabber\w*; zahne; zahnen;zwick\w*; kneif\w*; gekniffen; kratz\w*; zerkratz\w*; kratzspur\w*; fingernagel\w*;
(?:nagel|nageln) .. (?:uber|entlang|in|durch|auf) .. (?:<haut>); hinterlass\w* .. (?:spuren|abdruck\w*);spank\w*;
(?:schlag|schlage|schlagt) .. mit (?:dem|der|einem|einer|deinem|deiner) (?:gurtel|riemen|rute|lineal|kochloffel);
""",
    taxonomy.RESTRAIN: r"""
fess(?:el|le)\w*; gefesselt\w*; festbind\w*; festgebunden\w*; anbind\w*; angebunden\w*; anketten; angekettet\w*;
zusammengebunden\w*; festzubinden;bind\w* .. (?:hande|handen|handgelenk\w*|arme|beine|fusse|knochel\w*|augen|fest|
zusammen|ans bett);(?:hande|handen|handgelenk\w*|arme|beine|fusse|knochel\w*|augen) .. (?:gebunden|zusammengebunden|
gefesselt|zusammenbind\w*);kettet? (?:partner|mich|dich|sie|ihn) an; frischhaltefolie;
verbind\w* .. augen; augen .. (?:verbind\w*|verbunden\w*|zugebunden|zuhalt\w*|zuhalte|
bedeck\w*|abdeck\w*); halt\w* .. augen zu;(?:<binde>) .. (?:uber|um|vor|auf) .. (?:augen|hande|handgelenk\w*|arme|
fusse|knochel\w*|beine);(?:hand|hande) .. (?:uber|vor|auf) .. (?:die|den|deine\w*) augen; augenbinde\w*;
schlafmaske\w*; augenmaske\w*; handschelle\w*; bondage;seil; seile; seilen; strick; ketten? .. (?:hande|arme|bett|
fusse); kneb(?:el|le)\w*; geknebelt\w*; festgehalten; festzuhalten; fixier\w*;halt\w* .. (?:handgelenk\w*|hande|arme|
schultern) .. (?:<oben>|nieder|unten|zusammen|fest);(?:hande|arme|handgelenk\w*) .. (?:<oben>); (?:druck|press|schieb|
stell|lehn)\w* .. (?:{partner}|partner) .. (?:gegen|an) die (?:wand|tur);gefangen; gefangene\w*; gefangennehm\w*;
geisel\w*; entfuhr\w*; nicht (?:weg|entkommen|losreissen) (?:konnen|kann); eingesperrt\w*;uber dem kopf;unter (?:dir|
deinem gewicht) (?:fest|gefangen)\w*; ohne .. hande zu (?:benutzen|gebrauchen); hande nicht (?:benutzen|gebrauchen);
""",
    taxonomy.BREATH: r"""
(?:halt|halte|halten|haltet|haltst) .. (?:atem|luft) an; (?:atem|luft) (?:kurz |lange )?an(?:zu)?halten; (?:atem|
luft) angehalten;atemlos\w*; ausser atem; atemraubend\w*; atemberaubend\w*; (?:raub|nimm|nehm|verschlag|
stock)\w* .. (?:atem|luft);(?:atem|luft) .. (?:raub\w*|nimmt|nehmen|genommen|verschlag\w*|stock\w*|wegbleib\w*|
wegblieb\w*|ausgeht); nach (?:luft|atem) (?:ring|schnapp|japs)\w*;luft (?:wegbleib\w*|bleibt .. weg|abschnur\w*|
abschneid\w*|abdruck\w*); keine luft (?:mehr)?; wurg\w*; gewurgt\w*; erwurg\w*; erstick\w*;kehle\w*; gurgel; keuch\w*;
hech(?:el|le)\w*; (?:<hande>) .. (?:an|um|auf|gegen) .. (?:hals|halse|kehle);(?:hals|kehle) .. (?:<hande>);
druck\w* .. (?:hals|kehle) .. zu; (?:binde|schal|krawatte|gurtel|seil|band|kette) .. um .. hals;(?:hand|kissen|
tuch) .. (?:auf|uber|vor) .. (?:mund|nase|gesicht); (?:mund|nase) .. zuhalt\w*; halt\w* .. (?:mund|nase) zu;
unter wasser (?:bleib|tauch|halt)\w*; gesicht .. ins kissen; setz\w* .. (?:auf|uber) .. gesicht\w*; facesitting;
""",
    taxonomy.DEGRADE: r"""
schimpf\w*; ausschimpf\w*; beschimpf\w*; demutig\w*; gedemutigt\w*; erniedrig\w*; beleidig\w*; herabsetz\w*;
herabwurdig\w*; verspott\w*;unterwerf\w*; unterwurf\w*; unterwirf\w*; unterworfen\w*; gehorch\w*; gehorsam\w*;
ungehorsam\w*; bestraf\w*; strafen?; zuchtig\w*;sklav\w*; diener; dienerin; dienstmadchen;knie\w* (?:dich )?(?:nieder|
hin|vor); auf (?:die|den|deine\w*|deinen) knien?; kniend\w*; hinknien;auf alle[nr]? viere\w*; kriech\w*;
unterwegs zu deinen fussen; zu (?:deinen|meinen) fussen; (?:fusse|schuhe|stiefel) (?:kuss|leck)\w*;(?:frech|bos|
gemein|derb|schmutzig|unanstandig|versaut)\w* (?:spitz|kose)?namen?;herumkommandier\w*; gespielt streng\w*;
streng\w* .. tadel\w*;tadel\w*; herrin; gebieter\w*; (?:nenn|sag)\w* .. (?:meister|herr|mein herr|majestat);
als (?:mobel|tisch|stuhl|fussbank|gegenstand|objekt|tier|hund);wertlos\w*; nutzlos\w*; dumm\w*; luder; schlampe\w*;
hure\w*; miststuck; (?:bos|brav|unartig)\w* (?:madchen|junge|bub);(?:mein|dein|als) (?:eigentum|spielzeug);
lacherlich\w*; auslach\w*; lacht? {partner} aus; herablassend\w*;blossstell\w*; beschamt?; beschamen;tabu; tabus;
tabuthema\w*; noten? (?:fur|auf) .. (?:korper|figur|aussehen);punkte (?:fur|auf) .. (?:korper|figur|aussehen);
halsband\w*; leine;
""",
    taxonomy.PUBLIC: r"""
offentlich\w*; zuschauer\w*; publikum; exhibition\w*; voyeur\w*; ertapp\w*; erwisch\w*; belauscht\w*; schlusselloch;
(?:bemerkt|gesehen|gehort|beobachtet|entdeckt) (?:zu )?werden; (?:bemerkt|gesehen|gehort|beobachtet|entdeckt) (?:wird|
wirst|werdet);(?:<andere>) .. (?:sehen|sieht|hort|horen|zusehen|zusieht|zuschau\w*|mithor\w*|bemerk\w*|merkt|merken|
hereinkomm\w*|hereinplatz\w*|zuhor\w*|nebenan);(?:vor|unter|neben|inmitten) (?:den |allen |anderen |euren |
fremden )?(?:leuten|gasten|freunden|anderen|fremden|publikum|zuschauern);als (?:ob|konnte|
kame) .. (?:<andere>) .. (?:kame|konnte|sahe|horte|kommen|sehen|horen); nach hause kommen (?:konnte|konnten);
ausserhalb (?:eurer|der|eures|unserer|von) (?:vier wande|wohnung|hauses|zuhauses|zuhause); geheim\w* zeichen;
heimlich\w* zeichen;unter dem tisch; am (?:offenen )?fenster; vorhange? .. (?:offen|auf|auflass\w*); dunne wande;
durch die wand; zeig\w* .. herum;jeden (?:moment|augenblick) .. (?:kommen|hereinkommen); kommt gleich (?:nach hause|
zuruck|herein);
""",
    taxonomy.RECORD: r"""
foto\w*; fotografier\w*; abgelichtet; selfie\w*; schnappschuss\w*; polaroid\w*; nacktbild\w*; aktfoto\w*;
bildschirmfoto\w*;(?:bild|bilder) (?:mach|schick|von dir|von euch|von uns|auf dem (?:handy|telefon))\w*; (?:mach|
schick|schiess)\w* .. (?:bild|bilder);video\w*; filmen; filmt; filmst; gefilmt\w*; abfilm\w*; kamera\w*; webcam\w*;
mitschneid\w*; mitschnitt\w*; tonaufnahme\w*; aufnahmen?;aufgenommen werden; aufzeichn\w*; sprachnachricht\w*;
anrufbeantworter; mikrofon; diktiergerat; (?:handy|telefon) .. (?:aufnehm|aufnimm|film)\w*;wie im (?:film|kino);
szene .. film\w*; film\w* .. szene; vor der linse; filme? (?:euch|dich|mich|uns|einander|partner|sie|ihn);
(?:nackt|sex|erotik|bett)(?:foto|video|selfie|aufnahme)\w*;
""",
    taxonomy.ANAL: r"""
anal; anale\w*; analsex; analverkehr; analplug\w*; weiter hinten; rimming; prostata; rosette; steissbein\w*;
(?:<gesass>); (?:am|im|den|vom) after;(?:<mundwerk>|<beruhrt>|<hande>|massage) .. (?:<ganz>);
(?:<ganz>) .. (?:<mundwerk>|<beruhrt>|<hande>|massage);von hinten (?:nehm|nimm|eindring)\w*; (?:unteren? rucken|kreuz|
taille) und (?:tiefer|weiter|darunter);den rucken (?:hinab|hinunter) und weiter;vo[nm] (?:nacken|hals|kopf|stirn|ohr|
schultern?) .. bis (?:zu den|zum|zur|in die) (?:knien?|kniekehlen|fussen|zehen|fersen|knocheln);auf (?:den|
deinen) sitzflache; gesassmuskel\w*;hintertur .. (?:spiel|lust|sex)\w*; poloch\w*;
""",
    taxonomy.WATERSPORTS: r"""
urin; urins; urinier\w*; pink(?:el|le)\w*; angepinkelt; pissen?; pisse; natursekt; pipi; nass\w* spiele?n?;
goldene dusche;auf (?:die|der) toilette;aufs klo; volle blase; wasser lassen;
""",
}

# Only a boundary where the same text is intimate.
BOUNDARIES_BESIDE_INTIMACY = {
    taxonomy.PUBLIC: r"""
(?:im|ins) (?:supermarkt|laden|taxi|
kino|park|restaurant|lokal|auto|zug|aufzug|fahrstuhl|wald|schwimmbad|buro|cafe|hausflur|treppenhaus|
garten|museum|theater|flugzeug|bus|see|meer|freibad|club|zelt|parkhaus); am (?:strand|see|fenster|arbeitsplatz);
in der (?:sauna|umkleide|umkleidekabine|bahn|bar|disco|u bahn|strassenbahn|offentlichkeit|kneipe|kirche|bibliothek);
auf (?:der|einer) (?:strasse|party|terrasse|arbeit|feier|tanzflache|parkbank|wiese|toilette);auf (?:dem|einem|das|
ein) (?:balkon|dach|parkplatz|fest|heimweg|markt|konzert); bei (?:der|einem) (?:feier|spaziergang|fest);
beim (?:spaziergang|ausgehen|einkaufen|abendessen mit); draussen; im freien; unter freiem himmel; unterwegs;
vor (?:dem|einem|offenem) fenster;(?:fur|auf) das nachste fest; nebenzimmer;nebenan;bei der arbeit; haustur\w*;
""",
    taxonomy.RECORD: r"""
film; films; filme; spielfilm; kinofilm; leinwand; regie; regisseur\w*; drehbuch; vorspann; fernseh\w*;
schauspieler\w*; studio;
""",
}
