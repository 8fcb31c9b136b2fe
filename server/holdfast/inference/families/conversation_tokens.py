"""Control tokens beside those of the table's rows: of conversations, tools, other models' holes.

From the `tokenizer_config.json` of the models and from the names that llama.cpp gives a role by their text
(`llama_vocab::impl::load`: end of generation, of turn, fill-in-the-middle).
"""

from typing import Final

CONVERSATION_TOKENS: Final[tuple[str, ...]] = (
    # Qwen
    *("<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>"),
    *("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"),
    *("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>"),
    # StarCoder and its heirs
    *("<fim_pad>", "<reponame>", "<repo_name>", "<filename>", "<gh_stars>", "<issue_start>", "<issue_comment>"),
    *("<issue_closed>", "<jupyter_start>", "<jupyter_text>", "<jupyter_code>", "<jupyter_output>", "<empty_output>"),
    *("<commit_before>", "<commit_msg>", "<commit_after>", "<|filename|>", "<|reponame|>"),
    # Holes of other models
    *("<fim-prefix>", "<fim-suffix>", "<fim-middle>", "<fim-pad>", "<fim-repo>", "<|fim_repo|>", "<REPO>"),
    *("<|prefix|>", "<|suffix|>", "<|middle|>", "<FILL_ME>"),
    # DeepSeek
    *("<\uff5cUser\uff5c>", "<\uff5cAssistant\uff5c>", "<\uff5c\u2581pad\u2581\uff5c>"),
    *("<\uff5ctool\u2581calls\u2581begin\uff5c>", "<\uff5ctool\u2581calls\u2581end\uff5c>"),
    # Llama, Mistral, Gemma, GLM, Granite, Phi, gpt-oss
    *(
        "<s>",
        "</s>",
        "<unk>",
        "<pad>",
        "<bos>",
        "<eos>",
        "<mask>",
        "<start_of_turn>",
        "<end_of_turn>",
        "<turn|>",
        "<|turn>",
    ),
    *("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>"),
    *("<|start_header_id|>", "<|end_header_id|>", "<|finetune_right_pad_id|>"),
    *("[INST]", "[/INST]", "[PREFIX]", "[SUFFIX]", "[MIDDLE]", "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]"),
    *(
        "[AVAILABLE_TOOLS]",
        "[/AVAILABLE_TOOLS]",
        "[SYSTEM_PROMPT]",
        "[/SYSTEM_PROMPT]",
        "[IMG]",
        "[IMG_BREAK]",
        "[IMG_END]",
    ),
    *("[gMASK]", "[sMASK]", "[MASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"),
    *("<|start_of_role|>", "<|end_of_role|>", "<|tool_call|>", "<|end|>", "<|start|>", "<|message|>", "<|channel|>"),
    *("<|return|>", "<|call|>", "<|calls|>", "<|flush|>", "<|tool_response>", "<end_of_utterance>", "<|endofprompt|>"),
    *("<EOT>", "[EOS]", "[EOT]", "[PAD]", "<PAD>", "<|file_separator|>", "<|im_sep|>"),
)
