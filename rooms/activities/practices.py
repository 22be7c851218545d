"""What people do, as phrases by the stem of its preference keys: data for `lexicon`, in its notation. English only."""

PREFERENCES = {
    "massage": r"""
massag(?:e|es|ed|ing); masseur; masseuse; knead~;
rub~ .. (?:shoulders?|back|feet|foot|neck|hands?|temples|calves|legs?|scalp);
(?:foot|back|neck|shoulder|hand) rubs?;
knots? .. (?:shoulders?|neck|back); (?:press|work|push|roll)~? .. thumbs? .. (?:along|into|over|on|soles?);
work~ .. (?:oil|lotion|cream) into;
""",
    "hair_pull_gentle": r"""
(?:pull|pulls|pulled|pulling|tug|tugs|tugged|tugging|grip|grips|gripping|grab|grabs|grabbing|gather|gathers|
gathering|fist|clutch|yank|yanks|wind|wrap) .. hair; by (?:the|their|your) hair; handful of hair;
fistful of hair; (?:fingers|hand|hands) .. (?:in|into) .. hair .. (?:hold|close|tighten|grip|pull|tilt|guide)~?;
hold (?:your partner's|their|your) hair; ponytail;
(?:twist|coil|take hold of|hold of|close)~? .. hair .. (?:back|nape|draw|close|tight)~?;
hold of (?:their|your partner's) hair;
""",
    "biting_moderate": r"""
bit(?:e|es|ing); (?:<is>) bitten; bitten (?:by|lips?|on|skin); nibbl(?:e|es|ed|ing); nip(?:s|ped|ping)?; love bites?;
hickeys?; teeth; gnaw~;
""",
    "spanking_moderate": r"""
spank~; swat~; smack~; (?:pat|tap|clap|slap)(?:s|ted|ting|ped|ping)? .. (?:<rear>);
over <whose> (?:knee|lap) .. (?:count|number);
""",
    "spanking_hard": r"""
(?:hard|harder|hardest|firm|stinging) spank~; spank~ .. (?:hard|harder|until it stings); paddl(?:e|es|ed|ing);
flog~; caning; caned?; whip(?:s|ped|ping)?; riding crop;
""",
    "slapping": r"""
slap(?:s|ped|ping)?;
""",
    "hands_genitals": r"""
(?:<hand>) .. (?:bring|brings|give|gives) .. pleasure; hands to (?:please|pleasure|satisfy);
inside of .. thighs? .. (?:further|higher|beyond|up|upwards); (?:<hand>) .. up .. thighs?;
(?:<touch>|<hand>) .. through .. (?:underwear|trousers|jeans|panties|briefs);
front of .. (?:trousers|jeans|pants|skirt); to the brink; grind(?:s|ing)?; arous(?:e|es|ing) .. (?:<hand>);
with your (?:<hand>) .. until .. (?:close|edge|brink|peak|climax);
(?:<hand>) .. under .. (?:clothing|clothes|skirt|underwear);
(?:<hand>) .. thighs? .. (?:wander|climb|travel|higher|move|slide|up)~?;
(?:<hand>|touch|touches|stroke|caress|reach|slide|slip) .. (?:between .. (?:thighs?|legs)|(?:inside|
into) .. (?:underwear|trousers|pants|jeans|briefs|panties)|below .. (?:waist|navel|belt)|under .. waistband);
between (?:your|their|your partner's|the|his|her) (?:thighs|legs); genitals?; genitalia; hand ?jobs?;
(?<!one\s)(?<!a\s)(?<!your\s)(?<!each\s)(?<!two\s)(?:finger|fingers) (?:your partner|them)(?! (?:may|can|will));
masturbate (?:your partner|them|each other);
(?:most|more) (?:intimate|private|sensitive|eager) (?:parts?|places?|spots?|curves|touch|skin);
intimate (?:touch|touches|parts?|places?|curves|massage); intimately; erogenous;
(?:<hand>|touch|stroke|caress) .. where .. (?:feel|feels|want|wants|like|need|needs|crave) .. (?:it|them|you|
most); (?:touch|stroke|caress) .. where .. most; excitement .. with .. (?:<hand>);
(?:close|closer|near|up|over) .. (?:peak|edge|climax) .. with .. (?:<hand>);
(?:<hand>) .. (?:bring|take|lead) .. (?:close|edge|peak|climax);
(?:three|two|five|ten|some|a few|one) minutes? of (?:your|both) hands?;
your hands .. (?:partner's|their) pleasure; pleasure .. with (?:your|their|both) (?:<hand>);
(?:let|your|their) hands? .. (?:explore|roam|wander|travel|go|do|rove)s? .. (?:everywhere|anywhere|body|front|
they like|you like|free|freely|partner); (?:<touch>) .. (?:<all>); (?:<all>) .. (?:<touch>);
hands? .. (?:travel|wander|roam|go|are|is) (?:everywhere|anywhere|where they (?:like|please|want));
(?:<touch>|<hand>|draw|circle|circles|trace) .. (?:breasts?|nipples?);
(?:breasts?|nipples?) .. (?:<touch>|<hand>); arouse .. with .. (?:<hand>); grind~ (?:against|on); hands that no;
partner's hands know; explor(?:e|es|ing) (?:your partner|each other)(?:'s (?:whole |entire )?body)?(?!'s);
(?:their|your) own pleasure in your hands;
down there; (?:<hand>) .. (?:under|beneath|inside|into) (?:<whose>) (?:partner's )?(?:t shirt|<worn>);
(?:<touch>) .. (?:under|beneath|inside) (?:<whose>) (?:partner's )?(?:t shirt|<worn>);
cup~ (?:your partner|them)(?!'s); (?:<hand>) .. (?:to|on|in|into) (?:<whose>) (?:partner's )?lap;
rub~ (?:up )?against; (?:thigh|leg|knee) between (?:theirs|yours|your partner's);
press~ .. (?:hips|pelvis) .. (?:theirs|partner's|move|them);
get(?:s|ting)? (?:your partner|them) (?:off|excited|going|wet|hard);
how (?:excited|aroused) (?:they|your partner); (?:<touch>) .. (?:place|spot) .. (?:gasp|moan|tremble)s?~?;
high (?:up )?on .. thighs?; (?:squeeze|stroke|caress|touch|rub)~? (?:<whose>) (?:partner's )?(?:bare )?chest;
(?:feel|touch|squeeze)~? (?:your partner|them) .. through;
(?:<touch>|<hand>) .. until (?:they|your partner) (?:are|is|get|gets) (?:close|near); (?:<hand>) where it is;
""",
    "choking": r"""
chok(?:e|es|ed|ing); strangl(?:e|es|ed|ing); (?:<hand>|grip) .. throat; throat .. (?:<hand>|grip);
(?:hand|hands|fingers|grip) (?:around|round|about|closed on) .. neck;
""",
    "spitting": r"""
spit(?:s|ting)?; spat (?:on|at|into|out); spat in (?:<whose>); saliva; drool~; mouth to mouth (?:a|the|some|your)?;
pass .. from (?:your )?mouth to;
""",
    "watersports": r"""
watersports?; urin\w*; pee(?:s|d|ing)?; piss~; golden showers?;
""",
    "oral_sex": r"""
lower with (?:your|their) (?:kisses|mouth|lips|tongue);
(?:mouth|tongue|lips) (?:to|and) (?:please|pleasure|satisfy);
(?:mouth|tongue|lips) .. (?:find|finds|finding) .. (?:place|spot) .. (?:love|loves|like|likes|feel|feels|most);
pleas(?:e|ing|ure|uring) .. (?:with|using) .. (?:mouth|tongue|lips); oral sex; oral pleasure;
go(?:es|ing)? down on; went down on; blow ?jobs?; fellatio; cunnilingus; sixty nine;
(?:<mouth>) .. (?:where|wherever) (?:they|you|it|your partner)(?: \w+)? (?:feel|feels|want|wants|like|likes|
need|needs|crave|craves|ask|asks|say|says|most|is most|are most); (?:<mouth>) .. where .. most;
(?:<mouth>) .. between .. (?:thighs|legs); head between .. (?:thighs|legs);
(?:<mouth>) .. (?:below|under|beneath) .. (?:waist|navel|belt|waistband);
(?:<mouth>) .. (?:most|more) (?:intimate|private|sensitive|eager);
(?:<mouth>) .. (?:genitals?|penis|vagina|vulva|clitoris); (?:<mouth>) .. (?:<all>); (?:<all>) .. (?:<mouth>);
(?:mouth|lips|tongue|kisses) .. (?:travel|travels|go|goes|wander|wanders|move|moves) (?:down|lower|further down|
south); taste (?:your partner|each other|them);
kiss~ .. (?:lower and lower|further and further down|all the way down|as far (?:down )?as (?:they|you|
your partner)|inner thighs?|inside of .. thighs?); pleasure .. with .. (?:mouth|tongue|lips);
inner thighs? .. (?:<mouth>); cover~ .. (?:whole|entire) body .. (?:<kiss>);
(?:only|just) (?:your|the) (?:tongue|mouth); (?:<mouth>) .. down there;
(?:<mouth>) (?:on|to|over) (?:their|your partner's) sex; (?:<mouth>) .. past .. (?:navel|waist|belt);
(?:open|undo|unzip|unbutton)~? .. (?:jeans|trousers|pants|fly|skirt|belt) .. (?:<mouth>);
between .. (?:thighs|legs) .. (?:<mouth>);
use your (?:mouth|tongue) until;
""",
    "oral_body": r"""
kiss what~?; kiss(?:es|ing)? .. (?:uncover|uncovered|unwrap); (?:<kiss>|lips|tongue) .. (?:<skin>);
(?:<skin>) .. (?:kiss|kisses|kissed|kissing|lick|licks|licked|licking|lips|tongue); love bites?;
lick(?:s|ed|ing)? (?:your partner|them|it off|along|up|down|off|each); trail (?:of )?kisses; row of kisses;
line of kisses; kiss (?:your|their) way;
kisses? .. (?:down|along|up|wherever|everywhere|anywhere|all over|from .. to|every|each place|
what(?:ever)? you find|places?|spots?|body); (?:<mouth>) .. (?:<all>); (?:<all>) .. (?:<mouth>);
(?:places?|spots?|where) .. (?:be|being) (?:kissed|licked);
(?:mouth|lips|tongue) .. (?:wander|travel|explore|roam|linger)s?; besides the lips; nuzzle~ .. (?:<skin>);
eat .. off .. (?:<skin>); drip~ .. (?:<skin>); lips hover .. (?:<skin>);
mouth (?:to|on|over|against|along|down) .. (?:<skin>); (?:<skin>) .. with (?:your|their) mouth;
(?:trail|path|line) .. tongue; suck~ .. (?:fingers?|thumb|toes?);
(?:<kiss>|kisses) .. (?:jaw|chin|mouth|lips|ear) .. down(?:wards?|ward)?;
(?:honey|cream|chocolate|syrup|ice|juice) .. (?:lick|licks|tongue|mouth)~?;
""",
    "anal_fingers_toys": r"""
anal; anally; anus; butt ?plugs?; prostate; pegg(?:ed|ing); strap on; between .. (?:cheeks|buttocks);
(?:massage|stroke|caress|knead|touch|squeeze) .. (?:buttocks|bottom|butt|backside);
""",
    "rimming": r"""
rimm(?:ed|ing); (?:<mouth>) .. (?:anus|buttocks|between .. cheeks);
""",
    "restraints": r"""
ti(?:e|es|ed) .. (?:up|down|wrists?|hands?|ankles?|arms?|legs?|bed|bedpost|headboard|chair|behind);
ti(?:e|es|ed) (?:your partner|each other)(?!'s); tied (?:up|down|loosely|to);
tying .. (?:up|down|wrists?|hands?|ankles?|bed|headboard|chair|partner); tie (?:them|me|you) (?:up|down|to);
bind(?:s|ing)? .. (?:wrists?|hands?|ankles?|arms?|legs?|partner|them|you); (?:be|being|is|are) bound; restrain~;
restraints?; cuffed; handcuff~; hand cuffs?; ropes?; bondage; shackl(?:e|es|ed|ing);
hold~ .. (?:wrists?|hands?|arms?) .. (?:above|over|behind|down|together|in place|against);
held (?:down|fast|in place); hands to be held;
pin(?:s|ned|ning)? .. (?:wrists?|hands?|arms?|down|against|partner|them|you); pinned;
(?:<soft>) .. (?:around|about|round) .. (?:wrists?|ankles?|hands?|arms?);
hands? (?:crossed |clasped |locked )?behind (?:your|their) backs?; (?:hold|keep) .. still with;
hands? .. (?:to|on|against) the (?:headboard|bedpost);
""",
    "blindfold": r"""
blind ?fold~; (?:cover|covers|covering|covered) .. eyes; eyes .. (?:covered|tied|bound);
(?:<soft>) .. (?:over|around|across|before) .. eyes; (?:hand|hands|palm) over .. eyes; sleep mask; eye mask;
""",
    "orgasm_control": r"""
(?:just|right|shortly|moments?|stop) before .. (?:climax|climaxes|come|comes|orgasm|orgasms|finish|finishes);
(?:only|may|can) (?:\w+ )?(?:come|finish|climax|orgasm) (?:when|if|after|once);
close .. (?:back off|and back|then (?:stop|pause|wait)); (?:to|from|at|on) the brink; orgasm (?:control|denial);
edging; (?:decid|allow|permit|let|say|tell)\w* .. (?:when|whether) .. (?:climax|come|finish|orgasm|let go);
(?:may|allowed to|permission to) (?:climax|come now|orgasm|finish); (?:the|very|that|an) edge; over the edge;
to the edge; close to .. (?:climax|peak|orgasm) .. (?:back|stop|pause|again); (?:climax|peak|orgasm) and back;
not (?:yet )?(?:climax|come|finish|orgasm); hold back .. (?:climax|orgasm); say edge; edge .. pause;
kept waiting; den(?:y|ied|ying) .. (?:climax|orgasm|release|pleasure); ruin .. orgasm;
almost (?:there|climax|come) .. stop; delay .. (?:climax|orgasm);
right up to it; (?:only|before|until|not) .. (?:may|can|allowed to) .. let go;
(?:wait for|their|your partner's|beg for) release;
(?:slow|slows|stop|stops|pause) .. (?:get|gets|come|comes|they are) (?:close|near);
(?:get|gets|getting|come|comes) (?:close|near) .. (?:stop|slow down|pause|take your hands? away); almost there;
hold(?:s|ing)? off (?:until|as|for);
bring .. close and wait;
""",
    "protocols": r"""
protocols?; obey~; obedien\w*;
(?:playful|house|strict|one|set|a|agreed) rules? .. (?:for|tonight|minutes|hour|evening|follow|keep|break);
set .. rules; (?:ask|asks|asking|beg) .. (?:for )?permission; (?:with|by|without) (?:your|their) permission;
(?:address|call) .. (?:sir|madam|ma'am|master|mistress|by (?:a|their) title);
kneel~ (?:before|at|in front|for|down|to|until); rituals? of (?:obedience|service|submission);
serve~ .. (?:master|mistress|on your knees); wait~ .. until you (?:are|may);
asks? before (?:they|every|each|any); says? yes .. after (?:each|every) of your; penalt(?:y|ies);
""",
    "dirty_talk": r"""
something (?:filthy|dirty|naughty|explicit|indecent|obscene|hot);
(?:dirtiest|filthiest|naughtiest|most explicit); talk (?:your partner|them) through;
where you want to be (?:kissed|touched|licked); dirty talk; talk~ dirty; explicit words?;
(?:tell|tells|telling|told|whisper|whispers|whispering|describe|describes|describing|say|says|saying|murmur|
murmurs|narrate|announce|spell out) .. what (?:you|they|your partner) (?:would|will|want|wants|plan|long|intend|
hope|are going|are about|cannot wait|can't wait|are dying)(?: (?:to|like to|love to|want to))? do;
(?:tell|tells|telling|whisper|whispers|whispering|describe|describes|murmur) .. what (?:your|their) (?:<hand>|
mouth|lips|body);
(?:whisper|describe|murmur)~? .. what (?:you|they) (?:have been|are|were) (?:really |secretly )?(?:thinking|
imagining|fantasi[sz]ing|picturing);
(?:tell|tells|whisper|whispers|murmur) .. (?:how|where) (?:much |badly )?you (?:want|need|crave|desire) (?:them|
it|your partner);
(?:tell|whisper|describe|murmur) .. (?:how|where) you (?:would|will|want to|are going to|would like to|
would love to) (?:touch|kiss|undress|take|have|pleasure|taste|please) (?:them|your partner|each other);
whisper .. first thing you would like to do; (?:tell|whisper)~? .. what you would like tonight;
(?:words|word|hear|whisper) .. (?:in the dark|make you blush|before you let go|let go|last minute|most intense|
over the edge|in bed while|drives? you wild); undress .. with .. eyes;
(?:boldest|dirtiest|naughtiest|filthiest|hottest|steamiest) (?:thought|words?|compliment|sentence);
narrat\w* .. (?:touch|hands|next|body);
(?:describe|tell)(?: to)?(?: your partner)? (?:tonight from|tonight until|this night until|a night that);
(?:describe|tell) .. (?:rest of (?:this|the) night|whole evening of foreplay|a night that); clearest words;
without softening; sext~; phone sex; put .. into words .. (?:desire|want|body); steamy; message at noon;
fantasy in .. sentences; ask .. what you are (?:wearing|thinking of doing);
erotic (?:passage|story|page|book|text|scene|poem|words?)~?;
(?:steamy|naughty|dirty|spicy|sexy|hot) (?:page|story|text|texts|message|messages|words?|note);
text each other what you want; (?:describe|say|tell|whisper) .. what you (?:see yourself|are) doing;
whisper (?:where|what) .. next; when i have you alone;
(?:say|says|something) .. makes? (?:you|them|your partner) blush; (?:tell|describe|whisper) .. in detail;
""",
    "moaning": r"""
(?:make|makes|making) .. sounds?; moan~; groan~; whimper~;
(?:hold|holds|holding|let|lets|keep|keeps) .. sounds?; sounds? of (?:yours|your partner|theirs|pleasure);
sounds? .. (?:resist|pleasure|in bed|you make|they make); which sounds?;
(?:let|lets) .. hear .. (?:pleasure|good|every|enjoy|it|sounds?|much|like);
loud .. (?:as|enough|in bed|you like); gasp~; cry out; cries? of pleasure; noise .. (?:pleasure|make|in bed);
hear .. (?:pleasure|enjoy); how loud; loud .. (?:in bed|tonight);
hold(?:s|ing)? back .. (?:noises?|sounds?|voice); (?:make|makes|making) .. noises?;
sigh~ .. (?:good|feels|pleasure); what do you sound like; say .. name .. (?:in the dark|in bed);
""",
    "roleplay": r"""
you are (?:the|a) (?:\w+ )?(?:boss|teacher|doctor|nurse|masseur|stranger|captain|king|queen|thief|officer|
pirate|butler|guest|patient|professor|landlord|photographer|model|prince|princess|spy);
your partner (?:is )?(?:the|a|your) (?:new )?(?:assistant|patient|student|guest|prisoner|stranger|client|
secretary|model); role ?play~; in character; stay in role;
strangers? .. (?:story|hotel|bar|met|meet|introduce|train|tonight|inn|night|who); you two are strangers;
(?:play|plays|playing|pretend|act) .. (?:strangers?|doctor|nurse|teacher|boss|thief|guard|police|patient|roles?|
host|masseur|lovers? who); pretend~ .. (?:to|that|you|not); (?:which|what|a|your) roles? would; two travellers;
costumes?; make believe .. (?:bed|kiss|lovers?); set a scene;
(?:you are|be|play|as|pretend to be) (?:the|a|an) (?:\w+ )?(?:customs officer|vampire|bartender|barkeeper|
detective|suspect|fortune teller|burglar|knight|criminal|maid|lifeguard|soldier|agent| policeman|
policewoman|chauffeur|salesman|vampire|witch|god|goddess|gardener|plumber|journalist|artist);
(?:foreign|french|italian|russian|fake) accent; (?:had|have) (?:just|only just|never) met;
which character .. (?:play|be|bed)~?;
(?:two|the) (?:spies|thieves|strangers|agents|travellers) who;
""",
    "commands": r"""
be bossy; follows? every (?:instruction|order|command);
direct(?:s|ing)? (?:<whose>) (?:partner's )?(?:<hand>|body|every); as (?:you|they) are told; commands?;
commanding; orders? (?:to follow|your partner);
(?:give|gives|giving|take|takes|taking|follow|follows|following|await|obey) .. (?:orders|commands?|
instructions?); (?:give|gives|giving) .. an order; instructions?; instruct~;
(?:does|do) (?:exactly |just )?(?:what|as|everything) (?:you|they|your partner) (?:say|says|ask|asks|tell|tells|
order|command|want|wants|wish); obey~; to the letter;
(?:tell|tells|telling) (?:your partner|them|you) (?:exactly )?(?:what|how|where) (?:to(?! (?:buy|cook|bring|get|read|
order|shop|pack|fix|find|pay|park|sign|book|install|repair))|they should);
(?:in|take|takes|taking|hand over|handing over|give up|gives up|giving up|yield) (?:charge|the lead|command|
control); takes? (?:charge|the lead|control); who (?:leads|decides|sets the pace|is in charge);
(?:lead or be led|be led|led tonight|set the pace); decide~ everything; bossiness; boss~ .. around;
dictat(?:e|es|ing) (?:the|every|each|how|what); be told what to do; at (?:your|their) (?:command|service|mercy);
what you would love them to do for you;
(?:everything|where|what) you point(?: at| to)?; simon says; tells? (?:them|your partner) when to;
word is (?:your |their )?law; sets? the rules; calls? the shots;
(?:take|takes|hold|holds|hand over|has|have) the reins;
(?:choose|decide|pick)s? what (?:your partner|they) (?:do|does); tells? you what to do; only when you say;
you decide (?:for|what (?:the two of you|your partner|happens)); moves? only when;
puppet; be the boss; (?:is|are) the boss;
""",
    "begging": r"""
(?:wait|waits|waiting) .. (?:ask|asks) (?:for|you|again|nicely); to ask for (?:it|more|another);
beg(?:s|ged|ging)?; plead~; implor\w*; say(?:s)? please; please .. mean it;
(?:ask|asks|asking) .. (?:nicely|sweetly|politely) .. (?:to|for|go|more|on);
ask(?:s)? (?:for it |you |them |very |again )*(?:nicely|sweetly|politely); bargain for (?:more|it|release);
(?:until|till|make|makes|before) .. ask(?:s)? (?:you )?(?:for|to|again|nicely|out loud); plea; pleas;
in (?:your|their) (?:very )?best voice; earn .. (?:kiss|touch|next); plead;
pretty please; magic word; how sweetly; nice request; ask(?:s)? (?:twice|(?:two|three|four|five|several) times);
make (?:them|your partner) ask; only if they ask;
without a please; no .. without .. please;
""",
    "stripping": r"""
item of clothing; get(?:s|ting)? (?:naked|undressed|bare); out of (?:<whose>) (?:<worn>);
straps? .. (?:off|down|fall|falls|drop|drops|slip|slips);
(?:robe|towel|dress|shirt|skirt|blanket) (?:drop|drops|fall|falls|slip|slips); strip(?:s|ped|ping)?;
strip ?tease; undress(?:es|ed|ing)?; disrob(?:e|es|ing);
(?:take|takes|taking|took|pull|pulls|pulling|peel|peels|slip|slips|slide|slides) (?:off|down|
out of) .. (?:<worn>|something|piece|pieces|one thing|rest|straps?);
(?:take|takes|come|comes|coming|slip|slips|peel|peels|fall|falls) off;
(?:take|takes|taking|peel|peels|peeling|slip|slips|pull|pulls) .. (?:<worn>|piece|pieces|rest|straps?|something|
one thing)(?: .. | )off; (?:remov|shed|drop|lose)\w* .. (?:<worn>|piece); unbutton~; unzip~;
unlac(?:e|es|ed|ing); unhook~; unclasp~; unwrap (?:your partner|them|yourself);
(?:open|opens|opening|undo|undoes|undoing|loosen|loosens) .. (?:<closing>|<worn>);
undo .. (?:for|slowly|or leave); out of (?:your|their) clothes; piece by piece; layer by layer;
with (?:nothing|as little|as much or as little|little) on; wearing (?:nothing|only);
(?:bare|bares|baring|expose|exposes|exposing|uncover|uncovers) (?:<whose>|one of) .. (?:<skin>);
comes? to light; one layer less; unveil~; clothes .. (?:off|fall|floor);
free~ .. from (?:<whose>) (?:partner's )?(?:<worn>);
(?:pull|lift|raise|push|roll|lower|hitch)~? (?:up |down |off |back )?(?:<whose>|one|both|
a)(?: partner's)? (?:\w+ )?(?:t shirt|<worn>|straps?); (?:which|what) (?:garment|piece of clothing|layer);
nothing between you; help~ .. with .. (?:buttons?|zip|clasp|shirt|dress|bra); roll~ (?:off|down) .. (?:<worn>);
(?:shed|lose)s? (?:a|one|another) (?:garment|layer);
bet .. (?:piece of clothing|garment|<worn>); slide .. (?:blanket|sheet|towel) off;
""",
    "solo_pleasure": r"""
masturbat\w*; touch(?:es|ed|ing)? (?:yourself|themselves|myself|oneself)(?! (?:on the|up))?;
pleasur(?:e|es|ed|ing) (?:yourself|themselves|myself|oneself); solo pleasure;
(?:your|their) own hand .. (?:rhythm|pleasure|how); with (?:your|their) own hand; (?:your|their) own rhythm;
(?:when|while) (?:you are )?alone .. thinking; alone in bed; stroke (?:yourself|themselves);
how you do it (?:when|alone); your own hands? do;
(?:touch|stroke|caress)~? (?:your|their) own (?:body|skin|breasts?|thighs?);
pleas(?:e|es|ing) (?:yourself|themselves|himself|herself); show .. what you do (?:when|alone);
""",
    "posing": r"""
pos(?:e|es|ed|ing) (?:for|on|like|as|in|with|against)?; posing; poses?; arrange yourself;
(?:stand|lie|stretch out|recline)(?:s)? .. (?:be admired|long look|let .. look|so that .. look);
model .. (?:for|the); (?:show|display) yourself; be (?:admired|looked at|painted); look at you from all;
(?:turn|turns|turning) .. so that .. look; turn~ .. for your partner's eyes;
let (?:your partner|them) look at you; (?:a|be a) statue .. (?:admire|admires|look|looks);
painter would want you;
""",
    "dancing": r"""
danc(?:e|es|ed|ing) .. (?:for|on|in front of|before) (?:your partner|them|me|you|each other|{partner}|
your partner's); lap ?dance~; pole ?dance~; danc(?:e|es|ing) close enough; belly ?dance~;
danc(?:e|es|ing) .. (?:seductively|sensually|sexy|lap);
(?:move|swing|roll|circle|sway|shake)~? your hips; private show;
(?:put on|give) .. show for (?:your partner|them); sway~ in front of;
danc(?:e|es|ing) around (?:your partner|them|their);
""",
    "revealing_clothing": r"""
lingerie; lace underwear; sheer; see through;
reveal(?:s|ed|ing)? .. (?:clothing|clothes|skin|outfit|dress|body|more);
(?:show|shows|showing) .. (?:more|little|bit|some|bare) .. skin;
(?:wear|wears|wearing|dressed|put on) .. (?:to please|only to please|that shows|nothing but|only|for .. eyes|
sexy|sexiest); underwear; negligee; low cut; slit skirt; shows? you best;
tight(?:est)? (?:thing|dress|shirt|clothes|trousers);
(?:open|let) your (?:robe|shirt|blouse|gown) .. (?:little|open|hang)~?; nothing underneath;
""",
}
