"""Words that no card of a machine may hold, whatever stands around them: data, one regular expression a phrase.

Blunt on purpose, and beside the lexicon, which knows phrases and what a card may be about: a harmless sentence that is lost here
costs nothing, and nobody wrote it. What speaks to a program or asks for what one keeps to oneself stands here too.
"""

import re

_PHRASES = r"""
instructions?; prompts?; chat ?bot; language model; assistant; as an ai; json; developer; system message;
(?:ignore|disregard|forget) .{0,30}(?:rules|messages?|above|before|previous); passwords?; passcodes?; pin codes?;
credit cards?; bank (?:account|card|detail)s?; money; bitcoins?; e-?mails?; phone numbers?; home address; surnames?;
(?:last|full) names?; birth ?dates?; click; downloads?; subscribe; websites?; online; internet; livestreams?; webcams?;
text (?:me|us|this); call (?:this|now); send (?:it|this|them) to;

kill\w*; murder\w*; suicid\w*; dead; death; die[sd]?; dying; guns?; pistols?; rifles?; shoot(?:s|ing)?; stab\w*; punch\w*;
kick\w*; strangl\w*; suffocat\w*; drown\w*; electr\w+; shocks?; whips?; whipp\w+; flog\w*; can(?:es|ed|ing); riding crops?;
chains?; chained; gag(?:s|ged|ging)?; leash\w*; collar(?:s|ed|ing)?; cages?; caged; blood\w*; needles?; piercings?; hypno\w*;
clamps?; candle wax; razor\w*; scissors; unconscious; asleep; sleeping; passed out; forc(?:e|es|ed|ing); rap(?:e|es|ed|ing);
against (?:your|their) will; drugs?; cocaine; weed; pills?; poppers; smok(?:e|es|ed|ing); cigar\w*;

slaves?; bitch\w*; slut\w*; whores?; pigs?; worthless; pathetic; disgusting; stupid; idiots?; ugly; piss\w*; shit\w*; poo; scat;
vomit\w*; prostitut\w*; escorts?; porn\w*; hookers?; threesome\w*; foursome\w*; org(?:y|ies); swing(?:er|ers|ing); animals?;
dogs?; horses?; neighbou?rs?; strangers?; boss; ex(?:es)?; shots?; drunk; tipsy; booz\w*;
manhood; womanhood; crotch\w*; groins?; bosoms?; bras?; pant(?:y|ies); knickers; thongs?; straddl\w*; grind\w*; hump\w*; suck\w*;
lick\w*; spit\w*; filth\w*; dirt(?:y|iest) (?!talk); rid(?:e|es|ing) your partner; (?:have|having|had) sex;

bab(?:y|ies); babysit\w*; toddlers?; infants?; child\w*; kids?; girls?; boys?; teen\w*; under ?age\w*; minors?; schools?;
schoolgirls?; schoolboys?; pupils?; students?; teachers?; classrooms?; daughters?; sons?; nephews?; nieces?; brothers?; sisters?;
siblings?; cousins?; dadd(?:y|ies); mommy; mummy; uncles?; aunts?; (?:thir|four|fif|six|seven)teen\w*; young (?:one|lady|man);
"""

WORDS = re.compile(
    r"\b(?:"
    + "|".join(re.sub(r"\s+", r"\\s+", phrase) for phrase in re.split(r"\s*;\s*", _PHRASES.strip()) if phrase)
    + r")\b",
    re.IGNORECASE,
)
