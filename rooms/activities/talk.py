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
""",
    "fantasies": r"""
fantas(?:y|ies|i[sz]e|i[sz]es|i[sz]ed|i[sz]ing);
day ?dream(?:s|ed)?(?! about your partner)(?: (?:of|that|in which|about|you))?;
(?:have|do|did) you (?:ever )?(?:imagine|imagined); what have you imagined; dream of them;
dream .. (?:did not mention|of your partner at night); secret(?:ly)? (?:imagine|wish|dream|thought)s?;
(?:if|when) you two met .. as strangers; opening scene; read in your mind; thought you had about your partner;
describe (?:tonight|a whole evening of foreplay); imagin(?:e|ed|ing) .. (?:naked|bed|kiss|undress);
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
""",
    "turn_offs": r"""
turn(?:s|ed|ing)? (?:you|them|me) off; turn offs?; leaves? you cold;
(?:out of|end|ends|kill|kills|spoil|spoils|ruin|ruins) (?:the|your) mood; puts? you off; mood killers?;
(?:dislike|cannot stand|can't stand|hate) .. (?:bed|touch|kiss|sex|love);
""",
    "insecurities": r"""
insecur\w*; self conscious;
(?:feel|felt|feels|are|were|makes? you) (?:shy|unsure|nervous|awkward|insecure|ashamed|inadequate|vulnerable);
shy (?:about|with); unsure (?:about|of); ashamed; worr(?:y|ies) (?:about|out loud|you|do|are); small worry;
(?:hide|hiding|dislike|change) .. (?:your|about your) body; afraid (?:of|that|to); hard to ask for;
what (?:scares|frightens|worries) you; (?:doubt|doubts) (?:about )?yourself;
(?:not|never) (?:good|attractive) enough; hold back your sounds; naked with your partner; makes it feel awkward;
used to make you nervous; body image; how does it feel to be naked;
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
""",
    "future_fantasies": r"""
(?:would|do) you (?:like|love|want) (?:us |the two of you )?to (?:try|explore|experiment|do one day);
curious to try; (?:never|not yet|always wanted to) (?:tried|try|said aloud|dared);
one day .. (?:try|bed|together in)?; (?:bucket|wish) list; try with your partner; only ever hinted; a toy you;
most daring thing; a little braver; deserves a better memory; ever explored; something new in bed;
new things? (?:in bed|to try);
""",
    "feeling_desired": r"""
feel(?:s|ing)? (?:most |so |really |truly )?(?:desir(?:ed|able)|wanted|attractive|sexy|beautiful|irresistible|
chosen); feel attractive;
make(?:s)? you feel .. (?:desired|wanted|attractive|beautiful|sexy|chosen|good in your skin);
make(?:s)? you blush (?:and did)?; made you (?:blush|feel attractive)|make you blush and; last make you blush;
looks? at you with desire; like your partner to (?:want|look at|desire) you; compliment .. (?:body|attractive);
that they like what they see; wants? you (?:most|badly); how would you like to be (?:wanted|desired|looked at);
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
""",
    "X": r"""
orgasm~; climax~; (?:your|their|the|a) peak; sex; oral sex; sex toys?; (?:a|the) toys?(?= you would)?;
vibrators?; dildos?; genital\w*; penis; vagina; vulva; clitoris; breasts?; nipples?; naked; nude; nudity;
mak(?:e|es|ing) love; made love; love ?making; intercourse; penetrat\w*;
inside (?:your partner|them|you) (?:slowly|deep|now); masturbat\w*; touch(?:es|ing)? yourself;
pleasur(?:e|es|ing) (?:yourself|your partner|themselves|them); between .. (?:thighs|legs|breasts);
intimate (?:parts?|places?|touch|touches|curves|massage); most intimate; inner thighs?; edging; the very edge;
over the edge; go(?:es|ing)? down on; anal\w*; skin on skin;
""",
}
