"""Words by which a text says that somebody is no adult, and words beside them that say no such thing: data for `minors`, in the
notation of `notation`, English, German and Spanish in one.
"""

# Looked past.
HARMLESS = r"""
(?:high|middle|primary|elementary|grade|secondary|music|art|dance|driving|medical|law|business|night|cooking|old|
sunday) ?school (?:teachers?|teaching|principal|librarian|counsell?or|nurse|coach|janitor|headmaster|headmistress|
staff|board|diploma); (?:kindergarten|preschool|pre ?school|nursery|school) (?:teachers?|teaching|nurse|principal|
librarian|counsell?or|board|staff|bus driver); (?:teachers?|nurse|librarian|principal|teaches|teaching|taught|teach|
works|worked|working) (?:\w+ )?(?:at|
in|for) (?:an? |the )?(?:\w+ )?(?:high|middle|primary|elementary|grade|secondary) ?schools?; school of (?:thought|
arts?|life|medicine|law|music|dance); minor (?:key|keys|scale|chord|injur(?:y|ies)|detail|details|role|roles|flaws?|
issues?|changes?|point|pain|league|repairs?|scar|scars|surgery|in \w+); in (?:[a-g] )?minor; asia minor;
no (?:minors?|kids|children|teens?|teenagers?|underage\w*); (?:anything|anyone|everything|nothing|stuff|
play) (?:\w+ )?(?:with|about|involving|around) (?:minors|children|kids|teens|teenagers|underage \w+); not (?:for|
with) (?:minors|kids|children|teens); (?:nobody|noone|no one|none|never|nothing|anyone|anybody|not) (?:\w+ )?(?:under|
below|younger than) (?:18|eighteen); over (?:18|eighteen); adults only; (?:18|eighteen) (?:or|and) (?:over|older|
above); keine minderjahrigen?; nichts mit (?:minderjahrigen|kindern|jugendlichen); niemand(?:en)? unter (?:18|
achtzehn); ab (?:18|achtzehn); uber (?:18|achtzehn); nur erwachsene; (?:sin|no|nada de|nada con|nunca) (?:menores|
ninos|adolescentes)(?: de edad)?; nadie menor de (?:18|dieciocho); mayor(?:es)? de (?:18|dieciocho); solo adultos;
(?:grundschul|haupt|ober|ski|tanz|fahr|musik|yoga|hoch|volkshoch|abend|berufs|schul)(?:schul)?(?:lehrer|leiter)\w*;
tanzschuler\w*; yogaschuler\w*; meisterschuler\w*; musterschuler\w*; klavierschuler\w*; privatschuler\w* von mir;
(?:maestr|profesor)\w* de (?:primaria|secundaria|instituto|infantil|escuela|bachillerato|colegio); educacion infantil;
menor importancia; mal menor; (?:al )?por menor; en menor medida; kids?' (?:books?|doctor|ward); (?:children|child|
kid|kids)(?:'s)? (?:book|books|doctor|hospital|ward|psychologist|literature|author|free|care|birth|proof);
(?:pediatric|paediatric) \w+; kinderarzt\w*; kindergartnerin; kinderbuch\w*; kinderlos\w*; kinderlied\w*; kinderspiel;
kinderkrankenschwester; child ?(?:free|less|birth|proof|care); inner child; inneres kind; teen(?:age)? (?:crush|
memories) long ago;
"""

WORDS = r"""
(?:my|her|his|their|your) (?:1[0-7]th|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth) birthdays?;
(?:ihr|sein|mein|dein)(?:em|en)? (?:1[0-7]\.|dreizehnten?|vierzehnten?|funfzehnten?|sechzehnten?|siebzehnten?) geburtstag;
(?:girl|boy|madchen|junge|chic[ao]|muchach[ao]) ?\((?:1[0-7]|[1-9])(?=\)); (?:child|kid|teen)'s (?:body|figure|breasts);
teen; teens; teeny; teenie\w*; teenag\w*; pre ?teens?; tweens?; (?:early|late|mid) teens; adolescen\w*; juveniles?;
under ?age~; under ?aged; below (?:the )?(?:legal age|age of consent); under (?:the )?(?:legal age|age of consent);
(?:not|isn't|never) (?:yet )?(?:of )?legal(?: age)?; (?:barely|almost|nearly|not quite|freshly|newly) legal;
jail ?bait; lolis?; lolitas?; loli ?con\w*; shota\w*; nymphets?; nymphchen; a minor; (?:is|am|are|was|play|plays|
playing|being|still|these|those|two|with) (?:a )?minors?; minors; school ?girls?; school ?boys?; school ?kids?;
school ?child\w*; school ?uniforms?; (?:girl|boy) scouts?; (?:high|middle|junior high|primary|elementary|grade|
secondary|boarding) ?school(?:er|ers)?; junior high; kindergart(?:en|ner|ners)\w*; preschool\w*; (?:\w+th|
\w+rd) grader?s?; (?:seventh|eighth|ninth|tenth|eleventh|twelfth) grade\w*; prom (?:queen|night|date|dress);
sweet sixteen; (?:little|young|tiny|small|underdeveloped|innocent little) (?:girl|boy|lass|lad|child|kid|daughter|son|
princess girl)s?; little ones?; (?:little|kid|baby|younger|step) ?(?:sister|brother|sis|bro) (?:play|role ?play|
fantasy); (?:your|my|his|her) (?:little|kid|baby) (?:sister|brother|sis|bro); step ?(?:daughters?|sons?|child|
children|siblings?|sis); (?:your|daddy's|mommy's|his|her) (?:own )?(?:little )?(?:daughter|son|child|kid); (?:is|am|
are|like|as|was|being|become|act|acts|acting|look|looks|just|still|only|body of|face of|voice of|mind of|
innocence of) (?:like )?(?:just )?(?:an? )?(?:innocent |small |mere|little |naive |young )*(?:child|kid|toddler|
infant|schoolgirl|school ?kid|preteen); child ?like; childish (?:body|figure|face|innocence|voice); child (?:bride|
actress|star|model|body|self)(?! long); toddlers?; infants?; infantil(?:e|ism|ized); kiddie\w*; kiddo;
pre ?pubescen\w*; pubescen\w*; puberty; pubertal; pubertat\w*; underdeveloped (?:body|breasts|chest|figure);
age ?play\w*; age ?regress\w*; little ?space; abdl; adult baby; ddlg; ddlb; cgl; mdlg; mdlb; dd ?lg; diapers?;
pacifiers?; windeln?; schnuller; incest\w*; pedo\w*; paedo\w*; padophil\w*; babysitter\w*; orphan ?girl; orphan ?boy;
minor ?attracted; map ?positive; virgin (?:girl|schoolgirl|teen)s?; daddy's (?:little )?girl; mommy's (?:little )?boy;
(?:forever|eternally|always) (?:young|a child|a girl) body; (?:young|younger) than (?:legal|(?:the )?law allows|
allowed|she should be); too young (?:to|for)(?! wine); looks? (?:much |way )?(?:younger|underage) than (?:18|eighteen|
legal); minderjahrig\w*; jugendlich(?:e|er|en|em); jugendliche[rnms]?; halbwuchsig\w*; heranwachsend\w*; backfisch\w*;
gore; goren; schu?e?lerin(?:nen)?; schue?ler; schue?lern; schue?lers; schulmadchen\w*; schuljunge\w*; schuluniform\w*;
schulkind\w*; internatsschul\w*; gymnasiast\w*; abiturient\w*; konfirmand\w*; kindfrau\w*; kindlich\w*; kindisch(?:e|
er|en|em) korper; lolita\w*; (?:kleine?[srnm]?|junge[srnm]?|zarte?[srnm]?) (?:madchen|maderl|bub|buben|junge|jungen|
kind|kinder|gor|schwesterchen|tochter); (?:kleine|jungere) schwester (?:spiel|rolle)\w*; (?:ist|bin|bist|war|wie|als|
noch|fast) (?:noch )?(?:nur )?(?:fast )?(?:ein |eines |einem )(?:kleines |halbes |unschuldiges )?(?:kind|kindes|
teenie|teenager|schulmadchen); kleinkind\w*; saugling\w*; stief(?:tochter|sohn|kind|schwesterchen)\w*; inzest\w*;
(?:deine?|papas?|papis) (?:kleine[sr]? )?(?:tochter|tochterchen|madchen|prinzesschen); vor ?puber\w*;
nicht volljahrig\w*; noch nicht erwachsen; unter (?:dem )?schutzalter; (?:siebte|achte|neunte|zehnte|elfte) klasse;
(?:7|8|9|10|11)\. klasse; klassenfahrt\w*; madchenpensionat\w*; kinderkorper\w*; altersspiel\w*; menor(?:es)? de edad;
es (?:una? )?menor; una menor; un menor; adolescent\w*; adolescente\w*; quinceaner\w*; colegial\w*; escolares?;
escolar (?:traviesa|inocente); alumna\w* de (?:instituto|secundaria|primaria|colegio|bachillerato);
estudiante\w* de (?:instituto|secundaria|primaria|colegio|bachillerato|eso); instituto de secundaria; (?:chiquill|
ninit|jovencit|chavalit|nenit)(?:a|o|as|os); ninas; ninos; nena pequena; pre ?adolescen\w*; puber\w*; impuber\w*;
infantil\w*; ninfula\w*; aninad\w*; hijastr\w*; hermanit\w*; (?:tu|mi|su) hij(?:a|o|ita|ito); hijita\w*; incest\w*;
pedofil\w*; uniforme (?:escolar|de colegiala); (?:muchacha|chica|chico|muchacho) (?:menor|muy joven|jovencit\w*);
sin cumplir (?:18|dieciocho); bebe adulto; panales?; chupete;
(?:tiene|tengo|tienes|tenia|cumple|cumplio|a los) (?:once|diez)(?: anos)?(?! anos de);
(?:ist|bin|war|wurde|wird) (?:erst |gerade )?
(?:elf|zehn)(?: jahre)?(?! (?:uhr|jahre|minuten|stunden|tage|wochen|meter|kilo|euro|mal)); mit (?:elf|
zehn) jahren(?! erfahrung);
als (?:ich|sie|er) (?:elf|zehn) war;
"""

# Somebody, and a number below 18, which in a picture is an age, with years or without.
DRAWN = r"""
(?:boys?|girls?|lads?|lass|lasses|man|men|woman|women|person|people|somebody|someone|lady|guy|junge\w*|madchen\w*|mann|frau|
chic[oa]s?|muchach[oa]s?|mujer|hombre|persona) (?:of|aged|von|mit|de) (?:only |just |nur |erst |solo )?(?:[1-9]|1[0-7]|one|two|
three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|zehn|elf|zwolf|dreizehn|
vierzehn|funfzehn|sechzehn|siebzehn|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete);
"""
