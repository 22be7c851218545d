"""What truths ask about and what lifts a text to a level, as phrases: data for `lexicon`, in its notation. English only."""

TOPICS = {
    "past_experiences": r"""
first (?:kiss|night) (?:with|together|you two|the two)|first time .. (?:slept together|made love|in bed|sex|
naked); first kiss;
(?:ex|exes|ex partner|former (?:partner|partners|lover|lovers)|previous (?:partner|lovers?)|past (?:lovers?|
partners?|experiences?)); before you met .. (?:lover|bed|sex); most passionate; passionate (?:evening|night);
(?:wildest|boldest|best|favourite|hottest) (?:night|time|evening) (?:together|you|with)?;
(?:which|what) (?:night|evening)s? .. (?:together|with your partner|was|return to|live through|would you live);
(?:have|did|had) you (?:two )?ever .. (?:bed|sex|kissed|naked|love|lover|touched|undressed);
could (?:hardly|barely|not) wait; made you wait; happened .. in bed; boldest thing you ever;
taught you about pleasure; last time .. (?:made love|in bed|lover|sex|intimate);
felt? (?:most free|closest) .. (?:body|again|with your partner); of your nights together;
never made it to dinner; how many (?:people|partners|lovers); lost? your virginity; one night stands?;
first crush in bed; love most about the first moment; experiences? (?:in bed|with sex|with others|you have had);
(?:earlier|last|previous|former|past|other) relationships?; (?:which|what) of (?:our|your) nights;
when did (?:we|you two|the two of you) last (?:kiss|make love|sleep|have sex);
(?:best|worst|first|last|wildest|craziest) (?:sex|lover|lovers); in love for the first time; (?:ever )?had sex;
sex (?:we|you|you two) ever; broke your heart; broken heart; slept together; have the best sex;
(?:first|last) time (?:we|you|you two) (?:undressed|kissed|slept|touched|made love|were naked);
taught you to kiss;
""",
    "fantasies": r"""
fantas(?:y|ies|i[sz]e|i[sz]es|i[sz]ed|i[sz]ing);
day ?dream(?:s|ed)?(?! about your partner)(?: (?:of|that|in which|about|you))?;
(?:have|do|did) you (?:ever )?(?:imagine|imagined); what have you imagined; dream of them;
dream .. (?:did not mention|of your partner at night); secret(?:ly)? (?:imagine|wish|dream|thought)s?;
(?:if|when) you two met .. as strangers; opening scene; read in your mind; thought you had about your partner;
describe (?:tonight|a whole evening of foreplay); imagin(?:e|ed|ing) .. (?:naked|bed|kiss|undress);
(?:goes|go|runs?|plays?) .. (?:your mind|your head) (?:when|again|at night)~?; scene .. in your head;
(?:do|would) you picture (?:when|us|me|most|the two)~?; picture us; picture most often;
(?:sensual|erotic|intimate|wildest) dreams?; dream about (?:us|me|the two); scene with (?:me|your partner|us);
what are you thinking of when;
dream (?:about|of) .. (?:of us|about us|your partner); nobody would ever know;
""",
    "turn_ons": r"""
turn(?:s|ed|ing)? (?:you|them|me) on; turn ons?; excit(?:e|es|ed|ing) you;
(?:would|does|do|what|which) .. excite (?:you|them); irresistible; (?:hard|hardest|difficult) to resist;
arous(?:e|es|ed|ing|al); (?:drives?|makes?) you (?:wild|crazy|weak|want|melt|say please|tremble|shiver|forget);
undoes you; (?:love|like|want) to be (?:kissed|touched|undressed|teased|seduced);
(?:love|like|want) to hear .. (?:dark|bed|intense|let go|in the night); gets? you (?:going|in the mood|excited);
(?:in|into) a romantic mood; how (?:long|much) do you like to be (?:teased|kept); where do you feel desire;
(?:your )?desire (?:most )?(?:awake|begin|begins|start|starts|wake|wakes|arrive|arrives);
goes straight through you; lose your thread; touch .. (?:forget|undoes|more often|more time with);
spend more time with; your weak(?:ness| spot)s?; what (?:pleases|thrills) you;
you (?:want|would like) (?:more often|from (?:them|tonight|your partner)); tonight i would love it;
how would you like to be (?:kissed|touched|undressed|teased|seduced);
(?:which|what) .. your spots; your (?:favourite |sensitive )spots; heart (?:racing|race|beat faster);
where do you like (?:to be|your partner|me); knees (?:go |feel )?weak; weak (?:in|at) the knees;
(?:hottest|sexiest|most attractive); puts? you in the mood;
(?:enjoy|like|love) (?:most|best) (?:in bed|when (?:we|you two|you make)|about (?:sex|making love));
which touch do you; like best when (?:we|you two) are close;
like to look at most; makes you want (?:your partner|them|me);
""",
    "turn_offs": r"""
turn(?:s|ed|ing)? (?:you|them|me) off; turn offs?; leaves? you cold;
(?:out of|end|ends|kill|kills|spoil|spoils|ruin|ruins) (?:the|your) mood; puts? you off; mood killers?;
(?:dislike|cannot stand|can't stand|hate) .. (?:bed|touch|kiss|sex|love);
cools? you (?:down|off); (?:rather not|not like to|not want to|don't want to) hear;
(?:dislike|not (?:like|enjoy)|don't (?:like|enjoy)) .. (?:touch~|bed|kiss~|hear); touch do you not; bores? you;
lose interest; stop doing in bed;
""",
    "insecurities": r"""
insecur\w*; self conscious;
(?:feel|felt|feels|are|were|makes? you) (?:shy|unsure|nervous|awkward|insecure|ashamed|inadequate|vulnerable);
shy (?:about|with); unsure (?:about|of); ashamed; worr(?:y|ies) (?:about|out loud|you|do|are); small worry;
(?:hide|hiding|dislike|change) .. (?:your|about your) body; afraid (?:of|that|to); hard to ask for;
what (?:scares|frightens|worries) you; (?:doubt|doubts) (?:about )?yourself;
(?:not|never) (?:good|attractive) enough; hold back your sounds; naked with your partner; makes it feel awkward;
used to make you nervous; body image; how does it feel to be naked;
not sure about; scared (?:to|of|that); anxious; anxiety; embarrassed (?:with|in|by|about|when); embarrasses you;
were different about; compare yourself; hard (?:for you )?to (?:say|tell|admit|show);
afraid (?:your|they|i|that|of|to); body (?:do you|that you|you) (?:not|do not|don't) (?:like|love);
feel (?:ugly|fat|old|small|unattractive|clumsy|embarrassed|self conscious);
""",
    "boundaries": r"""
boundar(?:y|ies); (?:your|their|my|one) (?:own )?(?:hard |soft )?limits?;
limits? (?:of yours|would you|you would|that you); off (?:the table|limits);
where (?:is|the|your) .. line (?:is|runs|ends)?; your line; yes .. no or a maybe; yes,? no or (?:maybe|shrug);
would never (?:want|do|allow|try); never want; say (?:no|not tonight);
(?:how|what) .. (?:safe|safety) .. (?:let go|relax|enough|feel|tied|know); make it safe; feel safe enough;
no go; where never; give up control; what would you never; safe ?words?; mean slower;
(?:how far|where) .. (?:game may go|talk ends|you draw the line); you are safe; almost too much;
know beforehand; ask whether you are in the mood;
hard no; should (?:\w+ ){0,3}never (?:touch|kiss|do|say); want (?:me |your partner |them )?to stop;
do you not want; (?:helps?|makes?|lets?) you feel safe; a no for you; never do in bed; what would you say no to;
too much for you; never all right; never okay; not a good time to touch;
""",
    "future_fantasies": r"""
(?:would|do) you (?:like|love|want) (?:us |the two of you )?to (?:try|explore|experiment|do one day);
curious to try; (?:never|not yet|always wanted to) (?:tried|try|said aloud|dared);
one day .. (?:try|bed|together in)?; (?:bucket|wish) list; try with your partner; only ever hinted; a toy you;
most daring thing; a little braver; deserves a better memory; ever explored; something new in bed;
new things? (?:in bed|to try);
things? to do in bed;
(?:should|could|shall) (?:we|the two of you|you two) try (?:in bed|next(?! (?:month|week|year|time))|in the|
together|one day|some day); not done yet; have(?:n't| not) (?:we |you two )?(?:yet )?(?:done|tried);
have (?:we|you two|the two of you) not (?:yet )?(?:done|tried);
(?:make love|naked|sex|kiss|undress)~? .. one day; new .. (?:we|you two|the two of you) .. try;
which toy;
""",
    "feeling_desired": r"""
feel(?:s|ing)? (?:most |so |really |truly )?(?:desir(?:ed|able)|wanted|attractive|sexy|beautiful|irresistible|
chosen); feel attractive;
make(?:s)? you feel .. (?:desired|wanted|attractive|beautiful|sexy|chosen|good in your skin);
make(?:s)? you blush (?:and did)?; made you (?:blush|feel attractive)|make you blush and; last make you blush;
looks? at you with desire; like your partner to (?:want|look at|desire) you; compliment .. (?:body|attractive);
that they like what they see; wants? you (?:most|badly); how would you like to be (?:wanted|desired|looked at);
(?:know|notice|tell|see|feel|show you) that (?:i|your partner|they) (?:want|wants|desire|desires) you;
finds? you (?:beautiful|attractive|sexy|hot|desirable); hear about your (?:body|looks); words? about your body;
""",
}
# What lifts a text out of a level: words that have no place below it.
LEVELS = {
    "R": r"""
kiss~; flirt~; quickie; make out; making out; desir(?:e|es|ed|able|ing); seduc\w*; sensual\w*; erotic\w*; sexy;
sexual\w*; passion\w*; lovers?; foreplay; lust\w*; turn(?:s|ed)? (?:you|them|me|your partner) on; in the mood;
lingerie; underwear; undress~; unbutton~; unzip~; strip(?:s|ped|ping)?; strip ?tease;
bare (?:skin|back|chest|shoulders?|body|legs?); caress~; thighs?; in bed; to bed; bedroom eyes;
cuddl(?:e|es|ing) naked; flirt with lips; <whose> lips; lap dance; longing for (?:your|their) (?:body|touch);
skin to skin; shower together; bathe? together; shared bath;
snog~; smooch~; made out; weak (?:in|at) the knees; steamy; spicy (?:text|message|story)~?;
(?:share|take|have) a (?:\w+ )?shower (?:together|with); steamy shower;
without (?:a|your|any) (?:shirts?|clothes|tops?);
""",
    "X": r"""
orgasm~; climax~; (?:your|their|the|a) peak; sex; oral sex; sex toys?; (?:a|the) toys?(?= you would)?;
vibrators?; dildos?; genital\w*; penis; vagina; vulva; clitoris; breasts?; nipples?; naked; nude; nudity;
mak(?:e|es|ing) love; made love; love ?making; intercourse; penetrat\w*;
inside (?:your partner|them|you) (?:slowly|deep|now); masturbat\w*; touch(?:es|ing)? yourself;
pleasur(?:e|es|ing) (?:yourself|your partner|themselves|them); between .. (?:thighs|legs|breasts);
intimate (?:parts?|places?|touch|touches|curves|massage); most intimate; inner thighs?; edging; the very edge;
over the edge; go(?:es|ing)? down on; anal\w*; skin on skin;
skinny ?dip~; do you come; slept together; sleep together; foreplay, and;
""",
}
