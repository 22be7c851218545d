"""What two people may not ask of each other in any words of their own, beside what their limits say: data for `named`.

Narrower than `forbidden`, which is for cards that somebody may draw unprepared: a rule may say "must", and a task "a glass of
wine". English and German in one, in the notation of `notation`.
"""

# Whatever stands around it.
ALWAYS = {
    "non_consent": r"""
rap(?:e|es|ed|ing|ist); rape ?play; non ?consen\w*; cnc; against (?:your|my|his|her|their) will; without (?:your|my|
his|her|their|any) consent; no (?:safe ?words?|consent|way out); without (?:a|any|the) safe ?words?; (?:ignore|
ignores|ignoring|forget|despite|never use|not use|no more) .. safe ?words?; (?:even|also) (?:if|when|
though) .. (?:say|says|said|beg|begs|scream|cry|cries|want|wants) .. (?:no|stop|red|stopped); (?:ignore|ignores|
ignoring|despite) .. (?:protests?|stop|tears); (?:you|he|she) (?:may|can|must) not (?:say no|use your safe ?word);
(?:no|your no) means (?:yes|nothing); you cannot say no; you can't say no; not allowed to say no; (?:while|
when) (?:i|you|he|she|they|your partner) (?:am|are|is|'m|'re)? ?(?:asleep|sleeping|unconscious|passed out|drugged|
blackout); (?:force|forces|forced|forcing) (?:yourself|himself|herself|them|me|him|her|your partner|
you) (?:to have sex|to suck|on|upon|into sex|down); blackmail\w*; kidnap\w*; molest\w*; sexual assault;
vergewaltig\w*; gegen (?:deinen|meinen|seinen|ihren) willen; ohne (?:deine|meine|seine|ihre|jede) (?:einwilligung|
zustimmung); ohne (?:safe ?word|stoppwort|sicherheitswort|einwilligung|zustimmung|konsens); (?:kein|keine|
keinem) (?:safe ?word|stoppwort|sicherheitswort|konsens|einwilligung); (?:ignorier|uberhor|missacht|
vergiss)\w* .. (?:safe ?word|stoppwort|nein|stopp); (?:auch|selbst|sogar) wenn .. (?:nein|stopp|halt|aufhoren|
rot) (?:sag\w*|ruf\w*|schrei\w*|willst|will); (?:auch|selbst|sogar) wenn .. nicht (?:will|willst|mag|magst|mochte|
mochtest); nein (?:heisst|bedeutet) ja; nein gilt nicht; (?:wahrend|wenn) (?:ich|du|er|sie|
\{?partner\}?) .. (?:schlaf\w*|bewusstlos|ohnmachtig|betaubt); erpress\w*; entfuhr\w*; (?:darfst|darf|
kannst) (?:du )?nicht nein sagen; missbrauch\w*; notig\w* (?:mich|dich|ihn|sie) zum sex;
""",
    "drugs": r"""
cocaine; coke (?:off|up|lines?); lines? of coke; heroin; crystal meth; meth; mdma; ecstasy pills?; ketamine; ghb;
gbl; lsd; poppers; chloroform; roofies?; roofied; spike (?:<its>) drinks?; drugs; drugged; drug (?:me|him|her|them|
your partner); get (?:high|stoned|wasted); smoke (?:some )?(?:weed|pot|crack); chems?; chem ?sex;
sleeping pills? .. (?:and|then|before) .. (?:sex|fuck|touch|use); kokain; koks; kokse?n?; crystal; ketamin;
speed (?:nehmen|ziehen); k ?o tropfen; ko tropfen; drogen?; kiff\w*; bekifft; zugedrohnt; betaub\w* (?:mich|dich|
ihn|sie); chloroform; schlaftabletten? .. (?:sex|nimm|vogel\w*|fick\w*);
""",
    "minors": r"""
under ?age\w*; lolita; barely legal; jail ?bait; pa?edo\w*; child ?porn\w*; incest\w*; minderjahrig\w*; inzest\w*;
padophil\w*; padosex\w*; kinderporn\w*; age ?play; (?:little|young) (?:girl|boy)s? .. (?:naked|sex|touch\w*);
""",
    "animals": r"""
bestiality; zoophil\w*; animal sex; sex with (?:a|the|our|my) (?:dog|horse|animal); zoo ?sex; sodomie;
sex mit (?:einem|dem|unserem) (?:hund|pferd|tier); tiersex;
""",
}

# Where the same text is intimate.
BESIDE_INTIMACY = {
    "harm": r"""
knife; knives; knife ?play; blades?; razor ?blades?; scalpel; guns?; pistol; blood; bleed\w*; bloody; needle ?play;
needles; cut(?:s|ting)? (?:<its>) skin; carv(?:e|es|ing) .. skin; brand(?:s|ed|ing)? (?:me|him|her|them|
your partner); burn(?:s|ing)? (?:me|him|her|them); until .. (?:bleed\w*|pass(?:es)? out|faint\w*|unconscious|
broken); break (?:<its>) (?:bones?|arm|nose); strangl\w*; suffocat\w*; electrocut\w*; scat; messer; klingen?;
rasierklingen?; skalpell; pistole; blut; bluten?; blutig\w*; nadeln?; ritz\w* .. haut; brandmark\w*;
verbrenn\w* (?:mich|dich|ihn|sie); bis .. (?:blut\w*|ohnmachtig|bewusstlos|umfall\w*); strangulier\w*; erdross\w*;
erstick\w*; erwurg\w*; kaviar;
""",
    "drugs": r"""
drunk; drunken; blackout; black ?out drunk; tipsy; betrunken\w*; besoffen\w*; besauf\w*; beschwips\w*; pills?; weed;
joints?;
""",
    "animals": r"""
(?:with|by|let) (?:the|our|my|a) (?:dog|horse|cat) (?:lick|watch|fuck|mount|join)\w*; (?:hund|pferd) .. (?:ablecken|
besteig\w*|mitmach\w*);
""",
}
