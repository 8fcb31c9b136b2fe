"""What somebody else said, in a message that a person wrote: mails, chats and conversations that were pasted.

Nothing in such a text says where it ends, so the message counts as the person's own up to where it begins. A ruling that
stands behind it is missed; one that its writer never made would steer.
"""

from typing import Final

from holdfast.sessions.memory.late_pattern import compiled

_ASSISTANT: Final = r"(?:assistant|ai|chatgpt|gpt-?\d\w{0,3}|copilot|gemini|claude|cursor|codex|cline|model)"
_SPEAKER: Final = rf"(?:user|human|you|me|system|developer|tool|{_ASSISTANT})"
_LABEL: Final = r"(?im)^[ \t]{{0,3}}(?:#{{1,6}}[ \t]*{who}[ \t]*:?[ \t]*$|[*_\[]{{0,3}}{who}[*_\]]{{0,3}}[ \t]*:[*_]{{0,2}}(?:[ \t]|$))"
_ANSWERED: Final = _LABEL.format(who=_ASSISTANT)
_SPOKEN: Final = _LABEL.format(who=_SPEAKER)
_HEADERS: Final = (
    r"(?im)^[ \t*]*(?:from|von|de|author)[ \t]?:[^\n]{1,300}\n(?:[^\n]{0,300}\n){0,3}?"
    r"[ \t*]*(?:to|an|à|para|sent|gesendet|envoyé|enviado|date|datum|fecha|subject|betreff|objet|asunto|cc)[ \t]?:"
)
_WROTE: Final = (
    r"(?im)^(?:on|am|le|el)\b[^\n]{4,200}?(?:\n[^\n]{0,80}?)?\b(?:wrote|schrieb|a écrit|escribió)\b[^\n:]{0,80}:[ \t]*$"
)
_FORWARDED: Final = (
    r"(?im)^(?:-{2,}[ \t]?|begin )(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|"
    r"message d'origine|message transféré|mensaje original|mensaje reenviado)\b"
)
_STAMPED: Final = (
    r"(?im)^[ \t]{0,3}[\w.@'-]{1,40}(?: [\w.@'-]{1,40}){0,2}(?<! at)(?<! um)(?<! by)(?<! à)[ \t]+(?:[\[(]|— ?)?"
    r"(?:(?:today|yesterday|heute|gestern) (?:at |um )?)?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[ \t]?[ap]\.?m\.?)?[\])]?[ \t]*$"
)
_BEGINNINGS: Final = (_HEADERS, _WROTE, _FORWARDED, _STAMPED)
_NICK: Final = r"(?m)^<([\w.-]{1,30})>[ \t]+\S[^\n]*$"

_HEARD: Final = (
    r"(?:\b(?:says?|said|wrote|writes|commented|replied|answered|posted|suggested|told (?:me|us)|asked (?:me|us)|schrieb|sagte|a dit|dijo)|"
    r"\b(?:comments?|reviews?|messages?|feedback|mails?|e-mails?|reply|replies|notes?|thread|quotes?) (?:from|by|of) .+)$"
)
_OWN: Final = r"\b(?:i|we|ich|wir) (?:said|wrote|say|told|asked|sagte|schrieb)"
_NAMED: Final = r"@?([A-Z][\w.'-]{1,30})(?: [A-Z][\w.'-]{1,30})?: "
_OWN_LABELS: Final = frozenset(
    """decision decisions decided agreed note notes rule rules convention policy remember important correction also update fyi btw ps no wrong
    todo next remaining style naming tests testing backend frontend api database db deployment conclusion result summary plan goal
    context background requirement requirements constraint constraints answer warning caution claude adr
    entscheidung regel wichtig hinweis korrektur décision règle correction decisión regla nota importante""".split()  # noqa: SIM905 - a paragraph of words
)


def without_pasted(text: str) -> str:
    """`text` up to where it goes on with a mail, a chat or a conversation with a model; without lines of a chat's members."""
    end = len(text)
    for beginning in (*_BEGINNINGS, *([_SPOKEN] if compiled(_ANSWERED).search(text) else [])):
        found = compiled(beginning).search(text, 0, end)
        end = found.start() if found is not None else end
    own = text[:end]
    if "<" not in own:
        return own
    return compiled(_NICK).sub(lambda line: line[0] if f"</{line[1]}" in own else "", own)


def is_anothers(heading: str, sentence: str) -> bool:
    """Whether the words above (`bob wrote:`), or the name before it (`Bob: …`), say that a sentence is somebody else's."""
    if heading and compiled(_HEARD).search(heading) and not compiled(_OWN).search(heading):
        return True
    named = compiled(_NAMED).match(sentence)
    return named is not None and named[1].lower() not in _OWN_LABELS
