"""The phrases by which a decision, a correction or a step back is known: English, and small tables for other languages.

They are matched against a sentence in lower case whose code and quotations are masked, and whose filler words at the beginning
are gone. Most sentences have none of the words that a phrase cannot do without, and then it is not tried. What is not certain is left out: a decision that nobody made does more harm than one that is missed.
"""

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["en", "de", "fr", "es"]
PhraseKind = Literal["decision", "correction", "reverted"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """`is_said` phrases report what was agreed on, and count in a model's mouth too; the others ask for something.

    `pattern` matches nowhere without one of `words`, where there are any.
    """

    language: Language
    kind: PhraseKind
    words: frozenset[str]
    pattern: str
    is_said: bool = False


def _asked(language: Language, kind: PhraseKind, *phrases: tuple[str, str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(language, kind, frozenset(words.split()), pattern) for words, pattern in phrases)


def _said(language: Language, *phrases: tuple[str, str]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(language, "decision", frozenset(words.split()), pattern, is_said=True) for words, pattern in phrases
    )


FILLER: Final = (
    r"(?:(?:ok(?:ay)?|yes|yeah|yep|yup|sure|right|fine|good|great|alright|all right|perfect|cool|so|then|and|but|also|please|"
    r"hmm?|hm+|well|hey|claude|just|pls|plz|oh|ah|wait|sorry|thanks|thank you|one more thing|btw|by the way|"
    r"ja|gut|also|dann|und|aber|bitte|danke|oui|bon|alors|d'accord|et|mais|sí|vale|bien|entonces|pero|por favor)\b[\s,.:;!-]+){1,4}"
)
"""Words at the beginning of a sentence that say nothing of what it asks for."""

REFUSED: Final = (
    r"\?[\"')\]]*$|^[¿]|"
    r"^(?:if|when|once|after (?:we|i|they|he|she|you|it)|before|while|unless|whether|suppose|assuming|what if|"
    r"should|shall|could|can|would|will|do(?! not\b)|does|did|is|are|was|were|why|how|what|which|who|where|"
    r"falls|wenn|nachdem|bevor|warum|wieso|wie|was|welche|si|quand|après|avant|pourquoi|comment|cuando|después|antes)\b(?!'t)|"
    r"\b(?:maybe|perhaps|possibly|probably|i wonder|i guess|not sure|what if|wondering|might|hypothetically|"
    r"for example|e\.g\.|vielleicht|eventuell|eventuellement|peut-être|quizás?|tal vez|"
    r"just kidding|so to speak|according to)\b|"
    r"\b(?:says?|said|states?|reads?|wrote|writes?|claims?)\b.{0,20}:|"
    r"^(?!i\b|we\b)(?:the )?[\w-]+ (?:says?|said|thinks?|claims?|wrote|told (?:me|us)) (?:that )?(?:we|they|he|she|you)\b|"
    r"\b(?:haven't|have not|hadn't|didn't|did not|never|not|hasn't|nicht|noch nicht|pas|no) (?:yet |really |been |encore |todavía )?"
    r"(?:decided?|agreed?|settled|entschieden|décidé|decidido)\b"
)
"""Questions, conditions, doubts, and what was not decided."""

_FOR_NOW: Final = r"(?!.*\b(?:yet|right now|for now|this time|just now|until|till|at the moment|today)\b)"
_TASK: Final = r"(?!.*\bto (?:find|see|check|debug|figure|try|test it|investigate|verify|understand|look|reproduce)\b)"
_ASSISTANTS: Final = r"(?! (?:to )?(?:look|start|begin|check|read|try|investigate|first)\b)"
_HOUSE: Final = r"(?:always|never|only)"
_AGREED: Final = (
    r"(?:decided|agreed|settled|opted)(?: earlier| already| together| yesterday| last \w+)?"
    r"(?:[,:]| (?:to|that|on|against|for|not|upon)\b)(?:\W+\w+){2}"
)

ENGLISH: Final = (
    *_said(
        "en",
        ("decided agreed settled opted", r"(?<!after )(?<!once )(?<!since )(?<!before )(?<!why )(?<!when )(?<!what )\bwe(?:'ve| have)? "
        r"(?:all |both |now |finally |also |just |already |earlier )?" + _AGREED),
        ("decided agreed settled opted", r"\b(?:and i|the team)(?: have| has)? " + _AGREED),
        ("decision decisions", r"^(?:the |our |my |final )*decisions?(?: \d+| made| so far| here| taken)?(?:\s*:|\s+(?:is|was)\b(?! (?:still|not|yours|pending|made)))\s*\S"),
        ("decided agreed", r"^(?:decided|agreed)\s*:\s*\S"),
        ("decided agreed", r"^it (?:is|was|has been) (?:decided|agreed) (?:to|that|on)\b"),
        ("", r"^adr[- #]?\d+\s*[:.-]\s*\S"),
    ),
    *_asked(
        "en",
        "decision",
        ("going", r"\bwe(?:'re| are) going (?:to (?:use|keep|stick|switch|move (?:to|away)|adopt|drop|go with|standardi[sz]e)|with)\b" + _TASK),
        ("ll will", r"\bwe(?:'ll| will) (?:go with|stick (?:with|to)|use|keep|switch to|move to|adopt|drop|avoid|not use|no longer|never|"
        r"only (?:use|support|allow)|always)\b" + _TASK),
        ("going go", r"^(?:i(?:'m| am) )?going with \w|^i(?:'ll| will) go with\b"),
        ("decided", r"^i(?:'ve| have)? decided (?:to|on|that|against|for)\b" + _ASSISTANTS),
        ("chose chosen picked selected went opted", r"\b(?:we|i)(?:'ve| have)? (?:chose|chosen|picked|selected|went with|opted for)\b.+?\b(?:over|instead of|rather than|because)\b"),
        ("let lets", r"(?:^|[,;:-] (?:so |and |then |but )?)let'?s (?:use(?! (?:this|that|the) (?:opportunity|chance|time|moment)\b)|go with|go for|stick (?:to|with)|switch to|switch back to|adopt|avoid|"
        r"standardi[sz]e on|never|always|call (?:it|this|them) \w|name (?:it|this|them) \w|keep .+ (?:as|in|instead|for|until)\b|"
        r"drop (?!it\b|that\b|this\b)\w|not (?:use|add|support|store|expose|depend|mix|introduce))\b" + _TASK + r"(?:\W+\w+)+"),
        ("now forward here henceforth point today", (r"(?:^|[,;:.-] )(?:from now on|going forward|from here on(?: out)?|henceforth|from this point on|as of now|from today on)\b"
        r"(?:\W+\w+){2}|(?:\w+\W+){3}(?:from now on|going forward)\W*$")),
        ("instead rather place", (r"^(?:use|prefer|choose|take|pick|go with|write|return|raise|throw|call|name|import|put|keep|store|make|do|log|parse|format|pass|inject|read|"
        r"load|save|send|show|handle|wrap|extract|sort|cache|validate|generate)\b"
        r".{1,120}?\b(?:instead of|rather than|in place of)\b")),
        ("over", r"^(?:prefer|choose|favou?r)\b.{1,80}? over \w"),
        ("don dont do never stop avoid", r"^(?:don't|do not|dont|never|stop using|avoid)\b.{1,100}?(?:[,;.-]|\bbut) ?(?:rather |please )?(?:use|prefer)\b"),
        ("remember keep note", r"^(?:remember|keep in mind|note for later)(?:\s*[:,]| that\b)(?:\W+\w+){3}"),
        ("here this", r"^we (?:don't|do not|never) .{1,60}\b(?:here|in this \w+)[,;] we \w"),
        ("convention rule policy", r"^(?:the |our )?(?:convention|rule|policy)(?: here| is| in this \w+)*(?:\s*:|\s+is)\s*\S"),
        ("always never only", r"^we " + _HOUSE + r" (?:use|write|name|put|keep|prefer|commit|squash|store|import|return|raise|throw|test|deploy|support)\b"
        r".*\b(?:in this (?:project|repo(?:sitory)?|code ?base|package|module)|here|everywhere|throughout|by convention)\b"),
        ("don dont do", (r"^we (?:don't|do not|dont) (?:use|write|name|put|keep|commit|squash|store|import|return|raise|throw|mock|deploy|support|add)\b"
        r".{2,80}\b(?:in this (?:project|repo(?:sitory)?|code ?base|package|module)|here|anywhere)\W*$")),
        ("not never instead rather over", (r"^we (?:use|prefer|want|write|keep|follow|support)\b.{1,80}?,? (?:not|never|and not|instead of|rather than|over) \w"
        r"(?!.*\b(?:in \w+ places|why|list|there|but)\b)")),
    ),
    *_asked(
        "en",
        "correction",
        ("always never", r"^(?:always|never) (?!(?:mind|been|had|worked|seen|again|ever|\w{2,}ed\b|\w{2,}[^s\W]s\b|cleared|known|done)\b)[a-z]+(?:\W+\w+){1,}"),
        ("always never not", r"(?:^|[,;-] )(?:you (?:should|must|need to|have to)|make sure (?:to|you)|remember to|be sure to) "
        r"(?:please )?(?:always|never|not)\b(?:\W+\w+){2}" + _FOR_NOW),
        ("don dont not", r"^(?:don't|do not|dont|must not|you must not) (?:ever )?(?:use|add|change|modify|touch|edit|rename|remove|delete|import|mock|"
        r"put|write|introduce|rely|depend|call|return|catch|swallow|log|expose|hard-?code|mix|commit|create|generate|include|store|"
        r"reformat|print)\b(?:\W+\w+){2}" + _FOR_NOW),
        ("stop", r"^stop (?!it|that|this|the\b)\w+ing\b(?:\W+\w+){2}"),
        ("told asked", r"\bi (?:told|asked) you (?:not |never )?to\b(?:\W+\w+){2}"),
        ("actually", r"^actually,? .*\b(?:should (?!work|be (?:fine|ok|good))|must|has to|use|is called|are called|is named|instead|rather than|, not )\b"),
        ("not", (r"\b(?:it|this|that|the [\w-]+(?: [\w-]+){0,2}|they|these|those|\w+) (?:should|must|has to|needs to|have to) (?:be |have )?.{1,80}?"
        r"(?:,| and) not (?!only|just|sure|yet|that|because)\w")),
        ("not", (r"^(?:it'?s|it is|that'?s|that is|this is|they'?re|the [\w-]+(?: [\w-]+)? is) (?:called |named )?[^,]{1,60}, not "
        r"(?!that|sure|yet|really|just|only|even|to mention|necessarily|at all|too|because|so|my|bad)\w")),
        ("not", (r"^(?:use|call it|name it|i (?:said|meant|mean|want|wanted|asked for)|we (?:want|call)) [^,]{1,80},? (?:and )?not "
        r"(?!that|sure|yet|really|just|only|to mention|because)\w")),
        ("not", (r"^(?:it'?s|it is|that'?s|it should be|must be|use|i (?:said|meant|want)) not (?!only|just|sure|yet|working|bad|able|possible|good)"
        r".{1,60}? but (?!i\b|it\b|we\b|you\b|they\b|that\b|this\b|there\b|still\b|not\b|when\b|if\b|also\b|then\b)\w")),
    ),
    *_asked(
        "en", "reverted", ("revert undo roll rollback back", r"^(?:revert|undo|roll ?back|back out)\b(?! (?:that|this|it|everything)\b\W*$)(?:\W+\w+){2}")
    ),
)  # fmt: skip

OTHERS: Final = (
    *_said(
        "de",
        ("entschieden beschlossen geeinigt festgelegt vereinbart", r"\bwir (?:haben|hatten) (?:uns )?(?!nicht|noch)(?:\S+ ){0,6}?(?:entschieden|beschlossen|geeinigt|festgelegt|vereinbart)\b(?!\?)"),
        ("entscheidung", r"^(?:die )?entscheidung(?: \d+)?\s*:\s*\S"),
    ),
    *_asked(
        "de",
        "decision",
        ("jetzt sofort künftig zukunft nun heute", r"(?:^|[,;:-] )(?:ab jetzt|ab sofort|künftig|in zukunft|von nun an|ab heute)\b(?:\W+\w+){2}"),
        ("statt anstatt anstelle nicht", r"^(?:wir )?(?:nehmen|verwenden|benutzen|nutzen) .{2,80}\b(?:statt|anstatt|anstelle|nicht)\b"),
        ("statt anstatt anstelle lieber", r"^(?:verwende|nutze|benutze|nimm|bevorzuge|schreib)e? .{2,80}\b(?:statt|anstatt|anstelle|lieber als)\b"),
        ("lass lasst", r"^lass(?:t)? uns (?:.{2,80} )(?:verwenden|nehmen|benutzen|behalten)\b"),
        ("bleiben wechseln setzen", r"^wir (?:bleiben bei|wechseln (?:zu|auf)|setzen auf)\b(?:\W+\w+)"),
    ),
    *_asked(
        "de",
        "correction",
        ("immer niemals nie", r"^(?:immer|niemals|nie) (?!wieder\b|mehr\b|gesehen|gehört)(?:\w+\W+){2}"),
        ("nie niemals immer kein keine keinen keinn", r"^(?:verwende|nutze|benutze|schreibe?|ändere?|füge?|nimm|lösche?)\b.{0,40}\b(?:nie|niemals|immer|keine?n?)\b"),
        ("nicht", r"^(?:es|das|die|der|\w+) (?:muss|müssen|soll|sollte|heißt) .{2,80},? (?:und )?nicht \w"),
        ("sondern", r"\bnicht .{2,60},? sondern \w"),
    ),
    *_said(
        "fr",
        ("décidé convenu choisi", r"\b(?:on a|nous avons) (?:tous |finalement |déjà )?(?:décidé|convenu|choisi)\b(?! (?:quoi|rien|si)\b)(?:\W+\w+){2}"),
        ("décision", r"^(?:la )?décision(?: \d+)?\s*:\s*\S"),
    ),
    *_asked(
        "fr",
        "decision",
        ("désormais dorénavant maintenant", r"(?:^|[,;:-] )(?:désormais|dorénavant|à partir de maintenant)\b(?:\W+\w+){2}"),
        ("lieu plutôt place", r"^(?:on )?(?:utilise|utilisons|prends|prenons|préfère|préférons|choisis)s? .{2,80}\b(?:au lieu d|plutôt qu|à la place d)"),
        ("part restons passons", r"^(?:on part sur|restons sur|passons à)\b(?:\W+\w+)"),
    ),
    *_asked(
        "fr",
        "correction",
        ("toujours jamais", r"^(?:utilise|mets|écris|fais) (?:toujours|jamais)\b(?:\W+\w+)"),
        ("toujours jamais", r"^(?:toujours|jamais) (?:utiliser|mettre|écrire|de)\b(?:\W+\w+)|^il (?:ne )?faut (?:toujours|jamais)\b(?:\W+\w+)"),
        ("jamais pas", r"^(?:n'|ne )\w+ (?:jamais|pas)\b(?:\W+\w+){2}"),
        ("mais", r"\b(?:ce n'est pas|c'est pas|pas) .{2,60},? mais (?!je|il|ça|on|c')\w"),
    ),
    *_said(
        "es",
        ("decidido acordado elegido decidimos acordamos", r"\b(?:hemos )(?:decidido|acordado|elegido)\b(?! (?:qué|nada|si)\b)(?:\W+\w+){2}|^(?:decidimos|acordamos) (?:usar|que|no)\b(?:\W+\w+)"),
        ("decisión", r"^(?:la )?decisión(?: \d+)?\s*:\s*\S"),
    ),
    *_asked(
        "es",
        "decision",
        ("ahora adelante", r"(?:^|[,;:-] )(?:a partir de ahora|de ahora en adelante|en adelante)\b(?:\W+\w+){2}"),
        ("lugar vez no", r"^(?:usa|usemos|usamos|vamos a usar|prefiere|elige) .{2,80}(?:en lugar de|en vez de|y no) \w"),
    ),
    *_asked(
        "es",
        "correction",
        ("nunca jamás", r"^(?:nunca|jamás) (?:uses|pongas|hagas|cambies|toques|usar|escribas|borres)\b(?:\W+\w+)"),
        ("siempre", r"^(?:usa|pon|escribe|haz) siempre\b(?:\W+\w+)|^siempre (?:usa|usar|pon|poner|hay que)\b(?:\W+\w+)"),
        ("no", r"^no (?:quiero que )?(?:uses|cambies|toques|añadas|borres|pongas)\b(?:\W+\w+){2}"),
        ("sino", r"\bno .{2,60},? sino \w"),
    ),
)  # fmt: skip

PHRASES: Final = (*ENGLISH, *OTHERS)

CONTRADICTION: Final = (
    r"^(?:(?:no+|nope|nah|nein|non)(?:[\s,]+(?:no+|nein|non)\b)*|(?P<wrong>wrong|incorrect|not quite|falsch|stimmt nicht|faux|incorrecto))"
    r"\s*[,.!:;-]+\s*(?=\S)"
)
"""A "no" at the beginning, with something behind it; `wrong` says more than no."""

BIDS: Final = r"^(?:use|make|put|keep|call|set|take|name|write|return|move|nimm|verwende|nutze|utilise|mets|prends|usa|pon)\b(?:\W+\w+)"
"""What may follow the reason for a no: what is wanted instead."""

WRONG: Final = (
    r"^(?:(?:but|aber|mais|pero) )?(?:(?:no|nein|non),? )?(?:(?:that|this|it)(?:'s| is)|you(?:'re| are)) (?:still |just |simply )?"
    r"(?:wrong|not right|incorrect|not correct|not what (?:i|we) (?:asked(?: for)?|meant|wanted|want|said))\b|"
    r"^das (?:ist (?:falsch|nicht richtig)|stimmt (?:so )?nicht)\b|^(?:c'est faux|ce n'est pas (?:ça|correct|juste))\b|"
    r"^(?:eso está mal|eso no es (?:correcto|así)|no es correcto)\b"
)
"""Something is said to be wrong: what follows says what is right."""

PRESCRIBES: Final = (
    r"\b(?:should(?! work| be (?:fine|ok|good|enough))|must|has to|have to|needs? to|ought|use|don't|do not|never|always|instead|"
    r"rather|is called|are called|i (?:said|meant|asked|want)|leave|keep|put|return|rename|remove|revert|make (?:it|them)|"
    r"muss|müssen|soll|sollen|sollte|heißt|nimm|verwende|lass|statt|il faut|doit|doivent|utilise|mets|s'appelle|"
    r"debe|deben|tiene que|hay que|usa|se llama|pon)\b|, (?:not|nicht|pas|no) \w"
)
"""What follows a "no" tells how it is to be."""

ANSWERS: Final = (
    r"^(?:i (?:haven't|have not|didn't|don't|can't|am|have|think|was|did|just)|i'm|i've|thanks|thank you|problem|worries|need|idea|"
    r"not (?:yet|really|at all)|there (?:is|are)|it (?:doesn't|didn't|isn't|still|does|was)|nothing|danke|merci|gracias|"
    r"ich habe|ce n'est pas grave|pas de|je n|no hace falta)\b"
)
"""What follows a "no" that answers a question."""

EMPTY_SENTENCE: Final = r"^(?:please )?(?:fix|try|look|check|do|read|think|see|redo|again|start over|what|why|can|could|hmm+|sorry|bitte)\b.{0,40}$"
"""What may follow "that's wrong" and says nothing of what is right."""
