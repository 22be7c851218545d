"""What people do, as they say it in plain prose: as `practices`, in English; classes are those of `prose`."""

PREFERENCES = {
    "massage": r"""
(?:oil|lotion) (?:<its>) (?:back|legs?|shoulders?|body|feet|neck|skin|<bust>); rub ?downs?; (?:foot|back|neck|
shoulder|head|hand) rubs?; (?:rub|rubs) (?:<one>) (?:down|all over);
""",
    "hair_pull_gentle": r"""
(?:hold|take|grab|lead|drag|pull|have|guide|grip)~? (?:<one>) .. by (?:<its>) (?:hair|ponytail|braid|pigtails|
plait); (?:hand|hands|fist|fingers) in (?:<its>) hair .. (?:back|pull|tight|tighten|hold|while|head);
hair ?pull(?:ing|s)?; (?:braids?|plaits?|pigtails) .. (?:hand|fist|pull|grip|wrap); (?:wrap|wind|grab|pull|yank|
tug)~? (?:<its>) (?:\w+ )?(?:braids?|plaits?|pigtails|hair|ponytail); pulling (?:on )?(?:<its>)? ?hair;
""",
    "biting_moderate": r"""
teeth (?:marks?|in|on); mark(?:s|ing)? .. with (?:<its>) teeth; chew(?:s|ing)? on (?:<its>) (?:neck|lip|lips|ear|
shoulder|<bust>); vampire (?:kiss|bite)~?; hickey~;
""",
    "spanking_moderate": r"""
over (?:<its>) (?:knees?|lap); (?:slap|slaps|smack|smacks|hit|hits|swat|beat|tan|warm|redden|whack|tap|pat)(?:ped|
ping)? (?:<its>) (?:bare |naked |own )?(?:partner's )?(?:<hole>); (?:bend|bent|lean) over .. (?:with my hand|
with your hand|count|hand); spanks?; spanked; spanking; (?:bottom|bum|butt|backside|behind|ass) .. (?:red|pink|sore|
glow|glows|warmed|stings?); bottom warming; birthday spank\w*;
""",
    "spanking_hard": r"""
(?:hit|hits|beat|beats|strike|strikes|thrash|whip|spank|swat|smack|flog|lash)~? .. with .. (?:<hitter>); (?:use|
uses|get|gets|feel|feels|taste|fetch|bring|want|choose) (?:<its>|my)? ?(?:\w+ )?(?:belt|cane|crop|paddle|whip|
flogger|tawse|hairbrush|switch|birch)(?= (?:on|to (?:<one>)|for|if|tonight|when|again|across|until)|$|[.!?]);
take (?:<its> )?(?:<hitter>) to (?:<one>|<its> (?:<hole>|thighs?)); (?:lashes|strokes) (?:of|with|from) .. (?:whip|
cane|crop|belt|paddle); (?:<strikes>) (?:of|with|from) (?:<its>) (?:<hitter>); six of the best; (?:belt|cane|crop|
paddle|whip|flogger) for (?:every|each|being|your); floggers?; paddles?; cane; canes; bull ?whip; thrashing;
(?:hard|harder|severe|proper|thorough) (?:spanking|beating|smack\w*); impact (?:play|toys?); welts?; tawse;
""",
    "slapping": r"""
(?:smack|smacks|hit|hits|strike|strikes|backhand|backhands|cuff) (?:<one>|<its>) .. (?:face|cheek|across)~?;
back ?hand~ (?:<one>); slapp(?:ed|ing); (?:face|cheek) ?slap\w*; box (?:<its>) ears;
""",
    "choking": r"""
throttl(?:e|es|ed|ing) (?:<one>); (?:grab|grabs|grip|grips|hold|holds|squeeze|squeezes|press|take|takes|pin|pins|
clasp)~? .. (?:throat|by the neck|windpipe)(?! clear)~?; (?:squeeze|squeezes|grip|grips|press) (?:<its>) neck;
(?:hand|hands|fingers|grip|belt) .. (?:on|around|round|at|against) (?:<its>) (?:neck|throat); breath ?(?:play|
control); choke ?hold; by the throat;
""",
    "spitting": r"""
dribbl(?:e|es|ing) (?:into|on|onto|over|in); loogie; spittle; spat (?:on|at|into|in (?:<its>)); swap spit;
""",
    "hands_genitals": r"""
(?:jerk|wank|toss|jack|rub|finger|bring|get|work)s? (?:<one>) off;
(?<!one\s)(?<!a\s)(?<!your\s)(?<!two\s)fingers? (?:me|him|her); (?:fingering|fingered|grope|gropes|groping|fondle|
fondles|feel up|feel|stroke off|fist|milk) (?:your partner|me|him|her|them)(?! (?:out|better|about|that|
at home))(?!'s (?:hair|hand|pulse|day|pain)); (?:touch|touches|touching|rub|rubs|rubbing|stroke|strokes|stroking|
finger|fingers|play with|plays with|hold|holds|squeeze|squeezes|tease|teases|grab|grabs|cup|cups|pet|pets|tickle|
massage|caress|slap|grope|feel|tug) .. (?:<sex>|<bust>); (?:<sex>|<bust>) .. (?:in (?:<its>) (?:hand|hands)|
with (?:<its>) (?:hand|hands|fingers)); (?:hand|hands|fingers) .. (?:in|inside|into|down|up|
under) (?:<its>) (?:pants|panties|knickers|trousers|boxers|briefs|underwear|skirt|dress|shirt|blouse|bra|top|jeans|
shorts); with (?:<its>) (?:hand|hands|fingers) until (?:i|you|he|she); (?:use|uses|hold|holds|put|press|turn on|
wear|wears|control)~? .. (?:vibrators?|vibe|magic wand|hitachi|wand|dildo|sex toy|love egg|egg vibrator|lovense|
remote)(?! (?:control for the|for the (?:tv|telly)))~?; feel(?:s|ing)? (?:<one>) up; grop(?:e|es|ing);
heavy petting; third base; second base; hand ?jobs?; nipple (?:play|clamps?); (?:tease|
teases) (?:<its>) (?:\w+ )?(?:<sex>|<bust>); make (?:me|him|her) come with; (?:stroke|strokes|stroking) (?:me|him|
yourself) (?:until|slowly|off|hard); get (?:me|him|her) off; fingering; cock ?warming; (?:i'll|i will|will|to|i|
may) finger you; your hands? between (?:<its>) (?:legs|thighs);
""",
    "watersports": r"""
pee; pees; peed; peeing; wee on; golden rain;
""",
    "oral_sex": r"""
(?:suck|sucks|sucking|lick|licks|licking|eat|eats|taste|tastes|blow|blows|pleasure|worship|service|kiss) (?:me|him|
her|them|your partner) (?:off|out|until|till|clean|dry|down|below|deep|slowly|for (?:as long|ten|five|twenty|
an hour)|to (?:orgasm|climax|completion)); (?:suck|sucks|lick|licks) (?:me|him|them|your partner)(?! (?:up|
in (?:the|a) (?:game|race))|'s); (?:suck|sucks|sucking|lick|licks|licking|worship|worships|kiss|kisses|service|
pleasure|taste|swallow|deepthroat|eat|eats) .. (?:<sex>); give(?:s)? (?:<one>) head; giving head; gives? head;
(?:use|uses) (?:<its>) (?:mouth|tongue|lips) (?:on|to|for|until); (?:take|takes|taking|want|in|fill) (?:<one>|it|
him|<its>) (?:\w+ )?(?:in|into|with)? ?(?:<its>) mouth(?! ?wash)~?; sixty ?nine; 69; soixante neuf;
on (?:<its>) knees .. (?:mouth|tongue|lips|suck); mouth (?:wide )?open; deep ?throat~; face ?sitting; face ?fuck\w*;
sit(?:s|ting)? on (?:<its>) face; cum in (?:<its>) mouth; oral(?! (?:hygiene|exam|b|care|history)); lip service;
(?:mouth|tongue|lips) between (?:<its>) (?:legs|thighs); (?:eat|eats|eating) (?:me|him|her|them|pussy|out my);
rim and lick; (?:under|beneath) (?:the|my) desk .. (?:mouth|knees|suck); swallow(?:s)? (?:it|me|him|all|my|
his)(?! (?:pill|food|pride)); (?:mouth|tongue|lips|head|face) .. (?:<sex>); (?:and|then) (?:suck|lick)(?=$|[.!?]);
""",
    "oral_body": r"""
(?:worship|worships|worshipping) (?:<its>) (?:\w+ )?(?:feet|foot|toes|body|legs?|thighs?|ass|<bust>|boots|heels|
skin); (?:foot|body|breast|boot) ?worship; toe ?suck\w*; suck~ (?:on )?(?:<its>) (?:\w+ )?(?:toes?|fingers?|<bust>|
neck|ear|earlobe|skin); (?:lick|licks|kiss|kisses|suck) .. (?:<bust>|feet|toes); (?:lick|licks) (?:me|him|her|
your partner) (?:all over|clean|from|everywhere); tongue bath; shower (?:me|him|her|them) with kisses; cover (?:me|
him|her) .. kisses;
""",
    "anal_fingers_toys": r"""
plugs?; plugged(?! in); butt ?plug~; peg (?:<one>); pegs (?:<one>); pegging; strap ?ons?; anal\w*; prostate;
(?:finger|fingers|toy|toys|dildo|thumb|vibrator|beads|cock|dick|it|something|plug) .. (?:in|into|inside|
up) (?:<its>) (?:\w+ )?(?:<hole>); (?:in|into|up|inside) (?:<its>) (?:\w+ )?(?:ass|arse|asshole|butt|bum|butthole);
(?:fuck|fucks|screw|take|takes|use|uses|fill|stretch|train|open|finger|fingers|gape|plug|
play with)~? (?:<its>) (?:\w+ )?(?:ass|arse|asshole|butt|bum|butthole|hole|back ?door); bum ?(?:fun|play|sex);
butt ?(?:sex|play|stuff|fuck\w*); ass ?(?:play|fuck\w*); enema\w*; sodom\w*; tail plug; take (?:me|him|her|
your partner) (?:anally|in the (?:ass|bum|butt|arse)); (?:grab|grabs|squeeze|squeezes|knead|massage|grope|cup|
fondle|stroke|caress|spread)~? (?:<its>) (?:\w+ )?(?:partner's )?(?:ass|arse|bum|butt|cheeks|buttocks|bottom|
backside);
""",
    "rimming": r"""
rim; rims; rim ?jobs?; rimmed; rimming; ass ?(?:eating|licking|worship); analingus; anilingus; (?:lick|licks|
licking|eat|eats|eating|kiss|kisses|tongue|taste|worship|rim|clean) .. (?:ass|arse|asshole|arsehole|butthole|
bumhole|bum|butt|hole|anus|backside|rosebud|starfish|behind); (?:tongue|mouth|lips|face) .. (?:ass|arse|asshole|
butthole|bum|butt|crack|hole); eat(?:s|ing)? (?:<one>) (?:out )?from behind;
""",
    "restraints": r"""
(?:chain|strap|rope|truss|lash|hogtie|shackle|cuff|bind|bound|tie|ties)s? (?:<one>)(?! (?:over|to the idea));
hog ?tie~; hold(?:s|ing)? (?:<one>) (?:down|still); (?:hold|pin|press|keep)s? (?:<its>) (?:wrists?|arms|
hands) (?:down|together|behind|above|back|over); shibari; kinbaku; spreader ?bars?; spread ?eagle~; chastity;
cuffs?; (?:stay|stays|remain|keep|be|you are|sleep|sit|wait|leave|left) .. (?:bound|tied|chained|cuffed|restrained|
locked up|caged|strapped|roped); ball ?gag; gagged; gag; straight ?jacket; straitjacket; cage; caged; (?:on|
with) (?:<its>|the) leash; (?:lock|locks|locked) (?:<one>) (?:up|in|into)(?! the house| the car); rope (?:play|work|
bondage|harness); tied up; armbinder; arms behind .. back; ^gags?$;
""",
    "blindfold": r"""
(?:mask|hood|scarf|bag|hoodie) .. (?:can't|cannot|can not|won't|not) see; hooded; hood on; (?:take|takes|taking|rob|
deprive)~? .. (?:sight|vision); no peeking; sensory deprivation; eyes (?:are |stay |stays |remain )?(?:covered|
bound|taped|masked|blindfolded); cover(?:s)? (?:<its>) eyes;
""",
    "orgasm_control": r"""
(?:no|not|don't|never|stop|without|avoid|may not|do not|quit) (?:\w+ )?(?:touch|touching|playing with|pleasuring|
masturbat\w*|play with) (?:yourself|himself|herself|myself|themselves)?(?= .. (?:until|till|before|this|for|without|
today|tonight|all)|$|[.!?]); (?:no|not|don't|do not|never) (?:touching|masturbat\w*|wanking|orgasms?|climax|cumming|
coming|release|self pleasure|porn)(?! (?:home|in late|late|back|over|up|down|out|to|from|in|with|here|together|near|
between|into))~?; (?:don't|do not|may not|can't|cannot|not allowed to|never|mustn't|won't|not|may|allowed to|
permission to|let you|only|finally) (?:to )?(?:cum|orgasm|climax|(?:come|finish)(?= (?:until|till|unless|
without (?:my|asking|permission)|before i|before \w+day|this week|today|tonight|on (?:monday|tuesday|wednesday|
thursday|friday|saturday|sunday|command)|yet|again until|when i (?:say|tell|allow|count)|only)|$|[.!?]));
ask(?:s)? (?:me |him |her |permission |first )*(?:before|to|if you may) (?:you |he |she |they )?(?:can |
may )?(?:cum|come|orgasm|climax)(?! (?:home|over|in|back|to|with|along|for|by|up|down|late|round));
edges? (?:yourself|himself|herself|me|him|her|your partner|for|three|twice|once|\w+ times|every|daily|until|without|
and|but|tonight|again); edged; edging; chastity; (?:tease|teasing) (?:and|&) den\w*; den(?:y|ies|ied) (?:<one>|
<its>) .. (?:orgasms?|release|climax|pleasure)~?; orgasm (?:denial|control|permission|ban)~?; ruin(?:s|ed|
ing)? (?:<its> )?orgasms?; (?:come|cum|orgasm|climax) (?:on|at my) command; forced orgasms?; (?:no|
without) (?:\w+ )?(?:orgasms?|release(?! of)|climax|cumming) .. (?:permission|until|till|this|for|before|without|
today|tonight)~?; key ?holder; (?:cock|chastity) cage; locked (?:until|till|for); permission to (?:cum|come|orgasm|
climax|touch); hands off (?:yourself|<its> (?:<sex>)); (?:abstain|abstinence)~?; (?:<one>) (?:may|can|will|get to|
gets to) (?:come|cum|orgasm|climax) (?:on|when|if|after|once|twice|only|as)(?! (?:you|a|to) )~?; count(?:s|
ing)? (?:<one>|down) .. (?:come|cum|orgasm); lock(?:s|ed)? (?:<one>|it|his|my) .. (?:cage|chastity);
allowed to (?:come|cum|climax|orgasm) (?:once|twice|when|if|on|only|\w+ times);
beg\w* (?:<one> )?to (?:be allowed to )?(?:come|cum|orgasm|climax)(?! (?:home|over|in|back|along|with));
no self (?:touch\w*|pleasure); hands off (?:until|till|yourself); (?:not|don't|never) get to (?:come|cum|finish|
orgasm|climax); (?:your|his|the) cage (?:on|stays|locked)(?! a (?:shelf|table));
""",
    "protocols": r"""
kneel; kneels; kneeling; (?:wear|wears|wearing|put on|sleep in|earn|kiss|buckle) (?:<its>) (?:\w+ )?collar; (?:your|
my|his|her) collar; collared; (?:call|calls|address|addresses|addressing|greet|greets) (?:<one>) (?:as |
with )?(?:\w+ )?(?:sir|master|mistress|goddess|owner|maam|ma'am|daddy|queen|lord); (?:yes|no|please|thank you|
good morning|good night) (?:sir|master|mistress|goddess|ma'am); on (?:your|his|her|their|both) knees; (?:follow|
keep|obey|break|learn|sign|respect|my|house|bedroom|high|low) (?:\w+ )?(?:protocols?|house rules|rules of the house|
my rules|slave rules); my rules; eyes (?:down|lowered|on the floor) (?:when|while|until|in)~?; speak only when;
only speak when; (?:no|not|never) (?:sitting on|furniture|on the furniture|on (?:the|my) (?:sofa|couch|bed|
chair)) .. (?:permission|tonight|today|asking|allowed|unless)~?; no furniture; (?:ask|asks|asking) (?:<one> |first |
for )*permission; permission (?:to|before|first|from me); without (?:<its> )?permission; (?:present|
presents) (?:yourself|himself|herself); inspections?(?! (?:of|for|on) ); (?:one|two|three|a) (?:steps?|pace|
paces) behind (?:<one>); (?:thank|thanks) (?:<one>) (?:for|after) .. (?:punish\w*|knees|strokes?|spank\w*|
correction|discipline|order|task); obey; obeys; obedience; submissive; dominant; (?:bow|bows|curtsy|curtsey) (?:to|
before|when)(?! your head)~?; slave (?:position|training|rules|pose); positions? training; serv(?:e|es|
ing) (?:<one>) (?:as|naked|on|like|at table|hand and foot|in); service submission; stand at attention;
high protocol; at (?:my|his|her) feet; await (?:<one>|instructions?); (?:wait|waits|
waiting) (?:for (?:<one>) )?(?:on|at|by|in|with|naked|behind) .. (?:knees|collar|hands behind|position|kneeling);
punishments?; discipline(?:d|s)?; ask(?:s)? (?:<one> )?(?:if|whether) you (?:may|are allowed to);
ask(?:s)? (?:<one> )?(?:if|whether) you can (?:speak|sit|stand|come|leave|eat|touch); ^collars?$; (?:sir|master|
mistress) (?:decides|says|wants|orders|allows|tells|permits); (?:use|say|with|add) (?:<its> )?(?:sir|master|
mistress|ma'am);
""",
    "dirty_talk": r"""
(?:whisper|whispers|say|says|text|texts|write|tell|send|talk|read|speak)~? .. (?:dirty|filthy|naughty|nasty|smutty|
kinky|obscene|sexy|erotic|explicit|raunchy|steamy|spicy) (?:things?|words?|stories|story|texts?|messages?|talk|
something|stuff|thoughts?|secrets?|poems?|to (?:<one>))~?; sext~; sexting; phone ?sex; cyber ?sex; (?:call|calls|
calling) (?:<one>) (?:<its>|a) (?:\w+ )*(?:girl|boy|slut|whore|toy|bitch|slave|pet|kitten); (?:tell|text|write|
show)s? (?:<one>) how (?:much|badly|bad|hard|often) (?:<one>|i) (?:want|wants|need|needs|crave|desire|miss|
think of) .. (?:body|me|him|her|it|<sex>|<bust>|touch|inside|bed); talk(?:s|ing)? (?:dirty|filthy|nasty|me through);
erotica; smut; (?:erotic|sexual|sexy|kinky) (?:fantas\w*|story|stories|messages?|texts?|letters?|audio|dreams?);
(?:write|text) .. fantas\w*; in dirty words; (?:what|everything) (?:<one>|i)(?:'d|
'll| will| would| want to| are going to| am going to| plan to| wish to) (?:like to |love to )?do to (?:<one>);
""",
    "moaning": r"""
(?<!don't\s)(?<!not\s)(?<!never\s)(?:be|get|stay) (?:as |very |really |nice and )?loud(?:er)?; (?:let|lets|
letting) (?:<one>) hear (?:<one>)(?! (?:out|think|about))(?= (?:tonight|moan|come|cum|scream|loud|when|while|enjoy|
through)|$|[.!?]); (?:scream|screams|cry|cries|shout|shouts|moan|moans)(?:ing)? (?:out )?(?:<its>) name(?! to)~?;
loud (?:moans?|sex|noises?); let (?:<one>) hear how .. (?:good|feels|like|enjoy|much); make(?:s)? (?:some |more |
a lot of )?noise (?:when|while|for (?:me|him|her)); (?:scream|squeal|purr|mewl|whine)~? for (?:<one>);
out loud when you (?:come|cum);
""",
    "roleplay": r"""
(?:be|play|act as|act like|you are|you're|dress as|dress up as|dressed as|pretend to be|pretend you're|i am|i'm|
as) (?:<its>|a|an|the) (?:\w+ )?(?:nurse|teacher|doctor|patient|boss|secretary|maid|butler|stranger|burglar|
police ?(?:man|woman|officer)|cop|officer|prisoner|guard|captain|pirate|student|professor|master of the house|
masseur|masseuse|waiter|waitress|bartender|vampire|escort|prostitute|client|plumber|delivery (?:man|guy|boy)|
pizza (?:man|guy|boy)|cheerleader|princess|queen|king|knight|kitten|puppy|pony|dog|cat|bunny|fox|pet|schoolgirl|
priest|nun|soldier|fireman|firefighter|detective|spy|thief|kidnapper|hitchhiker|photographer|model|landlord|
housewife|milkman|alien|witch|boss's wife|headmaster|coach|trainer)(?! (?:today|tomorrow)? ?(?:at|in) work);
(?:doctor|teacher|boss|nurse|master|cop|guard|captain|king|stranger|photographer) and (?:<its> )?(?:patient|student|
pupil|secretary|slave|prisoner|maid|servant|model|stranger|doctor); (?:pet|puppy|kitten|pony|pup|cat|dog|age|nurse|
medical|animal|vampire|captor|capture|rape|kidnap\w*|abduction) ?play(?:s|ing)?(?! ground)(?! with); (?:good|my|a|
naughty|be) (?:\w+ )?(?:kitten|puppy|pony|bunny)(?! is| food)(?= (?:and|for|tonight|purr|meow|bark|tail|ears)|$|
[.!?]); (?:maid|nurse|police|schoolgirl|bunny|cat|french maid|cheerleader|superhero|secretary) (?:costume|outfit|
uniform|ears); (?:wear|put on) .. costume; cosplay; (?:kitten|puppy|pony|cat|fox|bunny|dog) (?:ears|tail|mask|mode|
space); pretend .. (?:never|just) met; (?:purr|meow|bark|neigh|whinny)(?:s|ing)? (?:for|like|and); in role;
role ?play\w*; dress ?up (?:as|for)(?! the (?:theatre|opera|wedding));
""",
    "commands": r"""
(?:do|does|doing|done) (?:just |exactly |only |precisely )?(?:as|what|whatever|everything|anything|
all) (?:that )?(?:i|he|she|they|your partner|you are|you're|sir|master|mistress|is|you)(?:'ve)? (?:say|says|said|
tell|tells|told|order|orders|command|commands|want|wants|ask|asks|demand|demands|is told|decide|instruct|please)~?;
(?:tell|tells) (?:me|him|her|them) what to do(?! (?:with|about|if|next week|when|in))~?; order(?:s|ed|
ing)? (?:your partner|me|him|her|them) (?:around|about|to|into); orders? from (?:<one>); (?:my|his|her|your|direct|
every|each|any|an|strict) orders?(?= (?:is|are|must|will|at once|without|tonight|to the)|$|[.!?]); (?:under|follow|
obey|at|await|give) (?:<its>)? ?commands?; you (?:will )?obey; be (?:bossed|ordered) (?:around|about); (?:be|i'm|
i am|you're|you are|he's|she's|is) in (?:charge|control|command); (?:take|takes|have|has|give|gives|hand|hands|
surrender)~? (?:<one> )?(?:full |all |total |over )?control; you do whatever; dominat\w*; domme?;
top (?:<one>) tonight; submit~ to (?:<one>); submission; instructions? from (?:<one>); make (?:<one>) obey;
say the word and; i decide (?:and )?you (?:follow|obey|do); ^orders$; (?:my|his|her) word (?:is|goes|counts);
your orders;
""",
    "begging": r"""
ask (?:me|him|her|them|your partner) (?:very |really )?(?:nicely|sweetly|politely); beg; begs; begging; begged;
plead~; on (?:<its>) knees and ask; pretty please; say please (?:before|for|if|when|first)?;
please me with a please; implore~; grovel~;
""",
    "stripping": r"""
(?:be|stay|stays|remain|remains|sleep|sleeps|wait|waits|cook|cooks|clean|cleans|serve|serves|walk|greet|greets|
stand|stands|kneel|sit|sits|eat|dance|swim|get|lie|lies|go|come|dinner|all|answer|spend|work|iron|hoover|vacuum|
around|strip)~? .. (?:naked|nude|topless|undressed|bare ?breasted|in the nude|in the buff); (?:naked|nude|
topless) (?:at|in|on|by|when|until|under|for|all|and|with|while|except|but|tonight|before);
nothing (?:on )?but (?:<its>|a|an) (?:\w+ )?(?:collar|heels|apron|smile|socks?|shirt|plug|harness|stockings|tie|
cuffs); (?:wear|wears|wearing) (?:absolutely )?nothing; nothing (?:on )?underneath; without (?:any )?clothes;
no clothes; clothes (?:off|on the floor); (?:off|down) with (?:<its>|those) (?:clothes|pants|panties|knickers|
trousers|shirt|bra|skirt|underwear); (?:drop|drops|lower|lowers|lose|loses|pull down|take down|remove|removes|
slip off|take off|get out of)~? (?:<its>|those) (?:\w+ )?(?:clothes|pants|panties|knickers|trousers|shirt|bra|skirt|
underwear|boxers|briefs|dress|jeans|top|shorts|stockings|robe|towel); (?:panties|knickers|pants|bra|shirt|trousers|
clothes|dress|boxers) (?:off|down|around your ankles); (?:strip|strips|stripping)(?! the (?:bed|wallpaper|paint|
beds|wall|walls|floor)); bare (?:your|his|her) (?:<bust>|bottom|body|chest|ass|bum|backside); ^nudity$; ^nakedness$;
(?:take|takes) (?:it all|everything) off; nothing on (?:when|while|until|at|by);
""",
    "solo_pleasure": r"""
(?:play|plays|playing|toy|fiddle)~? with (?:yourself|himself|herself|myself|themselves)(?! (?:in|at) chess); (?:get|
gets|jerk|jerks|rub|rubs|finger|fingers|bring|brings|wank|jack|toss|touch|make|makes|stroke|strokes|please|fuck|
pleasure|satisfy|stimulate)~? (?:yourself|himself|herself|myself|themselves)(?! (?:clean|dry|warm|useful|at home|
comfortable|a |some |an |the |on the back|up|ready|to (?:a|some|the) ))(?: off| come| cum| to)?; (?:jerk|wank|toss|
jack|beat|rub)(?:s|ing)? (?:off|one out|it)(?! (?:the|your|with)); wank; wanks; wanking; rub one out; (?:your|his|
her|the) (?:vibrator|dildo|wand|vibe|fleshlight|sex toy) ..(?:alone|yourself|on your own|every|tonight|before|
while i|when i)~?; (?:use|uses) (?:your|the|a) (?:\w+ )?(?:vibrator|dildo|wand|vibe|fleshlight|toys?) (?:alone|
on yourself|by yourself|every|while|until|for|tonight); self (?:pleasure|love|pleasuring); mutual masturbation;
masturbat\w*; porn(?:o|ography)?; your own (?:<sex>|<bust>); me time with (?:your|the) (?:toy|vibrator|wand);
(?:minutes|hour|time|evening|night) with your (?:vibrator|dildo|wand|toys?);
""",
    "posing": r"""
(?:show|shows|showing) (?:me|him|her|them|us|your partner) (?:<its>|that) (?:\w+ )?(?:body|ass|bum|bottom|<sex>|
<bust>|legs|thighs?|panties|lingerie|hole); (?:show|shows|showing) (?:me|him|her|them|us|
your partner) (?:everything|all of (?:you|yourself)|it all|yourself|what's mine)(?! (?:you|that|about|in|from|i|
the)); (?:spread|spreads|open|opens|part) (?:<its>) (?:legs|thighs|knees|cheeks|<sex>); (?:spread|open|expose|
exposes|display|displays|present|presents|offer|offers|show) (?:yourself|himself|herself|myself)(?! to the| (?:a|
to) ); bend(?:s)? over(?! to (?:pick|tie))(?= (?:and|for|the|my|a|so|when|in|over|now)|$|[.!?]); let (?:me|him|her|
them|us) (?:look at|watch|see|admire|inspect) (?:you|your (?:body|ass|<bust>|<sex>))(?! (?:cook|work|play|try|
at work|tomorrow|on|soon| paint|dance with)); (?:stand|stands|turn|turns) .. (?:turn around|turn slowly|
so (?:that )?i can (?:see|look)|legs apart|hands behind (?:<its> )?head); legs (?:apart|wide|open|spread);
hands behind (?:your|his|her) (?:head|back); on (?:all fours|display); boudoir; centrefold; pin ?up; pose; poses;
posing; display position; be my model;
""",
    "dancing": r"""
(?:danc(?:e|es|ing)|twerk|twerks|twerking|grind|grinds|wiggle|wiggles|shake|shakes|sway|sways) (?:\w+ )?(?:for|
on) (?:me|him|her|them|your partner|my lap|his lap|her lap|your partner's lap|us)(?! (?:birthday|wedding));
(?:twerk|twerks|twerking); danc(?:e|es|ing) (?:naked|nude|topless|sexily|sensually|seductively|slowly for|
in (?:your|my) (?:underwear|lingerie|panties)); (?:sexy|erotic|naked|seductive|dirty|sensual|lap|pole|strip|belly|
exotic|slutty) danc(?:e|es|ing); lap ?dances?; grind(?:s|ing)? (?:on|against) (?:<its>|<one>); (?:shake|wiggle|
bounce|roll|move|swing)~? (?:<its>) (?:\w+ )?(?:ass|bum|butt|bottom|hips|booty|<bust>);
""",
    "revealing_clothing": r"""
(?:no|without|skip|leave|lose|forget|wear no|not wear|don't wear|never wear|not wearing|ditch|minus)~? (?:<its>|a|
any|the)? ?(?:panties|knickers|bra|underwear|undies|thong|boxers|briefs|pants under); (?:wear|wears|wearing|put on|
puts on|dress in|dressed in|in|buy|sleep in|try on|model|get into|change into)~? .. (?:lingerie|thongs?|g ?string|
garters?|suspenders|corsets?|basque|babydoll|negligee|latex|fishnets?|stockings|hold ups|catsuit|pvc|body ?stocking|
bodysuit|harness|jock ?strap|mini ?skirt|mini ?dress|bikini|high heels|stilettos|heels|crotchless|see through|sheer|
lace|panties|short (?:skirt|dress|shorts)|low cut|skimpy|something (?:sexy|short|tight|revealing|skimpy|slutty|hot)|
open shirt|tight (?:dress|skirt|jeans|leggings|shirt))(?! (?:warm|but (?:warm|smiles)))~?; (?:revealing|skimpy|
slutty|sexy|see through|transparent|provocative|short) (?:outfit|dress|clothes|clothing|skirt|top|lingerie|
underwear|costume)~?; nothing (?:on )?(?:under(?:neath)?|beneath)~?; go commando; commando; bra ?less;
(?:crotchless|edible|lace) (?:panties|underwear|knickers); panties; thong; lingerie; (?:the|that|your|
my favourite) little black dress; dress (?:sexy|slutty|like a slut|provocatively|to tease); show(?:s|ing)? (?:some |
more |a lot of )?(?:cleavage|skin|leg); (?:wear|wears|wearing) (?:absolutely )?nothing; (?:shortest|tightest|
sexiest|skimpiest|most revealing) (?:dress|skirt|top|shirt|thing|outfit);
""",
}
