"""Phrasings that no card may have, whatever its tags: what they open cannot be tagged, or they take somebody's No away.

Data for `lexicon`, in the notation that it explains. English only. `docs/tagging-guide.md` says why, and what to write instead.
"""

# Kept out of dares: what happens there is done by somebody to somebody.
IN_DARES = {
    "open_ended": r"""
what (?:they|you) please; what they wish; dreams? come true; offer (?:your|their) body; (?:to )?use you;
name your price; comes naturally; may (?:touch|kiss|stroke) you (?:anywhere|everywhere|wherever);
(?:ask|asks|wish|wishes) .. for (?:anything|whatever|everything); partner's wish(?:es)?;
let .. (?:decide|choose|pick|say|name) where you; any (?:place|spot|part) (?:they|you|of them);
one wish .. (?:fulfil|fulfill|grant it|do it|make it come true|comes true); at (?:your partner's|their) service;
your partner (?:decides|chooses|picks|gets to (?:pick|choose|decide)) (?:what|everything|how|anything|where|
it all|all)~?; your partner gets to (?:pick|choose|decide); (?:may|can) do .. (?:with you|to you|like|want);
belong~ to (?:your partner|them); any way (?:they|you) (?:choose|like|want|please|wish);
(?:every|any|each) (?:single )?(?:wish|whim|desire|fantasy|request|command); free pass; carte blanche;
blank che(?:que|ck); ask .. what they (?:want|like|wish) and (?:do|give|grant);
say yes to (?:everything|all|anything);
whatever (?:they|you|your partner|the other|he|she|it|comes|happens|feels|pleases|is asked|your|their)\w*;
whatever~? .. (?:ask|asks|want|wants|like|likes|wish|wishes|say|says|does|do|please|pleases);
what(?:ever)? you (?:like|please|want) with;
(?:anything|everything|all) .. (?:ask|asks|asked|want|wants|wish|wishes|like|likes|say|says|please|pleases|
choose|chooses|desire|desires|for); anything goes; everything (?:else )?goes; anything at all; no limits?;
without limits?; limitless; beyond (?:all )?limits;
(?:whichever|wherever|however|whenever|as far as|as much as|as long as|as hard as|as deep as|
as rough as) (?:they|your partner) (?:ask|asks|want|wants|wish|wishes|like|likes|say|says|please|pleases|choose|
chooses|most|best|would|can|need|needs|feel|feels|dare|dares);
wherever .. (?:want|wants|like|likes|say|says|most|shiver|shivers|please|welcome|wish|wishes);
whichever they choose; any ?way (?:you|they) (?:like|likes|want|please); however you (?:like|please|want|wish);
as you please; as they please;
do (?:exactly )?(?:what|as) (?:they|your partner) (?:ask|asks|want|wants|wish|wishes|say|says|like|likes|tell|
tells)~?(?! of)~?; (?:does|do) what you (?:ask|say|want);
(?:is|are|be) yours (?:for|to|completely|entirely|tonight); all yours;
at (?:your|their) (?:mercy|disposal|command);
(?:fulfil|fulfill|grant|give) .. (?:any|every|one|a|their) (?:wish|wishes|desire|fantasy|
request)s?(?! or)(?! at)~?; (?:exactly|precisely) what (?:you|they) (?:want|wants|like|asks?); be the answer;
surprise (?:your partner|them|me|each other|us); free choice; your wildest; use your imagination;
(?:have|has) (?:your|their) way; let .. (?:have|do) (?:as|what|anything|everything);
let (?:your partner|them) do; dealer's choice; make them happy; where it leads; see where; let yourself go;
(?:full|free) rein; the rest is up to you; improvise the rest; and more; one wish and give;
give (?:it|them) .. (?:full|whole|entire) attention; bold ideas?; one gives one receives; lose (?:all )?control;
(?:completely|totally|entirely) in (?:your|their) hands; you know what to do; go as far; take it further;
go further; further and further;
make (?:it|them|that) (?:happen|come true);
(?:picks?|chooses?|names?) (?:a|any|one) (?:body part|part of (?:your|the|their) body|place|
spot)(?! on)(?! in); (?:dice|die|coin|wheel|fate) .. (?:decides?|chooses?) .. (?:what|where|how);
explor(?:e|es|ing) (?:each other|one another)(?!'s); always wanted to do (?:to|with); something special;
your instincts?; do(?:es|ing)? what feels (?:good|right); word is (?:your |their )?law;
(?:place|spot|part) of (?:their|your|your partner's) (?:own )?choice; place of your partner's choice;
names? a wish and; (?:no|without) rules; the thing (?:they|your partner) (?:likes?|loves?|wants?) (?:best|most);
first thing that comes to your mind; choose what you do; gets? (?:one|two|three|a) wish(?:es)?;
wherever the mood; what(?:ever)? comes to (?:your )?mind;
""",
    "no_stop": r"""
no time ?outs?; (?:never|without) letting up;
(?:continue|go on|carry on|keep \w+ing|keep going) (?:even|regardless|anyway); under no circumstances;
(?:do not|don't|never|dare not|must not|mustn't|cannot|can't|no) (?:dare )?(?:stop|stopping|pause|pausing|
slow down|let up|let go|interrupt|quit|break)(?! (?:reading|laughing|smiling))~?;
without (?:stopping|pausing|a pause|a break|pause|interruption|letting up|slowing down);
(?:no|not a|not one) (?:pause|pauses|break|breaks|stopping|interruption);
(?:until|till) .. (?:cannot|can't|could not|can no longer|can't any) (?:bear|take|stand|hold|endure|resist|
speak|think|move|breathe|go on)~?; non ?stop; unstoppable; no way back; point of no return;
keep going (?:no matter|until|even|regardless)~?; carry on (?:no matter|even|regardless); do not stop at;
(?:until|till) (?:they|your partner|both of you|one of you) (?:surrender|surrenders|give in|gives in|break|
breaks|collapse|collapses|submit|submits|give up|gives up|lose control);
(?:ignore|ignoring|despite|in spite of) .. (?:protest|protests|no|plea|pleas|squirm\w*|stop);
even if .. (?:ask|asks|beg|begs|want|wants|say|says|protest|protests|squirm|squirms|stop);
(?:until|till) you drop; keep it up; whole night through; all night long; for mercy;
even (?:when|though|after) (?:they|your partner) .. enough; may (?:free|release) (?:you|them);
(?:do not|don't|never) (?:loosen|release) .. (?:before|until);
again and again until;
""",
    "silenced": r"""
not a (?:peep|murmur|syllable); say nothing; (?:speak|talk|answer|communicate) only (?:with|by|through);
mouths? shut; wordless(?:ly)?; zip your lips; lips sealed;
(?:complete|total|absolute|utter|perfect|strict|full) (?:silence|quiet); in silence;
(?:stay|stays|remain|remains|keep|keeps|be|fall) (?:silent|quiet|mute|completely quiet|perfectly quiet);
not (?:a|one) (?:sound|word);
without (?:a|any|one|making a|uttering a|saying a) (?:sound|word|noise|single word);
(?:no|not any) (?:talking|speaking|words|sounds?|sound allowed|noise);
(?:do not|don't|may not|must not|cannot|not allowed to) (?:speak|talk|say|answer|make a sound|make any|utter|
reply|moan); only your breath;
(?:may|can|are allowed to) (?:only )?say (?:only )?(?:two|one|three|a single|the) words?(?: only)?;
(?:words?|answers?) (?:are|is) (?:only )?yes and more; your words are;
only (?:answer|word|words) (?:is|are|allowed);
(?:say|answer) (?:nothing|only|just) (?:but )?(?:yes|more|please|with)~?; cover (?:your partner's|their) mouth;
gag~; hush them;
(?:first|whoever|who) .. (?:speaks?|talks?)(?: first)? loses;
(?:talking|speaking|words|sounds?) (?:is|are|were|was) (?:forbidden|off limits|banned|not); bite .. pillow;
""",
    "no_taken_away": r"""
not be allowed; saying no; (?:is|are) forbidden; forbidden to; not an option;
no (?:backing|chickening|getting) out; is futile; no choice; non ?negotiable; there is no (?:way|escape|choice);
no matter (?:what|how|who|where|whether);
whether (?:or not )?(?:they|you|your partner) (?:like|likes|want|wants|agree|agrees)(?: it)?(?: or not)?;
like it or not; must(?:n't| not)?; (?:has|have|having|had) (?:got )?to(?! know)(?! do with)~?;
(?:is|are|be) (?:not )?(?:forced|obliged|bound to|required|supposed|made to|not allowed);
(?:not|never|only) allowed; (?:may not|mayn't|is not to|are not to); forc(?:e|es|ed|ing); compel~;
(?:cannot|can't|may not|do not|don't|never|without) (?:say(?:ing)? no|refus(?:e|ing)|object(?:ing)?|
resist(?:ing)?|declin(?:e|ing));
no (?:refusing|refusals?|excuses|objections|ifs|buts|questions|arguments?|mercy|escape|way out|choice|
resistance);
(?:without|do not|don't|never|before|instead of) (?:asking|ask|permission|warning|a warning|telling them|
consent|waiting for an answer|hesitat\w*|their permission|any warning|question|questions)(?! for| about| how)~?;
unasked; uninvited; unannounced; take(?:s)? no for; (?:their|a) no (?:means|is) (?:yes|not|nothing);
(?:bear|endure|suffer|tolerate|withstand|take) it(?! (?:off|slow|easy|in turn|all in|back|from|to|as a))~?;
put up with; hold out (?:as|until|against)~?; resist (?:as|until|the|them|your|being)~?; give in; surrender~;
submit~; make (?:them|your partner) (?:beg|squirm|moan|scream|plead|suffer|cry|submit|obey|give); overpower~;
overwhelm~; tak(?:e|es|ing) (?:what you want|control of your partner|your partner (?:by|hard|right))~?;
helpless~; defen[cs]eless; at (?:your|their) mercy; powerless; show no; you own; belongs? to you; dare not;
no is not;
before they can (?:say|refuse|object|answer|resist);
(?:talk|persuade|convince|coax)~? (?:your partner|them) (?:into|until);
ow(?:e|es|ing) (?:you|them|your partner|me|a|one); refuse to (?:let|release|stop); (?:down|break) .. resistance;
insist until; insist on;
""",
    "stolen": r"""
wak(?:e|es|ing) (?:your partner|them) with; take a kiss; out of the blue; startl(?:e|es|ing);
creep~ (?:up|behind); crept; tiptoe up; random (?:moment|time|point);
before they (?:know|realise|realize|notice); steal~; stole|stolen; snatch~; sneak~; snuck; ambush~; pounce~ on;
by surprise; (?:when|where|while|before|until) .. (?:least|not|never) expect\w*; unexpected\w*; off guard;
unawares; unsuspecting;
(?:when|while|before) (?:they|your partner) (?:is not|isn't|are not|aren't|do not|don't|can|sleep|sleeps|
are asleep|is asleep) (?:looking|notice|react|ready|answer|object|say)?;
surpris(?:e|es|ing) .. (?:kiss|touch|with|by|them once|them where|your partner); out of nowhere;
suddenly (?:kiss|grab|touch|pull|push|bite)\w*; grab~ (?:your partner|them);
catch~ (?:your partner|them) (?:off|by|when|while|unaware);
while (?:they|your partner) (?:are|is|look|looks) (?:busy|distracted|away|elsewhere|occupied|working|
on the phone); see it coming; (?:when|while|as) (?:they|your partner) looks? away;
jump~ on (?:your partner|them); (?:kiss|touch)~? .. (?:mid ?|mid |middle of a )sentence;
surprise attack; (?:kiss|touch|tickle)~? .. while (?:they|your partner) (?:cook|read|work|sleep)s?;
""",
    "held_still": r"""
not to move; not move; cannot move; freez(?:e|es|ing) (?:while|as|when|until|in); arms? (?:at|by) your sides?;
do not reach; may not move;
(?:keep|keeps|stay|stays|remain|remains|lie|lies|hold|stand|stands|be) (?:completely|perfectly|absolutely|
totally|quite|entirely|very|as) still; (?:try|trying) to (?:keep|stay|lie|remain) (?:\w+ )?still;
(?:keep|keeps|stay|stays|remain|remains|lie|lies|sit|sits|stand|stands) still; motionless; immobile;
frozen in place;
(?:do not|don't|must not|may not|not allowed to|without|no|never) (?:move|moving|budge|budging|flinch|flinching|
squirm|squirming|touching back|touch back|react|reacting|twitch\w*)(?! (?:on|house))~?;
keep your hands (?:still|to yourself|where they are|behind|at your sides|off);
without (?:stirring|twitching); (?:first|whoever|who) .. (?:to move|moves)(?: first)? loses; statue while;
(?:nobody|no one) (?:moves|stirs); moves first loses; (?:as )?stiff as;
as if you were asleep;
""",
}

# Kept out of every card.
ANYWHERE = {
    "graphic": r"""
cocks?; (?:<whose>|hard|big|suck|small|thick) dicks?; puss(?:y|ies); cunts?; fuck\w*; cum; cums; cumming; jizz; tits?;
titties; boobs?; arse~;
(?:<whose>|bare|naked|tight|sweet|nice|kiss|lick|eat|slap|spank|grab|fuck|up|big|fine|hot) ass;
ass (?:play|eating|cheeks?|hole); asses; asshole; balls deep; wank\w*; semen; sperm; squirt~; deep ?throat~;
gang ?bang; creampie; rim job;
rimjob; fist(?:ing|ed); hard ?on; boner; erection; thrust~; pound~ (?:them|into|hard); ejaculat\w*;
(?:make|get)s? (?:them|your partner) (?:wet|hard);
(?:finish|come) (?:in|on) (?:your|their) (?:mouth|face|body|chest|stomach);
""",
    "harm": r"""
hurt~; pain; pains; painful~; agony; torture~; torment~; bruis(?:e|es|ed|ing); blood; bleed~; knife; knives;
blades?; weapon~; burn~ (?:them|skin|your partner|your|their); hot wax; needle~;
beat (?:your partner|them|me|up); beaten; rap(?:e|ed|ing); non ?consen\w*; drug~; drunk; drunken; alcohol; wine;
beer; vodka; whisk(?:e)?y; champagne; shots? of; tipsy; asleep .. touch;
gin; (?:glass|bottle|sip|shot|drop|drink|some) (?:of )?rum; rum (?:and|punch|cocktail); tequila; cocktails?; liqueur;
prosecco; brandy; cider; lips? .. sore; candle wax;
wax (?:drip|drips|drop|run)~?; drip~ .. wax;
""",
    "minors": r"""
teen; teens; teenag\w*; under ?age\w*; minors?; school ?girls?; school ?boys?; school uniform;
little (?:girl|boy)s?; young (?:girl|boy)s?; virgin; lolita; barely legal; jail ?bait; daddy; babysitter;
step ?(?:mother|father|sister|brother|son|daughter|mum|mom|dad); incest\w*;
(?:you are|pretend you are|as if you were) (?:thirteen|fourteen|fifteen|sixteen|seventeen|1[0-7]);
(?:fifteen|sixteen|seventeen) again;
(?:thirteen|fourteen|fifteen|sixteen|seventeen|1[0-7]) year olds?;
""",
    "others_drawn_in": r"""
(?:text|call|phone|message|ring|invite|kiss|touch|flirt with) (?:a|your|an|some|the) (?:friend|ex|stranger|
neighbou?r|colleague|boss|mother|sister|brother|third|waiter|waitress)\w*; threesomes?; third person;
someone else's; another (?:couple|man|woman|person) (?:join|watch|touch|kiss)\w*; than (?:your|their) ex;
no other (?:hands|lover|partner|lips); post (?:it|this|a|the) (?:online|on|to|picture); share (?:it )?online;
instagram; tiktok; facebook; snapchat; whatsapp; onlyfans;
(?:text|call|phone|message|ring|tell) (?:your|a|the) (?:best|closest|old|oldest) friend;
to (?:your|a) (?:best |close )?friend on the phone; group chat;
(?:our|your|their) friends .. (?:attractive|sexy|hot);
(?:anyone|anybody|someone|somebody) (?:they|you|else) (?:have |had |ever )*(?:dated|kissed|slept|loved);
""",
}

# Kept out of every card that is intimate as well.
BESIDE_INTIMACY = {
    "minors": r"""
child; children; childhood; kid; kids; girl; girls; boy; boys; youth; school; schoolmate; classroom;
high school; puberty; first time ever;
""",
}

# In the active player's step: something is done to them.
WRONG_WAY = {
    "receives": r"""
(?:let|have|ask|invite|allow|get|want|tell|make) (?:your partner|them|\{partner\}) (?:to )?(?:slowly |gently |
softly |lightly )?(?:kiss|massage|touch|stroke|caress|undress|tie|bind|blindfold|spank|bite|nibble|lick|pull|
hold|pleasure|slap|strip|tease|rub|scratch|feed|bathe|wash) (?:you|your|off your);
(?:your partner|\{partner\}) (?:slowly |gently |softly |now )?(?:kisses|massages|touches|strokes|caresses|
undresses|ties|blindfolds|spanks|bites|nibbles|licks|teases|rubs|pleasures|strips) (?:you|your);
(?:get|ask to be|wait to be|lie back and be|beg to be|let yourself be) (?:kissed|massaged|touched|stroked|
caressed|undressed|tied|blindfolded|spanked|bitten|licked|teased|pleasured|held);
(?:how|where|when) (?:exactly )?you (?:want|like|love|wish|would like|would love) to be (?:kissed|massaged|
touched|stroked|caressed|undressed|tied|blindfolded|spanked|bitten|licked|teased|pleasured);
receive (?:a|the|your|their|slow|gentle|some) (?:\w+ )?(?:massage|kiss|kisses|touch|spank|spanking|attention);
(?:lie|lean|sit|lay) back and (?:enjoy|receive|let|feel|relax while|accept); beg (?:your partner|them|for|to);
(?:your partner|\{partner\}) (?:feeds|spoils|pleasures|dries|washes|rubs) (?:you|your);
gives you (?:a|an|some) (?:\w+ )?(?:massage|kiss|rub|spank|touch);
ask (?:your partner|them) for (?:a|an|some) (?:\w+ )?(?:massage|rub|kiss|spank|spanking|lap dance);
(?:lays?|places?|plants?|presses?) (?:a|one) kiss on your; offer your (?:neck|lips|shoulder|body|back) to;
""",
}
