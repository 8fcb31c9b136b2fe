"""The table of families, in the order they are tried, and the two ways that need none."""

from typing import Final

from holdfast.inference.families.deepseek import DEEPSEEK_CODER, DEEPSEEK_CODER_V2
from holdfast.inference.families.family import TITLES, ModelFamily
from holdfast.inference.families.gemma import CODE_GEMMA
from holdfast.inference.families.llama import CODE_LLAMA
from holdfast.inference.families.mistral import CODESTRAL, DEVSTRAL
from holdfast.inference.families.others import CODEGEEX4, GRANITE4, SEED_CODER
from holdfast.inference.families.qwen import CODE_QWEN, QWEN3_CODER, QWEN_CODER
from holdfast.inference.families.starcoder import (
    GRANITE_CODE,
    MELLUM,
    REFACT,
    STABLE_CODE,
    STARCODER,
    STARCODER2,
)

FAMILIES: Final[tuple[ModelFamily, ...]] = (
    QWEN_CODER,
    QWEN3_CODER,
    CODE_QWEN,
    STARCODER2,
    STARCODER,
    DEEPSEEK_CODER_V2,
    DEEPSEEK_CODER,
    CODE_LLAMA,
    CODE_GEMMA,
    CODESTRAL,
    DEVSTRAL,
    GRANITE_CODE,
    GRANITE4,
    STABLE_CODE,
    SEED_CODER,
    MELLUM,
    REFACT,
    CODEGEEX4,
)

SERVER_TEMPLATE: Final = ModelFamily(name="the server's template", order="server", repository=TITLES)
"""For a model that the server knows how to give a suffix and we do not: both parts go to its own template. Ollama takes
an empty suffix for none and starts a conversation (ollama/ollama#6932), so that the end of a file is a line's end."""

HOLE: Final = "<FILL_ME>"
INSTRUCTION: Final = (
    "You complete code in an editor. In the file you are shown, "
    f"{HOLE} stands where the cursor is. Answer with nothing but the text that replaces {HOLE}: no explanation, no code "
    "fence, no repetition of what stands before or after it. Keep the indentation. Write at most a few lines."
)

CHAT: Final = ModelFamily(name="an instruction", order="chat", repository=TITLES, tokens=(HOLE,), documented=False)
"""Second best, for a model that only converses: it is shown the file with a hole and asked for what is missing. The mark
is the one that Code Llama's tokenizer in transformers uses for the same."""

UNTRAINED: Final = r"opencoder|replit-code|yi-coder|mamba-?codestral|codestral-?mamba"
"""Names of models whose vocabulary has such tokens although nobody trained them: infly/OpenCoder-8B-Base discussion 4,
replit/replit-code-v1_5-3b discussion 5, mistralai/Mamba-Codestral-7B-v0.1 discussion 2; Yi-Coder has no such template in Ollama's library."""
