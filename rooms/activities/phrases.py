"""What the tagging guide says in words, as phrases: which of them force a boundary, a preference key, a topic or a level.

This is data for `lexicon`, which explains the notation at its top and knows what to do with a hit. English only. A phrase
stands for a situation, so each line is as narrow as it can be while it still meets its siblings; where a text is in doubt
a phrase rather hits. `docs/tagging-guide.md` is the same in prose.
"""

from rooms.activities import taxonomy

# Word classes, usable in a phrase as <name>.
CLASSES = {
    "whose": r"""
your partner's|partner's|partners|\{partner\}'?s?|your|their|his|her|my|our|the|a|each other's|one another's
""",
    "mouth": r"""
kiss|kisses|kissed|kissing|lip|lips|mouth|mouths|tongue|tongues|lick|licks|licked|licking|suck|sucks|sucked|
sucking|taste|tastes|tasting|nuzzle|nuzzles|nuzzling|peck|pecks
""",
    "kiss": r"""
kiss|kisses|kissed|kissing|lick|licks|licked|licking|suck|sucks|sucked|sucking|taste|tastes|tasting
""",
    "hand": r"""
hand|hands|finger|fingers|fingertip|fingertips|palm|palms|thumb|thumbs|knuckles
""",
    "touch": r"""
touch|touches|touched|touching|stroke|strokes|stroked|stroking|caress|caresses|caressed|caressing|fondle|
fondles|fondling|rub|rubs|rubbed|rubbing|massage|massages|massaged|massaging|explore|explores|explored|
exploring|feel|feels|hands|fingers|fingertips|oil|lotion|wash|washes|washing|soap|bathe|pet|petting|tease|
teases|teasing|worship|worships|worshipping|feather|feathers|trace|traces|tickle
""",
    "skin": r"""
neck|necks|nape|throat|shoulder|shoulders|collarbone|collarbones|chest|breast|breasts|nipple|nipples|spine|
(?<!hold\s)(?<!held\s)(?<!holds\s)(?<!give\s)(?<!go\s)(?<!come\s)back(?! and forth| again| home)|stomach|belly|
navel|tummy|hip|hips|waist|thigh|thighs|leg|legs|knee|knees|calf|calves|ankle|ankles|feet|foot|toe|toes|elbow|
elbows|wrist|wrists|arm|arms|forearm|forearms|armpit|ribs|ribcage|torso|flank|side|skin|body|ear|ears|earlobe|
earlobes|lobe|hipbone|hipbones|shins?|shoulder blades?
""",
    "rear": r"""
behind|bottom|butt|butts|bum|backside|rear|rear end|rump|booty|tush|buttocks|buttock|posterior|derriere|bum cheeks|butt cheeks
""",
    "all": r"""
everywhere|anywhere|wherever|all over|every inch|every single (?:inch|part|spot|place|curve)|
every (?:little )?(?:spot|place|part|curve) of (?:skin|them|their|your)|every centimetre|every part|every spot|
every place|
every (?:freckle|muscle|mole|dimple|pore)|no muscle|every curve|every corner|every bit of (?:skin|body|them|your partner)|
all of (?:them|your partner)(?! to)|whole body|entire body|head to toe|head to foot|
top to toe|top to bottom|not an inch|no inch|no part|no place|no spot|leave nothing out|leaving nothing out|
leaving out nothing|without (?:skipping|missing|leaving out|sparing|forgetting|omitting|
passing over) (?:anything|any|a|an|one|even)|skip nothing|skipping nothing|miss nothing|missing nothing|
omit nothing|inch by inch|head first|the whole of|nape to (?:the )?knees?|neck to (?:the )?knees?|
without leaving (?:\w+ ){1,2}out|from (?:the |their |your )?(?:neck|nape|forehead|head|scalp|shoulders?|top|face|lips|
ears?|collarbone|chest|crown) .. (?:to|down to) (?:the |their |your )?(?:ankles?|tailbone|toes?|feet|foot|
knees?|heels?|soles|thighs?)|shoulders? to (?:the )?(?:knees?|toes|feet)|neck to (?:the )?(?:toes|feet)|
front and back|both sides of (?:the )?body
""",
    "others": r"""
somebody|someone|anybody|anyone|people|strangers?|neighbou?rs?|passers by|passer by|guests?|flatmates?|
room ?mates?|house ?mates?|others|the family|family|friends|children|kids|
postman|courier|delivery (?:driver|man|woman|person)|in laws|chambermaid|room service|waiter|waitress|landlord|visitors?|
parents|colleagues|onlookers?|an audience|spectators?
""",
    "is": r"""
be|been|being|get|gets|getting|got|is|are|was|were|have|has|had
""",
    "worn": r"""
clothes|clothing|garments?|shirt|blouse|dress|trousers|pants|skirt|jeans|underwear|panties|briefs|boxers|bra|
top|socks?|stockings?|belt|jumper|sweater|robe|layers?|outfit|pyjamas|nightgown|lingerie|lace
""",
    "closing": r"""
button|buttons|zip|zips|zipper|clasp|hook|hooks|knot|lace|laces|buckle
""",
    "picture": r"""
photo|photos|photograph|photographs|picture|pictures|snapshot|snapshots|selfie|selfies|portrait photo
""",
    "place": r"""
park|beach|balcony|car|cinema|theatre|restaurant|cafe|bar|club|lift|elevator|train|plane|bus|stairwell|
staircase|garden|terrace|forest|woods|pool|sauna|office|changing room|fitting room|party|street|doorway|porch|
rooftop|roof|hallway of the building|parking|car park|museum|queue|bakery|dance floor|corridor|lobby|front door|
bus stop|bench|bridge|market|stairs|hallway|train station|station|taxi|tent|campsite|shop|supermarket|lake|
meadow|picnic|tram|metro|subway|escalator|ferry|library|airport|fire escape|(?:back|last) row|ferris wheel|
cash machine|concert|theatre|dinner party|gym|courtyard|yard|waiting room|boat|cable car|square|church
""",
    "soft": r"""
scarf|scarves|tie|ribbon|silk|rope|ropes|cord|belt|stocking|stockings|sash|strap|straps|cuffs?|something soft
""",
}

# Looked past before anything is searched: everyday words that only look like one of the phrases.
HARMLESS = r"""
whipped cream; whip~ (?:up|some|the cream); bite to eat; bite of; bites? (?:together|each); bitter; grab a bite;
one bite;
edge of (?:the |a |your |their )?(?:bed|seat|sofa|sleep|chair|table|mattress|forest|town|world|blanket|glass);
for the record; record player; vinyl records?; broken record; record shop; track record; set a record;
world record; seat belts?; family ties?; neck ?ties?; tie breaks?; tie breaker; tongue twisters?; mother tongue;
slip of the tongue; shoe ?laces?; tie your shoes?; bow ?tie; slow breaths?; deep breaths?; strikes? a chord;
slapstick; clear (?:your|their) throat; lump in (?:your|the|their) throat; breath of fresh air;
under (?:your|their) breath; save your breath; take a deep breath; from behind the; go(?:es)? bananas;
bare minimum; strip of paper; comic strips?; stripes?; striped; peak hours?; mountain peaks?;
by the (?:same )?token; beg to differ; i beg your pardon; beggar; bind weed; bookbinding; cream whipped;
crop tops?; crops; hit songs?; hit the road; greatest hits; hand ?ful; come in handy;
mouth ?ful of (?:cake|bread|tea|water); word of mouth; dancing shoes; dress rehearsal; naked eye; naked truth;
sex of; picture (?:book|frame|postcard); the big picture; picture this; film night;
watch(?:ing|ed)? (?:a|the|that|one) (?:film|movie|video);
bottom of (?:the|a|my|your) (?:page|list|garden|sea|heart|glass); hold(?:s|ing)? hands;
take off (?:your|their) (?:shoes|glasses|coat|hat|jacket|slippers|boots|watch);
photo (?:frames?|albums?|books?);
hold(?:s|ing)? (?:your|their|your partner's|each other's) hands?(?! (?:down|above|over|behind|together|in place|
against|back|up|fast|still)); rope (?:bridge|ladder); in tow; rear view;
laughing stock; stock ?pot; spit ?fire; spitting image; spit of land; chok(?:ed|ing)? up; artichokes?;
cane chair; sugar cane; candy cane; belt out; paddle (?:a|the) (?:boat|canoe); canoe paddle; shot glass;
poor thing;
"""

BOUNDARIES = {
    taxonomy.IMPACT: r"""
whack~; thwack~; thump~ (?:your partner|them|their);
(?:ruler|hairbrush|wooden spoon|towel|slipper|belt) .. (?:<rear>|thighs?);
(?:bend|lay|put|pull|take) .. over (?:<whose>) (?:knees?|lap); spank~; slap~; smack~; swat~;
paddl(?:e|es|ed|ing); whip~; flog~; caning; caned?; riding crop; impact play; impact toy; bit(?:e|es|ing);
(?:<is>) bitten; bitten (?:by|lips?|on|skin);
nibbl(?:e|es|ed|ing); nip(?:s|ped|ping)?; love bites?; hickeys?; teeth; gnaw~; pinch~; pat~ .. (?:<rear>);
(?:tap|clap|pat)(?:s|ped|ping|ting|ted)? .. on the (?:<rear>); over <whose> (?:knee|lap) .. (?:count|number);
scratch~ .. (?:<skin>); scratch marks?; dig~ .. nails; claw~ .. (?:<skin>); leave (?:a|your) marks?;
(?:flat|open) hand .. (?:<rear>); hit(?:s|ting)? (?:your partner|them|me|you);
punch~ (?:your partner|them|me|you); strike <whose> (?:<rear>);
(?:finger ?)?nails (?:\w+ )?(?:down|along|over|across|into|through|up);
(?:run|drag|rake|sink|dig|scrape|tickle|scratch|stroke|press)~? .. (?:finger ?nails|nails);
(?:hand|palm) ?prints?; (?:drum|tap|clap|pat|beat|flick|hit|strike)~? .. (?:<whose>) (?:partner's )?(?:<rear>);
(?:palm|hand) .. (?:land|lands|come down|comes down|fall|falls|down) on .. (?:<rear>|thighs?|cheeks? below);
flick~ .. (?:thighs?|legs?); snap~ .. (?:towel|belt|elastic); sting(?:s|ing)? (?:them|your partner|lightly);
chew(?:s|ing)? .. (?:<skin>);
""",
    taxonomy.RESTRAIN: r"""
trapped; ti(?:e|es|ed) .. (?:at the (?:ankles?|wrists?)|to each other);
(?:cannot|can't|could not) (?:get away|escape|move|wriggle free);
(?:put|lay|place|drape|wind|wear|wears|fold) .. over (?:<whose>) eyes;
(?:press|pressing|push|pushing|hold|keep|trap|lock|fasten|fix|secure|lash|clip|strap|
chain)~? .. (?:against the (?:wall|door|bed|mattress)|to the (?:bed|chair|wall|headboard)|
behind (?:<whose>) backs?); mask .. eyes; keep (?:them|your partner) (?:there|in place|down);
(?:arms?|wrists?|hands?) .. (?:held|pinned) (?:down|back);
ti(?:e|es|ed) .. (?:up|down|wrists?|hands?|ankles?|arms?|legs?|eyes|bed|bedpost|headboard|chair|behind|loosely);
ti(?:e|es|ed) (?:your partner|each other);
tying .. (?:up|down|wrists?|hands?|ankles?|arms?|legs?|eyes|bed|headboard|chair|partner); tied; untie~;
tie them; tie me; tie you; bind(?:s|ing)? .. (?:wrists?|hands?|ankles?|arms?|legs?|partner|eyes|them|you);
(?:is|are|be|being) bound; bound (?:wrists|hands|with); restrain~; restraints?; cuffs?; cuffed; handcuff~;
hand cuffs?; rope; ropes; bondage; shackl(?:e|es|ed|ing); leash~; chained; tether~; blind ?fold~;
(?:cover|covers|covering|covered) .. eyes; eyes .. (?:covered|tied|bound);
(?:<soft>) .. (?:over|around|across|before) .. eyes;
(?:<soft>) .. (?:around|about|round) .. (?:wrists?|ankles?|hands?|arms?); (?:hand|hands|palm) over .. eyes;
sleep mask; eye mask;
hold~ .. (?:wrists?|hands?|arms?) .. (?:above|over|behind|down|together|in place|against the (?:wall|bed|
mattress|pillow|door));
hold~ (?:them|your partner) .. (?:down|in place|against the (?:wall|bed|mattress|door)|by the (?:wrists?|arms?|
waist .. down)); held (?:down|fast|in place|captive|tight); hands to be held;
pin(?:s|ned|ning)? .. (?:wrists?|hands?|arms?|down|against|to the|partner|them|you); pinned;
hands? (?:crossed |clasped |locked )?behind (?:your|their|the) backs?;
trap(?:s|ped|ping)? (?:your partner|them|you|me|between); unable to move;
(?:not|cannot|can't) (?:move|get away|get up|wriggle free) until;
hands? .. (?:to the|on the|against the) (?:headboard|bedpost); (?:hold|keep) .. still with;
prisoners?; captives?; captured; hostages?; arrest(?:s|ed|ing)? (?:your partner|them); headboard; bedposts?;
bars of (?:the|your) bed; (?:arms?|hands?|wrists?) (?:are |is )?(?:stuck|caught|useless);
(?:they|your partner|you) (?:cannot|can't|can no longer|could not) (?:use|free|kick|reach|see);
(?:may|can|must) not use (?:their|your|his|her) (?:hands|arms);
sit(?:s|ting)? on (?:your |their )?(?:own )?hands; not release (?:them|your partner);
(?:tape|fasten|secure|loop|lash|strap|hook|knot|wrap|wind)~? .. (?:hands?|wrists?|ankles?|arms?|
legs?) .. (?:together|<soft>); (?:<soft>) .. (?:both|all) .. (?:hands?|wrists?);
(?:secure|fasten|strap|lash)~? (?:your partner|them);
(?:wrap|roll|bundle|tuck)~? (?:your partner|them) .. so that; hands on the wall;
corner(?:s|ed|ing)? (?:your partner|them) (?:against|in|by); (?:take|takes|taking|turn off|turns off) .. sight;
over (?:your partner's|their) head so that;
hold(?:s|ing)? (?:your partner's|their|his|her|both of their) (?:wrists?|ankles?);
(?:leather|fasten (?:a|the)|wear (?:a|the)|put (?:a|the)) (?:\w+ )?collar;
wrists? in (?:one|your|a) (?:hand|grip|fist);
""",
    taxonomy.BREATH: r"""
until .. gasp~?; forget(?:s)? breathing; (?:neither|nobody|no one|cannot|can't|can no longer) .. breathe;
breathe only; (?:<hand>|palm) .. front of .. neck; as long as (?:your|their) (?:lungs?|breath|air); lungs;
(?:hand|palm|fingers|pillow) (?:\w+ )?(?:over|across) (?:<whose>) (?:mouth|nose|face);
(?:hand|hands|fingers|grip) .. (?:close|closes|tighten|tightens|around|round|about) .. neck;
face .. (?:in|into) .. pillow; forget(?:s)? (?:how )?to breathe; chok(?:e|es|ed|ing); strangl(?:e|es|ed|ing);
throats?; windpipe; asphyxi\w*; suffocat\w*; smother~; breath ?play;
hold~ (?:your|their|each other's|our|the|his|her|a) breaths?; holding .. breath; breath ?less(?:ly)?;
(?:out|short) of breath; los(?:e|es|ing) .. breath; gasp~ for; gasping; gasp for (?:air|breath);
(?:cannot|can't|can hardly|can barely|could not|hardly) breathe;
without (?:breathing|taking a breath|a breath|air); stop~ breathing; don't breathe; do not breathe;
(?:come|came|coming|up) for air; catch (?:your|their) breath; run(?:s|ning)? out of (?:air|breath);
pant(?:s|ing|ed)?; breath (?:is|has) (?:gone|stolen|taken);
(?:take|takes|taking|took|steal|steals|kiss|kisses) .. breath away; no (?:air|breath) left; winded;
starved of air;
(?:hand|hands|fingers|grip|arm) (?:around|round|about|against|on the front of|closed on) .. neck;
squeez(?:e|es|ing) .. neck; pressure on .. neck;
(?:hand|palm|pillow) (?:over|across|on) (?:<whose>) (?:mouth|nose|face); face ?sitting;
sit(?:s|ting)? on .. face; neck .. (?:in|into) .. (?:grip|grasp);
need(?:s)? (?:air|to breathe|to catch); lack of (?:air|breath); under ?water; see stars; (?:room|head) spins;
heads? swims?; (?:stop|stops|cut off|take|takes) (?:your partner's|their|your) (?:breath|air);
(?:pinch|hold|close|squeeze)~? .. (?:nose|noses|nostrils);
(?:scarf|collar|tie|belt|ribbon|shawl|cord|rope) .. (?:around|round|about) .. necks?;
tighten~ .. (?:neck|collar|throat); pillow .. (?:face|mouth|nose); hold~ the (?:air|breath); dive under;
(?:has|have) to (?:breathe|surface); (?:arm|forearm|hand|elbow) across .. (?:neck|throat);
""",
    taxonomy.DEGRADE: r"""
cruel~; (?:your partner|they) kneels?; about (?:<whose>) (?:weakness~|flaws?|faults?);
ridiculous~ (?:about|look|looks); make fun of (?:your partner|them);
(?:to|must|make|makes|let|have|order|tell) .. kneel;
(?:have been|has been|been|being) (?:so )?(?:bad|naughty|disobedient); deserve~ (?:it|punish\w*|a spanking);
call(?:s)? (?:you|me|them|your partner) (?:sir|master|mistress|ma'am|madam|boss|your majesty);
feet .. thank you; feel small; servants?; degrad\w*; humiliat\w*; insult~; scold~; ridicul(?:e|es|ed|ing);
mock(?:s|ed|ing)? (?:your partner|them|me|you); mock stern\w*; belittl\w*; demean\w*; slut~; slutty;
whor(?:e|es|ish); bitch~; pathetic; worthless; filthy (?:little|thing); dirty (?:little|thing|girl|boy);
naughty (?:girl|boy|thing); good (?:girl|boy); bad (?:girl|boy); useless; disgust\w*;
shame~ (?:your partner|them|me|you); sham(?:e|ing); embarrass (?:your partner|them);
on (?:your|their|his|her|all) (?:knees|fours); kneel~ (?:before|at|in front|for|down|to|until|and ask); knelt;
crawl~; grovel~; lick .. (?:boots?|shoes?|floor); (?:cheeky|rude|nasty|bad|dirty|naughty|filthy) names?;
call(?:s|ed|ing)? .. names; name ?calling; punish~; punishment; discipline; tell .. off; boss(?:y|iness|ing);
boss .. (?:around|about); put .. in (?:your|their) place; put them in their place;
know(?:s)? (?:your|their) place; talk down to; obey~; obedien\w*; slaves?;
your (?:pet|property|toy|servant|plaything); own(?:ed|s)? by; (?:master|mistress); beneath you;
laugh at (?:your partner|them|how);
use .. (?:as|like) (?:a|an|your) (?:footstool|toy|chair|table|object|furniture|plaything);
treat .. (?:as|like) (?:a|an) (?:toy|object|pet|servant|animal); taboos?; brat(?:s|ty)?; beg .. forgiveness;
apologi[sz]e on; confess how (?:bad|dirty|naughty); earn(?:s)? (?:your|their) place;
(?:bad|terrible|awful|lousy|clumsy) (?:lover|kisser|in bed);
how badly (?:they|you|your partner) (?:kiss|kisses|dance|dances|perform|performs);
something (?:mean|nasty|cruel|rude|hurtful|unkind); (?:rate|rank|grade)~? .. (?:body|looks|figure|performance);
(?:marks|points|a score|a grade) .. (?:body|looks|figure|performance);
(?:wear|wears|wearing|fasten|leather|dog) (?:a |the )?collar; put (?:a|the) collar;
(?:eat|eats|feed|feeds|drink|fetch|walk|treat|sit|lead)~? .. (?:like|as|as if they were) (?:a|an|
your) (?:dog|puppy|pet|animal|bench|stool|pony|horse|maid|toy); eat(?:s|ing)? (?:from|out of) your hand;
(?:wait|stand|send|go|order|put)~? .. (?:in|to|into) the corner; (?:<kiss>) .. (?:shoes?|boots?);
call (?:themselves|himself|herself); admit (?:that )?they are; (?:not|don't|never) deserve (?:you|this|them);
rude words?; fetch .. slippers;
(?:your partner's|their|your) (?:worst|bad) (?:habits?|traits?|sides?); serves? .. (?:maid|butler|slave);
""",
    taxonomy.PUBLIC: r"""
chance of (?:discovery|being);
(?:sister|brother|mother|father|mum|mom|dad|boss|colleagues?|friends?) .. (?:back soon|back any|coming|
come home|walk in|hear|see you);
(?:like|love|want|excite you|exciting) to be (?:watched|seen) (?:by|together|like)?;
as if .. (?:could|can|might) (?:see|hear|watch|notice) (?:you|us|them|everything);
(?:<others>) (?:had|has|have) (?:\w+ )?(?:heard|seen|noticed|watched|caught|listened);
in front of (?:your |the |other |all )?(?:<others>);
(?:curtains?|blinds?|shades?|doors?) .. (?:not (?:quite )?(?:closed|shut|drawn)|half);
neighbou?rs? .. (?:hear|see|listen|listening|notice|wake|awake|know|think|say|window|wall|walls);
(?:<others>) (?:(?:are|is|were|was) )?(?:asleep|sleeping|awake|next door|downstairs|upstairs|due|about|arriving|
around|home|in the (?:house|other room|next room));
(?:before|until|when|in case|while) (?:the |your )?(?:<others>) (?:\w+ )?(?:arrive|arrives|come|comes|return|
returns|wake|wakes|notice|notices|sleep|sleeps|watch|listen);
as if (?:nobody|no one|somebody|someone|anybody|the <others>|<others>) (?:were|was|is|could|might); keyhole;
(?:blinds?|curtains?|shades?) .. (?:up|open|apart); walls are thin; show~ your partner off;
(?:back|due) (?:home )?(?:at )?any (?:minute|moment|second);
(?:<others>) (?:might|may|could|can|would|will) (?:\w+ )?(?:hear|see|come|wake|walk|notice|watch|look|catch|
knock|enter|pass|be listening|be watching|interrupt|join|find|spot);
(?:come|comes|coming|back|be|is) home any (?:minute|moment|second);
any (?:minute|moment|second) .. (?:door|come|home|walk); walk~ in on;
(?:door|curtain|curtains|window|blinds?) .. (?:open|ajar|unlocked); overhear\w*;
(?:get|gets|getting|be|being|almost|nearly|been) (?:caught|noticed|seen|spotted|discovered|overheard|
interrupted|found out); (?:almost|nearly) (?:caught|noticed|seen);
before (?:<others>) (?:notice|see|come|hear|return|look)~?; risk of being;
without (?:<others>) (?:noticing|seeing|hearing|knowing); in public; publicly; exhibition\w*; voyeur\w*;
(?:so|where|while|when|as if|in front of|before) (?:that )?(?:<others>) (?:are|is|can|could|might|watch|look|
sit|walk|hear|see)~?; in front of (?:<others>|the others|your friends|friends|all);
(?:<others>) (?:watch|watches|watching|listening|nearby|passing|walking past|in the next room);
(?:hear|hears|heard) .. (?:through|in|next) .. (?:wall|walls|door|room); thin walls?; keep .. (?:quiet|down) so;
quiet enough (?:not|that); secret sign; next party; stolen moments? (?:in|at|behind);
place outside (?:your|the) home; (?:outside|away from) (?:your|the) home; for all to see;
(?:an|the) audience .. (?:see|watch); being (?:watched|observed) by (?:<others>); show .. off (?:to|in front);
under the table (?:at|in|of) (?:a|the) (?:restaurant|cafe|bar|dinner);
shutters? .. (?:open|up|apart|half); (?:to|could|might|may|will|somebody|someone|driver|postman|
courier) rings? (?:the|at the) (?:bell|door|doorbell);
at the door while;
(?:whole|entire) (?:hotel|street|train|house|building|town|floor|block|room) .. (?:hear|hears|see|sees|
watch|watches|know|listen)~?; (?:could|can|might|may) (?:look in|look up|pass by|walk by|peek in|peep|come by);
(?:nothing|no (?:underwear|panties|bra)|without (?:any )?(?:underwear|panties|a bra)) .. (?:go out|out for|
dinner|to work|walk|shopping);
(?:go out|dinner|to work|walk|shopping) .. (?:without (?:any )?|no )(?:underwear|panties|bra);
nothing underneath; whose eyes;
(?:if|when) (?:a |some )?(?:<others>) (?:watched|saw|heard|looked|caught|knew|walked);
while (?:they|your partner|you) (?:are|is|sit|sits) .. (?:in a meeting|at work|with (?:their|
your) (?:parents|family|friends|colleagues|boss)|in class); under the (?:\w+ )?table (?:when|while|with);
(?:<others>|colleague|boss) .. (?:almost|nearly) (?:see|sees|hear|hears|catch|catches);
no (?:curtains|blinds);
(?:dinner|lunch|coffee|tea|evening|weekend) with (?:your|their|the) (?:parents|family|friends|colleagues|
boss|in laws); <others> waited;
""",
    taxonomy.RECORD: r"""
on film; big screen; answering machine; first episode; call action; play director;
on screen .. (?:scene|plays?); tap(?:e|es|ed|ing) (?:yourselves|yourself|each other|it|them|your); audio;
(?:as|like|into) (?:a|the) (?:\w+ )?(?:film|movie|video); on video; home movie; sex tape; photo~; photos?;
photograph~; selfies?; snapshots?; polaroids?; camera; cameras; webcam; screenshot~; on tape; videotap\w*;
videos?; film(?:s|ed|ing);
(?:take|takes|taking|send|sends|sending|keep|share|make|shoot|shoots|snap) .. (?:picture|pictures|pic|pics|nude|
nudes|clip|clips|movie|film); nudes; pose .. (?:lens|picture);
record(?:s|ed|ing|ings)? (?:your|their|each|the|a|it|this|them|yourself|yourselves|sound|sounds|how|what|one|
every|you|him|her|us|voice); (?:audio|voice|sound) (?:note|notes|message|messages|memo|clip|recording);
(?:be|being|is|are|was) recorded; recording; recordings; private pictures?;
picture of (?:you|us|yourself|yourselves|the two|each other);
(?:scene|scenes|opening|shot|trailer|poster|director|close up|take|script|star|stars|cast|credits|
cut) .. (?:film|films|movie|movies|video|screen);
(?:film|movie) .. (?:opens|begins|starts|about (?:you|us|the two)|only (?:you|the two)|of (?:you|us|your));
(?:in|for|of|like) (?:a|the|your|our) (?:own |private |secret |very )*(?:film|movie)(?: of (?:your|our) own)?;
as if .. (?:filmed|on film|camera|rolling|directing);
film (?:your|each|it|the two|them|yourself|yourselves|me|us|him|her|how|what|a); lights camera action;
voicemail; dictaphone; hit record; press record; live ?stream~; stream~ (?:it|yourselves);
press~ .. (?:red button|shutter); (?:boomerang|reel|gif|gifs)(?: of)?; tripod; clapper ?board; photo ?shoot;
at a shoot; (?:a|the|camera's) lens; (?:timer|self timer) .. (?:phone|camera);
(?:capture|catch|keep|save|keepsake|store)~? .. (?:phone|mobile|tablet);
(?:phone|mobile) .. (?:capture|captures|catch|catches|red button|prop|shelf);
spoken message;
""",
    taxonomy.ANAL: r"""
(?:spot|inch|place|part|bit) .. (?:unkissed|untouched|unexplored|left out); anal; anally; anus; rimm(?:ed|ing);
butt ?plugs?; plug; prostate; pegg(?:ed|ing); strap on; back ?door (?:play|fun|entrance)?; further back;
from the back entrance;
(?:<whose>|massage|stroke|kiss|touch|squeeze|knead|caress|hips and) (?:(?:own|bare|warm|naked|partner's|lovely|
round) )*(?:<rear>); between .. (?:cheeks|buttocks); buttocks?; butt; bum; backside;
(?:<mouth>|<touch>) .. (?:<all>); (?:<all>) .. (?:<mouth>); cover~ .. (?:whole|entire) body .. (?:<kiss>);
(?:small of (?:the|their|your) back|small of your partner's back|lower back|spine|
waist) (?:\w+ )?(?:and (?:on|further|lower|below|beyond)|downwards?|lower|further|as low); lower than .. back;
as (?:low|far down) as; tail ?bone; coccyx; back pockets?;
back of (?:<whose>) (?:partner's )?(?:jeans|trousers|pants|skirt|underwear); cheeks? below;
(?:whole|all|entire) of your partner .. (?:feather|oil|lips); (?:<touch>) .. (?:their|your partner's) seat;
""",
    taxonomy.WATERSPORTS: r"""
watersports?; water sports?; urin\w*; pee(?:s|d|ing)?; piss~; golden showers?; wet play; messy play;
wet or messy; (?:go|going) to the toilet; on the toilet; full bladder; bladder;
hold(?:s|ing)? it in; toilet; the loo; golden rain; shower of (?:your|their) own;
""",
}

# Only a boundary where the same text is intimate: a park is a place, a kiss in the park may be seen.
BOUNDARIES_BESIDE_INTIMACY = {
    taxonomy.PUBLIC: r"""
(?:in|on|at|behind|outside|under|inside|by|near|through) .. (?:<place>);
(?:public|crowded|full) (?:place|room|bar|train); outdoors; outside; crowd~; crowded; next room; open air;
window~; windowsill; hidden corner; while <others>;
(?:in|across|at) (?:a|the) (?:full|crowded|busy) (?:\w+ )?(?:room|place|table|party); at work;
in the middle of (?:town|the street|the crowd); <others> (?:around|about|near|next door);
""",
    taxonomy.RECORD: r"""
films?; movies?; videos?; footage; on screen; cinema; director; soundtrack to; trailer; documentary;
television; tv; actors?; actress; hollywood; studio; interview~; magazines?; the cover of; shoot; shutter;
""",
}
