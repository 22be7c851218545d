"""How two people say it to each other in plain prose: in a task, a rule, a reward, a scene, and bluntly. English.

Data for `lexicon`, in its notation, beside `phrases` and `practices`, which know how a card says it; a card is read with
both.
"""

from rooms.activities import taxonomy

# Word classes, usable in a phrase as <name>; none has the name of one of `phrases`.
CLASSES = {
    "one": r"""
your partner|you|me|him|her|them|us|yourself|yourselves|myself|himself|herself
""",
    "its": r"""
your partner's|partner's|your|my|his|her|their|our|the|a|an
""",
    "hole": r"""
ass|arse|asshole|arsehole|butthole|bumhole|bum|butt|bottom|backside|behind|rear|hole
""",
    "sex": r"""
cock|dick|penis|balls|pussy|clit|clitoris|vulva|vagina|crotch|shaft|privates|cunt|junk|groin
""",
    "bust": r"""
breasts?|nipples?|tits?|boobs?
""",
    "strikes": r"""
strokes?|lashes|lash|swats?|whacks?|blows?|smacks|spanks|cuts
""",
    "hitter": r"""
belt|cane|crop|paddle|whip|flogger|flog|tawse|strap|hairbrush|wooden spoon|slipper|ruler|switch|birch|
cat o nine tails|martinet
""",
    "bare": r"""
naked|nude|bare|undressed|unclothed|topless
""",
}

# Looked past before anything is searched: what a household says that only looks like one of the phrases.
HARMLESS = r"""
(?:change|changes|changing|buy|wash) .. (?:nappy|nappies|diapers?); permission from (?:the|your|my) (?:landlord|
boss|school|teacher|neighbou?rs?|bank|owner|council); ti(?:e|es|ed|ing) (?:up )?(?:the|a|your) (?:\w+ )?(?:bags?|
shoes?|parcel|boat|tomatoes|apron|laces|rubbish); toilet (?:paper|brush|seat|rolls?|cleaner); (?:clean|scrub|
unblock|fix|repair|wipe|flush|cleaning|scrubbing) (?:\w+ )?(?:\w+ )?(?:toilets?|loo); (?:the|our|your|her|
his) (?:dog|cat|puppy|horse|rabbit) (?:on|off) (?:the|a|its|his|her) (?:leash|lead|chain); (?:the|our|your|
my) (?:dog|cat|puppy|hamster|bird|rabbit|parrot|guinea pig)'s (?:collar|leash|lead|cage|bowl); (?:collar|leash|lead|
cage|bowl) (?:for|of) (?:the|our|your|my) (?:dog|cat|puppy|hamster|bird|rabbit|parrot|guinea pig); dog from (?:his|
her|its) bowl; (?:brush|clean|floss|brushing)(?:es)? (?:your|their|his|her|my|our) teeth; strip(?:s|ped|
ping)? (?:off )?the (?:bed|beds|wallpaper|paint|varnish|wall|walls|floor); strips of; plug(?:s|ged)? in (?:the|your|
my|a) (?:charger|kettle|lamp|phone|laptop|iron|toaster|tv|hoover|cable|fridge); pull the plug; plug the (?:hole|
leak|sink|bath); (?:ear|spark|sink|bath|wall|power|drain) ?plugs?; cuffs? of (?:your|the|my|his|her) (?:shirt|
trousers|sleeves?|jacket); cuff ?links?; (?:hamster|bird|rabbit|parrot|guinea pig|animal|batting) ?cages?;
whip(?:ping|ped)? ?cream; paddles? (?:in|of|for) the (?:canoe|boat|kayak); doctor's orders; house rules of (?:the|
our) (?:landlord|building|hotel|house); control of (?:the|our) (?:budget|finances|money|car|situation|house);
photos? of (?:our|the|your|my) (?:\w+ )?(?:holidays?|trip|wedding|kids|garden|food|receipt|shopping list|house|flat|
car|menu|family|dog|cat|recipe|dinner|sunset|list|note|form|bill|passport|damage|meter); knead(?:s|
ing)? the (?:dough|bread|clay); edges? of (?:the )?lawn; noise for the (?:team|band|players);
release of the (?:handbrake|brake|button);
"""

BOUNDARIES = {
    taxonomy.IMPACT: r"""
(?:hit|hits|hitting|beat|beats|strike|strikes|thrash|thrashes|whack|wallop|lash|tan|
flick)~? (?:<one>)(?! up| off| at| to| the); (?:hit|hits|strike|strikes|beat|thrash|tan|warm|
redden) (?:<its>) (?:bare |naked |own )?(?:<hole>|thighs?|hide|face|cheek|<bust>); (?:with|get|gets|feel|feels|
taste|use|fetch|bring|want) (?:<its>|my)? ?(?:\w+ )?(?:<hitter>)(?= (?:on|to (?:<one>|<its> (?:<hole>|thighs?))|for|
if|tonight|when|again|across|until|and)|$|[.!?]); take (?:<its> )?(?:<hitter>) to (?:<one>|<its> (?:<hole>|
thighs?)); (?:use|get|feel|taste|fetch|bring|with) (?:<its>|my) (?:cane|crop|paddle|flogger|tawse|riding crop);
(?:<strikes>) (?:of|with|from|on) (?:<its>) (?:<hitter>|hand|palm|bare); (?:lashes|strokes|swats|smacks|spanks|
whacks) (?:with|for (?:every|each|being)); six of the best; (?:bruis(?:e|es)|welts?|marks?) .. (?:skin|hip|hips|
thighs?|bottom|neck|back|<bust>); (?:bottom|bum|butt|backside|behind|cheeks|ass) .. (?:red|pink|sore|glow|glows|
warmed|sting|stings); (?:clothes ?pegs?|clothes ?pins?|clamps?|pegs) .. (?:<bust>|skin|tongue|<sex>);
nipple clamps?; (?:<bust>) clamps?; (?:scratch|scratches|claw|claws|punch|punches|kick|kicks) (?:<one>);
corporal punishment; impact; wax play; floggers?; paddle; (?:bend|bent|lean) over .. (?:with my hand|with your hand|
ten|six|twenty|dozen|count|hand); over (?:<its>) (?:knees?|lap); the belt for; pull(?:s|
ing)? (?:<its>) (?:\w+ )?hair hard; trampl(?:e|es|ing); (?:ball|cock) ?(?:busting|torture); electro ?play;
tens unit; violet wand; (?:get|gets|give|gives|receive|earn|earned|deserve|count) .. (?:lashes|strokes|swats|smacks|
spanks|whacks);
""",
    taxonomy.RESTRAIN: r"""
(?:chain|strap|lock|rope|hook|truss|shackle|fasten|secure|padlock)(?:s|ed|ping|ing)? (?:<one>) .. (?:to|in|into|on|
down|up); (?:chain|strap|rope|truss|lash|hogtie|shackle)s? (?:<one>); hog ?tie~; hold(?:s|ing)? (?:<one>) (?:down|
still|tight); shibari; kinbaku; spreader ?bars?; spread ?eagle~; straight ?jacket; straitjacket; gag; gags; gagged;
gagging; ball ?gag; (?:cage|caged)(?! (?:for|of) the); chastity (?:belt|cage|device); locked (?:up|in|away|
into)(?! the)~?; arms (?:are )?(?:behind|bound|tied) .. backs?; collared; (?:leash|lead) .. collar; mummif\w*;
vacuum bed; stocks and; (?:on|by) (?:<its>|your) leash; immobili[sz]~; posture collar; armbinder; (?:hood|
hooded)(?! of)(?! of the car); (?:wear|wears|wearing|put on|in) (?:<its>|your|leather)? ?(?:\w+ )?(?:cuffs|
handcuffs|shackles|blindfold|gag|harness|collar); (?:your|the) collar (?:on|stays|all)~?; sleep in (?:your|
the) (?:cuffs|collar|chains); dungeon; in (?:chains|shackles|cuffs|bondage|ropes); bound (?:and|until|for|naked|
hand);
""",
    taxonomy.BREATH: r"""
throttl(?:e|es|ed|ing) (?:<one>); plastic bag; bag over .. head; (?:take|takes|taking) (?:<its>) breath; cut(?:s|
ting)? off (?:<its>) (?:air|breath|breathing)(?! supply)~?; (?:control|controls|controlling) (?:<its>) (?:breath|
breathing); breath (?:control|holding|play); (?:may|can|only) breathe; permission to breathe; (?:hard|harder|
difficult) to breathe; face ?fuck\w*; deep ?throat~; gas mask; queening; sit(?:s|ting)? on (?:<its>) face;
head .. under (?:the )?water; (?:hand|hands|belt|grip|fingers|arm) .. (?:on|around|round|at|
against) (?:<its>) (?:neck|necks|throat); by the (?:neck|throat); choke ?hold;
""",
    taxonomy.DEGRADE: r"""
(?:wear|wears|wearing|put on|sleep in|earn|lock|buckle|kiss) (?:<its>) (?:\w+ )?collar; collared; (?:your|my|his|
her) collar; kneel; kneels; kneeling; (?:call|calls|address|addresses|addressing) (?:<one>) (?:as )?(?:\w+ )?(?:sir|
master|mistress|goddess|daddy|queen|king|owner|lord|lady|maam|my lord); (?:yes|no|please|thank you|good morning|
good night) (?:sir|master|mistress|goddess); (?:as|on|from|of|in) .. bowl .. floor; (?:eat|eats|drink|
drinks) .. (?:from|out of|off) .. (?:bowl|floor)(?! with)(?! of (?:soup|cereal|porridge|rice|salad));
foot ?rest(?! of)(?! of the); foot ?stool; human (?:furniture|table|chair); corner time; sleep(?:s|
ing)? (?:on the floor|at (?:the foot of (?:my|his|her)|my feet)); (?:at|kiss|lick|worship|under) (?:my|his|her|
your master's) (?:feet|boots|shoes|heels); (?:you are|you're|youre|be|he's|she's|is|as) (?:my|his|
her) (?:\w+ )?(?:property|toy|pet|slave|bitch|slut|whore|possession|plaything|object|doll|servant|dog|puppy|pig|cow|
thing|dirt|doormat); (?:dirty|filthy|cheap|little) (?:girl|boy|slut|whore|pig|bitch|pervert); (?:write|writes|
writing) lines; (?:stand|stands|standing|face|nose) .. (?:in|to|into|against) the (?:corner|wall)(?! (?:shop|cafe|
table)); worthless; worm; pig ?tails? and; cuckold~; cucks?; sissy; sissif\w*; feminis\w*; objectif\w*; (?:insult|
mock|scold|shame|tease cruelly|slap and insult) (?:<one>)(?! about)~?; (?:small|tiny|little) (?:dick|cock|penis);
(?:deserve|deserves|earn|earned|accept|take|takes|for|every|each|your|a) (?:\w+ )?punishments?; grovel;
crawl~ (?:to|on|over|across|after|behind|back|towards?|into|round|around) (?:<one>|the|all|my)?; (?:on|all) fours;
no human furniture; (?:pony|puppy|pet|pig|cow) ?play(?! with); (?:pony|puppy|kitten) ?girl; bark(?:s|ing)? (?:like|
for); (?:head|eyes) (?:down|lowered) (?:when|while|in front of|before|until) (?:i|me|your|master|sir|mistress);
beg~ .. (?:forgiveness|like a); unworthy; inferior; submissive slut; dehumani[sz]~; free ?use; body ?writing;
write .. on (?:your|my|his|her) (?:body|<bust>|skin|forehead|bottom|ass); (?:not|aren't|isn't) worthy; ^collars?$;
^leash(?:es)?$; (?:eat|eats|dine) on the floor; (?:sir|master|mistress) (?:decides|says|wants|orders|allows|tells|
permits); (?:use|say|with|add) (?:<its> )?(?:sir|master|mistress|ma'am);
""",
    taxonomy.PUBLIC: r"""
(?:<others>|everyone|everybody|the world|they all|all) (?:can|could|may|might|will|to) (?:see|watch|hear|
look at) (?:<one>|it); (?:flash|flashes|flashing) (?:<one>|<its>)(?! light)~?; (?:dogging|cruising|swingers? club|
sex club|swinging|nude beach|nudist beach|play party|munch); (?:go|goes|going|walk|leave|come|out|ride|drive|dinner|
work|shopping) .. (?:without|no|in no) (?:\w+ )?(?:bra|panties|knickers|underwear|pants); (?:no|
without) (?:\w+ )?(?:bra|panties|knickers|underwear) (?:at|in|to|on the|under|outside|when); (?:plug|vibrator|vibe|
egg|toy|collar|cage|cuffs|lingerie|harness|remote|lovense) .. (?:at|in|to|into|during|through|on) (?:<its>|work|
public)? ?(?:\w+ )?(?:dinner|office|work|supermarket|shop|shops|store|restaurant|bar|party|meeting|street|gym|bus|
train|cinema|town|friends|family|public|pub|club|beach|park|church|lecture|class); (?:in|out in) the open;
semi ?public; public (?:play|sex|place); (?:let|lets|letting) (?:<others>|another (?:man|woman|person|couple)|
others) (?:\w+ )?(?:watch|see|hear|join|touch|look); (?:be|being) (?:seen|watched|overheard) (?:by|in|at|when|
while)?; show(?:s|ing)? .. to (?:<others>); (?:<bust>|<sex>|ass|naked|bare) ..(?:at|in|on) the (?:beach|park|street|
window|balcony|car|woods|pool|office|terrace|train|garden|supermarket|car park); (?:touch|feel|grab|grope|fondle|
tease|undress|finger|lick|spank)(?:es|s)? (?:<one>|<its>) .. (?:in|at|on|under|behind) .. (?:<place>); (?:do it|
doing it|fool around|make out|play with me|naked) .. (?:in|at|on|under|behind) .. (?:<place>);
""",
    taxonomy.RECORD: r"""
(?:record|records|recorded|recording|film|films|filmed|photograph|photographs) (?:<one>|<its>)(?! (?:score|time|
best|shop|player|programme|show|festival))~?; (?:tape|tapes|video|snap) (?:your partner|me|him|her|us|them|yourself|
yourselves|it|this); (?:pics?|pix|nudes?|dick ?pics?|snaps?|selfies?|gifs?|reels?|screenshots?); (?:picture|
pictures|image|images|vid|vids|clip|clips|footage) (?:of|from) (?:<one>|<its>|it|that|this); (?:with|in|by|send|
sends|take|post|upload|want|keep) (?:<its>|some|more|me|one)? ?(?:\w+ )?(?:pictures?|images?|vids?|
clips?)(?! (?:book|frame|up|down|in the hall|postcard|rail)); snapchat; snap ?chat; only ?fans; (?:photo|
photographic|video|picture) (?:proof|evidence|diary|set); proof .. (?:photo|picture|video); cam(?:ming)? (?:show|
for|with|session); on (?:cam|camera|film|tape|video); face ?time (?:<one>|with|sex)?; video ?(?:call|chat);
voice ?(?:note|message|memo|mail|recording)s?; audio(?:s)? of; live ?stream; make (?:a|our|your) (?:own )?(?:porn|
sex tape|movie|film); hidden camera; (?:post|upload|share)s? .. online; put .. (?:online|on the internet);
""",
    taxonomy.ANAL: r"""
(?:tak(?:e|es|en|ing)|fuck\w*|do|does|have|has|had|want|wants|enter|enters|ride|rides|mount|mounts|bend|bends|screw|
screws|eat|eats|get|gets|love|loves|make love to|sex) .. from behind(?! the| a| your| my); from behind (?:you|me|
tonight|please); doggy(?: ?style)?; (?:in|into|up|inside|on|at|around|against|lick|licks|eat|eats|kiss|kisses|fuck|
fucks|spank|slap|grab|grabs|finger|rim|play with|bite|spread|show|stretch|train|use|worship|squeeze|smack|touch|
stroke|pinch|cup|knead|warm|bare|naked|red) (?:<its>)? ?(?:\w+ )?(?:ass|arse|asshole|arsehole|butthole|bumhole|bum|
butt|backside|rear end); (?:<its>) (?:\w+ )?(?:ass|arse|asshole|butthole|bum|butt|bottom) ..(?:up|in the air|cheeks|
red|plug|toy|finger|tongue|open)(?! of the)~?; (?:train|stretch|fill|lick|open|plug|use|fuck|finger|
gape) .. (?:<its>|other|back|tight) (?:\w+ )?hole; peg; pegs; pegging (?:<one>)?; plugs?; plugged(?! in); sodom\w*;
rim (?:<one>|job|jobs); rims (?:<one>); enema\w*; tail plug; greek style; prostate; p spot; ass ?(?:play|eating|
fuck\w*|worship|licking); bum ?(?:fun|play|sex); butt ?(?:sex|play|stuff|fuck\w*); strap ?ons?; harness .. (?:dildo|
strap); (?:want|love|adore|own)s? (?:your|his|her|my) (?:ass|arse|bum|butt|hole);
""",
    taxonomy.WATERSPORTS: r"""
wet yourself; wet (?:your|my) (?:pants|panties|bed); (?:nappy|nappies|diaper~|diapers?); omorashi; pee~; peeing;
wee on; (?:bathroom|toilet|loo|restroom) (?:breaks?|permission|control|rules?|use)~?; (?:permission|ask|asks|
allowed|before|may|without asking|not|don't|may not|do not|until|hold) .. (?:(?:go|going|goes|use|using|
visit) (?:to )?(?:the|a) (?:bathroom|toilet|loo|restroom)|to pee); (?:to|use|using) the (?:bathroom|toilet|
loo) .. (?:without|only|permission|ask|until|when i); golden rain; yellow; human toilet; (?:bladder|
desperation) (?:play|control|hold)~?; relieve yourself on; tinkle; you(?:'re| are) bursting; bursting for the;
""",
}

# What has no place below a level, and no key of its own.
LEVELS = {
    "X": r"""
fuck\w*; shag(?:s|ged|ging)?(?! pile); screw (?:<one>); bang (?:<one>)(?! on); mount (?:<one>); (?:have|having|had|
has|for|after|before|during|morning|make up|more|good|want) sex; quickies?; cum; cums; cumming; horny; (?:<sex>);
tits?; boobs?; (?:take|takes|taking|have|want|do|does) (?:me|him|her|them|your partner) (?:hard|from behind|
right (?:there|now|here)|on the (?:table|floor|bed|sofa|desk)|against the wall|in bed|slowly|tonight); ride (?:me|
him|her)(?! home| to); inside (?:<one>); masturbat\w*; sleep with (?:me|him|her|your partner) tonight; get laid;
nookie; bareback; creampie; missionary; cowgirl; reverse cowgirl;
""",
}
